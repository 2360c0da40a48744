import * as either from 'fp-ts/lib/Either.js'
import { quantityOf, quantityValue } from '#api/quantity'
import {
  addAllocatableThresholds, byEvictionPriority, nodeConditions, parsePercentage, parseThresholds, resourceOf,
  thresholdsMet, type Observations, type Signal, type Threshold, type ThresholdConfig, type ThresholdValue,
} from '#models/node/eviction-thresholds'
import { table, type Table } from './table.js'

export const source = 'pkg/kubelet/eviction/helpers_test.go'

export const bytes = (text: string): number => quantityValue(quantityOf(text))

const valueOf = (text: string): ThresholdValue => (text.endsWith('%')
  ? { percentage: Math.fround(Math.fround(Number(text.slice(0, -1))) / 100) }
  : { amount: bytes(text) })

/** `memory.available<150Mi`, a grace period in seconds, and what is to be reclaimed at least. */
export function threshold(text: string, gracePeriod?: number, minReclaim?: string): Threshold {
  const [signal = '', value = ''] = text.split('<')
  return {
    signal: signal as Signal, value: valueOf(value), // as the rows spell it
    ...(gracePeriod === undefined ? {} : { gracePeriod }),
    ...(minReclaim === undefined ? {} : { minReclaim: valueOf(minReclaim) }),
  }
}

const inOrder = (thresholds: readonly Threshold[]): readonly string[] =>
  thresholds.map((one) => JSON.stringify(one)).sort()

const parsed = (config: ThresholdConfig): unknown =>
  either.getOrElseW(() => 'error')(either.map(inOrder)(parseThresholds(config)))

const thresholds = (...all: readonly Threshold[]): unknown => inOrder(all)

const memory = 'memory.available'
const both = (kind: 'available' | 'inodesFree', image: string, nodes: string) =>
  ({ [`imagefs.${kind}`]: image, [`nodefs.${kind}`]: nodes })
const disks = (
  kind: 'available' | 'inodesFree', hard: readonly [string, string], soft: readonly [string, string],
  reclaim: readonly [string, string],
): readonly [ThresholdConfig, unknown] => [
  {
    hard: both(kind, ...hard), soft: both(kind, ...soft), softGracePeriod: both(kind, '30s', '30s'),
    minimumReclaim: both(kind, ...reclaim),
  },
  thresholds(
    threshold(`imagefs.${kind}<${hard[0]}`, undefined, reclaim[0]),
    threshold(`nodefs.${kind}<${hard[1]}`, undefined, reclaim[1]),
    threshold(`imagefs.${kind}<${soft[0]}`, 30, reclaim[0]),
    threshold(`nodefs.${kind}<${soft[1]}`, 30, reclaim[1]),
  ),
]

const refused = (sentence: string, config: ThresholdConfig): readonly [string, ThresholdConfig, unknown] =>
  [sentence, config, 'error']

const parsing = table(source, 'TestParseThresholdConfig', parsed, [
  ['nothing is said', {}, thresholds()],
  ['hard and soft, and what pods may have in all', {
    enforcesAllocatable: true, hard: { [memory]: '150Mi' }, soft: { [memory]: '300Mi' },
    softGracePeriod: { [memory]: '30s' }, minimumReclaim: { [memory]: '0' },
  }, thresholds(
    threshold('allocatableMemory.available<150Mi', undefined, '0'), threshold('memory.available<150Mi', undefined, '0'),
    threshold('memory.available<300Mi', 30, '0'),
  )],
  ['percentages', {
    hard: { [memory]: '10%' }, soft: { [memory]: '30%' }, softGracePeriod: { [memory]: '30s' },
    minimumReclaim: { [memory]: '5%' },
  }, thresholds(
    threshold('memory.available<10%', undefined, '5%'), threshold('memory.available<30%', 30, '5%'),
  )],
  ['disks', ...disks('available', ['150Mi', '100Mi'], ['300Mi', '200Mi'], ['2Gi', '1Gi'])],
  ['disks, by percentages', ...disks('available', ['15%', '10.5%'], ['30%', '20.5%'], ['10%', '5%'])],
  ['inodes', ...disks('inodesFree', ['150Mi', '100Mi'], ['300Mi', '200Mi'], ['2Gi', '1Gi'])],
  ['0% is none', { hard: { [memory]: '0%' }, soft: { [memory]: '0%' } }, thresholds()],
  ['100% is none', { hard: { [memory]: '100%' }, soft: { [memory]: '100%' } }, thresholds()],
  refused('no such signal', { hard: { 'mem.available': '150Mi' } }),
  refused('less than nothing', { hard: { [memory]: '-150Mi' } }),
  refused('less than 0%', { hard: { [memory]: '-15%' } }),
  refused('more than 100%', { hard: { [memory]: '150%' } }),
  refused('less than nothing, soft', { soft: { [memory]: '-150Mi' } }),
  refused('one signal that is there and one that is not', { hard: { [memory]: '150Mi', 'invalid.foo': '150Mi' } }),
  refused('a soft one without a grace period', { soft: { [memory]: '150Mi' } }),
  refused('a soft one with a negative grace period',
    { soft: { [memory]: '150Mi' }, softGracePeriod: { [memory]: '-30s' } }),
  refused('less than nothing to be reclaimed', { minimumReclaim: { [memory]: '-300Mi' } }),
  refused('no such signal to reclaim', { minimumReclaim: { 'mem.available': '300Mi' } }),
  refused('no word on how much to reclaim', { minimumReclaim: { [memory]: '' } }),
  refused('less than 0% to be reclaimed', { minimumReclaim: { [memory]: '-15%' } }),
  refused('no percentage to be reclaimed', { minimumReclaim: { [memory]: '10..5%' } }),
  refused('no word on how much is to be left', { hard: { [memory]: '' } }),
  refused('no percentage', { hard: { [memory]: '10..5%' } }),
  refused('no such signal with a grace period',
    { soft: { [memory]: '150Mi' }, softGracePeriod: { 'mem.available': '30s' } }),
  refused('no grace period', { soft: { [memory]: '150Mi' }, softGracePeriod: { [memory]: '30mins' } }),
])

const soft = threshold('memory.available<150Mi', 10, '0')
const [small, large] = [
  threshold('memory.available<150Mi', undefined, '0'), threshold('memory.available<200Mi', undefined, '1Gi'),
]
const allocatable = (one: Threshold): Threshold => ({ ...one, signal: 'allocatableMemory.available' })

const adding = table(source, 'TestAddAllocatableThresholds',
  (all: readonly Threshold[]): unknown => inOrder(addAllocatableThresholds(all)), [
    ['none for a disk', [threshold('imagefs.available<150Mi', undefined, '0')],
      thresholds(threshold('imagefs.available<150Mi', undefined, '0'))],
    ['none for a soft one', [soft], thresholds(soft)],
    ['one for a hard one', [small], thresholds(allocatable(small), small)],
    ['one for each of two', [small, large], thresholds(allocatable(small), small, allocatable(large), large)],
  ])

const percentages = table(source, 'TestParsePercentage',
  (text: string): unknown => either.getOrElseW(() => 'error')(parsePercentage(text)), [
    ['a word', 'blah', 'error'], ['a number', '25.5%', Math.fround(0.255)], ['a word with a sign', 'foo%', 'error'],
    ['a sign in the middle', '12%345', 'error'],
  ])

const prioritized = table(source, 'TestSortByEvictionPriority',
  (signals: readonly Signal[]): unknown =>
    byEvictionPriority(signals.map((signal) => ({ signal, value: { amount: 1 } }))).map(({ signal }) => signal), [
    ['nothing', [], []],
    ['memory first', ['nodefs.available', 'pid.available', memory], [memory, 'nodefs.available', 'pid.available']],
    ['what pods may have in all first', ['nodefs.available', 'pid.available', 'allocatableMemory.available'],
      ['allocatableMemory.available', 'nodefs.available', 'pid.available']],
  ])

const reclaimable = table(source, 'TestGetReclaimableThreshold',
  (all: readonly Threshold[]): unknown => all.slice(0, 1).map(({ signal }) => [signal, resourceOf(signal)]), [
    ['the first that there is', [
      threshold('allocatableMemory.available<150Mi'), threshold('memory.available<150Mi'),
      threshold('imagefs.available<150Mi', undefined, '2Gi'),
    ], [['allocatableMemory.available', 'memory']]],
  ])

interface Met {
  readonly thresholds: readonly Threshold[]
  /** Available, and of how much. */
  readonly seen: Readonly<Partial<Record<Signal, readonly [available: string, capacity?: string]>>>
  readonly min?: true
}

const observationsOf = (seen: Met['seen']): Observations => Object.fromEntries(Object.entries(seen)
  .map(([signal, [available, capacity = '0']]) => [signal, { available: bytes(available), capacity: bytes(capacity) }]))

/** The places of those that are met. */
const met = ({ thresholds: all, seen, min }: Met): readonly number[] =>
  thresholdsMet(all, observationsOf(seen), min === true).map((one) => all.indexOf(one))

const gigabyte = [threshold('memory.available<1Gi', undefined, '500Mi')]
const twoPercentages = [threshold('memory.available<20%', undefined, '5%'), threshold('nodefs.available<30%')]

const meeting: readonly Table[] = [
  table(source, 'TestThresholdsMet', met, [
    ['no threshold', { thresholds: [], seen: {} }, []],
    ['less than that is left', { thresholds: gigabyte, seen: { [memory]: ['500Mi'] } }, [0]],
    ['more is left', { thresholds: gigabyte, seen: { [memory]: ['2Gi'] } }, []],
    ['less than that and what is to be reclaimed is left',
      { thresholds: gigabyte, seen: { [memory]: ['1.05Gi'] }, min: true }, [0]],
    ['more than both is left', { thresholds: gigabyte, seen: { [memory]: ['2Gi'] }, min: true }, []],
  ]),
  table(source, 'TestPercentageThresholdsMet', met, [
    ['both', { thresholds: twoPercentages,
      seen: { [memory]: ['100Mi', '1000Mi'], 'nodefs.available': ['100Gi', '1000Gi'] } }, [0, 1]],
    ['neither', { thresholds: twoPercentages,
      seen: { [memory]: ['300Mi', '1000Mi'], 'nodefs.available': ['400Gi', '1000Gi'] } }, []],
    ['the disk', { thresholds: twoPercentages,
      seen: { [memory]: ['300Mi', '1000Mi'], 'nodefs.available': ['100Gi', '1000Gi'] } }, [1]],
    ['memory', { thresholds: twoPercentages,
      seen: { [memory]: ['100Mi', '1000Mi'], 'nodefs.available': ['400Gi', '1000Gi'] } }, [0]],
    ['memory, with what is to be reclaimed',
      { thresholds: twoPercentages, seen: { [memory]: ['225Mi', '1000Mi'] }, min: true }, [0]],
    ['not even with what is to be reclaimed',
      { thresholds: twoPercentages, seen: { [memory]: ['300Mi', '1000Mi'] }, min: true }, []],
  ]),
  table(source, 'TestNodeConditions', nodeConditions, [
    ['none', [], []], ['memory', [threshold('memory.available<1Gi')], ['MemoryPressure']],
  ]),
]

export const evictionThresholds: readonly Table[] =
  [parsing, adding, percentages, prioritized, reclaimable, ...meeting]
