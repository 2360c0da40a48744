/**
 * Taints and tolerations. Source: component-helpers `scheduling/corev1/helpers.go`, api
 * `core/v1/toleration.go`.
 */
import type { Taint, TaintEffect, Toleration } from './types.js'

/** `ToleratesTaint`, without the comparison operators, which are alpha in 1.36. Empty text means absent. */
export function toleratesTaint(toleration: Toleration, taint: Taint): boolean {
  if (isSet(toleration.effect) && toleration.effect !== taint.effect) return false
  if (isSet(toleration.key) && toleration.key !== taint.key) return false
  switch (toleration.operator) {
    case 'Exists': return true
    case 'Lt': case 'Gt': return false
    default: return (toleration.value ?? '') === (taint.value ?? '')
  }
}

const isSet = (text: string | undefined): boolean => text !== undefined && text !== ''

/** `FindMatchingUntoleratedTaint`: the first taint of these effects that no toleration covers. */
export function findUntoleratedTaint(
  taints: readonly Taint[] | undefined, tolerations: readonly Toleration[] | undefined,
  effects: readonly TaintEffect[],
): Taint | undefined {
  return taints?.find((taint) =>
    effects.includes(taint.effect) && !tolerations?.some((one) => toleratesTaint(one, taint)))
}
