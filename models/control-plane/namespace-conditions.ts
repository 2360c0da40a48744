/**
 * Models: pkg/controller/namespace/deletion/status_condition_utils.go (NamespaceConditionUpdater)
 * Reads: nothing (it is handed the namespace)
 * Writes: nothing
 * Omits: failures of discovery, which cannot fail here
 */
import type { NamespaceCondition } from '#api/types'
import { findCondition, setCondition } from '#api/meta'

/** What was left of one resource after its deletion was asked for. */
export interface Remains {
  /** `deployments.apps`; of the core group `pods.`, with the dot. */
  readonly resource: string
  readonly count: number
  /** How many of them each finalizer holds. */
  readonly finalizers: Readonly<Record<string, number>>
}

const okay = [
  ['NamespaceDeletionDiscoveryFailure', 'ResourcesDiscovered', 'All resources successfully discovered'],
  ['NamespaceDeletionGroupVersionParsingFailure', 'ParsedGroupVersions', 'All legacy kube types successfully parsed'],
  ['NamespaceDeletionContentFailure', 'ContentDeleted',
    'All content successfully deleted, may be waiting on finalization'],
  ['NamespaceContentRemaining', 'ContentRemoved', 'All content successfully removed'],
  ['NamespaceFinalizersRemaining', 'ContentHasNoFinalizers', 'All content-preserving finalizers finished'],
] as const

const failing = (type: string, reason: string, message: string): NamespaceCondition =>
  ({ type, status: 'True', reason, message })

/** ProcessContentTotals. */
export function contentConditions(remains: readonly Remains[]): readonly NamespaceCondition[] {
  const left = remains.filter(({ count }) => count > 0)
  const held: Record<string, number> = {}
  for (const { finalizers } of left) {
    for (const [finalizer, count] of Object.entries(finalizers)) held[finalizer] = (held[finalizer] ?? 0) + count
  }
  const resources = left.map(({ resource, count }) => `${resource} has ${count} resource instances`).sort()
  const finalizers = Object.entries(held)
    .map(([finalizer, count]) => `${finalizer} in ${count} resource instances`).sort()
  return [
    ...(resources.length === 0 ? [] : [failing('NamespaceContentRemaining', 'SomeResourcesRemain',
      `Some resources are remaining: ${resources.join(', ')}`)]),
    ...(finalizers.length === 0 ? [] : [failing('NamespaceFinalizersRemaining', 'SomeFinalizersRemain',
      `Some content in the namespace has finalizers remaining: ${finalizers.join(', ')}`)]),
  ]
}

/** makeDeleteContentCondition. */
export const failureConditions = (errors: readonly string[]): readonly NamespaceCondition[] =>
  (errors.length === 0 ? [] : [failing('NamespaceDeletionContentFailure', 'ContentDeletionFailed',
    `Failed to delete all resource types, ${errors.length} remaining: ${[...errors].sort().join(', ')}`)])

/** Every condition of this controller is there, in its good form where nothing is wrong; the same list if unchanged. */
export function updateConditions(
  before: readonly NamespaceCondition[] | undefined, found: readonly NamespaceCondition[],
): readonly NamespaceCondition[] {
  let conditions = before ?? []
  for (const [type, reason, message] of okay) {
    const condition = findCondition(found, type) ?? { type, status: 'False' as const, reason, message }
    conditions = setCondition(conditions, condition)
  }
  return conditions
}
