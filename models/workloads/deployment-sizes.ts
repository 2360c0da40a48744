/**
 * Models: pkg/controller/deployment/util/deployment_util.go (ResolveFenceposts, MaxSurge, MaxUnavailable,
 *   NewRSNewReplicas, GetReplicaSetProportion, FindActiveOrLatest, IsSaturated, SetReplicasAnnotations),
 *   pkg/controller/deployment/sync.go (scale, scaleReplicaSet)
 * Reads: nothing (it is handed the objects)
 * Writes: nothing
 * Omits: nothing that is observable
 */
import type { Annotations, Deployment, ReplicaSet } from '#api/types'
import { resolveIntOrPercent } from '#api/int-or-string'
import type { Call } from '#machine/process'
import { nameOf } from '#machine/objects'

export const desiredReplicasAnnotation = 'deployment.kubernetes.io/desired-replicas'
export const maxReplicasAnnotation = 'deployment.kubernetes.io/max-replicas'

/** Surge is rounded up and unavailability down; where both come to nothing, one pod may be unavailable. */
export function resolveFenceposts(d: Deployment): { readonly surge: number; readonly unavailable: number } {
  const { maxSurge: most, maxUnavailable: least } = d.spec.strategy.rollingUpdate ?? { maxSurge: 0, maxUnavailable: 0 }
  const surge = resolveIntOrPercent(most, d.spec.replicas, true)
  const unavailable = resolveIntOrPercent(least, d.spec.replicas, false)
  return surge === 0 && unavailable === 0 ? { surge, unavailable: 1 } : { surge, unavailable }
}

export const isRollingUpdate = (d: Deployment): boolean => d.spec.strategy.type === 'RollingUpdate'

export const maxSurge = (d: Deployment): number => (isRollingUpdate(d) ? resolveFenceposts(d).surge : 0)

export const maxUnavailable = (d: Deployment): number =>
  (!isRollingUpdate(d) || d.spec.replicas === 0 ? 0 : Math.min(resolveFenceposts(d).unavailable, d.spec.replicas))

export const minAvailable = (d: Deployment): number => d.spec.replicas - maxUnavailable(d)

const sum = (sets: readonly ReplicaSet[], of: (set: ReplicaSet) => number): number =>
  sets.reduce((total, set) => total + of(set), 0)

/** `GetReplicaCountForReplicaSets`: what is asked for. */
export const plannedReplicas = (sets: readonly ReplicaSet[]): number => sum(sets, ({ spec }) => spec.replicas)
export const actualReplicas = (sets: readonly ReplicaSet[]): number => sum(sets, ({ status }) => status.replicas)
export const readyReplicas = (sets: readonly ReplicaSet[]): number => sum(sets, ({ status }) => status.readyReplicas)
export const availableReplicas = (sets: readonly ReplicaSet[]): number =>
  sum(sets, ({ status }) => status.availableReplicas)

/** `undefined` where a set that was synced does not report it. */
export function terminatingReplicas(sets: readonly ReplicaSet[]): number | undefined {
  let total = 0
  for (const { status } of sets) {
    if ((status.observedGeneration ?? 0) === 0 && status.terminatingReplicas === undefined) continue
    if (status.terminatingReplicas === undefined) return undefined
    total += status.terminatingReplicas
  }
  return total
}

/** `FilterActiveReplicaSets`. */
export const activeSets = (sets: readonly ReplicaSet[]): readonly ReplicaSet[] =>
  sets.filter(({ spec }) => spec.replicas > 0)

/** How large the new set may be. `sets` are all sets, it among them. */
export function newRSNewReplicas(d: Deployment, sets: readonly ReplicaSet[], newSet: ReplicaSet): number {
  if (!isRollingUpdate(d)) return d.spec.replicas
  const { maxSurge: most = 0 } = d.spec.strategy.rollingUpdate ?? {}
  const allowed = d.spec.replicas + resolveIntOrPercent(most, d.spec.replicas, true)
  const planned = plannedReplicas(sets)
  if (planned >= allowed) return newSet.spec.replicas
  return newSet.spec.replicas + Math.min(allowed - planned, d.spec.replicas - newSet.spec.replicas)
}

/** The only active set, or the newest where none is; `undefined` where there are more. `old` is oldest first. */
export function findActiveOrLatest(newSet: ReplicaSet | undefined, old: readonly ReplicaSet[]): ReplicaSet | undefined {
  const active = activeSets(newSet === undefined ? old : [...old, newSet])
  if (active.length === 0) return newSet ?? old.at(-1)
  return active.length === 1 ? active[0] : undefined
}

const count = (annotations: Annotations | undefined, name: string): number | undefined => {
  const text = annotations?.[name]
  return text !== undefined && /^\d+$/.test(text) && Number(text) <= 2147483647 ? Number(text) : undefined
}

export const desiredReplicas = (set: ReplicaSet): number | undefined =>
  count(set.metadata.annotations, desiredReplicasAnnotation)

export const maxReplicas = (set: ReplicaSet): number | undefined =>
  count(set.metadata.annotations, maxReplicasAnnotation)

/** Whether the new set has all replicas, as both it and the Deployment see it, and all of them are available. */
export const isSaturated = (d: Deployment, set: ReplicaSet | undefined): boolean =>
  set !== undefined && set.spec.replicas === d.spec.replicas && desiredReplicas(set) === d.spec.replicas
  && set.status.availableReplicas === d.spec.replicas

/** What the set gets of `toAdd` replicas (below 0: loses), where `added` have been given to others. */
export function getReplicaSetProportion(set: ReplicaSet, d: Deployment, toAdd: number, added: number): number {
  if (set.spec.replicas === 0 || toAdd === 0 || toAdd === added) return 0
  const allowed = toAdd - added
  const fraction = getReplicaSetFraction(set, d)
  return toAdd > 0 ? Math.min(fraction, allowed) : Math.max(fraction, allowed)
}

function getReplicaSetFraction(set: ReplicaSet, d: Deployment): number {
  if (d.spec.replicas === 0) return -set.spec.replicas
  const before = maxReplicas(set) || d.status.replicas // an annotation of 0 is as good as none
  if (before === 0) return 0
  return Math.floor(set.spec.replicas * (d.spec.replicas + maxSurge(d)) / before + 0.5) - set.spec.replicas
}

/** A size to be written. */
export interface Scale {
  readonly set: ReplicaSet
  readonly replicas: number
}

const larger = (a: ReplicaSet, b: ReplicaSet): number => b.spec.replicas - a.spec.replicas

/** The sizes that `scale` writes, one after the other. `sets` are all of them, oldest first. */
export function planScale(
  d: Deployment, newSet: ReplicaSet | undefined, sets: readonly ReplicaSet[],
): readonly Scale[] {
  const old = sets.filter(({ metadata }) => metadata.uid !== newSet?.metadata.uid)
  const only = findActiveOrLatest(newSet, old)
  if (only !== undefined) return lazily(only, d.spec.replicas)
  if (isSaturated(d, newSet)) return [...activeSets(old)].reverse().map((set) => ({ set, replicas: 0 }))
  return isRollingUpdate(d) ? proportionally(d, activeSets(sets)) : []
}

/** Spreads what is to be added or taken over the active sets by their size; the largest takes what is left over. */
function proportionally(d: Deployment, active: readonly ReplicaSet[]): readonly Scale[] {
  const allowed = d.spec.replicas > 0 ? d.spec.replicas + maxSurge(d) : 0
  const toAdd = allowed - plannedReplicas(active)
  const sets = toAdd > 0 ? [...active].reverse().sort(larger) : toAdd < 0 ? [...active].sort(larger) : active
  let added = 0
  const sizes = sets.map((set) => {
    const proportion = getReplicaSetProportion(set, d, toAdd, added)
    added += proportion
    return set.spec.replicas + proportion
  })
  return sets.map((set, index) => ({ set, replicas: Math.max(0, sizes[index]! + (index === 0 ? toAdd - added : 0)) }))
    .filter(({ set, replicas }) => replicas !== set.spec.replicas || replicasAnnotationsNeedUpdate(set, d))
}

export const lazily = (set: ReplicaSet, replicas: number): readonly Scale[] =>
  (set.spec.replicas === replicas ? [] : [{ set, replicas }])

const replicasAnnotations = (d: Deployment): Annotations => ({
  [desiredReplicasAnnotation]: String(d.spec.replicas),
  [maxReplicasAnnotation]: String(d.spec.replicas + maxSurge(d)),
})

const replicasAnnotationsNeedUpdate = (set: ReplicaSet, d: Deployment): boolean =>
  Object.entries(replicasAnnotations(d)).some(([name, value]) => set.metadata.annotations?.[name] !== value)

/** `SetReplicasAnnotations`. */
export const withReplicasAnnotations = (set: ReplicaSet, d: Deployment): ReplicaSet => ({
  ...set, metadata: { ...set.metadata, annotations: { ...set.metadata.annotations, ...replicasAnnotations(d) } },
})

/** `scaleReplicaSet`: conflicts where the set is no longer as it was read. */
export const scaleReplicaSet = (d: Deployment, { set, replicas }: Scale): Call => ({
  verb: 'update', resource: 'replicasets', key: nameOf(set), base: set,
  body: withReplicasAnnotations({ ...set, spec: { ...set.spec, replicas } }, d),
})
