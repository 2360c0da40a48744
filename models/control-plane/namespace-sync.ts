/**
 * Models: pkg/controller/namespace/deletion/namespaced_resources_deleter.go (Delete, deleteAllContent), with
 *   OrderedNamespaceDeletion, one API call a Step
 * Reads: store and index
 * Writes: request, queue, timer
 * Omits: calls for resources that hold nothing at their turn; the order among resources other than pods, which is
 *   random upstream; how long ago the namespace was deleted (the estimate for pods is their longest grace period)
 */
import { assign, enqueueActions } from 'xstate'
import type { Namespace, NamespaceCondition, Pod, Status } from '#api/types'
import { allKinds } from '#api/manifests/kinds'
import { isPodTerminal } from '#api/pods'
import { setup, type Viewed } from '#machine/chart'
import { indexKey, type StoredObject } from '#machine/objects'
import type { View } from '#machine/view'
import { controllerSayings } from '../client/controller.js'
import { contentConditions, failureConditions, updateConditions, type Remains } from './namespace-conditions.js'

interface Memory {
  readonly key: string
  readonly namespace?: Namespace
  /** Resources whose content is still to be deleted; the first is under way. */
  readonly resources: readonly string[]
  readonly remains: readonly Remains[]
  readonly errors: readonly string[]
  /** Seconds until the rest may be gone. */
  readonly estimate: number
}

type Event = Viewed & (
  | { readonly type: 'work'; readonly key: string }
  | { readonly type: 'response.ok'; readonly object?: unknown }
  | { readonly type: 'response.error'; readonly status: Status }
)

type Standing = { readonly context: Memory; readonly event: Event }

/** How long a finalizer may take. */
const finalizerEstimateSeconds = 15

/** Namespaced resources that hold objects, pods first. */
export function resourcesIn(view: View, namespace: string): readonly string[] {
  const all = new Set(allKinds().filter(({ isNamespaced }) => isNamespaced).map(({ resource }) => resource))
  return ['pods', ...[...all].filter((resource) => resource !== 'pods')]
    .filter((resource) => view.cells.read(indexKey(resource, 'namespace', namespace)) !== undefined)
}

/** `apps/v1, Resource=deployments` and `deployments.apps`. */
function namesOf(resource: string): { readonly full: string; readonly version: string } {
  const kind = allKinds().find((one) => one.resource === resource)
  return { full: `${resource}.${kind?.group ?? ''}`, version: `${kind?.group ?? ''}/${kind?.version ?? ''}` }
}

// The answer to a list.
const items = (event: Event): readonly StoredObject[] =>
  event.type === 'response.ok' ? (event.object as { readonly items: readonly StoredObject[] }).items : []

const messageOf = (event: Event): string => (event.type === 'response.error' ? event.status.message ?? '' : '')

/** Pods are given the longest of their grace periods. */
const graceOf = (pods: readonly StoredObject[]): number =>
  Math.max(0, ...(pods as readonly Pod[]).map((pod) =>
    (isPodTerminal(pod) ? 0 : pod.spec.terminationGracePeriodSeconds)))

/** What is left of the resource under way: held by finalizers or by grace, or unexpectedly. */
function tally({ context, event }: Standing): Partial<Memory> {
  const [resource = '', ...resources] = context.resources
  const left = items(event)
  if (left.length === 0) return { resources }
  const finalizers: Record<string, number> = {}
  for (const { metadata } of left) {
    for (const finalizer of metadata.finalizers ?? []) finalizers[finalizer] = (finalizers[finalizer] ?? 0) + 1
  }
  const { full, version } = namesOf(resource)
  const own = resource === 'pods' ? graceOf(left) : 0
  const estimate = own > 0 ? own : Object.keys(finalizers).length > 0 ? finalizerEstimateSeconds : 0
  return {
    // Nothing else goes before the pods are gone.
    resources: resource === 'pods' ? [] : resources,
    remains: [...context.remains, { resource: full, count: left.length, finalizers }],
    estimate: Math.max(context.estimate, estimate),
    ...(estimate > 0 ? {} : { errors: [...context.errors,
      `unexpected items still remain in namespace: ${context.key} for gvr: ${version}, Resource=${resource}`] }),
  }
}

/** What the namespace is told of; while pods remain, errors alone. */
function conditionsOf({ remains, errors, namespace }: Memory): readonly NamespaceCondition[] {
  const waitsForPods = remains.some(({ resource }) => resource === 'pods.')
  return updateConditions(namespace?.status.conditions,
    [...(waitsForPods ? [] : contentConditions(remains)), ...failureConditions(errors)])
}

const empty: Memory = { key: '', resources: [], remains: [], errors: [], estimate: 0 }

const isMissing = ({ event }: { readonly event: Event }): boolean =>
  event.type === 'response.error' && event.status.reason === 'NotFound'

const body = { propagationPolicy: 'Background' }

export const namespaceSync = setup({
  types: { context: {} as Memory, events: {} as Event }, // XState takes its types from values
  actions: {
    ...controllerSayings,
    survey: assign(({ context, event }) => ({ resources: resourcesIn(event.view, context.key) })),
    // The answer to a get or an update of the namespace.
    keep: assign(({ event }) => (event.type === 'response.ok' ? { namespace: event.object as Namespace } : {})),
    tally: assign(tally),
    note: assign(({ context, event }) => ({
      resources: context.resources.slice(1), errors: [...context.errors, messageOf(event)],
    })),
  },
  guards: {
    isMissing,
    isConflict: ({ event }) => event.type === 'response.error' && event.status.reason === 'Conflict',
    isKept: ({ context }) => context.namespace?.metadata.deletionTimestamp === undefined,
    isFinalized: ({ context }) => (context.namespace?.spec.finalizers ?? []).length === 0,
    isUnmarked: ({ context }) => context.namespace?.status.phase !== 'Terminating',
    hasMore: ({ context }) => context.resources.length > 0,
    hasNews: ({ context }) => conditionsOf(context) !== context.namespace?.status.conditions,
    hasFailed: ({ context }) => context.errors.length > 0,
    mustWait: ({ context }) => context.estimate > 0,
  },
}).createMachine({
  id: 'syncNamespace',
  context: empty,
  initial: 'idle',
  states: {
    idle: {
      on: { work: [
        { guard: ({ event }) => event.view.get('namespaces', event.key) === undefined, target: 'done' },
        { target: 'getting', actions: assign(({ event }) => ({ key: event.key })) },
      ] },
    },
    getting: {
      entry: { type: 'call', params: ({ context }) => ({ verb: 'get', resource: 'namespaces', key: context.key }) },
      on: {
        'response.ok': { target: 'got', actions: 'keep' },
        'response.error': [{ guard: 'isMissing', target: 'done' }, { target: 'failing' }],
      },
    },
    got: {
      always: [
        { guard: 'isKept', target: 'done' },
        { guard: 'isUnmarked', target: 'marking' },
        { guard: 'isFinalized', target: 'done' },
        { target: 'next', actions: 'survey' },
      ],
    },
    marking: {
      entry: { type: 'call', params: ({ context: { namespace, key } }) => ({
        verb: 'update', resource: 'namespaces', subresource: 'status', key, base: namespace,
        body: { ...namespace, status: { ...namespace?.status, phase: 'Terminating' } },
      }) },
      on: {
        'response.ok': { target: 'got', actions: 'keep' },
        'response.error': [
          { guard: 'isConflict', target: 'getting' }, { guard: 'isMissing', target: 'done' }, { target: 'failing' },
        ],
      },
    },
    next: { always: [{ guard: 'hasMore', target: 'deleting' }, { target: 'reporting' }] },
    deleting: {
      entry: { type: 'call', params: ({ context: { resources: [resource = ''], key } }) =>
        ({ verb: 'deletecollection', resource, key, body }) },
      on: { 'response.ok': 'listing', 'response.error': { target: 'next', actions: 'note' } },
    },
    listing: {
      entry: { type: 'call', params: ({ context: { resources: [resource = ''], key } }) =>
        ({ verb: 'list', resource, key }) },
      on: {
        'response.ok': { target: 'next', actions: 'tally' },
        'response.error': { target: 'next', actions: 'note' },
      },
    },
    reporting: { always: [{ guard: 'hasNews', target: 'updatingStatus' }, { target: 'concluding' }] },
    // An error here is only logged.
    updatingStatus: {
      entry: { type: 'call', params: ({ context }) => ({
        verb: 'update', resource: 'namespaces', subresource: 'status', key: context.key, base: context.namespace,
        body: { ...context.namespace, status: { ...context.namespace?.status, conditions: conditionsOf(context) } },
      }) },
      on: { 'response.*': { target: 'concluding', actions: 'keep' } },
    },
    concluding: {
      always: [
        { guard: 'hasFailed', target: 'failing' },
        { guard: 'mustWait', target: 'done', actions: enqueueActions(({ context, enqueue }) => {
          enqueue({ type: 'enqueue', params: { key: context.key, ms: (Math.floor(context.estimate / 2) + 1) * 1000 } })
        }) },
        { target: 'finalizing' },
      ],
    },
    finalizing: {
      entry: { type: 'call', params: ({ context: { namespace, key } }) => ({
        verb: 'update', resource: 'namespaces', subresource: 'finalize', key, base: namespace,
        body: { ...namespace, spec: {
          ...namespace?.spec, finalizers: (namespace?.spec.finalizers ?? []).filter((name) => name !== 'kubernetes'),
        } },
      }) },
      on: {
        'response.ok': 'done',
        'response.error': [
          { guard: 'isConflict', target: 'refreshing' }, { guard: 'isMissing', target: 'done' }, { target: 'failing' },
        ],
      },
    },
    refreshing: {
      entry: { type: 'call', params: ({ context }) => ({ verb: 'get', resource: 'namespaces', key: context.key }) },
      on: {
        'response.ok': { target: 'finalizing', actions: 'keep' },
        'response.error': [{ guard: 'isMissing', target: 'done' }, { target: 'failing' }],
      },
    },
    done: { entry: { type: 'finished', params: { outcome: 'ok' } } },
    failing: { entry: { type: 'finished', params: { outcome: 'error' } } },
  },
})
