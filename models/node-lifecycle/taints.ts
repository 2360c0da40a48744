/**
 * Models: pkg/util/taints/taints.go, pkg/apis/core/v1/helper/helpers.go (GetMatchingTolerations),
 *   pkg/controller/tainteviction/taint_eviction.go (getNoExecuteTaints, getMinTolerationTime)
 * Reads: nothing (it is handed taints)
 * Writes: nothing
 * Omits: timeAdded, which nothing in this version reads
 */
import type { Node, Taint, Toleration } from '#api/types'
import { toleratesTaint } from '#api/taints'

export const taintKeys = {
  notReady: 'node.kubernetes.io/not-ready',
  unreachable: 'node.kubernetes.io/unreachable',
  unschedulable: 'node.kubernetes.io/unschedulable',
  memoryPressure: 'node.kubernetes.io/memory-pressure',
  diskPressure: 'node.kubernetes.io/disk-pressure',
  pidPressure: 'node.kubernetes.io/pid-pressure',
  networkUnavailable: 'node.kubernetes.io/network-unavailable',
  outOfService: 'node.kubernetes.io/out-of-service',
} as const

/** NotReadyTaintTemplate and UnreachableTaintTemplate: by these pods are evicted. */
export const notReadyTaint: Taint = { key: taintKeys.notReady, effect: 'NoExecute' }
export const unreachableTaint: Taint = { key: taintKeys.unreachable, effect: 'NoExecute' }

const none: readonly Taint[] = []

export const taintsOf = (node: Node): readonly Taint[] => node.spec.taints ?? none

/** MatchTaint: the same key and effect, whatever the value. */
const matches = (a: Taint, b: Taint): boolean => a.key === b.key && a.effect === b.effect

export const taintExists = (taints: readonly Taint[], taint: Taint): boolean =>
  taints.some((other) => matches(other, taint))

/** AddOrUpdateTaint for each of `added`; the same list where nothing changes. */
export function addTaints(taints: readonly Taint[], added: readonly Taint[]): readonly Taint[] {
  let result = taints
  for (const taint of added) {
    const at = result.findIndex((other) => matches(other, taint))
    if (at < 0) result = [...result, taint]
    else if (result[at]?.value !== taint.value) result = result.with(at, taint)
  }
  return result
}

/** RemoveTaint for each of `removed`; the same list where none was there. */
export function removeTaints(taints: readonly Taint[], removed: readonly Taint[]): readonly Taint[] {
  const rest = taints.filter((taint) => !taintExists(removed, taint))
  return rest.length === taints.length ? taints : rest
}

export function getNoExecuteTaints(taints: readonly Taint[] | undefined): readonly Taint[] {
  if (taints === undefined || taints.length === 0) return none
  const found = taints.filter(({ effect }) => effect === 'NoExecute')
  return found.length === 0 ? none : found
}

/** GetMatchingTolerations: for each taint the first toleration that covers it; `undefined` where one has none. */
export function getMatchingTolerations(
  taints: readonly Taint[], tolerations: readonly Toleration[] | undefined,
): readonly Toleration[] | undefined {
  const used: Toleration[] = []
  for (const taint of taints) {
    const first = tolerations?.find((toleration) => toleratesTaint(toleration, taint))
    if (first === undefined) return undefined
    used.push(first)
  }
  return used
}

/** The least time in milliseconds; Infinity where none is limited, 0 where there is no toleration at all. */
export function getMinTolerationTime(tolerations: readonly Toleration[]): number {
  if (tolerations.length === 0) return 0
  let least = Infinity
  for (const { tolerationSeconds } of tolerations) {
    if (tolerationSeconds !== undefined) least = Math.min(least, Math.max(0, tolerationSeconds) * 1000)
  }
  return least
}

/**
 * How long a pod may stay under these NoExecute taints, in milliseconds: Infinity for ever, `undefined` where it does
 * not tolerate one of them.
 */
export function tolerationTime(
  taints: readonly Taint[], tolerations: readonly Toleration[] | undefined,
): number | undefined {
  if (taints.length === 0) return Infinity
  const used = getMatchingTolerations(taints, tolerations)
  return used === undefined ? undefined : getMinTolerationTime(used)
}
