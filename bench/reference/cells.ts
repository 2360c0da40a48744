/**
 * Models: a rolling update made small, to measure exploration with; the same model is written for other tools
 * in   bench/peers/rollout. Two ReplicaSets, a slot for each pod, caches that lag one object at a time.
 * Reads: chart, store, cache Writes: chart, store, cache Omits: nearly everything; its Steps write several
 * objects at once
 */
import { key, type Cells, type Key } from '#kernel/cells'
import { chartKey, type Snapshot } from '#machine/chart'

export interface Parameters {
  /** The Deployment's replicas. */
  readonly replicas: number
  readonly maxSurge: number
  readonly maxUnavailable: number
  /** Surge is counted from what there is, not only from what is planned. */
  readonly isSafe: boolean
  /** The ReplicaSet controller waits until its cache has its own writes. */
  readonly expects: boolean
}

export const sets = ['old', 'new'] as const
export type SetName = (typeof sets)[number]

export interface ReplicaSet {
  readonly replicas: number
  /** `status.replicas` and `status.availableReplicas`. */
  readonly created: number
  readonly available: number
}

/** What the ReplicaSet controller's cache has of a pod, indexed by the set that owns it. */
export interface CachedPod {
  readonly isReady: boolean
}

export const setKey = (set: SetName): Key<ReplicaSet> => key('store', 'rs', set)
/** The Deployment controller's copy of a ReplicaSet, and the ReplicaSet controller's of what it asks for. */
export const seenSetKey = (set: SetName): Key<ReplicaSet> => key('cache', 'deployment', set)
export const wantedKey = (set: SetName): Key<number> => key('cache', 'replicaset', set)
export const podKey = (slot: number): Key<Snapshot> => chartKey('pods', `pod:${slot}`)
/**
 * What is cached of a slot: a cell for each set, so that who asks for the pods of one set does not depend on
 * those of the other.
 */
export const cachedPodOf = (slot: number, set: SetName): Key<CachedPod> => key('cache', 'pods', String(slot), set)

/** Whose active pod is in a slot: an index of the store, so that not every Step of a pod concerns its set. */
export const activeKey = (slot: number): Key<SetName> => key('store', 'active', String(slot))

export interface Pod {
  readonly of: SetName
  readonly phase: 'pending' | 'scheduled' | 'running' | 'ready' | 'terminating'
}

export function podAt(cells: Cells, slot: number): Pod | undefined {
  const snapshot = cells.read(podKey(slot))
  if (snapshot === undefined) return undefined
  const { of } = snapshot.context as { readonly of: SetName } // the pod chart's
  return { of, phase: snapshot.value as Pod['phase'] } // as above
}

export const isActive = (pod: Pod | undefined): pod is Pod => pod !== undefined && pod.phase !== 'terminating'

/** Brings the index up to date after a Step of the pod. */
export function indexPod(cells: Cells, slot: number): void {
  const pod = podAt(cells, slot)
  cells.write(activeKey(slot), isActive(pod) ? pod.of : undefined)
}

/** What a watch for the pods of a set would say of the pod. */
export const seenAs = (pod: Pod | undefined, set: SetName): CachedPod | undefined =>
  (isActive(pod) && pod.of === set ? { isReady: pod.phase === 'ready' } : undefined)

export const isSameSet = (a: ReplicaSet, b: ReplicaSet): boolean =>
  a.replicas === b.replicas && a.created === b.created && a.available === b.available

export const slotsOf = ({ replicas, maxSurge }: Parameters): readonly number[] =>
  Array.from({ length: replicas + maxSurge + 1 }, (_, slot) => slot)

export function must<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('a cell of the model is missing')
  return value
}
