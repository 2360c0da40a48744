/**
 * Models: pkg/controller/deployment/deployment_controller.go (NewDeploymentController: informer handlers and workers)
 * Reads: store and index through the cache, queue, chart, names, progress
 * Writes: queue, chart, request, names, timer, progress
 * Omits: KubeEvents
 */
import { assign } from 'xstate'
import type { Deployment, ObjectMeta, Pod, ReplicaSet, Status } from '#api/types'
import { getControllerOf, isBeingDeleted, isControlledBy } from '#api/meta'
import { compileSelector, selectsEverything } from '#api/selectors'
import { equal } from '#kernel/value'
import { rank, type Channel } from '#machine/channel'
import { setup, type Viewed } from '#machine/chart'
import type { Call, Context, Runtime } from '#machine/process'
import { nameOf } from '#machine/objects'
import type { WatchEvent } from '#machine/watch'
import { controller, controllerSayings } from '../client/controller.js'
import { enqueue, enqueueAfter } from '../client/workqueue.js'
import { podsOf } from './deployment-rollout.js'
import { deploymentSync } from './deployment-sync.js'

const kind = 'kube-controller-manager/deployment'
const workers = 5

/** The Deployment that controls the object, where the cache has it with that uid. */
function deploymentOf(context: Context, object: { readonly metadata: ObjectMeta }): Deployment | undefined {
  const owner = getControllerOf(object)
  if (owner === undefined || owner.kind !== 'Deployment') return undefined
  const d = context.view.get('deployments', `${object.metadata.namespace}/${owner.name}`)
  return d?.metadata.uid === owner.uid ? d : undefined
}

function enqueueOwner(context: Context, set: ReplicaSet): void {
  const d = deploymentOf(context, set)
  if (d !== undefined) enqueue(context, nameOf(d), workers)
}

/** Whoever may want to adopt the set. */
function enqueueMatching(context: Context, set: ReplicaSet): void {
  for (const d of context.view.list('deployments', 'namespace', set.metadata.namespace)) {
    if (selectsEverything(d.spec.selector)) continue
    if (compileSelector(d.spec.selector)(set.metadata.labels)) enqueue(context, nameOf(d), workers)
  }
}

function replicaSetChanged(context: Context, before: ReplicaSet | undefined, set: ReplicaSet): void {
  const owner = getControllerOf(set)
  const isReowned = before !== undefined && !equal(getControllerOf(before), owner)
  if (before !== undefined && isReowned) enqueueOwner(context, before)
  if (owner !== undefined) return enqueueOwner(context, set)
  if (before === undefined ? !isBeingDeleted(set) : isReowned || !equal(before.metadata.labels, set.metadata.labels)) {
    enqueueMatching(context, set)
  }
}

/** A Deployment that is recreated looks again when its last pod may have gone: the handler asks the API server. */
function podDeleted(context: Context, pod: Pod): void {
  const owner = getControllerOf(pod)
  if (owner === undefined || owner.kind !== 'ReplicaSet') return
  const set = context.view.get('replicasets', `${pod.metadata.namespace}/${owner.name}`)
  if (set?.metadata.uid !== owner.uid) return
  const d = deploymentOf(context, set)
  if (d?.spec.strategy.type !== 'Recreate') return
  context.runtime.send({ ...context, owner: `counting:${nameOf(d)}` }, { type: 'podDeleted', key: nameOf(d) })
}

function onWatch(context: Context, event: WatchEvent): void {
  if (event.resource === 'pods') {
    if (event.object === undefined) podDeleted(context, event.old as Pod) // by resource
  } else if (event.resource === 'deployments') enqueue(context, event.key, workers)
  else if (event.object === undefined) enqueueOwner(context, event.old as ReplicaSet) // by resource
  else replicaSetChanged(context, event.old as ReplicaSet | undefined, event.object as ReplicaSet) // by resource
}

interface Counting {
  readonly key: string
  /** A pod was deleted after the list was asked for: its handler waits. */
  readonly isDirty: boolean
}

type CountingEvent = Viewed & (
  | { readonly type: 'podDeleted'; readonly key: string }
  | { readonly type: 'response.ok'; readonly object?: unknown; readonly request: Call }
  | { readonly type: 'response.error'; readonly status: Status; readonly request: Call }
)

/** The rest of the handler of a pod's deletion: it lists the ReplicaSets anew and counts their pods in the cache. */
const counting = setup({
  types: { context: {} as Counting, events: {} as CountingEvent }, // XState takes its types from values
  actions: { ...controllerSayings },
  guards: {
    hasNoPods: ({ context, event }) => {
      const d = event.view.get('deployments', context.key)
      if (event.type !== 'response.ok' || d === undefined) return false
      const { items } = event.object as { readonly items: readonly ReplicaSet[] } // the answer to a list
      const matches = compileSelector(d.spec.selector)
      return items.filter((set) => isControlledBy(set, d) && matches(set.metadata.labels))
        .every((set) => podsOf(event.view, set).length === 0)
    },
    isDirty: ({ context }) => context.isDirty,
  },
}).createMachine({
  id: 'countPods',
  context: { key: '', isDirty: false },
  initial: 'idle',
  states: {
    idle: { on: { podDeleted: { target: 'listing', actions: assign(({ event }) => ({ key: event.key })) } } },
    listing: {
      entry: [
        assign({ isDirty: false }),
        { type: 'call', params: ({ context }) =>
          ({ verb: 'list', resource: 'replicasets', key: context.key.slice(0, context.key.indexOf('/')) }) },
      ],
      on: {
        podDeleted: { actions: assign({ isDirty: true }) },
        'response.*': [
          { guard: 'hasNoPods', target: 'done', actions:
            { type: 'enqueue', params: ({ context }) => ({ key: context.key }) } },
          { guard: 'isDirty', target: 'listing', reenter: true },
          { target: 'done' },
        ],
      },
    },
    done: { type: 'final' },
  },
})

export const deploymentController = controller({
  kind,
  watches: [{ resource: 'deployments' }, { resource: 'replicasets' }, { resource: 'pods' }],
  sync: deploymentSync,
  charts: { counting },
  workers,
  limiter: { base: 5, max: 1_000_000, retries: 15 },
  onWatch,
})

/**
 * requeueStuckDeployment: a Deployment is looked at one second after the deadline of its condition Progressing. The
 * deadline belongs to the stored object: every controller finds it there, after a restart too.
 */
export const progressChannel = (runtime: Runtime): Channel<true> => ({
  prefix: 'progress',
  rank: rank.cache,
  offers: () => true,
  process: () => 'clock',
  take(cells, cell) {
    cells.disarm(cell)
    enqueueAfter(runtime.context(cells, kind, ''), cell.slice('progress|'.length), 1000)
  },
  label: (cell) => `clock: the progress deadline of Deployment ${cell.slice('progress|'.length)} has passed`,
})
