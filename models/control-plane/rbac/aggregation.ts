/**
 * Models: pkg/controller/clusterroleaggregation/clusterroleaggregation_controller.go (syncClusterRole)
 * Reads: nothing (it is handed roles)
 * Writes: nothing
 * Omits: nothing
 */
import { selectorMatches } from '#api/selectors'
import { equal } from '#kernel/value'
import type { ClusterRole, PolicyRule } from './types.js'

const byName = (a: ClusterRole, b: ClusterRole): number =>
  (a.metadata.name < b.metadata.name ? -1 : a.metadata.name > b.metadata.name ? 1 : 0)

/** The rules of a role that is made of others; `undefined` where it is not, `[]` where nothing is selected. */
export function aggregatedRules(role: ClusterRole, roles: readonly ClusterRole[]): readonly PolicyRule[] | undefined {
  if (role.aggregationRule === undefined) return undefined
  const rules: PolicyRule[] = []
  for (const selector of role.aggregationRule.clusterRoleSelectors ?? []) {
    const selected = roles.filter((one) => one.metadata.name !== role.metadata.name
      && selectorMatches(selector, one.metadata.labels)).sort(byName)
    for (const rule of selected.flatMap((one) => one.rules ?? [])) {
      if (!rules.some((known) => equal(known, rule))) rules.push(rule)
    }
  }
  return rules
}

/** What the controller writes; `undefined` where the role already says so. */
export function newRules(role: ClusterRole, roles: readonly ClusterRole[]): readonly PolicyRule[] | undefined {
  const rules = aggregatedRules(role, roles)
  return rules === undefined || equal(rules, role.rules ?? []) ? undefined : rules
}
