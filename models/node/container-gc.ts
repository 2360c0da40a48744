/**
 * Models: pkg/kubelet/kuberuntime/kuberuntime_gc.go (evictContainers, evictSandboxes)
 * Reads: nothing (it is handed what the runtime has)
 * Writes: nothing
 * Omits: log directories; a removal that fails
 */

/** Of a container in the runtime, what its removal is decided by. */
export interface DeadContainer {
  readonly id: string
  readonly uid: string
  readonly name: string
  readonly state: 'created' | 'running' | 'exited' | 'unknown'
  /** Any measure of time that grows. */
  readonly createdAt: number
  /** It was created at least MinAge ago. */
  readonly isOld: boolean
}

/** GCPolicy; the defaults of the kubelet's flags. A negative number is no limit. */
export interface GcPolicy {
  readonly maxPerPodContainer: number
  readonly maxContainers: number
}

export const defaultGcPolicy: GcPolicy = { maxPerPodContainer: 1, maxContainers: -1 }

/** --minimum-container-ttl-duration, in seconds. */
export const minContainerAge = 0

/** What the pod workers say of a pod. */
export interface PodStates {
  /** ShouldPodContentBeRemoved: it is gone, or evicted, or deleted and has ended. */
  readonly isRemoved: (uid: string) => boolean
  /** ShouldPodRuntimeBeRemoved: nothing of it runs any more. */
  readonly isTerminated: (uid: string) => boolean
}

const newestFirst = (a: { readonly createdAt: number }, b: { readonly createdAt: number }): number =>
  b.createdAt - a.createdAt

/**
 * The containers to be removed, in order; one in an unknown state is to be stopped before. `evictTerminated`:
 * what has ended goes as well (under disk pressure).
 */
export function evictContainers(
  containers: readonly DeadContainer[], { maxPerPodContainer, maxContainers }: GcPolicy, pods: PodStates,
  allSourcesReady: boolean, evictTerminated: boolean,
): readonly DeadContainer[] {
  const removed: DeadContainer[] = []
  const units = new Map<string, DeadContainer[]>()
  for (const one of containers) {
    if (one.state === 'running' || !one.isOld) continue
    const unit = `${one.uid}/${one.name}`
    units.set(unit, [...units.get(unit) ?? [], one])
  }
  for (const unit of units.values()) unit.sort(newestFirst)
  /** Of each unit so many stay, the newest. */
  const keep = (limit: number): void => {
    for (const unit of units.values()) removed.push(...unit.splice(limit).reverse())
  }
  if (allSourcesReady) {
    for (const [key, unit] of [...units]) {
      const uid = unit[0]?.uid ?? ''
      if (!pods.isRemoved(uid) && !(evictTerminated && pods.isTerminated(uid))) continue
      removed.push(...unit.reverse())
      units.delete(key)
    }
  }
  if (maxPerPodContainer >= 0) keep(maxPerPodContainer)
  const count = (): number => [...units.values()].reduce((total, { length }) => total + length, 0)
  if (maxContainers < 0 || count() <= maxContainers) return removed
  keep(Math.max(1, Math.floor(maxContainers / units.size)))
  if (count() > maxContainers) {
    const left = [...units.values()].flat().sort(newestFirst)
    removed.push(...left.slice(maxContainers).reverse())
  }
  return removed
}

export interface DeadSandbox {
  readonly id: string
  readonly uid: string
  readonly ready: boolean
  readonly hasContainers: boolean
  readonly createdAt: number
}

/** The sandboxes to be removed, oldest first: of a pod that is still there, the newest stays. */
export function evictSandboxes(
  sandboxes: readonly DeadSandbox[], pods: PodStates, evictTerminated: boolean,
): readonly DeadSandbox[] {
  const byPod = new Map<string, DeadSandbox[]>()
  for (const one of sandboxes) byPod.set(one.uid, [...byPod.get(one.uid) ?? [], one])
  return [...byPod].flatMap(([uid, all]) => {
    const isGone = pods.isRemoved(uid) || (evictTerminated && pods.isTerminated(uid))
    return all.sort(newestFirst).slice(isGone ? 0 : 1).reverse()
      .filter(({ ready, hasContainers }) => !ready && !hasContainers)
  })
}
