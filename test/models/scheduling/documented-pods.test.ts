/** Examples of kubernetes.io on where pods go: as users apply them, to the place that their page names. */
import { describe, expect, test } from 'vitest'
import { parseYamlFile } from '#api/manifests/yaml-file'
import type { JsonObject, Node } from '#api/types'
import { Cluster, node } from './cluster.js'

const from = (pod: string): JsonObject => parseYamlFile(pod, 'example.yaml').value as JsonObject // examples are objects

/** The cluster after `kubectl apply`, come to rest. */
function applied(nodes: readonly Node[], ...pods: readonly string[]): Cluster {
  const cluster = new Cluster(nodes)
  for (const text of pods) {
    const { metadata, spec } = from(text)
    const body = { apiVersion: 'v1', kind: 'Pod', metadata: { namespace: 'default', ...metadata as JsonObject }, spec } // likewise
    cluster.api({ verb: 'create', resource: 'pods', key: 'default', body, raw: true })
    cluster.end() // one after the other
  }
  return cluster
}

const pause = 'containers: [{ name: pause, image: "registry.k8s.io/pause:3.1" }]'
const pod = (name: string, spec: string, labels = '{}'): string =>
  `{ metadata: { name: ${name}, labels: ${labels} }, spec: { ${spec}, ${pause} } }`
const labelled = (name: string, labels: Readonly<Record<string, string>>): Node => node(name, { labels })

/** What none of so many nodes would take. */
const unplaced = (nodes: number, why: string): RegExp => new RegExp(`^0/${nodes} nodes are available: ${why}`)

describe('pods/topology-spread-constraints', () => {
  const zones = (...all: readonly (readonly [name: string, zone: string])[]): readonly Node[] =>
    all.map(([name, zone]) => labelled(name, { node: name, zone }))
  const four = zones(['node1', 'zoneA'], ['node2', 'zoneA'], ['node3', 'zoneB'], ['node4', 'zoneB'])
  const there = (...places: readonly string[]): readonly string[] =>
    places.map((place, index) => pod(`p${index + 1}`, `nodeName: ${place}`, '{ foo: bar }'))
  const spread = (...keys: readonly string[]): string => `topologySpreadConstraints: [${keys.map((key) =>
    `{ maxSkew: 1, topologyKey: ${key}, whenUnsatisfiable: DoNotSchedule, labelSelector: { matchLabels: { foo: bar } } }`).join(', ')}]`
  const mypod = (spec: string): string => pod('mypod', spec, '{ foo: bar }')

  test('one-constraint.yaml: into the zone that has fewer', () => {
    const cluster = applied(four, ...there('node1', 'node2', 'node3'), mypod(spread('zone')))
    expect(['node3', 'node4']).toContain(cluster.placeOf('mypod'))
  })
  test('one-constraint.yaml, by node: onto the only node without one', () => {
    expect(applied(four, ...there('node1', 'node2', 'node3'), mypod(spread('node'))).placeOf('mypod')).toBe('node4')
  })
  test('two-constraints.yaml: both of them leave one node', () => {
    expect(applied(four, ...there('node1', 'node2', 'node3'), mypod(spread('zone', 'node'))).placeOf('mypod')).toBe('node4')
  })
  test('two-constraints.yaml where they conflict: the pod stays Pending', () => {
    const three = zones(['node1', 'zoneA'], ['node2', 'zoneA'], ['node3', 'zoneB'])
    const cluster = applied(three, ...there('node1', 'node1', 'node2', 'node3', 'node3'), mypod(spread('zone', 'node')))
    expect(cluster.placeOf('mypod')).toBeUndefined()
    expect(cluster.told('mypod')).toMatch(unplaced(3, "3 node\\(s\\) didn't match pod topology spread constraints"))
  })
  test('one-constraint-with-nodeaffinity.yaml: a zone that is excluded does not count, although it is empty', () => {
    const five = [...four, ...zones(['node5', 'zoneC'])]
    const affinity = 'affinity: { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: '
      + '[{ matchExpressions: [{ key: zone, operator: NotIn, values: [zoneC] }] }] } } }'
    const cluster = applied(five, ...there('node1', 'node2', 'node3'), mypod(`${spread('zone')}, ${affinity}`))
    expect(['node3', 'node4']).toContain(cluster.placeOf('mypod'))
    expect(applied(five, ...there('node1', 'node2', 'node3'), mypod(spread('zone'))).placeOf('mypod')).toBe('node5')
  })
})

describe('node affinity', () => {
  const zone = 'kubernetes.io/e2e-az-name'
  const example = pod('with-node-affinity', `affinity: { nodeAffinity: {
    requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [{ matchExpressions: [
      { key: ${zone}, operator: In, values: [e2e-az1, e2e-az2] }] }] },
    preferredDuringSchedulingIgnoredDuringExecution: [{ weight: 1, preference: { matchExpressions: [
      { key: another-node-label-key, operator: In, values: [another-node-label-value] }] } }] } }`)
  test('pods/pod-with-node-affinity.yaml: of the nodes that it requires, the one that it prefers', () => {
    const cluster = applied([
      labelled('first', { [zone]: 'e2e-az1' }),
      labelled('preferred', { [zone]: 'e2e-az2', 'another-node-label-key': 'another-node-label-value' }),
      labelled('elsewhere', { [zone]: 'e2e-az3', 'another-node-label-key': 'another-node-label-value' }),
    ], example)
    expect(cluster.placeOf('with-node-affinity')).toBe('preferred')
  })
  test('pods/pod-with-node-affinity.yaml: where no node is in one of its zones it stays Pending', () => {
    const cluster = applied([labelled('elsewhere', { [zone]: 'e2e-az3' }), node('nowhere')], example)
    expect(cluster.placeOf('with-node-affinity')).toBeUndefined()
    expect(cluster.told('with-node-affinity')).toMatch(unplaced(2, "2 node\\(s\\) didn't match Pod's node affinity/selector"))
  })
  test('pods/pod-nginx.yaml and pod-nginx-required-affinity.yaml: on the node with the disk', () => {
    const nodes = [node('worker0'), labelled('worker1', { disktype: 'ssd' }), node('worker2')]
    expect(applied(nodes, pod('nginx', 'nodeSelector: { disktype: ssd }')).placeOf('nginx')).toBe('worker1')
    expect(applied(nodes, pod('nginx', 'affinity: { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: '
      + '{ nodeSelectorTerms: [{ matchExpressions: [{ key: disktype, operator: In, values: [ssd] }] }] } } }')).placeOf('nginx')).toBe('worker1')
  })
  test('pods/pod-nginx-preferred-affinity.yaml: elsewhere where no node has it', () => {
    const preferred = pod('nginx', 'affinity: { nodeAffinity: { preferredDuringSchedulingIgnoredDuringExecution: '
      + '[{ weight: 1, preference: { matchExpressions: [{ key: disktype, operator: In, values: [ssd] }] } }] } }')
    expect(applied([node('worker0'), labelled('worker1', { disktype: 'ssd' })], preferred).placeOf('nginx')).toBe('worker1')
    expect(applied([node('worker0')], preferred).placeOf('nginx')).toBe('worker0')
  })
  test('pods/pod-nginx-specific-node.yaml: a pod that names its node is there without any scheduling', () => {
    const cluster = applied([node('foo-node', { unschedulable: true })], pod('nginx', 'nodeName: foo-node'))
    expect([cluster.placeOf('nginx'), cluster.told('nginx')]).toEqual(['foo-node', undefined])
  })
})

describe('pods that are near each other, or apart', () => {
  const zone = 'topology.kubernetes.io/zone'
  const wanted = (label: string): string => `labelSelector: { matchExpressions: [{ key: security, operator: In, values: [${label}] }] }, topologyKey: ${zone}`
  const example = pod('with-pod-affinity', `affinity: {
    podAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [{ ${wanted('S1')} }] },
    podAntiAffinity: { preferredDuringSchedulingIgnoredDuringExecution: [{ weight: 100, podAffinityTerm: { ${wanted('S2')} } }] } }`)
  const nodes = [labelled('a', { [zone]: 'V' }), labelled('b', { [zone]: 'R' }), labelled('c', { [zone]: 'R' })]
  const on = (place: string, label: string): string => pod(`s-${place}-${label.toLowerCase()}`, `nodeName: ${place}`, `{ security: ${label} }`)

  test('pods/pod-with-pod-affinity.yaml: in a zone with such a pod, rather without the other', () => {
    expect(applied(nodes, on('a', 'S1'), on('b', 'S1'), on('c', 'S2'), example).placeOf('with-pod-affinity')).toBe('a')
  })
  test('pods/pod-with-pod-affinity.yaml: Pending where no such pod runs', () => {
    const cluster = applied(nodes, example)
    expect(cluster.placeOf('with-pod-affinity')).toBeUndefined()
    expect(cluster.told('with-pod-affinity')).toMatch(unplaced(3, "3 node\\(s\\) didn't match pod affinity rules"))
  })
})

describe('taints and gates', () => {
  const tainted = node('node1', { taints: [{ key: 'example-key', effect: 'NoSchedule' }] })
  test('pods/pod-with-toleration.yaml: only who tolerates a taint goes there', () => {
    const toleration = 'tolerations: [{ key: example-key, operator: Exists, effect: NoSchedule }]'
    expect(applied([tainted], pod('nginx', toleration)).placeOf('nginx')).toBe('node1')
    const cluster = applied([tainted], pod('nginx', 'restartPolicy: Always'))
    expect(cluster.placeOf('nginx')).toBeUndefined()
    expect(cluster.told('nginx')).toMatch(unplaced(1, '1 node\\(s\\) had untolerated taint'))
  })
  test('pods/pod-with-scheduling-gates.yaml: SchedulingGated until pod-without-scheduling-gates.yaml takes them away', () => {
    const cluster = applied([node('node1')], pod('test-pod', 'schedulingGates: [{ name: example.com/foo }, { name: example.com/bar }]'))
    expect(cluster.pod('test-pod')?.status.conditions?.find(({ type }) => type === 'PodScheduled'))
      .toMatchObject({ status: 'False', reason: 'SchedulingGated', message: 'Scheduling is blocked due to non-empty scheduling gates' })
    cluster.patch('pods', 'default/test-pod', { spec: { schedulingGates: null } }).end()
    expect(cluster.placeOf('test-pod')).toBe('node1')
  })
})

describe('resources', () => {
  const asks = (name: string, resources: string): string =>
    `{ metadata: { name: ${name} }, spec: { containers: [{ name: main, image: polinux/stress, resources: ${resources} }] } }`
  test('pods/resource/memory-request-limit-3.yaml: more memory than any node has', () => {
    const cluster = applied([node('node1'), node('node2')], asks('memory-demo-3', '{ requests: { memory: 1000Gi }, limits: { memory: 1000Gi } }'))
    expect(cluster.told('memory-demo-3')).toMatch(unplaced(2, '2 Insufficient memory'))
  })
  test('pods/resource/cpu-request-limit-2.yaml: more CPUs than any node has', () => {
    const cluster = applied([node('node1')], asks('cpu-demo-2', '{ limits: { cpu: "100" }, requests: { cpu: "100" } }'))
    expect(cluster.told('cpu-demo-2')).toMatch(unplaced(1, '1 Insufficient cpu'))
  })
  test('pods/resource/extended-resource-pod-2.yaml: the last dongles are gone', () => {
    const nodes = [node('node1', { allocatable: { 'example.com/dongle': '4' } })]
    const dongles = (count: number): string => `{ requests: { example.com/dongle: ${count} }, limits: { example.com/dongle: ${count} } }`
    const cluster = applied(nodes, asks('extended-resource-demo', dongles(3)), asks('extended-resource-demo-2', dongles(2)))
    expect(cluster.placeOf('extended-resource-demo')).toBe('node1')
    expect(cluster.told('extended-resource-demo-2')).toMatch(unplaced(1, '1 Insufficient example.com/dongle'))
  })
  test('pods/multi-container: containers that need each other are placed together, or not at all', () => {
    const three = (cpu: string): string => `{ metadata: { name: together }, spec: {
      initContainers: [{ name: sidecar, image: a, restartPolicy: Always, resources: { requests: { cpu: ${cpu} } } }],
      containers: [{ name: b, image: b, resources: { requests: { cpu: ${cpu} } } }, { name: c, image: c, resources: { requests: { cpu: ${cpu} } } }] } }`
    const small = [node('node1', { cpu: '2' }), node('node2', { cpu: '2' })]
    expect(applied(small, three('600m')).placeOf('together')).toBeDefined()
    expect(applied(small, three('"1"')).told('together')).toMatch(unplaced(2, '2 Insufficient cpu'))
  })
})
