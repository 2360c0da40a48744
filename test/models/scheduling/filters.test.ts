/**
 * Filters that look at one node: pkg/scheduler/framework/plugins/{tainttoleration,nodeaffinity,nodeports,
 * nodeunschedulable,nodename}/*_test.go.
 */
import { describe, expect, test } from 'vitest'
import type { Container, NodeSelectorRequirement, NodeSelectorTerm, Pod, Taint, Toleration } from '#api/types'
import { nodeFilters } from '#models/scheduling/filters'
import type { Plugin } from '#models/scheduling/framework'
import { nodeNamesOf } from '#models/scheduling/node-affinity'
import { prepareFilters, runFilters } from '#models/scheduling/schedule-pod'
import { newSnapshot } from '#models/scheduling/snapshot'
import { node as makeNode, pod as makePod, type NodeOptions } from './cluster.js'

function verdict(plugin: Plugin, pod: Pod, node: NodeOptions, existing: readonly Pod[] = [], name = 'node1'): string {
  const snapshot = newSnapshot([makeNode(name, node)], existing.map((one, i) =>
    ({ node: name, pod: { ...one, metadata: { ...one.metadata, name: `existing-${i}` } } })))
  const filters = prepareFilters({ pod, snapshot }, nodeFilters.filter((one) => one.name === plugin))
  const rejection = runFilters(filters, snapshot.at(0))
  return rejection === undefined ? 'fits' : `${rejection.reasons.join(', ')}${rejection.isUnresolvable ? ' (for good)' : ''}`
}

describe('TaintToleration', () => {
  const refused = 'node(s) had untolerated taint(s) (for good)'
  const dedicated: Taint = { key: 'dedicated', value: 'user1', effect: 'NoSchedule' }
  const foo: Taint = { key: 'foo', value: 'bar', effect: 'NoSchedule' }
  const rows: readonly (readonly [string, readonly Toleration[], readonly Taint[], string])[] = [
    ['no tolerations', [], [dedicated], refused],
    ['the same key, value and effect', [{ key: 'dedicated', value: 'user1', effect: 'NoSchedule' }], [dedicated], 'fits'],
    ['another value', [{ key: 'dedicated', operator: 'Equal', value: 'user2', effect: 'NoSchedule' }], [dedicated], refused],
    ['operator Exists', [{ key: 'foo', operator: 'Exists', effect: 'NoSchedule' }], [foo], 'fits'],
    ['every taint is tolerated', [{ key: 'dedicated', value: 'user1', effect: 'NoSchedule' }, { key: 'foo', operator: 'Exists', effect: 'NoSchedule' }], [dedicated, foo], 'fits'],
    ['one of two taints is tolerated', [{ key: 'foo', operator: 'Exists', effect: 'NoSchedule' }], [dedicated, foo], refused],
    ['another effect', [{ key: 'foo', operator: 'Equal', value: 'bar', effect: 'PreferNoSchedule' }], [foo], refused],
    ['no effect tolerates every one', [{ key: 'foo', operator: 'Equal', value: 'bar' }], [foo], 'fits'],
    ['a PreferNoSchedule taint keeps nobody away', [{ key: 'dedicated', operator: 'Equal', value: 'user2', effect: 'NoSchedule' }], [{ ...dedicated, effect: 'PreferNoSchedule' }], 'fits'],
    ['not even pods without tolerations', [], [{ ...dedicated, effect: 'PreferNoSchedule' }], 'fits'],
    ['a NoExecute taint does', [], [{ ...dedicated, effect: 'NoExecute' }], refused],
    ['comparison is off: Gt', [{ key: 'sla', operator: 'Gt', value: '750', effect: 'NoSchedule' }], [{ key: 'sla', value: '950', effect: 'NoSchedule' }], refused],
    ['comparison is off: Lt', [{ key: 'sla', operator: 'Lt', value: '950', effect: 'NoSchedule' }], [{ key: 'sla', value: '800', effect: 'NoSchedule' }], refused],
  ]
  test.each(rows)('%s', (_, tolerations, taints, expected) => {
    expect(verdict('TaintToleration', makePod('p', { spec: { tolerations } }), { taints })).toBe(expected)
  })
})

describe('NodeUnschedulable', () => {
  const tolerations: readonly Toleration[] = [{ key: 'node.kubernetes.io/unschedulable', effect: 'NoSchedule' }]
  const rows: readonly (readonly [string, readonly Toleration[], boolean, string])[] = [
    ['an unschedulable node', [], true, 'node(s) were unschedulable (for good)'],
    ['a schedulable node', [], false, 'fits'],
    ['an unschedulable node and a pod that tolerates it', tolerations, true, 'fits'],
  ]
  test.each(rows)('%s', (_, own, unschedulable, expected) => {
    expect(verdict('NodeUnschedulable', makePod('p', { spec: { tolerations: own } }), { unschedulable })).toBe(expected)
  })
})

test('NodeName holds a pod to the node it names', () => {
  expect(verdict('NodeName', makePod('p'), {})).toBe('fits')
  expect(verdict('NodeName', makePod('p', { spec: { nodeName: 'node1' } }), {})).toBe('fits')
  expect(verdict('NodeName', makePod('p', { spec: { nodeName: 'other' } }), {})).toBe("node(s) didn't match the requested node name (for good)")
})

describe('NodeAffinity', () => {
  const refused = "node(s) didn't match Pod's node affinity/selector (for good)"
  const need = (key: string, operator: NodeSelectorRequirement['operator'], ...values: readonly string[]): NodeSelectorRequirement => ({ key, operator, values })
  const labelled = (...matchExpressions: readonly NodeSelectorRequirement[]): NodeSelectorTerm => ({ matchExpressions })
  const named = (...matchFields: readonly NodeSelectorRequirement[]): NodeSelectorTerm => ({ matchFields })
  const name = (value: string, operator: 'In' | 'NotIn' = 'In'): NodeSelectorRequirement => need('metadata.name', operator, value)
  const gpu = { GPU: 'NVIDIA-GRID-K1' }
  const fooBar = { foo: 'bar' }
  const requiring = (terms: readonly NodeSelectorTerm[], nodeSelector?: Pod['spec']['nodeSelector']): Pod => makePod('p', { spec: {
    affinity: { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: terms } } },
    ...(nodeSelector === undefined ? {} : { nodeSelector }),
  } })
  const selecting = (nodeSelector: NonNullable<Pod['spec']['nodeSelector']>): Pod => makePod('p', { spec: { nodeSelector } })

  const rows: readonly (readonly [string, Pod, Readonly<Record<string, string>>, string, string?])[] = [
    ['missing labels', selecting(fooBar), {}, refused],
    ['same labels', selecting(fooBar), fooBar, 'fits'],
    ['node labels are superset', selecting(fooBar), { ...fooBar, baz: 'blah' }, 'fits'],
    ['node labels are subset', selecting({ ...fooBar, baz: 'blah' }), fooBar, refused],
    ['operator In', requiring([labelled(need('foo', 'In', 'bar', 'value2'))]), fooBar, 'fits'],
    ['operator Gt', requiring([labelled(need('kernel-version', 'Gt', '0204'))]), { 'kernel-version': '0206' }, 'fits'],
    ['operator Gt, not greater', requiring([labelled(need('kernel-version', 'Gt', '0206'))]), { 'kernel-version': '0206' }, refused],
    ['operator Lt', requiring([labelled(need('kernel-version', 'Lt', '10'))]), { 'kernel-version': '9' }, 'fits'],
    ['operator NotIn', requiring([labelled(need('mem-type', 'NotIn', 'DDR', 'DDR2'))]), { 'mem-type': 'DDR3' }, 'fits'],
    ['operator Exists', requiring([labelled(need('GPU', 'Exists'))]), gpu, 'fits'],
    ['labels that do not match', requiring([labelled(need('foo', 'In', 'value1', 'value2'))]), fooBar, refused],
    ['no terms match nothing', requiring([]), fooBar, refused],
    ['an empty term matches nothing', requiring([labelled()]), fooBar, refused],
    ['no affinity', makePod('p'), fooBar, 'fits'],
    ['no required affinity', makePod('p', { spec: { affinity: { nodeAffinity: {} } } }), fooBar, 'fits'],
    ['requirements are ANDed, all match', requiring([labelled(need('GPU', 'Exists'), need('GPU', 'NotIn', 'AMD', 'INTER'))]), gpu, 'fits'],
    ['requirements are ANDed, one does not', requiring([labelled(need('GPU', 'Exists'), need('GPU', 'In', 'AMD', 'INTER'))]), gpu, refused],
    ['terms are ORed', requiring([labelled(need('foo', 'In', 'bar', 'value2')), labelled(need('diffkey', 'In', 'wrong', 'value2'))]), fooBar, 'fits'],
    ['affinity and nodeSelector match', requiring([labelled(need('foo', 'Exists'))], fooBar), fooBar, 'fits'],
    ['nodeSelector does not', requiring([labelled(need('foo', 'Exists'))], fooBar), { foo: 'barrrrrr' }, refused],
    ['a field that matches', requiring([named(name('node1'))]), {}, 'fits'],
    ['a field that does not', requiring([named(name('node1'))]), {}, refused, 'node2'],
    ['two terms: no field, but labels match', requiring([named(name('node1'), name('node2')), labelled(need('foo', 'In', 'bar'))]), fooBar, 'fits', 'node2'],
    ['one term: labels match, the field does not', requiring([{ ...named(name('node1')), ...labelled(need('foo', 'In', 'bar')) }]), fooBar, refused, 'node2'],
    ['one term: both match', requiring([{ ...named(name('node1')), ...labelled(need('foo', 'In', 'bar')) }]), fooBar, 'fits'],
    ['two terms: neither matches', requiring([named(name('node1')), labelled(need('foo', 'In', 'not-match-to-bar'))]), fooBar, refused, 'node2'],
    ['a field that must not match', requiring([named(name('node1', 'NotIn'))]), {}, 'fits', 'node2'],
  ]
  for (const [name, pod, labels, expected, at] of rows) {
    test(name, () => {
      expect(verdict('NodeAffinity', pod, { labels }, [], at)).toBe(expected)
    })
  }

  const prefilters: readonly (readonly [string, readonly NodeSelectorTerm[], readonly string[] | undefined])[] = [
    ['one name', [named(name('node1'))], ['node1']],
    ['names of several terms', [named(name('node1')), named(name('node2'))], ['node1', 'node2']],
    ['names that contradict each other', [named(name('node1'), name('node2'))], []],
    ['a term without a name leaves all nodes', [named(name('node1')), labelled(need('foo', 'Exists'))], undefined],
    ['only operator In counts', [named(name('node1', 'NotIn'))], undefined],
  ]
  test.each(prefilters)('names the only nodes there can be: %s', (_, terms, expected) => {
    expect(nodeNamesOf(requiring(terms).spec)).toEqual(expected)
  })
})

describe('NodePorts', () => {
  const refused = "node(s) didn't have free ports for the requested pod ports"
  const withPorts = (...ports: readonly string[]): Pod => makePod('p', { spec: { containers: [{
    name: 'c', image: 'i', imagePullPolicy: 'IfNotPresent',
    ports: ports.map((text) => {
      const [protocol, hostIP, port] = text.split('/')
      return { protocol: protocol as 'TCP' | 'UDP', hostIP: hostIP!, hostPort: Number(port), containerPort: Number(port) } // written above
    }),
  }] } })
  const init = (sidecar: boolean): Pod => {
    const own: Container = { name: 'i', image: 'i', imagePullPolicy: 'IfNotPresent', ports: [{ containerPort: 8001, hostPort: 8001, protocol: 'TCP' }] }
    return makePod('p', { spec: { initContainers: [sidecar ? { ...own, restartPolicy: 'Always' } : own] } })
  }
  const rows: readonly (readonly [string, Pod, readonly string[], string])[] = [
    ['no host ports', makePod('p'), [], 'fits'],
    ['another port', withPorts('UDP/127.0.0.1/8080'), ['UDP/127.0.0.1/9090'], 'fits'],
    ['the same UDP port', withPorts('UDP/127.0.0.1/8080'), ['UDP/127.0.0.1/8080'], refused],
    ['the same TCP port', withPorts('TCP/127.0.0.1/8080'), ['TCP/127.0.0.1/8080'], refused],
    ['another address', withPorts('TCP/127.0.0.1/8080'), ['TCP/127.0.0.2/8080'], 'fits'],
    ['another protocol', withPorts('UDP/127.0.0.1/8080'), ['TCP/127.0.0.1/8080'], 'fits'],
    ['the second port', withPorts('UDP/127.0.0.1/8000', 'UDP/127.0.0.1/8080'), ['UDP/127.0.0.1/8080'], refused],
    ['the first port', withPorts('TCP/127.0.0.1/8001', 'UDP/127.0.0.1/8080'), ['TCP/127.0.0.1/8001', 'UDP/127.0.0.1/8081'], refused],
    ['every address is wanted', withPorts('TCP/0.0.0.0/8001'), ['TCP/127.0.0.1/8001'], refused],
    ['every address is among those wanted', withPorts('TCP/10.0.10.10/8001', 'TCP/0.0.0.0/8001'), ['TCP/127.0.0.1/8001'], refused],
    ['every address is in use', withPorts('TCP/127.0.0.1/8001'), ['TCP/0.0.0.0/8001'], refused],
    ['by another protocol', withPorts('UDP/127.0.0.1/8001'), ['TCP/0.0.0.0/8001'], 'fits'],
    ['by this one, too', withPorts('UDP/127.0.0.1/8001'), ['TCP/0.0.0.0/8001', 'UDP/0.0.0.0/8001'], refused],
    ['of an init container', init(false), ['TCP/0.0.0.0/8001'], 'fits'],
    ['of a sidecar', init(true), ['TCP/0.0.0.0/8001'], refused],
  ]
  test.each(rows)('%s', (_, pod, used, expected) => {
    expect(verdict('NodePorts', pod, {}, used.length === 0 ? [] : [withPorts(...used)])).toBe(expected)
  })
})
