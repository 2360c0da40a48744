/**
 * Models: pkg/registry/policy/poddisruptionbudget/strategy.go,
 *   component-helpers/apps/poddisruptionbudget (UpdateDisruptionAllowedCondition, ConditionsAreUpToDate)
 * Reads: deadlines
 * Writes: deadlines
 * Omits: the times in `status.disruptedPods`: a marker in their place, and one deadline each
 */
import type { Condition, Pod, PodDisruptionBudget, PodDisruptionBudgetStatus } from '#api/types'
import { findCondition, setCondition } from '#api/meta'
import { compileSelector } from '#api/selectors'
import { key, type Cells } from '#kernel/cells'
import { nameOf, type StoredObject } from '#machine/objects'
import { bumpGeneration, type Strategy } from './strategy.js'

/** How long a pod whose eviction was granted may take to be seen as deleted. */
const deletionTimeout = 2 * 60_000

/** Pending while a granted eviction still counts against the budget. */
export const disruptedDeadline = (budget: string, pod: string): string =>
  key('elapsed', 'poddisruptionbudgets', budget, pod)

export const markDisrupted = (cells: Cells, budget: string, pod: string): void =>
  cells.arm(disruptedDeadline(budget, pod), deletionTimeout)

/** Of budgets of the pod's namespace. An empty selector matches every pod. */
export const matchesBudget = (budget: PodDisruptionBudget, pod: Pod): boolean =>
  compileSelector(budget.spec.selector)(pod.metadata.labels)

const allowed = 'DisruptionAllowed'

/** SetStatusCondition, of the one condition that a budget has. */
export const withCondition = (
  status: PodDisruptionBudgetStatus, condition: Omit<Condition, 'type'>,
): PodDisruptionBudgetStatus =>
  ({ ...status, conditions: setCondition(status.conditions, { type: allowed, ...condition }) })

const observed = ({ observedGeneration }: PodDisruptionBudgetStatus): { readonly observedGeneration?: number } =>
  (observedGeneration === undefined ? {} : { observedGeneration })

export const updateDisruptionAllowedCondition = (status: PodDisruptionBudgetStatus): PodDisruptionBudgetStatus =>
  withCondition(status, status.disruptionsAllowed > 0
    ? { status: 'True', ...observed(status), reason: 'SufficientPods', message: '' }
    : { status: 'False', ...observed(status), reason: 'InsufficientPods', message: '' })

/** The condition of the controller that could not sync: nothing may be evicted. */
export const syncFailed = (status: PodDisruptionBudgetStatus, message: string): PodDisruptionBudgetStatus =>
  withCondition({ ...status, disruptionsAllowed: 0 },
    { status: 'False', ...observed(status), reason: 'SyncFailed', message })

export const disruptionAllowedCondition = (status: PodDisruptionBudgetStatus): Condition | undefined =>
  findCondition(status.conditions, allowed)

export function conditionsAreUpToDate(budget: PodDisruptionBudget): boolean {
  const condition = disruptionAllowedCondition(budget.status)
  if (condition === undefined || budget.status.observedGeneration !== budget.metadata.generation) return false
  return budget.status.disruptionsAllowed > 0
    ? condition.status === 'True' && condition.reason === 'SufficientPods'
    : condition.status === 'False' && condition.reason === 'InsufficientPods'
}

const initial: PodDisruptionBudgetStatus =
  { disruptionsAllowed: 0, currentHealthy: 0, desiredHealthy: 0, expectedPods: 0 }

/** Entries that go take their deadline with them; whoever adds one arms it. */
function forgetDisrupted(
  cells: Cells, old: PodDisruptionBudget | undefined, budget: PodDisruptionBudget | undefined,
): void {
  const before = old?.status.disruptedPods
  if (old === undefined || before === undefined) return
  const after = budget?.status.disruptedPods
  if (before === after) return
  for (const pod in before) if (after?.[pod] === undefined) cells.disarm(disruptedDeadline(nameOf(old), pod))
}

export const disruptionBudgetStrategy: Strategy = {
  namespaced: true,
  prepareForCreate: (_, object) => ({ ...object, status: initial }) as StoredObject, // a PodDisruptionBudget
  prepareForUpdate: (_, object, old) => bumpGeneration(object, old),
  // By resource.
  afterWrite: (cells, old, object) =>
    forgetDisrupted(cells, old as PodDisruptionBudget | undefined, object as PodDisruptionBudget | undefined),
}
