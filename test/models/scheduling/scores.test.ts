/**
 * Scores: pkg/scheduler/framework/plugins/noderesources/{least_allocated,balanced_allocation}_test.go,
 * tainttoleration/taint_toleration_test.go, nodeaffinity/node_affinity_test.go, interpodaffinity/scoring_test.go,
 * podtopologyspread/scoring_test.go.
 */
import { describe, expect, test } from 'vitest'
import type { LabelMatcher } from '#api/selectors'
import type { Affinity, Labels, Node, Pod, Taint, Toleration, WeightedPodAffinityTerm } from '#api/types'
import { scorePlugins } from '#models/scheduling/scores'
import { newSnapshot } from '#models/scheduling/snapshot'
import { node as makeNode, pod as makePod, type PodOptions } from './cluster.js'

type Request = readonly [cpu: string, memory: string]

const asks = (name: string, ...requests: readonly Request[]): Pod => makePod(name, { spec: {
  containers: (requests.length === 0 ? [undefined] : requests).map((request) => ({
    name: 'c', image: 'i', imagePullPolicy: 'IfNotPresent' as const,
    ...(request === undefined ? {} : { resources: { requests: { cpu: request[0], memory: request[1] } } }),
  })),
} })

function scoresOf(plugin: string, pod: Pod, nodes: readonly Node[], existing: readonly (readonly [node: string, pod: Pod])[] = [], spreads?: LabelMatcher): readonly number[] | undefined {
  const placed = existing.map(([node, one], i) => ({ node, pod: { ...one, metadata: { ...one.metadata, name: `${one.metadata.name}-${i}` } } }))
  const snapshot = newSnapshot(nodes, placed, (namespace) => ({ 'subteam1.team1': { team: 'team1' }, 'subteam2.team2': { team: 'team2' } }[namespace]))
  const found = scorePlugins.find(({ name }) => name === plugin)
  return found?.score({ pod, snapshot, spreads }, {
    places: nodes.map((_, place) => place),
    nodes: nodes.map(({ metadata }) => snapshot.find(metadata.name)!),
  })
}

const sized = (...sizes: readonly Request[]): readonly Node[] => sizes.map(([cpu, memory], i) => makeNode(`node${i + 1}`, { cpu, memory }))
const two: readonly Request[] = [['1000', '2000'], ['2000', '3000']]

describe('NodeResourcesFit (LeastAllocated)', () => {
  const rows: readonly (readonly [string, readonly Request[], readonly Request[], readonly (readonly [string, readonly Request[]])[], readonly number[]])[] = [
    ['resources requested, nodes of different size', two, [['4000', '10000'], ['6000', '10000']], [], [37, 50]],
    ['resources requested, pods with resources', two, [['10000', '20000'], ['10000', '20000']],
      [['node1', [['3000', '0']]], ['node2', [['3000', '5000']]]], [57, 45]],
    ['the same, nodes of different size', two, [['10000', '20000'], ['10000', '50000']],
      [['node1', [['3000', '0']]], ['node2', [['3000', '5000']]]], [57, 60]],
    ['more than a node has', [['3000', '0']], [['4000', '10000'], ['4000', '10000']],
      [['node1', [['3000', '0']]], ['node2', [['3000', '5000']]]], [50, 25]],
    ['a node without resources', two, [['0', '0'], ['0', '0']], [], [0, 0]],
    ['only one resource on the node', [['3000', '5000']], [['6000', '0'], ['0', '10000']], [], [50, 50]],
  ]
  test.each(rows)('%s', (_, requests, nodes, existing, expected) => {
    expect(scoresOf('NodeResourcesFit', asks('p', ...requests), sized(...nodes), existing.map(([node, own]) => [node, asks('q', ...own)] as const))).toEqual(expected)
  })

  test('counts a guess for pods that ask for nothing', () => {
    const nodes = sized(['1', '1000Mi'], ['1', '1000Mi'])
    expect(scoresOf('NodeResourcesFit', asks('p'), nodes, [['node1', asks('q')]])).toEqual([70, 85])
  })
})

describe('NodeResourcesBalancedAllocation', () => {
  const cpuOnly: readonly Request[] = [['1000m', '0'], ['2000m', '0']]
  const both: readonly Request[] = [['1000m', '2000'], ['2000m', '3000']]
  const rows: readonly (readonly [string, readonly Request[], readonly Request[], readonly (readonly [string, readonly Request[]])[], readonly number[] | undefined])[] = [
    ['nothing requested: skipped', [], [['4000m', '10000'], ['4000m', '10000']], [], undefined],
    ['nodes of different size', both, [['4000m', '10000'], ['6000m', '10000']], [], [68, 75]],
    ['pods with resources', both, [['10000m', '20000'], ['10000m', '20000']], [['node1', cpuOnly], ['node2', both]], [73, 74]],
    ['the same, nodes of different size', both, [['10000m', '20000'], ['10000m', '50000']], [['node1', cpuOnly], ['node2', both]], [73, 70]],
    ['the best and the worst', [['0', '2000'], ['0', '3000']], [['3000m', '5000'], ['3000m', '5000']], [['node1', cpuOnly]], [100, 50]],
    ['at capacity', cpuOnly, [['6000m', '10000'], ['6000m', '10000']], [['node1', cpuOnly], ['node2', both]], [62, 62]],
    ['an extended resource does not count', both, [['3500m', '40000'], ['3500m', '40000']], [], [56, 56]],
  ]
  test.each(rows)('%s', (_, requests, nodes, existing, expected) => {
    expect(scoresOf('NodeResourcesBalancedAllocation', asks('p', ...requests), sized(...nodes), existing.map(([node, own]) => [node, asks('q', ...own)] as const))).toEqual(expected)
  })
})

describe('TaintToleration', () => {
  const taint = (key: string, value: string, effect: Taint['effect'] = 'PreferNoSchedule'): Taint => ({ key, value, effect })
  const tolerates = (key: string, value: string, effect: Toleration['effect']): Toleration => ({ key, operator: 'Equal', value, effect })
  const arm = taint('cpu-type', 'arm64')
  const ssd = taint('disk-type', 'ssd')
  const rows: readonly (readonly [string, readonly Toleration[], readonly (readonly Taint[])[], readonly number[]])[] = [
    ['a toleration that is of no use', [tolerates('foo', 'bar', 'PreferNoSchedule')], [[], [arm], [arm, ssd]], [100, 50, 0]],
    ['tolerated taints count as none', [tolerates('cpu-type', 'arm64', 'PreferNoSchedule'), tolerates('disk-type', 'ssd', 'PreferNoSchedule')],
      [[], [arm], [arm, ssd]], [100, 100, 100]],
    ['only taints of effect PreferNoSchedule count', [tolerates('cpu-type', 'arm64', 'NoSchedule'), tolerates('disk-type', 'ssd', 'NoSchedule')],
      [[], [taint('cpu-type', 'arm64', 'NoSchedule')], [arm, ssd]], [100, 100, 0]],
    ['no tolerations', [], [[], [arm]], [100, 0]],
  ]
  test.each(rows)('%s', (_, tolerations, taints, expected) => {
    const nodes = taints.map((own, i) => makeNode(`node${i}`, { taints: own }))
    expect(scoresOf('TaintToleration', makePod('p', { spec: { tolerations } }), nodes)).toEqual(expected)
  })
})

test('NodeAffinity adds up the weights of preferred terms that match', () => {
  const preferring = (...terms: readonly (readonly [weight: number, key: string, ...values: readonly string[]])[]): Pod => makePod('p', { spec: { affinity: { nodeAffinity: {
    preferredDuringSchedulingIgnoredDuringExecution: terms.map(([weight, key, ...values]) =>
      ({ weight, preference: { matchExpressions: [{ key, operator: 'In', values }] } })),
  } } } })
  const labels: readonly Labels[] = [{ foo: 'bar' }, { key: 'value' }, { az: 'az1' }, { foo: 'bar', key: 'value', az: 'az1' }]
  const nodes = labels.map((own, i) => makeNode(`node${i}`, { labels: own }))
  expect(scoresOf('NodeAffinity', makePod('p'), nodes)).toBeUndefined()
  expect(scoresOf('NodeAffinity', preferring([2, 'foo', 'bar']), nodes)).toEqual([100, 0, 0, 100])
  expect(scoresOf('NodeAffinity', preferring([2, 'foo', 'bar'], [4, 'key', 'value'], [5, 'az', 'az1']), nodes)).toEqual([18, 36, 45, 100])
})

describe('InterPodAffinity', () => {
  const s1 = { security: 'S1' }
  const s2 = { security: 'S2' }
  const china = { region: 'China' }
  const india = { region: 'India' }
  const az1 = { az: 'az1' }
  const az2 = { az: 'az2' }
  const term = (weight: number, value: string, topologyKey: string, extra: object = {}): WeightedPodAffinityTerm =>
    ({ weight, podAffinityTerm: { labelSelector: { matchExpressions: [{ key: 'security', operator: 'In', values: [value] }] }, topologyKey, ...extra } })
  const near = (...terms: readonly WeightedPodAffinityTerm[]): Affinity => ({ podAffinity: { preferredDuringSchedulingIgnoredDuringExecution: terms } })
  const far = (...terms: readonly WeightedPodAffinityTerm[]): Affinity => ({ podAntiAffinity: { preferredDuringSchedulingIgnoredDuringExecution: terms } })
  const hard: Affinity = { podAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [
    { labelSelector: { matchExpressions: [{ key: 'security', operator: 'In', values: ['S1', 'value2'] }] }, topologyKey: 'region' },
    { labelSelector: { matchExpressions: [{ key: 'security', operator: 'Exists' }, { key: 'wrongkey', operator: 'DoesNotExist' }] }, topologyKey: 'region' },
  ] } }
  const looks = (labels: PodOptions['labels'] | undefined, affinity?: Affinity, namespace = 'default'): Pod =>
    makePod('p', { labels: labels ?? {}, namespace, spec: affinity === undefined ? {} : { affinity } })
  const selector = { namespaces: ['subteam2.team2'], namespaceSelector: { matchExpressions: [{ key: 'team', operator: 'In' as const, values: ['team1'] }] } }

  const rows: readonly (readonly [string, Pod, readonly Record<string, string>[], readonly (readonly [number, Pod])[], readonly number[] | undefined])[] = [
    ['no affinity anywhere', looks(s1), [china, india, az1], [], undefined],
    ['a pod that matches in a node that has the topology', looks(s1, near(term(5, 'S1', 'region'))), [china, india, az1],
      [[1, looks(s1)], [2, looks(s2)], [3, looks(s1)]], [100, 0, 0]],
    ['all nodes of that topology', looks(undefined, near(term(5, 'S1', 'region'))), [china, { ...china, ...az1 }, india], [[1, looks(s1)]], [100, 100, 0]],
    ['more matching pods in one region', looks(s1, near(term(6, 'S2', 'region'))), [china, india, china, china, india],
      [[1, looks(s2)], [1, looks(s2)], [2, looks(s2)], [3, looks(s2)], [4, looks(s2)], [5, looks(s2)]], [100, 0, 100, 100, 0]],
    ['existing pods prefer to be with the incoming one', looks(s2), [china, india, az1],
      [[1, looks(s1, near(term(5, 'S1', 'region')))], [2, looks(s2, near(term(6, 'S2', 'region')))]], [0, 100, 0]],
    ['existing pods require to be with it', looks(s1), [china, india, az1],
      [[1, looks(s1, hard)], [2, looks(s2, hard)]], [100, 100, 0]],
    ['a pod to stay away from in one zone', looks(s1, far(term(5, 'S1', 'az'))), [az1, china], [[1, looks(s1)], [2, looks(s2)]], [0, 100]],
    ['it matters in its own topology only', looks(s1, far(term(5, 'S1', 'az'))), [az1, china], [[1, looks(s2)], [2, looks(s1)]], undefined],
    ['more pods to stay away from', looks(s1, far(term(5, 'S1', 'az'))), [az1, india], [[1, looks(s1)], [1, looks(s1)], [2, looks(s2)]], [0, 100]],
    ['existing pods prefer to stay away from it', looks(s2), [az1, az2],
      [[1, looks(s1, far(term(5, 'S2', 'az')))], [2, looks(s2, far(term(5, 'S1', 'az')))]], [0, 100]],
    ['affinity in the region, anti-affinity in the zone', looks(undefined, { ...near(term(8, 'S1', 'region')), ...far(term(5, 'S2', 'az')) }), [china, az1],
      [[1, looks(s1)], [2, looks(s1)]], [100, 0]],
    ['in namespaces named or selected', looks(undefined, near(term(5, 'S1', 'region', selector)), 'subteam1.team1'), [china, india, az1],
      [[1, looks(s1, undefined, 'subteam1.team1')], [2, looks(s2, undefined, 'subteam1.team1')]], [100, 0, 0]],
    ['away from pods in namespaces named or selected', looks(undefined, far(term(5, 'S1', 'region', selector)), 'subteam1.team1'), [china, india],
      [[1, looks(s1, undefined, 'subteam2.team2')], [2, looks(s2, undefined, 'subteam1.team1')]], [0, 100]],
  ]
  test.each(rows)('%s', (_, pod, labels, existing, expected) => {
    const nodes = labels.map((own, i) => makeNode(`node${i + 1}`, { labels: own }))
    expect(scoresOf('InterPodAffinity', pod, nodes, existing.map(([at, one]) => [`node${at}`, one] as const))).toEqual(expected)
  })
})

describe('PodTopologySpread', () => {
  const soft = (maxSkew: number, topologyKey: string) =>
    ({ maxSkew, topologyKey, whenUnsatisfiable: 'ScheduleAnyway' as const, labelSelector: { matchExpressions: [{ key: 'foo', operator: 'Exists' as const }] } })
  const foo = makePod('q', { labels: { foo: '' } })
  const spread = (...constraints: readonly ReturnType<typeof soft>[]): Pod => makePod('p', { labels: { foo: '' }, spec: { topologySpreadConstraints: constraints } })
  const hosts = (...names: readonly string[]): readonly Node[] => names.map((name) => makeNode(name))
  const counts = (...spec: readonly (readonly [string, number])[]) => spec.flatMap(([name, n]) => Array.from({ length: n }, () => [name, foo] as const))

  const rows: readonly (readonly [string, number, readonly (readonly [string, number])[], readonly number[]])[] = [
    ['no existing pods', 1, [['node-a', 0], ['node-b', 0]], [100, 100]],
    ['one node is the only candidate', 1, [['node-a', 2]], [100]],
    ['all nodes have as many pods', 1, [['node-a', 1], ['node-b', 1]], [100, 100]],
    ['pods spread as 2/1/0/3', 1, [['node-a', 2], ['node-b', 1], ['node-c', 0], ['node-d', 3]], [20, 60, 100, 0]],
    ['a maxSkew of 2 waters differences down', 2, [['node-a', 2], ['node-b', 1], ['node-c', 0], ['node-d', 3]], [33, 66, 100, 16]],
    ['a maxSkew of 3, pods spread as 4/3/2/1', 3, [['node-a', 4], ['node-b', 3], ['node-c', 2], ['node-d', 1]], [44, 66, 77, 100]],
  ]
  test.each(rows)('one constraint on node: %s', (_, maxSkew, spec, expected) => {
    expect(scoresOf('PodTopologySpread', spread(soft(maxSkew, 'kubernetes.io/hostname')), hosts(...spec.map(([name]) => name)), counts(...spec))).toEqual(expected)
  })
  test('no selector selects no pods', () => {
    const { labelSelector: _, ...blind } = soft(1, 'kubernetes.io/hostname')
    const pod = makePod('p', { spec: { topologySpreadConstraints: [blind] } })
    expect(scoresOf('PodTopologySpread', pod, hosts('node-a', 'node-b'), counts(['node-a', 2]))).toEqual([100, 100])
  })
  test('nodes without the topology score nothing', () => {
    const nodes = [makeNode('node-a', { labels: { zone: 'z1' } }), makeNode('node-b')]
    expect(scoresOf('PodTopologySpread', spread(soft(1, 'zone')), nodes, counts(['node-a', 1]))).toEqual([100, 0])
  })
  test('system defaulting, nodes don\'t have zone, pods match service', () => {
    const spec = [['node-a', 4], ['node-b', 3], ['node-c', 2], ['node-d', 1]] as const
    expect(scoresOf('PodTopologySpread', foo, hosts(...spec.map(([name]) => name)), counts(...spec), (labels) => labels?.['foo'] === ''))
      .toEqual([44, 66, 77, 100])
  })
  test('pods without constraints, Service or set are not spread', () => {
    expect(scoresOf('PodTopologySpread', makePod('p'), hosts('node-a', 'node-b'))).toBeUndefined()
  })
})
