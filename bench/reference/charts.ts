/**
 * The charts of the reference model: the pod, the two loops of the ReplicaSet controller, the Deployment
 * controller.
 */
import { assign } from 'xstate'
import type { Cells } from '#kernel/cells'
import { setup, type Viewed } from '#machine/chart'
import { sayings, type Put } from '#machine/effects'
import {
  activeKey, cachedPodOf, isSameSet, must, podAt, seenSetKey, setKey, sets, slotsOf, wantedKey, type CachedPod, type Parameters,
  type ReplicaSet, type SetName,
} from './cells.js'

type PodEvent = { readonly type: 'create'; readonly of: SetName } | { readonly type: 'step' } | { readonly type: 'delete' }

export const podChart = setup({
  types: { context: {} as { readonly of: SetName }, events: {} as PodEvent }, // XState takes its types from values
  actions: { belong: assign({ of: ({ event }) => (event.type === 'create' ? event.of : 'old') }) },
}).createMachine({
  id: 'pod',
  context: { of: 'old' },
  initial: 'absent',
  states: {
    absent: { on: { create: { target: 'pending', actions: 'belong' } } },
    pending: { on: { step: 'scheduled', delete: 'terminating' } },
    scheduled: { on: { step: 'running', delete: 'terminating' } },
    running: { on: { step: 'ready', delete: 'terminating' } },
    ready: { on: { delete: 'terminating' } },
    terminating: { on: { step: 'gone' } },
    gone: { type: 'final' },
  },
})

/** The pods of a set that the ReplicaSet controller knows. */
const cachedOf = (cells: Cells, set: SetName, slots: readonly number[]): { readonly slot: number; readonly pod: CachedPod }[] =>
  slots.flatMap((slot) => {
    const pod = cells.read(cachedPodOf(slot, set))
    return pod === undefined ? [] : [{ slot, pod }]
  })

/** calculateStatus. */
export function statusOf(cells: Cells, set: SetName, parameters: Parameters): ReplicaSet {
  const pods = cachedOf(cells, set, slotsOf(parameters))
  const { replicas } = must(cells.read(setKey(set)))
  return { replicas, created: pods.length, available: pods.filter(({ pod }) => pod.isReady).length }
}

export interface Manage {
  readonly creates: readonly number[]
  readonly deletes: readonly number[]
}

/** manageReplicas: what to create or delete, in slots; nothing where it waits for its own writes. */
export function manageReplicas(cells: Cells, set: SetName, parameters: Parameters): Manage | undefined {
  const slots = slotsOf(parameters)
  const pods = cachedOf(cells, set, slots)
  const wanted = cells.read(wantedKey(set)) ?? 0
  if (pods.length === wanted) return undefined
  const awaits = parameters.expects && slots.some((slot) =>
    (cells.read(activeKey(slot)) === set) !== (cells.read(cachedPodOf(slot, set)) !== undefined))
  if (awaits) return undefined
  if (pods.length > wanted) {
    const ranked = [...pods].sort((a, b) => Number(a.pod.isReady) - Number(b.pod.isReady) || a.slot - b.slot)
    return { creates: [], deletes: ranked.slice(0, pods.length - wanted).map(({ slot }) => slot) }
  }
  const isFree = (slot: number): boolean =>
    cells.read(activeKey(slot)) === undefined && sets.every((one) => cells.read(cachedPodOf(slot, one)) === undefined)
    && podAt(cells, slot) === undefined
  const free = slots.filter(isFree)
  return free.length === 0 ? undefined : { creates: free.slice(0, wanted - pods.length), deletes: [] }
}

export interface Scale {
  readonly set: SetName
  readonly by: number
}

const seen = (cells: Cells, set: SetName): ReplicaSet => must(cells.read(seenSetKey(set)))

/** reconcileNewReplicaSet, then reconcileOldReplicaSets: the one change that a sync asks for. */
export function rollingUpdate(cells: Cells, { replicas, maxSurge, maxUnavailable, isSafe }: Parameters): Scale | undefined {
  const after = seen(cells, 'new')
  const before = seen(cells, 'old')
  if (after.replicas < replicas) {
    const there = isSafe ? Math.max(before.replicas, before.created) : before.replicas
    const up = Math.min(replicas + maxSurge - there - after.replicas, replicas - after.replicas)
    if (up > 0) return { set: 'new', by: up }
  }
  if (before.replicas === 0 || before.available !== before.replicas) return undefined
  const down = before.replicas + after.available - (replicas - maxUnavailable)
  return down > 0 ? { set: 'old', by: -Math.min(down, before.replicas) } : undefined
}

/** Whether nobody else has written the ReplicaSet since it was seen (resourceVersion). */
export const isCurrent = (cells: Cells, set: SetName): boolean => isSameSet(seen(cells, set), must(cells.read(setKey(set))))

type Sync = Viewed & { readonly type: 'sync'; readonly set: SetName; readonly parameters: Parameters }

const none = {}

/** Both loops of the ReplicaSet controller; the model has each as a Step of its own. */
export const replicaSetChart = setup({
  types: { context: none, events: {} as Sync | (Omit<Sync, 'type'> & { readonly type: 'status' }) }, // as above
  actions: {
    ...sayings,
    /** Pods are created and deleted, all at once. */
    manage: (_, _params: Manage & { readonly set: SetName }) => {},
  },
}).createMachine({
  id: 'replicaSet',
  context: none,
  initial: 'idle',
  states: {
    idle: {
      on: {
        sync: { actions: { type: 'manage', params: ({ event: { view, set, parameters } }) =>
          ({ set, ...manageReplicas(view.cells, set, parameters) ?? { creates: [], deletes: [] } }) } },
        status: { actions: { type: 'put', params: ({ event: { view, set, parameters } }): Put =>
          ({ key: setKey(set), value: statusOf(view.cells, set, parameters) }) } },
      },
    },
  },
})

export const deploymentChart = setup({
  types: { context: none, events: {} as Omit<Sync, 'set'> }, // as above
  actions: sayings,
  guards: {
    isCurrent: ({ event: { view, parameters } }) => isCurrent(view.cells, must(rollingUpdate(view.cells, parameters)).set),
  },
}).createMachine({
  id: 'deployment',
  context: none,
  initial: 'idle',
  states: {
    idle: {
      on: {
        sync: { guard: 'isCurrent', actions: { type: 'put', params: ({ event: { view, parameters } }): Put => {
          const { set, by } = must(rollingUpdate(view.cells, parameters))
          const before = must(view.cells.read(setKey(set)))
          return { key: setKey(set), value: { ...before, replicas: before.replicas + by } }
        } } },
      },
    },
  },
})
