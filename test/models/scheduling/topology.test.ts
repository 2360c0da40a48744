/**
 * Filters that look at other pods: pkg/scheduler/framework/plugins/interpodaffinity/filtering_test.go,
 * podtopologyspread/filtering_test.go.
 */
import { describe, expect, test } from 'vitest'
import type { Affinity, LabelSelector, Labels, Pod, PodAffinityTerm, Taint, TopologySpreadConstraint } from '#api/types'
import type { FilterPlugin } from '#models/scheduling/framework'
import { interPodAffinity } from '#models/scheduling/inter-pod-affinity'
import { podTopologySpread } from '#models/scheduling/pod-topology-spread'
import { newSnapshot } from '#models/scheduling/snapshot'
import { node as makeNode, pod as makePod } from './cluster.js'

const namespaces: Readonly<Record<string, Labels>> = {
  'subteam1.team1': { team: 'team1' }, 'subteam2.team1': { team: 'team1' }, 'subteam1.team2': { team: 'team2' },
}

interface Site {
  readonly name: string
  readonly labels: Labels
  readonly taints?: readonly Taint[]
}

/** What the plugin says of each node; `''` where it has nothing against it. */
function verdicts(plugin: FilterPlugin, pod: Pod, sites: readonly Site[], existing: readonly (readonly [node: string, pod: Pod])[]): readonly string[] {
  const nodes = sites.map(({ name, labels, taints }) => {
    const node = makeNode(name, taints === undefined ? {} : { taints })
    return { ...node, metadata: { ...node.metadata, labels } }
  })
  const placed = existing.map(([node, one], i) => ({ node, pod: { ...one, metadata: { ...one.metadata, name: `existing-${i}` } } }))
  const snapshot = newSnapshot(nodes, placed, (namespace) => namespaces[namespace])
  const filter = plugin.prepare({ pod, snapshot })
  return sites.map(({ name }) => filter?.(snapshot.find(name)!)?.reasons[0] ?? '')
}

describe('InterPodAffinity', () => {
  const affinity = "node(s) didn't match pod affinity rules"
  const anti = "node(s) didn't match pod anti-affinity rules"
  const existing = "node(s) didn't satisfy existing pods anti-affinity rules"
  const security: Labels = { service: 'securityscan' }
  const s1: Labels = { security: 'S1' }

  type Operator = 'In' | 'NotIn' | 'Exists' | 'DoesNotExist'
  const term = (topologyKey: string, key: string, operator: Operator, values: readonly string[] = [], extra: Partial<PodAffinityTerm> = {}): PodAffinityTerm =>
    ({ topologyKey, labelSelector: { matchExpressions: [{ key, operator, values }] }, ...extra })
  const and = (first: PodAffinityTerm, second: PodAffinityTerm): PodAffinityTerm => ({ ...first, labelSelector: {
    matchExpressions: [...first.labelSelector?.matchExpressions ?? [], ...second.labelSelector?.matchExpressions ?? []],
  } })
  const near = (...terms: readonly PodAffinityTerm[]): Affinity => ({ podAffinity: { requiredDuringSchedulingIgnoredDuringExecution: terms } })
  const far = (...terms: readonly PodAffinityTerm[]): Affinity => ({ podAntiAffinity: { requiredDuringSchedulingIgnoredDuringExecution: terms } })
  const of = (labels: Labels, ...parts: readonly Affinity[]): Pod => makePod('p', { labels, spec: { affinity: Object.assign({}, ...parts) as Affinity } })
  const inside = (namespace: string, pod: Pod): Pod => ({ ...pod, metadata: { ...pod.metadata, namespace } })
  const scan = ['securityscan', 'value2']
  const virus = ['antivirusscan', 'value2']
  const team = { namespaceSelector: { matchExpressions: [{ key: 'team', operator: 'In' as const, values: ['team1'] }] } }

  const single: readonly (readonly [string, Pod, readonly Pod[], string])[] = [
    ['no affinity, no pods', of({}), [], ''],
    ['affinity with In that matches', of(s1, near(term('region', 'service', 'In', scan))), [of(security)], ''],
    ['affinity with NotIn that matches', of(s1, near(term('region', 'service', 'NotIn', ['securityscan3', 'value3']))), [of(security)], ''],
    ['affinity to another namespace', of(s1, near(term('region', 'service', 'In', scan, { namespaces: ['DiffNameSpace'] }))), [inside('ns', of(security))], affinity],
    ['affinity that does not match', of(security, near(term('region', 'service', 'In', virus))), [of(security)], affinity],
    ['several terms that match', of(s1, near(and(term('region', 'service', 'Exists'), term('', 'wrongkey', 'DoesNotExist')),
      and(term('region', 'service', 'In', ['securityscan']), term('', 'service', 'NotIn', ['WrongValue'])))), [of(security)], ''],
    ['several terms, one does not', of(s1, near(and(term('region', 'service', 'Exists'), term('', 'wrongkey', 'DoesNotExist')),
      and(term('region', 'service', 'In', ['securityscan2']), term('', 'service', 'NotIn', ['WrongValue'])))), [of(security)], affinity],
    ['affinity and anti-affinity are satisfied', of(s1, near(term('region', 'service', 'In', scan)), far(term('node', 'service', 'In', virus))), [of(security)], ''],
    ['so is the anti-affinity of the existing pod', of(s1, near(term('region', 'service', 'In', scan)), far(term('node', 'service', 'In', virus))),
      [of(security, far(term('node', 'service', 'In', virus)))], ''],
    ['affinity is, anti-affinity is not', of(s1, near(term('region', 'service', 'In', scan)), far(term('zone', 'service', 'In', scan))), [of(security)], anti],
    ['both are, that of the existing pod is not', of(security, near(term('region', 'service', 'In', scan)), far(term('node', 'service', 'In', virus))),
      [of(security, far(term('zone', 'service', 'In', scan)))], existing],
    ['a pod that does not match its own affinity is not the first of its kind', of(security, near(term('region', 'service', 'NotIn', scan))), [], affinity],
    ['an existing pod repels a pod without any affinity', of(security), [of(security, far(term('zone', 'service', 'In', scan)))], existing],
    ['an existing pod does not repel it', of(security), [of(security, far(term('zone', 'service', 'NotIn', scan)))], ''],
    ['one of two anti-affinity terms matches', of(security, far(term('region', 'service', 'Exists'), term('region', 'security', 'Exists'))),
      [of(s1, far(term('zone', 'security', 'Exists')))], anti],
    ['symmetry a1', of(security, far(term('zone', 'service', 'Exists'), term('zone', 'security', 'Exists'))), [of(s1, far(term('zone', 'security', 'Exists')))], anti],
    ['symmetry a2', of(s1, far(term('zone', 'security', 'Exists'))), [of(security, far(term('zone', 'service', 'Exists'), term('zone', 'security', 'Exists')))], existing],
    ['symmetry b1', of({ abc: '', xyz: '' }, far(term('zone', 'abc', 'Exists'), term('zone', 'def', 'Exists'))),
      [of({ def: '', xyz: '' }, far(term('zone', 'abc', 'Exists'), term('zone', 'def', 'Exists')))], anti],
    ['symmetry b2', of({ def: '', xyz: '' }, far(term('zone', 'abc', 'Exists'), term('zone', 'def', 'Exists'))),
      [of({ abc: '', xyz: '' }, far(term('zone', 'abc', 'Exists'), term('zone', 'def', 'Exists')))], anti],
    ['affinity to namespaces selected', of(s1, near(term('region', 'service', 'In', scan, team))), [inside('subteam1.team1', of(security))], ''],
    ['affinity to namespaces not selected', of(s1, near(term('region', 'service', 'In', scan, team))), [inside('subteam1.team2', of(security))], affinity],
    ['anti-affinity to namespaces selected', inside('subteam1.team1', of(s1, far(term('zone', 'service', 'In', scan, team)))), [inside('subteam2.team1', of(security))], anti],
    ['anti-affinity to all namespaces', inside('subteam1.team1', of(s1, far(term('zone', 'service', 'In', scan, { namespaceSelector: {} })))), [inside('subteam2.team1', of(security))], anti],
    ['anti-affinity to namespaces not selected', inside('subteam1.team1', of(s1, far(term('zone', 'service', 'In', scan, team)))), [inside('subteam1.team2', of(security))], ''],
    ['matchLabelKeys narrow a term to pods of one revision', of({ app: 'a', rev: '2' }, far(term('zone', 'app', 'Exists', [], { matchLabelKeys: ['rev'] }))), [of({ app: 'a', rev: '1' })], ''],
    ['mismatchLabelKeys to pods of the others', of({ app: 'a', rev: '2' }, far(term('zone', 'app', 'Exists', [], { mismatchLabelKeys: ['rev'] }))), [of({ app: 'a', rev: '1' })], anti],
  ]
  test.each(single)('on one node: %s', (_, pod, pods, expected) => {
    const site: Site = { name: 'node1', labels: { region: 'r1', zone: 'z11' } }
    expect(verdicts(interPodAffinity, pod, [site], pods.map((one) => ['node1', one] as const))).toEqual([expected])
  })

  const sites = (...labels: readonly Labels[]): readonly Site[] => labels.map((own, i) => ({ name: `node${i + 1}`, labels: own }))
  const china = { region: 'China' }
  const chinaAz1 = { region: 'China', az: 'az1' }
  const india = { region: 'India' }
  const z1 = { region: 'r1', zone: 'z1' }
  const z2 = { region: 'r1', zone: 'z2' }
  const abc: Labels = { foo: 'abc' }
  const together = of({ foo: 'bar', service: 'securityscan' }, near(term('zone', 'foo', 'In', ['bar']), term('zone', 'service', 'In', ['securityscan'])))
  const several: readonly (readonly [string, Pod, readonly Labels[], readonly (readonly [string, Pod])[], readonly string[]])[] = [
    ['all nodes of the topology of a matching pod', of({}, near(term('region', 'foo', 'In', ['bar']))), [china, chinaAz1, india], [['node1', of({ foo: 'bar' })]], ['', '', affinity]],
    ['the first pod of a collection may go anywhere', together, [{ zone: 'az1' }, { zone: 'az2' }], [['node1', of({ foo: 'bar' })]], ['', '']],
    ['but only where the topology is', together, [{ zoneLabel: 'az1' }, { zoneLabel: 'az2' }], [['node1', of({ foo: 'bar' })]], [affinity, affinity]],
    ['a pod to avoid in the region', of({}, far(term('region', 'foo', 'In', ['abc']))), [china, chinaAz1, india], [['node1', of(abc)]], [anti, anti, '']],
    ['any term is enough', of({}, far(term('region', 'foo', 'In', ['abc']), term('zone', 'service', 'In', ['securityscan']))), [z1, z2], [['node1', of({ ...abc, ...security })]], [anti, anti]],
    ['pods of other namespaces do not repel', of({ foo: '123' }, far(term('region', 'foo', 'In', ['bar']))), [china, chinaAz1, india],
      [['node1', of({ foo: 'bar' })], ['node3', inside('NS2', of({}, far(term('region', 'foo', 'In', ['123']))))]], [anti, anti, '']],
    ['an existing term without its topology', of({ foo: '' }), [z1, z1], [['node1', of({}, far(term('invalid-node-label', 'foo', 'Exists')))]], ['', '']],
    ['an own term without its topology', of({}, far(term('invalid-node-label', 'foo', 'Exists'))), [z1, z1], [['node1', of({ foo: '' })]], ['', '']],
    ['two existing pods with a term each', of({ foo: '', bar: '' }), [z1, z2],
      [['node1', of({}, far(term('zone', 'foo', 'Exists')))], ['node1', of({}, far(term('region', 'bar', 'Exists')))]], [existing, existing]],
    ['two own terms, a pod for each', of({}, far(term('zone', 'foo', 'Exists'), term('region', 'bar', 'Exists'))), [z1, z2],
      [['node1', of({ foo: '' })], ['node2', of({ bar: '' })]], [anti, anti]],
    ['one existing pod, one of two topologies', of({ foo: '', bar: '' }), [z1, z2], [['node1', of({}, far(term('invalid-node-label', 'foo', 'Exists'), term('zone', 'bar', 'Exists')))]], [existing, '']],
    ['own terms, one of two topologies', of({}, far(term('invalid-node-label', 'foo', 'Exists'), term('zone', 'bar', 'Exists'))), [z1, z2], [['node1', of({ foo: '', bar: '' })]], [anti, '']],
    ['one existing pod, both topologies', of({ foo: '', bar: '' }), [z1, z2], [['node1', of({}, far(term('region', 'foo', 'Exists'), term('zone', 'bar', 'Exists')))]], [existing, existing]],
    ['own terms, both topologies', of({}, far(term('region', 'foo', 'Exists'), term('zone', 'bar', 'Exists'))), [z1, z2], [['node1', of({ foo: '', bar: '' })]], [anti, anti]],
  ]
  test.each(several)('on several nodes: %s', (_, pod, labels, pods, expected) => {
    expect(verdicts(interPodAffinity, pod, sites(...labels), pods)).toEqual(expected)
  })
})

describe('PodTopologySpread', () => {
  const refused = "node(s) didn't match pod topology spread constraints"
  const missing = `${refused} (missing required label)`
  const exists = (key: string): LabelSelector => ({ matchExpressions: [{ key, operator: 'Exists' }] })
  const hard = (maxSkew: number, topologyKey: string, extra: Partial<TopologySpreadConstraint> = {}): TopologySpreadConstraint =>
    ({ maxSkew, topologyKey, whenUnsatisfiable: 'DoNotSchedule', labelSelector: exists('foo'), ...extra })
  const spread = (labels: Labels, spec: Partial<Pod['spec']>, ...constraints: readonly TopologySpreadConstraint[]): Pod =>
    makePod('p', { labels, spec: { ...spec, topologySpreadConstraints: constraints } })
  const foo = { foo: '' }
  const four: readonly Site[] = [
    { name: 'node-a', labels: { zone: 'zone1', node: 'node-a' } }, { name: 'node-b', labels: { zone: 'zone1', node: 'node-b' } },
    { name: 'node-x', labels: { zone: 'zone2', node: 'node-x' } }, { name: 'node-y', labels: { zone: 'zone2', node: 'node-y' } },
  ]
  const on = (...counts: readonly (readonly [string, number])[]): readonly (readonly [string, Pod])[] =>
    counts.flatMap(([node, count]) => Array.from({ length: count }, () => [node, makePod('q', { labels: foo })] as const))
  const crowd = on(['node-a', 2], ['node-b', 1], ['node-y', 3])
  const affine = (operator: 'In' | 'NotIn', ...values: readonly string[]): Partial<Pod['spec']> => ({ affinity: { nodeAffinity: {
    requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [{ matchExpressions: [{ key: 'node', operator, values }] }] } } } })
  const { labelSelector: _, ...blind } = hard(1, 'zone')
  const three = four.slice(0, 3)
  const tainted: readonly Site[] = four.map((site, i) => (i === 3 ? { ...site, taints: [{ key: 'aaa', effect: 'NoSchedule' }] } : site))
  const selected: readonly Site[] = four.map((site, i) => (i === 3 ? site : { ...site, labels: { ...site.labels, foo: '' } }))

  const rows: readonly (readonly [string, Pod, readonly Site[], readonly (readonly [string, Pod])[], readonly string[]])[] = [
    ['no existing pods', spread(foo, {}, hard(1, 'zone')), four, [], ['', '', '', '']],
    ['no existing pods, the pod does not match itself', spread(foo, {}, hard(1, 'zone', { labelSelector: exists('bar') })), four, [], ['', '', '', '']],
    ['pods of other namespaces do not count', spread(foo, {}, hard(1, 'zone')), four,
      [...['ns1', 'ns2'].map((namespace) => ['node-a', makePod('q', { labels: foo, namespace })] as const), ...on(['node-x', 1], ['node-y', 1])], ['', '', refused, refused]],
    ['no selector selects nothing', spread(foo, {}, blind), four, on(['node-x', 1], ['node-y', 1]), ['', '', '', '']],
    ['an empty selector counts no other pods', spread(foo, {}, hard(1, 'zone', { labelSelector: {} })), four, crowd, ['', '', '', '']],
    ['zones as 3/3', spread(foo, {}, hard(1, 'zone')), four, crowd, ['', '', '', '']],
    ['zones as 1/2, a node without the label', spread(foo, {}, hard(1, 'zone')), four.map((site, i) => (i === 1 ? { ...site, labels: { zon: 'zone1' } } : site)),
      on(['node-a', 1], ['node-b', 1], ['node-x', 1], ['node-y', 1]), ['', missing, refused, refused]],
    ['no node has the label', spread(foo, {}, hard(1, 'rack')), four.slice(1, 3), [], [missing, missing]],
    ['nodes as 2/1/0/3', spread(foo, {}, hard(1, 'node')), four, crowd, [refused, refused, '', refused]],
    ['nodes as 2/1/0/3, maxSkew 2', spread(foo, {}, hard(2, 'node')), four, crowd, [refused, '', '', refused]],
    ['the pod does not match itself', spread({ bar: '' }, {}, hard(1, 'node')), four, crowd, [refused, '', '', refused]],
    ['nodes that affinity excludes do not count: 2/~1~/~0~/3', spread(foo, affine('In', 'node-a', 'node-y'), hard(1, 'node')), four, crowd, ['', '', '', refused]],
    ['terminating pods do not count', spread(foo, {}, hard(1, 'node')), four.slice(0, 2),
      [['node-a', { ...makePod('q', { labels: foo }), metadata: { ...makePod('q', { labels: foo }).metadata, deletionTimestamp: 'set' } }], ...on(['node-b', 1])], ['', refused]],
    ['zones of nodes that affinity leaves: 0/~2~/0/1', spread(foo, affine('NotIn', 'node-b'), hard(1, 'zone')), four, on(['node-b', 2], ['node-y', 1]), ['', '', refused, refused]],
    ['fewer domains than minDomains: nodes as 2/2/1', spread(foo, {}, hard(2, 'node', { minDomains: 4 })), three, on(['node-a', 2], ['node-b', 2], ['node-x', 1]), [refused, refused, '']],
    ['more domains than minDomains', spread(foo, {}, hard(2, 'node', { minDomains: 2 })), three, on(['node-a', 2], ['node-b', 2], ['node-x', 1]), ['', '', '']],
    ['fewer zones than minDomains: 2/1', spread(foo, {}, hard(2, 'zone', { minDomains: 3 })), four, on(['node-a', 1], ['node-b', 1], ['node-y', 1]), [refused, refused, '', '']],
    ['NodeAffinityPolicy honoured with nodeSelector', spread(foo, { nodeSelector: foo }, hard(1, 'node')), selected, on(['node-a', 1], ['node-b', 1], ['node-y', 1]), [refused, refused, '', '']],
    ['NodeAffinityPolicy ignored', spread(foo, { nodeSelector: foo }, hard(1, 'node', { nodeAffinityPolicy: 'Ignore' })), selected, on(['node-a', 1], ['node-b', 1], ['node-y', 1]), [refused, refused, '', refused]],
    ['NodeTaintsPolicy ignored by default', spread(foo, {}, hard(1, 'node')), tainted, on(['node-a', 1], ['node-b', 1], ['node-x', 1]), [refused, refused, refused, '']],
    ['NodeTaintsPolicy honoured', spread(foo, {}, hard(1, 'node', { nodeTaintsPolicy: 'Honor' })), tainted, on(['node-a', 1], ['node-b', 1], ['node-x', 1]), ['', '', '', '']],
    ['two constraints, zones 3/3 and nodes 2/1/0/3', spread(foo, {}, hard(1, 'zone'), hard(1, 'node')), four, crowd, [refused, refused, '', refused]],
    ['two constraints, zones 3/4 and nodes 2/1/0/4', spread(foo, {}, hard(1, 'zone'), hard(1, 'node')), four, on(['node-a', 2], ['node-b', 1], ['node-y', 4]), [refused, refused, refused, refused]],
    ['matchLabelKeys: pods of other revisions do not count', spread({ ...foo, rev: '2' }, {}, hard(1, 'node', { matchLabelKeys: ['rev'] })), four, crowd, ['', '', '', '']],
  ]
  test.each(rows)('%s', (_, pod, sites, existing, expected) => {
    expect(verdicts(podTopologySpread, pod, sites, existing)).toEqual(expected)
  })
})
