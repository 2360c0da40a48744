/** Rows of pkg/controller/clusterroleaggregation/clusterroleaggregation_controller_test.go. */
import { describe, expect, it } from 'vitest'
import { newRules } from '#models/control-plane/rbac/aggregation'
import type { ClusterRole, PolicyRule } from '#models/control-plane/rbac/types'
import { clusterRole } from './roles.js'

const one = (verb: string, resource: string): PolicyRule => ({ verbs: [verb], resources: [resource] })

const hammer = [one('hammer', 'nails'), one('hammer', 'wedges')]
const chisel = [one('chisel', 'mortises')]
const saw = [one('saw', 'boards')]

const labelled = (name: string, foo: string, rules: readonly PolicyRule[]): ClusterRole => {
  const plain = clusterRole(name, ...rules)
  return { ...plain, metadata: { ...plain.metadata, labels: { foo } } }
}

const combined = (selected: readonly string[], ...rules: readonly PolicyRule[]): ClusterRole => ({
  ...clusterRole('combined', ...rules),
  aggregationRule: { clusterRoleSelectors: selected.map((foo) => ({ matchLabels: { foo } })) },
})

describe('A ClusterRole that is made of others (TestSyncClusterRole)', () => {
  it.each([
    ['loses what none of them has', [labelled('hammer', 'bar', hammer)], combined(['bar'], ...saw), hammer],
    ['has nothing where none is selected', [labelled('hammer', 'not-bar', hammer)], combined(['bar'], ...hammer), []],
    ['has the rules of those selected, by their names',
      [labelled('hammer', 'bar', hammer), labelled('chisel', 'bar', chisel), labelled('saw', 'not-bar', saw)], combined(['bar']), [...chisel, ...hammer]],
    ['has those of each selector in turn',
      [labelled('hammer', 'bar', hammer), labelled('chisel', 'bar', chisel), labelled('saw', 'not-bar', saw)],
      combined(['bar', 'not-bar']), [...chisel, ...hammer, ...saw]],
    ['has no rule twice',
      [labelled('hammer', 'bar', hammer), labelled('chisel', 'bar', chisel), labelled('saw', 'bar', saw), labelled('other-saw', 'not-bar', saw)],
      combined(['bar', 'not-bar']), [...chisel, ...hammer, ...saw]],
    ['is left alone where it has them', [labelled('hammer', 'bar', hammer)], combined(['bar'], ...hammer), undefined],
    ['is left alone where it is made of none', [labelled('hammer', 'bar', hammer)], clusterRole('combined', ...saw), undefined],
    ['does not take its own rules', [], { ...combined(['bar'], ...saw), metadata: { name: 'combined', uid: '', labels: { foo: 'bar' } } }, []],
  ])('%s', (_, others, role, wanted) => {
    expect(newRules(role, [...others, role])).toEqual(wanted)
  })
})
