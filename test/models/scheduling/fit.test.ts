/** Whether a node has enough of everything: pkg/scheduler/framework/plugins/noderesources/fit_test.go. */
import { describe, expect, test } from 'vitest'
import type { Container, Node, Pod } from '#api/types'
import { fitsRequest } from '#models/scheduling/filters'
import { podRequests, scoredRequests } from '#models/scheduling/requests'
import { newSnapshot } from '#models/scheduling/snapshot'
import { pod } from './cluster.js'

/** Thousandths of a CPU, bytes, and other resources. */
type Usage = readonly [cpu: number, memory: number, others?: Readonly<Record<string, number>>]

const container = ([cpu, memory, others]: Usage, extra: Partial<Container> = {}): Container => ({
  name: 'c', image: 'i', imagePullPolicy: 'IfNotPresent',
  resources: { requests: { cpu: `${cpu}m`, memory: String(memory), ...Object.fromEntries(Object.entries(others ?? {}).map(([name, n]) => [name, String(n)])) } },
  ...extra,
})

interface Asking {
  readonly containers?: readonly Usage[]
  readonly init?: readonly Usage[]
  readonly sidecars?: readonly Usage[]
  readonly overhead?: Usage
  readonly level?: Readonly<Record<string, string>>
}

const asking = ({ containers = [], init = [], sidecars = [], overhead, level }: Asking): Pod => pod('p', { spec: {
  containers: containers.length === 0 ? [{ name: 'c', image: 'i', imagePullPolicy: 'IfNotPresent' }] : containers.map((usage) => container(usage)),
  initContainers: [...sidecars.map((usage) => container(usage, { restartPolicy: 'Always' })), ...init.map((usage) => container(usage))],
  ...(overhead === undefined ? {} : { overhead: { cpu: `${overhead[0]}m`, memory: String(overhead[1]) } }),
  ...(level === undefined ? {} : { resources: { requests: level } }),
} })

const node = (allocatable: Node['status']['allocatable']): Node =>
  ({ apiVersion: 'v1', kind: 'Node', metadata: { name: 'n', uid: 'n' }, spec: {}, status: { allocatable } })

function reasons(asked: Asking, used: Usage | undefined, allocatable: Node['status']['allocatable']): string {
  const existing = used === undefined ? [] : [{ node: 'n', pod: { ...asking({ containers: [used] }), metadata: { ...pod('q').metadata } } }]
  const snapshot = newSnapshot([node(allocatable)], existing)
  const rejection = fitsRequest(podRequests(asking(asked).spec), snapshot.at(0))
  return rejection === undefined ? 'fits' : `${rejection.reasons.join(', ')}${rejection.isUnresolvable ? ' (for good)' : ''}`
}

const a = 'example.com/aaa'
const b = 'example.com/bbb'
const pages = 'hugepages-2Mi'
const one: Usage = [1, 1]
const withA = (n: number): Usage => [1, 1, { [a]: n }]

const enough: readonly (readonly [string, Asking, Usage, string])[] = [
  ['no resources requested always fits', {}, [10, 20], 'fits'],
  ['too many resources', { containers: [one] }, [10, 20], 'Insufficient cpu, Insufficient memory'],
  ['an init container asks for too much CPU', { containers: [one], init: [[3, 1]] }, [8, 19], 'Insufficient cpu'],
  ['the largest init container asks for too much CPU', { containers: [one], init: [[3, 1], [2, 1]] }, [8, 19], 'Insufficient cpu'],
  ['an init container asks for too much memory', { containers: [one], init: [[1, 3]] }, [9, 19], 'Insufficient memory'],
  ['the largest init container asks for too much memory', { containers: [one], init: [[1, 3], [1, 2]] }, [9, 19], 'Insufficient memory'],
  ['the larger of containers and init containers counts, not their sum', { containers: [one], init: [one] }, [9, 19], 'fits'],
  ['so it is with several init containers', { containers: [one], init: [one, one] }, [9, 19], 'fits'],
  ['both resources fit', { containers: [one] }, [5, 5], 'fits'],
  ['only memory fits', { containers: [[2, 1]] }, [9, 5], 'Insufficient cpu'],
  ['only CPU fits', { containers: [[1, 2]] }, [5, 19], 'Insufficient memory'],
  ['exactly enough', { containers: [[5, 1]] }, [5, 19], 'fits'],
  ['exactly enough for an init container', { containers: [[4, 1]], init: [[5, 1]] }, [5, 19], 'fits'],
  ['an extended resource fits', { containers: [[0, 0, { [a]: 1 }]] }, [0, 0], 'fits'],
  ['an extended resource fits an init container', { init: [[0, 0, { [a]: 1 }]] }, [0, 0], 'fits'],
  ['more of an extended resource than the node has', { containers: [withA(10)] }, [0, 0, { [a]: 0 }], `Insufficient ${a} (for good)`],
  ['the same of an init container', { init: [withA(10)] }, [0, 0, { [a]: 0 }], `Insufficient ${a} (for good)`],
  ['an extended resource is used up', { containers: [withA(1)] }, [0, 0, { [a]: 5 }], `Insufficient ${a}`],
  ['used up for an init container', { init: [withA(1)] }, [0, 0, { [a]: 5 }], `Insufficient ${a}`],
  ['containers add up', { containers: [withA(3), withA(3)] }, [0, 0, { [a]: 2 }], `Insufficient ${a} (for good)`],
  ['init containers do not', { init: [withA(3), withA(3)] }, [0, 0, { [a]: 2 }], 'fits'],
  ['the largest of them counts', { init: [withA(6), withA(3)] }, [0, 0, { [a]: 2 }], `Insufficient ${a} (for good)`],
  ['a resource that no node has', { containers: [[1, 1, { [b]: 1 }]] }, [0, 0], `Insufficient ${b} (for good)`],
  ['the same of an init container', { init: [[1, 1, { [b]: 1 }]] }, [0, 0], `Insufficient ${b} (for good)`],
  ['a kubernetes.io resource', { containers: [[1, 1, { 'kubernetes.io/something': 10 }]] }, [0, 0], 'Insufficient kubernetes.io/something (for good)'],
  ['huge pages', { containers: [[1, 1, { [pages]: 10 }]] }, [0, 0, { [pages]: 0 }], `Insufficient ${pages} (for good)`],
  ['huge pages of several containers', { containers: [[1, 1, { [pages]: 3 }], [1, 1, { [pages]: 3 }]] }, [0, 0, { [pages]: 2 }], `Insufficient ${pages} (for good)`],
  ['overhead fits', { containers: [one], overhead: [3, 13] }, [5, 5], 'fits'],
  ['overhead does not', { containers: [one], overhead: [1, 15] }, [5, 5], 'Insufficient memory'],
  ['none of an extended resource is asked for', { containers: [[1, 1, { [a]: 0 }]] }, [0, 0, { [a]: 6 }], 'fits'],
  ['only an extended resource is asked for on a full node', { containers: [[0, 0, { [a]: 1 }]] }, [20, 30, { [a]: 1 }], 'fits'],
  ['pod-level requests fit', { containers: [one], level: { cpu: '1m', memory: '2' } }, [5, 5], 'fits'],
  ['pod-level CPU does not', { containers: [one], level: { cpu: '7m', memory: '2' } }, [5, 5], 'Insufficient cpu'],
  ['pod-level memory does not', { containers: [one], level: { cpu: '3m', memory: '2' } }, [5, 19], 'Insufficient memory'],
  ['sidecars add to containers', { containers: [[3, 1]], sidecars: [[3, 1]] }, [5, 5], 'Insufficient cpu'],
]

describe('a node with 10 m CPU, 20 bytes, 32 pods and 5 of each other resource', () => {
  test.each(enough)('%s', (_, asked, used, expected) => {
    expect(reasons(asked, used, { cpu: '10m', memory: '20', pods: '32', [a]: '5', [pages]: '5' })).toBe(expected)
  })
})

const full: readonly (readonly [string, Asking, Usage])[] = [
  ['even without resources', {}, [10, 20]],
  ['even if both resources fit', { containers: [one] }, [5, 5]],
  ['even if there is exactly enough', { containers: [[5, 1]] }, [5, 19]],
  ['even if there is exactly enough for an init container', { containers: [[5, 1]], init: [[5, 1]] }, [5, 19]],
]

test.each(full)('a node of one pod takes no second one, %s', (_, asked, used) => {
  expect(reasons(asked, used, { cpu: '10m', memory: '20', pods: '1' })).toBe('Too many pods')
})

const sidecars: readonly (readonly [string, Asking, string])[] = [
  ['none', {}, 'fits'],
  ['one without requests', { sidecars: [[0, 0]] }, 'fits'],
  ['both at capacity', { containers: [[1, 0]], sidecars: [[1, 0]] }, 'fits'],
  ['more than the node has', { containers: [[1, 0]], sidecars: [[2, 0]] }, 'Insufficient cpu (for good)'],
]

test.each(sidecars)('sidecars on a node of 2 m CPU: %s', (_, asked, expected) => {
  expect(reasons(asked, undefined, { cpu: '2m', memory: '0', pods: '1' })).toBe(expected)
})

/** Sums with sidecars: component-helpers resource/helpers_test.go (TestPodRequestsAndLimits…). */
test('an init container runs beside the sidecars before it', () => {
  const spec = asking({ containers: [[2, 2]], sidecars: [[1, 5]], init: [[4, 1]] }).spec
  expect(podRequests(spec)).toMatchObject({ cpu: 5, memory: 7 })
})

test('containers that ask for nothing count 100 m CPU and 200 MiB in scores', () => {
  const spec = asking({}).spec
  expect(podRequests(spec)).toMatchObject({ cpu: 0, memory: 0, nonZeroCpu: 100, nonZeroMemory: 209715200 })
  expect(scoredRequests(spec)).toMatchObject({ cpu: 100, memory: 209715200 })
})

test('pod-level requests take the place of the guess, but not where NodeResourcesFit scores', () => {
  const spec = asking({ level: { cpu: '7m' } }).spec
  expect(podRequests(spec)).toMatchObject({ cpu: 7, nonZeroCpu: 7, nonZeroMemory: 209715200 })
  expect(scoredRequests(spec)).toMatchObject({ cpu: 100 })
})
