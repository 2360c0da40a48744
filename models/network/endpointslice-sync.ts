/**
 * Models: pkg/controller/endpointslice/endpointslice_controller.go (syncService), one API call a Step
 * Reads: store and index through the cache, memory
 * Writes: memory, request, queue
 * Omits: KubeEvents, the trigger time tracker, metrics
 */
import { assign } from 'xstate'
import type { EndpointSlice, Status } from '#api/types'
import { compileLabelMap } from '#api/selectors'
import { setup, type Viewed } from '#machine/chart'
import type { Call } from '#machine/process'
import type { View } from '#machine/view'
import { controllerSayings } from '../client/controller.js'
import { isNamespaceTerminating } from '../control-plane/namespace-strategy.js'
import { isManaged } from './endpointslices.js'
import { reconcile, type Plan, type Surroundings } from './endpointslice-reconciler.js'
import { staleSlices } from './endpointslice-tracker.js'

interface Memory {
  /** The Service, as `namespace/name`. */
  readonly key: string
  /** What the sync found: nothing to do for this Service, a cache that is too old, or a plan. */
  readonly found: 'gone' | 'foreign' | 'stale' | 'planned'
  /** Calls still to be made, the outstanding one first. */
  readonly plan: Plan
  readonly hasFailed: boolean
}

export type Event = Viewed & (
  | { readonly type: 'work'; readonly key: string }
  | { readonly type: 'response.ok'; readonly object?: unknown; readonly request: Call }
  | { readonly type: 'response.error'; readonly status: Status; readonly request: Call }
)

/** Every node is looked up once. */
function nodesIn(view: View): Surroundings {
  const zones = new Map<string, string | undefined>()
  const look = (name: string): string | undefined => {
    const node = view.get('nodes', name)
    const zone = node === undefined ? undefined : node.metadata.labels?.['topology.kubernetes.io/zone'] ?? ''
    zones.set(name, zone)
    return zone
  }
  return { zoneOf: (name) => (zones.has(name) ? zones.get(name) : look(name)) }
}

/** The steps of a sync that a mutant may get wrong. */
export interface SyncDecisions {
  readonly isStale: typeof staleSlices
  readonly reconcile: typeof reconcile
  /** The labels that the pods of a Service have. */
  readonly selectorOf: (selector: Readonly<Record<string, string>>) => Readonly<Record<string, string>>
}

export const upstreamDecisions: SyncDecisions = { isStale: staleSlices, reconcile, selectorOf: (selector) => selector }

/** Everything that one sync decides from the cache. */
export function planSync(view: View, key: string, decisions: SyncDecisions = upstreamDecisions): Omit<Memory, 'key'> {
  const service = view.get('services', key)
  const nothing = { plan: [], hasFailed: false }
  if (service === undefined) return { found: 'gone', ...nothing }
  const selector = service.spec.selector ?? {}
  const isForeign = service.spec.type === 'ExternalName' || Object.keys(selector).length === 0
  if (isForeign) return { found: 'foreign', ...nothing }
  const matches = compileLabelMap(decisions.selectorOf(selector))
  const pods = view.list('pods', 'namespace', service.metadata.namespace)
    .filter(({ metadata }) => matches(metadata.labels))
  const slices = view.list('endpointslices', 'service', key).filter(isCurrent)
  if (decisions.isStale(view, key, slices)) return { found: 'stale', ...nothing }
  const { plan, hasSkipped } = decisions.reconcile(service, pods, slices, nodesIn(view))
  return { found: 'planned', plan, hasFailed: hasSkipped }
}

const isCurrent = (slice: EndpointSlice): boolean =>
  isManaged(slice) && (slice.metadata.deletionTimestamp ?? null) === null

function nextCall(plan: Plan): Call {
  const next = plan[0]?.[0]
  if (next === undefined) throw new Error('a plan without calls is not carried out')
  return next
}

/** The plan without its first call, and without the rest of that call's group where the call failed. */
function proceed(plan: Plan, hasFailed: boolean): Plan {
  const [[, ...rest] = [], ...groups] = plan
  return hasFailed || rest.length === 0 ? groups : [rest, ...groups]
}

/** Creations in a namespace that is going fail until it is gone; nobody minds. */
const isFailure = (event: Event): boolean => event.type === 'response.error'
  && !(event.request.verb === 'create' && isNamespaceTerminating(event.status))

/** What a sync begins with; a mutant hands it other decisions. */
export const beginSync = (event: Event, decisions: SyncDecisions = upstreamDecisions): Partial<Memory> =>
  (event.type === 'work' ? { key: event.key, ...planSync(event.view, event.key, decisions) } : {})

export const endpointSliceSync = setup({
  types: { context: {} as Memory, events: {} as Event }, // XState takes its types from values
  actions: {
    ...controllerSayings,
    decide: assign(({ event }) => beginSync(event)),
    proceed: assign(({ context, event }) => ({
      plan: proceed(context.plan, event.type === 'response.error'),
      hasFailed: context.hasFailed || isFailure(event),
    })),
    /** The tracker remembers what came of a call. */
    track: (_, _params: { readonly service: string; readonly event: Event }) => {},
    /** The tracker forgets a Service. */
    forget: (_, _params: { readonly service: string }) => {},
  },
  guards: {
    isGone: ({ context }) => context.found === 'gone',
    isStale: ({ context }) => context.found === 'stale',
    hasCalls: ({ context }) => context.plan.length > 0,
    hasFailed: ({ context }) => context.hasFailed,
  },
}).createMachine({
  id: 'syncService',
  context: { key: '', found: 'foreign', plan: [], hasFailed: false },
  initial: 'idle',
  states: {
    idle: { on: { work: { target: 'deciding', actions: 'decide' } } },
    deciding: {
      always: [
        { guard: 'isGone', target: 'forgetting' },
        { guard: 'isStale', target: 'failing' },
        { target: 'reconciling' },
      ],
    },
    reconciling: {
      always: [
        { guard: 'hasCalls', target: 'calling' },
        { guard: 'hasFailed', target: 'failing' },
        { target: 'idle', actions: { type: 'finished', params: { outcome: 'ok' } } },
      ],
    },
    calling: {
      entry: { type: 'call', params: ({ context }) => nextCall(context.plan) },
      on: {
        'response.*': {
          target: 'reconciling',
          actions: [{ type: 'track', params: ({ context, event }) => ({ service: context.key, event }) }, 'proceed'],
        },
      },
    },
    forgetting: {
      entry: [
        { type: 'forget', params: ({ context }) => ({ service: context.key }) },
        { type: 'finished', params: { outcome: 'ok' } },
      ],
    },
    failing: { entry: { type: 'finished', params: { outcome: 'error' } } },
  },
})
