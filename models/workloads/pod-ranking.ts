/**
 * Models: pkg/controller/controller_utils.go (ActivePodsWithRanks), pkg/controller/replicaset/replica_set.go
 *   (getPodsToDelete, getPodsRankedByRelatedPodsOnSameNode)
 * Reads: nothing (it is handed the pods)
 * Writes: nothing
 * Omits: ages. Upstream compares them by order of magnitude and then by uid, which is random: a tie, left to a Choice
 */
import type { ContainerStatus, Pod } from '#api/types'
import { isPodReady, isRestartableInitContainer } from '#api/pods'

const phaseOrder: Readonly<Record<string, number>> = { Pending: 0, Unknown: 1, Running: 2 }

/** GetDeletionCostFromPodAnnotations: what is no int32, or not spelled as one is, counts as 0. */
const deletionCost = (pod: Pod): number => {
  const text = pod.metadata.annotations?.['controller.kubernetes.io/pod-deletion-cost'] ?? ''
  const cost = /^(-\d+|[1-9]\d*|0)$/.test(text) ? Number(text) : 0
  return cost >= -(2 ** 31) && cost < 2 ** 31 ? cost : 0
}

const most = (statuses: readonly ContainerStatus[]): number =>
  Math.max(0, ...statuses.map(({ restartCount }) => restartCount))

const maxRestarts = ({ status }: Pod): number => most(status.containerStatuses ?? [])

const maxSidecarRestarts = ({ spec, status }: Pod): number => {
  const sidecars = new Set((spec.initContainers ?? []).filter(isRestartableInitContainer).map(({ name }) => name))
  return most((status.initContainerStatuses ?? []).filter(({ name }) => sidecars.has(name)))
}

/** Below 0 where `a` goes first, above 0 where `b` does, 0 for a tie. `colocated` counts ready pods on the node. */
export function compareForDeletion(a: Pod, b: Pod, colocated: (pod: Pod) => number): number {
  const [left, right] = [a.spec.nodeName ?? '', b.spec.nodeName ?? '']
  if (left !== right && (left === '' || right === '')) return left === '' ? -1 : 1
  const phase = (phaseOrder[a.status.phase] ?? 0) - (phaseOrder[b.status.phase] ?? 0)
  if (phase !== 0) return phase
  if (isPodReady(a) !== isPodReady(b)) return isPodReady(a) ? 1 : -1
  const cost = deletionCost(a) - deletionCost(b)
  if (cost !== 0) return cost
  const doubled = colocated(b) - colocated(a)
  if (doubled !== 0) return doubled
  return maxRestarts(b) - maxRestarts(a) || maxSidecarRestarts(b) - maxSidecarRestarts(a)
}

/**
 * Which `count` of the active pods go. `related` are the pods of all ReplicaSets of the same owner. Where pods tie
 * for the last places, `choose` picks; by default the newest go.
 */
export function getPodsToDelete(
  active: readonly Pod[], related: readonly Pod[], count: number, choose: (options: readonly string[]) => number,
): readonly Pod[] {
  if (count >= active.length) return active
  const ready = new Map<string, number>()
  for (const pod of related) {
    const node = pod.spec.nodeName ?? ''
    if (isPodReady(pod)) ready.set(node, (ready.get(node) ?? 0) + 1)
  }
  const colocated = (pod: Pod): number => ready.get(pod.spec.nodeName ?? '') ?? 0
  const ranked = [...active].reverse().sort((a, b) => compareForDeletion(a, b, colocated))
  const chosen: Pod[] = []
  for (let from = 0, to = 0; chosen.length < count; from = to) {
    const first = ranked[from]
    if (first === undefined) break
    while (to < ranked.length && compareForDeletion(first, ranked[to]!, colocated) === 0) to++
    const tied = ranked.slice(from, to)
    const left = count - chosen.length
    if (tied.length <= left) chosen.push(...tied)
    else for (let i = 0; i < left; i++) chosen.push(...tied.splice(choose(tied.map(({ metadata }) => metadata.name)), 1))
  }
  return chosen
}
