/**
 * Which events make an unschedulable pod worth another attempt: the QueueingHint tests of
 * pkg/scheduler/framework/plugins/{tainttoleration,nodeunschedulable,nodeaffinity,nodeports,noderesources,
 * interpodaffinity,podtopologyspread}/*_test.go.
 */
import { describe, expect, test } from 'vitest'
import type { Affinity, Labels, Node, Pod, Taint, TopologySpreadConstraint } from '#api/types'
import { nodeChanges, podChanges, type ClusterEvent } from '#models/scheduling/cluster-events'
import type { Plugin } from '#models/scheduling/framework'
import { isPodWorthRequeuing } from '#models/scheduling/queueing-hints'
import { node, pod } from './cluster.js'

const nodeEvent = (old: Node | undefined, now: Node | undefined): ClusterEvent => {
  if (old === undefined) return { kind: 'node-add', node: now! }
  return now === undefined ? { kind: 'node-delete', old } : { kind: 'node-update', old, node: now, changes: nodeChanges(old, now) }
}
const podEvent = (old: Pod | undefined, now: Pod | undefined): ClusterEvent => {
  if (old === undefined) return { kind: 'pod-add', pod: now! }
  return now === undefined ? { kind: 'pod-delete', old } : { kind: 'pod-update', old, pod: now, changes: podChanges(old, now) }
}
const own = (old: Pod, now: Pod): ClusterEvent => ({ kind: 'own', old, pod: now, changes: podChanges(old, now) })

const hintOf = (plugin: Plugin, waiting: Pod, event: ClusterEvent): string => isPodWorthRequeuing(waiting, [plugin], event)

const dedicated = (...values: readonly string[]): Node => node('n', { taints: values.map((value): Taint => ({ key: 'dedicated', value, effect: 'NoSchedule' })) })
const tolerant = pod('p', { spec: { tolerations: [{ key: 'dedicated', operator: 'Equal', value: 'user2', effect: 'NoSchedule' }] } })
const cordoned = node('n', { unschedulable: true })
const wanting = pod('p', { spec: { nodeSelector: { foo: 'bar' } } })
const labelled = (labels: Labels): Node => node('n', { labels })
const asking = pod('p', { requests: { cpu: '2m', memory: '2' } })
const sized = (cpu: string, memory: string, extra: object = {}): Node => node('n', { cpu, memory, ...extra })
const ported = (name: string, ...ports: readonly number[]): Pod => pod(name, { spec: { containers: [{ name: 'c', image: 'i', imagePullPolicy: 'IfNotPresent',
  ports: ports.map((port) => ({ containerPort: port, hostPort: port, protocol: 'TCP' as const })) }] } })

const rows: readonly (readonly [Plugin, string, Pod, ClusterEvent, string])[] = [
  ['TaintToleration', 'a node with an untolerated taint is added', tolerant, nodeEvent(undefined, dedicated('user1')), 'skip'],
  ['TaintToleration', 'a node with a tolerated taint is added', tolerant, nodeEvent(undefined, dedicated('user2')), 'queue'],
  ['TaintToleration', 'one more taint', tolerant, nodeEvent(dedicated('user1'), dedicated('user1', 'user3')), 'skip'],
  ['TaintToleration', 'the taint becomes one that is tolerated', tolerant, nodeEvent(dedicated('user1'), dedicated('user2')), 'queue'],
  ['TaintToleration', 'the pod gets a toleration', tolerant, own(pod('p'), tolerant), 'queue'],
  ['NodeUnschedulable', 'an unschedulable node is added', pod('p'), nodeEvent(undefined, cordoned), 'skip'],
  ['NodeUnschedulable', 'a schedulable node is added', pod('p'), nodeEvent(undefined, node('n')), 'queue'],
  ['NodeUnschedulable', 'the node stays unschedulable', pod('p'), nodeEvent(cordoned, { ...cordoned, spec: { ...cordoned.spec, taints: [] } }), 'skip'],
  ['NodeUnschedulable', 'the node becomes schedulable', pod('p'), nodeEvent(cordoned, node('n')), 'queue'],
  ['NodeUnschedulable', 'the pod gets a toleration of something else', pod('p'), own(pod('p'), tolerant), 'skip'],
  ['NodeAffinity', 'a node without the label is added', wanting, nodeEvent(undefined, node('n')), 'skip'],
  ['NodeAffinity', 'a node with the label is added', wanting, nodeEvent(undefined, labelled({ foo: 'bar' })), 'queue'],
  ['NodeAffinity', 'the capacity of a node changes', wanting, nodeEvent(node('n'), node('n', { cpu: '64' })), 'skip'],
  ['NodeAffinity', 'another label is set', wanting, nodeEvent(node('n'), labelled({ k: 'v' })), 'skip'],
  ['NodeAffinity', 'the label goes', wanting, nodeEvent(labelled({ foo: 'bar' }), labelled({ k: 'v' })), 'skip'],
  ['NodeAffinity', 'the label comes', wanting, nodeEvent(node('n'), labelled({ foo: 'bar' })), 'queue'],
  ['NodeAffinity', 'the label stays', wanting, nodeEvent(labelled({ foo: 'bar' }), labelled({ foo: 'bar', k: 'v' })), 'skip'],
  ['NodePorts', 'a pod without host ports is deleted', ported('p', 8080), podEvent(pod('q'), undefined), 'skip'],
  ['NodePorts', 'a pod with another port is deleted', ported('p', 8080), podEvent(ported('q', 8081), undefined), 'skip'],
  ['NodePorts', 'a pod with the port is deleted', ported('p', 8080), podEvent(ported('q', 8080), undefined), 'queue'],
  ['NodePorts', 'a node is added', ported('p', 8080), nodeEvent(undefined, node('n')), 'queue'],
  ['NodeResourcesFit', 'an assigned pod is deleted', asking, podEvent(pod('q'), undefined), 'queue'],
  ['NodeResourcesFit', 'a node that is too small is added', asking, nodeEvent(undefined, sized('1m', '2')), 'skip'],
  ['NodeResourcesFit', 'a node that is large enough is added', asking, nodeEvent(undefined, sized('4m', '2')), 'queue'],
  ['NodeResourcesFit', 'a resource grows that the pod does not ask for', asking, nodeEvent(sized('4m', '2'), sized('4m', '2', { allocatable: { gpu: '1' } })), 'skip'],
  ['NodeResourcesFit', 'what it asks for grows', asking, nodeEvent(sized('1m', '2'), sized('4m', '2')), 'queue'],
  ['NodeResourcesFit', 'what it asks for grows, not enough', asking, nodeEvent(sized('1m', '1'), sized('4m', '1')), 'skip'],
  ['NodeResourcesFit', 'the number of pods grows', asking, nodeEvent(sized('4m', '4', { pods: '1' }), sized('4m', '4', { pods: '2' })), 'queue'],
  ['NodeResourcesFit', 'labels change', asking, nodeEvent(node('n'), labelled({ k: 'v' })), 'skip'],
  ['NodeName', 'a node is added', pod('p'), nodeEvent(undefined, node('n')), 'queue'],
  ['NodeName', 'a node changes', pod('p'), nodeEvent(node('n'), labelled({ k: 'v' })), 'skip'],
  ['SchedulingGates', 'the last gate goes', pod('p'), own(pod('p', { spec: { schedulingGates: [{ name: 'a' }] } }), pod('p')), 'queue'],
  ['SchedulingGates', 'one of two gates goes', pod('p'), own(pod('p', { spec: { schedulingGates: [{ name: 'a' }, { name: 'b' }] } }),
    pod('p', { spec: { schedulingGates: [{ name: 'a' }] } })), 'skip'],
]

test.each(rows)('%s: %s', (plugin, _, waiting, event, expected) => {
  expect(hintOf(plugin, waiting, event)).toBe(expected)
})

describe('InterPodAffinity', () => {
  const term = (topologyKey: string, key: string, ...values: readonly string[]) => ({ topologyKey, labelSelector: { matchExpressions: [
    values.length === 0 ? { key, operator: 'Exists' as const } : { key, operator: 'In' as const, values }] } })
  const near = (...terms: readonly ReturnType<typeof term>[]): Affinity => ({ podAffinity: { requiredDuringSchedulingIgnoredDuringExecution: terms } })
  const far = (...terms: readonly ReturnType<typeof term>[]): Affinity => ({ podAntiAffinity: { requiredDuringSchedulingIgnoredDuringExecution: terms } })
  const looks = (labels: Labels, affinity?: Affinity): Pod => pod('q', { labels, spec: affinity === undefined ? {} : { affinity } })
  const scan = term('region', 'service', 'securityscan', 'value2')
  const zone = term('zone', 'service', 'securityscan', 'value2')
  const two = near(term('hostname', 'aaa'), term('hostname', 'bbb'))
  const security = looks({ service: 'securityscan' })

  const cases: readonly (readonly [string, Pod, ClusterEvent, string])[] = [
    ['add a pod that matches affinity', looks({}, near(scan)), podEvent(undefined, security), 'queue'],
    ['add a pod that does not', looks({}, near(scan)), podEvent(undefined, looks({ aaa: 'a' })), 'skip'],
    ['a pod comes to match affinity', looks({}, near(scan)), podEvent(looks({ aaa: 'a' }), security), 'queue'],
    ['a pod matches before and after', looks({}, near(scan)), podEvent(looks({ service: 'value2' }), security), 'skip'],
    ['a pod ceases to match affinity', looks({}, near(scan)), podEvent(security, looks({ aaa: 'a' })), 'skip'],
    ['a pod ceases to match one of two terms', looks({}, two), podEvent(looks({ aaa: 'a' }), security), 'skip'],
    ['a pod comes to match both terms', looks({}, two), podEvent(looks({ aaa: 'a' }), looks({ aaa: '', bbb: '' })), 'queue'],
    ['the labels of the pod itself change', looks({ foo: 'baz' }), own(looks({ foo: 'bar' }), looks({ foo: 'baz' })), 'queue'],
    ['a pod ceases to match anti-affinity', looks({}, far(scan)), podEvent(security, looks({ service: 'aaaa' })), 'queue'],
    ['a pod comes to match anti-affinity', looks({}, far(scan)), podEvent(looks({ service: 'bbb' }), security), 'skip'],
    ['delete a pod that does not match anti-affinity', looks({}, far(scan)), podEvent(looks({ aaa: 'a' }), undefined), 'skip'],
    ['delete a pod that matches anti-affinity', looks({}, far(scan)), podEvent(security, undefined), 'queue'],
    ['delete a pod whose anti-affinity matches', security, podEvent(looks({}, far(scan)), undefined), 'queue'],
    ['delete a pod whose anti-affinity does not', looks({ service: 'foo' }), podEvent(looks({}, far(scan)), undefined), 'skip'],
    ['delete a pod, neither matches', looks({ service: 'foo' }, far(scan)), podEvent(looks({ service: 'foo' }, far(scan)), undefined), 'skip'],
    ['delete a pod that matches one of two anti-affinity terms', looks({}, far(scan, term('region', 'other'))), podEvent(security, undefined), 'flush'],
    ['add a node with the topology of affinity', looks({}, near(zone)), nodeEvent(undefined, labelled({ zone: 'zone1' })), 'queue'],
    ['add a node without it', looks({}, near(scan)), nodeEvent(undefined, labelled({ zone: 'zone1' })), 'skip'],
    ['another label of a node changes', looks({}, near(zone)), nodeEvent(labelled({ aaa: 'a' }), labelled({ aaa: 'b' })), 'flush'],
    ['a node moves to another zone', looks({}, near(zone)), nodeEvent(labelled({ zone: 'zone1' }), labelled({ zone: 'zone2' })), 'queue'],
    ['a node gets a zone', looks({}, near(zone)), nodeEvent(labelled({ aaa: 'a' }), labelled({ zone: 'zone1' })), 'queue'],
    ['add a node with the topology of anti-affinity', looks({}, far(zone)), nodeEvent(undefined, labelled({ zone: 'zone1' })), 'queue'],
    ['add a node without it', looks({}, far(zone)), nodeEvent(undefined, node('n')), 'queue'],
    ['another label of a node changes, anti-affinity', looks({}, far(zone)), nodeEvent(labelled({ zone: 'zone1' }), labelled({ zone: 'zone1', k: 'v' })), 'flush'],
    ['a node moves to another zone, anti-affinity', looks({}, far(zone)), nodeEvent(labelled({ zone: 'zone1' }), labelled({ zone: 'zone2' })), 'queue'],
    ['a node gets a zone, anti-affinity', looks({}, far(zone)), nodeEvent(labelled({ aaa: 'a' }), labelled({ zone: 'zone1' })), 'flush'],
    ['a node loses its zone, anti-affinity', looks({}, far(zone)), nodeEvent(labelled({ zone: 'zone1' }), labelled({ aaa: 'a' })), 'queue'],
    ['add a node for a pod that only others repel', looks({}), nodeEvent(undefined, node('n')), 'flush'],
    ['labels of namespaces are not watched', looks({}, far(zone)), { kind: 'namespace' }, 'flush'],
  ]
  test.each(cases)('%s', (_, waiting, event, expected) => {
    expect(hintOf('InterPodAffinity', waiting, event)).toBe(expected)
  })
})

describe('PodTopologySpread', () => {
  const constraint = (topologyKey: string, extra: Partial<TopologySpreadConstraint> = {}): TopologySpreadConstraint =>
    ({ maxSkew: 1, topologyKey, whenUnsatisfiable: 'DoNotSchedule', labelSelector: { matchExpressions: [{ key: 'foo', operator: 'Exists' }] }, ...extra })
  const waiting = pod('p', { labels: { foo: '' }, spec: { topologySpreadConstraints: [constraint('zone'), constraint('node')] } })
  const honest = pod('p', { labels: { foo: '' }, spec: { topologySpreadConstraints: [constraint('zone', { nodeTaintsPolicy: 'Honor' })] } })
  const at = (zone: string, extra: Labels = {}): Node => labelled({ zone, node: 'node1', ...extra })
  const counted = pod('q', { labels: { foo: '' } })
  const other = pod('q', { labels: { bar: '' } })

  const cases: readonly (readonly [string, Pod, ClusterEvent, string])[] = [
    ['add a node with all topologies', waiting, nodeEvent(undefined, at('zone1')), 'queue'],
    ['add a node without one', waiting, nodeEvent(undefined, labelled({ zone: 'zone1' })), 'skip'],
    ['delete a node with all topologies', waiting, nodeEvent(at('zone1'), undefined), 'queue'],
    ['delete a node without one', waiting, nodeEvent(labelled({ zone: 'zone1' }), undefined), 'skip'],
    ['a node moves to another zone', waiting, nodeEvent(at('zone1'), at('zone2')), 'queue'],
    ['a node gets a topology', waiting, nodeEvent(labelled({ zone: 'zone1' }), at('zone1')), 'queue'],
    ['a node loses one', waiting, nodeEvent(at('zone1'), labelled({ zone: 'zone1' })), 'queue'],
    ['a node that never had one changes', waiting, nodeEvent(labelled({ zone: 'zone1' }), labelled({ zone: 'zone2' })), 'skip'],
    ['the taints of a node change', waiting, nodeEvent(at('zone1'), { ...at('zone1'), spec: { taints: [{ key: 'a', effect: 'NoSchedule' }] } }), 'queue'],
    ['another label of a node changes', waiting, nodeEvent(at('zone1'), at('zone1', { disk: 'ssd' })), 'flush'],
    ['add a pod that counts', waiting, podEvent(undefined, counted), 'queue'],
    ['add a pod that does not', waiting, podEvent(undefined, other), 'skip'],
    ['add a pod of another namespace', waiting, podEvent(undefined, pod('q', { labels: { foo: '' }, namespace: 'ns1' })), 'skip'],
    ['a pod comes to count', waiting, podEvent(other, counted), 'queue'],
    ['a pod ceases to count', waiting, podEvent(counted, other), 'queue'],
    ['a pod counts before and after', waiting, podEvent(counted, pod('q', { labels: { foo: 'x' } })), 'skip'],
    ['delete a pod that counts', waiting, podEvent(counted, undefined), 'queue'],
    ['delete a pod that does not', waiting, podEvent(other, undefined), 'skip'],
    ['the pod gets a toleration', waiting, own(waiting, { ...waiting, spec: { ...waiting.spec, tolerations: [{ operator: 'Exists' }] } }), 'skip'],
    ['the pod gets a toleration and taints are honoured', honest, own(honest, { ...honest, spec: { ...honest.spec, tolerations: [{ operator: 'Exists' }] } }), 'queue'],
  ]
  test.each(cases)('%s', (_, pending, event, expected) => {
    expect(hintOf('PodTopologySpread', pending, event)).toBe(expected)
  })
})

test('one of the plugins that rejected a pod is enough to queue it', () => {
  const event = nodeEvent(undefined, node('n', { unschedulable: true }))
  expect(isPodWorthRequeuing(pod('p'), ['NodeUnschedulable'], event)).toBe('skip')
  expect(isPodWorthRequeuing(pod('p'), ['NodeUnschedulable', 'InterPodAffinity'], event)).toBe('flush')
  expect(isPodWorthRequeuing(pod('p'), ['NodeUnschedulable', 'InterPodAffinity', 'NodePorts'], event)).toBe('queue')
})
