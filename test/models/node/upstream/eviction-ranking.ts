import type { Container, Pod, ResourceList } from '#api/types'
import {
  byConsumption, byExcess, byPriority, evictionMessage, orderedBy, rankFor, type PodUse,
} from '#models/node/eviction-ranking'
import type { StarvedResource } from '#models/node/eviction-thresholds'
import { podOn } from '../../../support/node.js'
import { bytes, source } from './eviction-thresholds.js'
import { table, type Table } from './table.js'

/** What a pod asks for, its priority, and what it uses. */
interface Ranked {
  readonly asks?: ResourceList
  readonly priority?: number
  readonly memory?: string
  /** Files of its containers, logs, volumes on the node. */
  readonly disk?: readonly string[]
  readonly inodes?: readonly number[]
  readonly processes?: number
}

type Pods = Readonly<Record<string, Ranked>>

const uses = ({ memory, disk, inodes, processes }: Ranked): PodUse => ({
  containers: [],
  ...(memory === undefined ? {} : { memory: bytes(memory) }),
  ...(disk === undefined ? {} : { disk: disk.reduce((sum, one) => sum + bytes(one), 0) }),
  ...(inodes === undefined ? {} : { inodes: inodes.reduce((sum, one) => sum + one, 0) }),
  ...(processes === undefined ? {} : { processes }),
})

type Comparison = (a: Pod, b: Pod) => number

/** The names in the order in which they are evicted, from the last of these to the first. */
const ranking = (comparison: (usage: (pod: Pod) => PodUse | undefined) => Comparison) => (pods: Pods): unknown => {
  const all = Object.entries(pods).map(([name, { asks = {}, priority = 0 }]) => podOn({
    name, containers: [{ name, resources: { requests: asks } }], spec: { priority },
  })).reverse()
  const usage = ({ metadata: { name } }: Pod): PodUse | undefined => {
    const found = pods[name]
    return found === undefined ? undefined : uses(found)
  }
  return all.sort(comparison(usage)).map(({ metadata }) => metadata.name).join(' ')
}

const by = (compare: typeof byExcess, resource: StarvedResource) =>
  ranking((usage) => compare(usage, resource))

const memory = (amount: string): ResourceList => ({ memory: amount })
const disk = (amount: string): ResourceList => ({ 'ephemeral-storage': amount })
const [low, high] = [-1, 1]

const memoryTable: Pods = {
  'above-low-high': { priority: low, memory: '500Mi' },
  'above-low-low': { priority: low, memory: '50Mi' },
  'above-high-high': { priority: high, asks: memory('100Mi'), memory: '600Mi' },
  'above-high-low': { priority: high, asks: memory('100Mi'), memory: '150Mi' },
  'below-low-high': { priority: low, asks: memory('1Gi'), memory: '800Mi' },
  'below-low-low': { priority: low, asks: memory('1Gi'), memory: '200Mi' },
  'below-high-high': { priority: high, asks: memory('1Gi'), memory: '800Mi' },
  'below-high-low': { priority: high, asks: memory('1Gi'), memory: '200Mi' },
}
const diskTable: Pods = {
  'above-low-high': { priority: low, disk: ['200Mi', '100Mi', '200Mi'] },
  'above-low-low': { priority: low, disk: ['10Mi', '10Mi', '30Mi'] },
  'above-high-high': { priority: high, asks: disk('100Mi'), disk: ['200Mi', '150Mi', '250Mi'] },
  'above-high-low': { priority: high, asks: disk('100Mi'), disk: ['90Mi', '50Mi', '10Mi'] },
  'below-low-high': { priority: low, asks: disk('1Gi'), disk: ['500Mi', '200Mi', '100Mi'] },
  'below-low-low': { priority: low, asks: disk('1Gi'), disk: ['50Mi', '100Mi', '50Mi'] },
  'below-high-high': { priority: high, asks: disk('1Gi'), disk: ['250Mi', '500Mi', '50Mi'] },
  'below-high-low': { priority: high, asks: disk('1Gi'), disk: ['100Mi', '60Mi', '40Mi'] },
}
const inOrder = (pods: Pods): string => Object.keys(pods).join(' ')

const rankings: readonly Table[] = [
  table(source, 'TestOrderedByExceedsRequestMemory', by(byExcess, 'memory'), [
    ['whoever has more than it asked for', {
      below: { priority: -1, asks: memory('200Mi'), memory: '199Mi' },
      exceeds: { priority: 1, asks: memory('100Mi'), memory: '101Mi' },
    }, 'exceeds below'],
  ]),
  table(source, 'TestOrderedByExceedsRequestDisk', by(byExcess, 'ephemeral-storage'), [
    ['whoever has more than it asked for', {
      below: { priority: -1, asks: disk('200Mi'), disk: ['100Mi', '99Mi', '0'] },
      exceeds: { priority: 1, asks: disk('100Mi'), disk: ['90Mi', '11Mi', '0'] },
    }, 'exceeds below'],
  ]),
  table(source, 'TestOrderedByPriority', ranking(() => byPriority), [
    ['the lowest priority',
      { low: { priority: -134 }, medium: { priority: 1 }, high: { priority: 12_534 } }, 'low medium high'],
  ]),
  table(source, 'TestOrderedbyDisk', by(byConsumption, 'ephemeral-storage'), [
    ['whoever has most beyond what it asked for', {
      'best-effort-high': { disk: ['50Mi', '100Mi', '150Mi'] },
      'best-effort-low': { disk: ['25Mi', '25Mi', '50Mi'] },
      'burstable-high': { asks: disk('100Mi'), disk: ['150Mi', '150Mi', '50Mi'] },
      'burstable-low': { asks: disk('100Mi'), disk: ['25Mi', '35Mi', '50Mi'] },
      'guaranteed-high': { asks: disk('400Mi'), disk: ['225Mi', '100Mi', '50Mi'] },
      'guaranteed-low': { asks: disk('400Mi'), disk: ['25Mi', '45Mi', '50Mi'] },
    }, 'best-effort-high burstable-high best-effort-low burstable-low guaranteed-high guaranteed-low'],
  ]),
  table(source, 'TestOrderedbyInodes', by(byConsumption, 'inodes'), [
    ['whoever has most files', {
      low: { inodes: [50_000, 100_000, 50_000] }, medium: { inodes: [100_000, 150_000, 50_000] },
      high: { inodes: [200_000, 150_000, 50_000] },
    }, 'high medium low'],
  ]),
  table(source, 'TestOrderedByPriorityDisk', ranking((usage) => rankFor('ephemeral-storage', usage)), [
    ['excess, then priority, then how much', diskTable, inOrder(diskTable)],
  ]),
  table(source, 'TestOrderedByPriorityInodes',
    ranking((usage) => orderedBy(byPriority, byConsumption(usage, 'inodes'))), [
      ['priority, then how many', {
        a: { priority: low, inodes: [50_000, 100_000, 250_000] }, b: { priority: low, inodes: [60_000, 30_000, 10_000] },
        c: { priority: high, inodes: [150_000, 150_000, 50_000] },
        d: { priority: high, inodes: [10_000, 40_000, 100_000] },
      }, 'a b c d'],
    ]),
  table(source, 'TestOrderedByMemory', by(byConsumption, 'memory'), [
    ['whoever has most beyond what it asked for', {
      'best-effort-high': { memory: '500Mi' }, 'best-effort-low': { memory: '300Mi' },
      'burstable-high': { asks: memory('100Mi'), memory: '800Mi' },
      'burstable-low': { asks: memory('100Mi'), memory: '300Mi' },
      'guaranteed-high': { asks: memory('1Gi'), memory: '800Mi' },
      'guaranteed-low': { asks: memory('1Gi'), memory: '200Mi' },
    }, 'burstable-high best-effort-high best-effort-low burstable-low guaranteed-high guaranteed-low'],
  ]),
  table(source, 'TestOrderedByPriorityMemory', ranking((usage) => rankFor('memory', usage)), [
    ['excess, then priority, then how much', memoryTable, inOrder(memoryTable)],
  ]),
  table(source, 'TestOrderedByPriorityProcess', ranking((usage) => rankFor('pids', usage)), [
    ['priority, then how many', {
      a: { priority: low, processes: 20 }, b: { priority: low, processes: 6 },
      c: { priority: high, processes: 20 }, d: { priority: high, processes: 5 },
    }, 'a b c d'],
  ]),
  table(source, 'TestStatsNotFoundForPod',
    (compare: (usage: () => undefined) => Comparison): number =>
      compare(() => undefined)(podOn({ name: 'a' }), podOn({ name: 'b' })) + 0, [
      ['processes', (usage) => byConsumption(usage, 'pids'), 0],
      ['memory', (usage) => byConsumption(usage, 'memory'), 0],
      ['excess of memory', (usage) => byExcess(usage, 'memory'), 0],
      ['excess of disk', (usage) => byExcess(usage, 'ephemeral-storage'), 0],
      ['disk', (usage) => byConsumption(usage, 'ephemeral-storage'), 0],
    ]),
]

interface Told {
  readonly init?: Readonly<Record<string, string>>
  readonly apps: Readonly<Record<string, string>>
  readonly uses: Readonly<Record<string, string>>
  readonly pod?: readonly [request: string, limit: string, uses: string]
}

const asking = (all: Readonly<Record<string, string>>): readonly (Partial<Container> & { name: string })[] =>
  Object.entries(all).map(([name, asks]) => ({ name, resources: { requests: asks === '' ? {} : memory(asks) } }))

function message({ init = {}, apps, uses: used, pod: whole }: Told): string {
  const pod = podOn({
    name: 'pod-eviction-message', init: asking(init), containers: asking(apps),
    spec: whole === undefined ? {} : { resources: { requests: memory(whole[0]), limits: memory(whole[1]) } },
  })
  const use: PodUse = {
    memory: bytes(whole?.[2] ?? '1Mi'),
    containers: Object.entries(used).map(([name, amount]) => ({ name, memory: bytes(amount) })),
  }
  return evictionMessage('memory', pod, use, [], {})
}

const lowOn = 'The node was low on resource: memory. '
const larger = (name: string, used: string, asked: string): string =>
  `Container ${name} was using ${used}, request is ${asked}, has larger consumption of memory. `

const messages = table(source, 'TestEvictionMessage', message, [
  ['no container has more than it asked for', {
    init: { init1: '100Mi', 'restartable-init1': '200Mi' }, apps: { regular1: '200Mi' },
    uses: { 'restartable-init1': '150Mi', regular1: '100Mi' },
  }, lowOn],
  ['an init container has', {
    init: { init1: '100Mi', 'restartable-init1': '200Mi', init2: '150Mi' }, apps: { regular1: '200Mi' },
    uses: { init1: '150Mi' },
  }, lowOn + larger('init1', '150Mi', '100Mi')],
  ['a sidecar has', {
    init: { init1: '100Mi', 'restartable-init1': '200Mi', 'restartable-init2': '200Mi' }, apps: { regular1: '200Mi' },
    uses: { 'restartable-init1': '250Mi', 'restartable-init2': '150Mi', regular1: '200Mi' },
  }, lowOn + larger('restartable-init1', '250Mi', '200Mi')],
  ['an app container has', {
    init: { init1: '100Mi', 'restartable-init1': '200Mi' }, apps: { regular1: '200Mi', regular2: '300Mi' },
    uses: { 'restartable-init1': '200Mi', regular1: '250Mi', regular2: '250Mi' },
  }, lowOn + larger('regular1', '250Mi', '200Mi')],
  ['an ephemeral container is not blamed', {
    init: { init1: '100Mi', 'restartable-init1': '200Mi' }, apps: { regular1: '200Mi' },
    uses: { 'restartable-init1': '200Mi', regular1: '150Mi', ephemeral1: '250Mi' },
  }, lowOn],
  ['those that ask for nothing have', {
    init: { init1: '100Mi', 'restartable-init1': '', 'restartable-init2': '300Mi' }, apps: { regular1: '' },
    uses: { 'restartable-init1': '250Mi', 'restartable-init2': '250Mi', regular1: '200Mi' },
  }, lowOn + larger('restartable-init1', '250Mi', '0') + larger('regular1', '200Mi', '0')],
  ['several have', {
    init: {
      init1: '100Mi', init2: '100Mi', init3: '100Mi',
      'restartable-init1': '100Mi', 'restartable-init2': '200Mi', 'restartable-init3': '300Mi',
    },
    apps: { regular1: '300Mi', regular2: '200Mi', regular3: '100Mi' },
    uses: {
      'restartable-init1': '150Mi', 'restartable-init2': '250Mi', 'restartable-init3': '250Mi',
      regular1: '50Mi', regular2: '250Mi', regular3: '400Mi',
    },
  }, lowOn + larger('restartable-init1', '150Mi', '100Mi') + larger('restartable-init2', '250Mi', '200Mi')
    + larger('regular2', '250Mi', '200Mi') + larger('regular3', '400Mi', '100Mi')],
  ['a pod that asks as a whole has', {
    apps: { regular1: '', regular2: '' }, uses: { regular1: '250Mi', regular2: '350Mi' },
    pod: ['250Mi', '1000Mi', '600Mi'],
  }, `${lowOn}Pod pod-eviction-message was using 600Mi, request is 250Mi, has larger consumption of memory. `
    + larger('regular1', '250Mi', '0') + larger('regular2', '350Mi', '0')],
])

export const evictionRanking: readonly Table[] = [...rankings, messages]
