/**
 * Models: pkg/kubelet/eviction/helpers.go (ParseThresholdConfig, addAllocatableThresholds, thresholdsMet, nodeConditions,
 *   getReclaimableThreshold, byEvictionPriority), defaults_linux.go, api/types.go (GetThresholdQuantity)
 * Reads: nothing (it is handed settings and observations)
 * Writes: nothing
 * Omits: file systems of their own for images or containers: both are on the node's one disk
 */
import * as either from 'fp-ts/lib/Either.js'
import { parseQuantity, quantityValue } from '#api/quantity'

const resources = {
  'memory.available': 'memory',
  'allocatableMemory.available': 'memory',
  'nodefs.available': 'ephemeral-storage',
  'nodefs.inodesFree': 'inodes',
  'imagefs.available': 'ephemeral-storage',
  'imagefs.inodesFree': 'inodes',
  'containerfs.available': 'ephemeral-storage',
  'containerfs.inodesFree': 'inodes',
  'pid.available': 'pids',
} as const

export type Signal = keyof typeof resources
export type StarvedResource = (typeof resources)[Signal]

export type PressureCondition = 'MemoryPressure' | 'DiskPressure' | 'PIDPressure'

/** signalToNodeCondition. */
export const conditionOf: Readonly<Record<StarvedResource, PressureCondition>> = {
  memory: 'MemoryPressure', 'ephemeral-storage': 'DiskPressure', inodes: 'DiskPressure', pids: 'PIDPressure',
}

/** signalToResource. */
export const resourceOf = (signal: Signal): StarvedResource => resources[signal]

/** Of a capacity, or an amount; percentages from 0 to 1. */
export type ThresholdValue = { readonly amount: number } | { readonly percentage: number }

/** What is to be left, at least, of what a signal tells of. */
export interface Threshold {
  readonly signal: Signal
  readonly value: ThresholdValue
  /** In seconds: for so long it has to be met before a pod is evicted. A hard one has none. */
  readonly gracePeriod?: number
  readonly minReclaim?: ThresholdValue
}

/** As in a kubelet's configuration: by signal. */
export type Statements = Readonly<Record<string, string>>

/** DefaultEvictionHard. */
export const defaultEvictionHard: Statements = {
  'memory.available': '100Mi',
  'nodefs.available': '10%',
  'nodefs.inodesFree': '5%',
  'imagefs.available': '15%',
  'imagefs.inodesFree': '5%',
}

export interface ThresholdConfig {
  readonly hard?: Statements
  readonly soft?: Statements
  readonly softGracePeriod?: Statements
  readonly minimumReclaim?: Statements
  /** --enforce-node-allocatable has `pods`. */
  readonly enforcesAllocatable?: boolean
}

type Parsed<T> = either.Either<string, T>

const bySignal = <T>(
  statements: Statements, read: (signal: Signal, text: string) => Parsed<T | undefined>,
): Parsed<ReadonlyMap<Signal, T>> => {
  const found = new Map<Signal, T>()
  for (const [name, text] of Object.entries(statements)) {
    if (!Object.hasOwn(resources, name)) return either.left(`unsupported eviction signal ${name}`)
    const signal = name as Signal // as was just asked
    const one = read(signal, text)
    if (either.isLeft(one)) return one
    if (one.right !== undefined) found.set(signal, one.right)
  }
  return either.right(found)
}

/** parsePercentage: of `25.5%`, to the precision of a float32. */
export function parsePercentage(text: string): Parsed<number> {
  const digits = text.replace(/%+$/, '')
  return /^[+-]?(\d+\.?\d*|\.\d+)$/.test(digits)
    ? either.right(Math.fround(Math.fround(Number(digits)) / 100))
    : either.left(`strconv.ParseFloat: parsing "${digits}": invalid syntax`)
}

const amountOf = (text: string): Parsed<number> => either.map(quantityValue)(parseQuantity(text))

function thresholdValue(signal: Signal, text: string): Parsed<ThresholdValue | undefined> {
  if (!text.endsWith('%')) {
    return either.chain((amount: number): Parsed<ThresholdValue> => (amount > 0
      ? either.right({ amount })
      : either.left(`eviction threshold ${signal} must be positive: ${text}`)))(amountOf(text))
  }
  if (text === '0%' || text === '100%') return either.right(undefined) // it is to be ignored
  return either.chain((percentage: number): Parsed<ThresholdValue> => {
    if (percentage < 0) return either.left(`eviction percentage threshold ${signal} must be >= 0%: ${text}`)
    if (percentage > 1) return either.left(`eviction percentage threshold ${signal} must be <= 100%: ${text}`)
    return either.right({ percentage })
  })(parsePercentage(text))
}

function minReclaim(signal: Signal, text: string): Parsed<ThresholdValue> {
  if (text.endsWith('%')) {
    return either.chain((percentage: number): Parsed<ThresholdValue> => (percentage > 0
      ? either.right({ percentage })
      : either.left(`eviction percentage minimum reclaim ${signal} must be positive: ${text}`)))(parsePercentage(text))
  }
  return either.chain((amount: number): Parsed<ThresholdValue> => (amount >= 0
    ? either.right({ amount })
    : either.left(`negative eviction minimum reclaim specified for ${signal}`)))(amountOf(text))
}

const units: Readonly<Record<string, number>> = { ms: 0.001, s: 1, m: 60, h: 3600 }

/** A Go duration such as `1m30s`, in seconds. */
function seconds(text: string): Parsed<number> {
  const [, sign, body = ''] = /^([+-]?)(.*)$/.exec(text) ?? []
  if (body === '0') return either.right(0)
  if (!/^(\d+(\.\d*)?(ms|s|m|h))+$/.test(body)) return either.left(`time: invalid duration "${text}"`)
  const parts = [...body.matchAll(/(\d+(?:\.\d*)?)(ms|s|m|h)/g)]
  const sum = parts.reduce((total, [, count, unit = '']) => total + Number(count) * (units[unit] ?? 0), 0)
  return either.right(sign === '-' ? -sum : sum)
}

const gracePeriod = (_: Signal, text: string): Parsed<number> =>
  either.chain((period: number): Parsed<number> => (period < 0
    ? either.left(`invalid eviction grace period specified: ${text}, must be a positive value`)
    : either.right(period)))(seconds(text))

/** ParseThresholdConfig: hard ones, then soft ones, then those of what pods may have in all. */
export function parseThresholds(
  { hard = {}, soft = {}, softGracePeriod = {}, minimumReclaim = {}, enforcesAllocatable = false }: ThresholdConfig,
): Parsed<readonly Threshold[]> {
  const [hards, softs] = [bySignal(hard, thresholdValue), bySignal(soft, thresholdValue)]
  const [periods, reclaims] = [bySignal(softGracePeriod, gracePeriod), bySignal(minimumReclaim, minReclaim)]
  if (either.isLeft(hards)) return hards
  if (either.isLeft(softs)) return softs
  if (either.isLeft(periods)) return periods
  if (either.isLeft(reclaims)) return reclaims
  const thresholds: Threshold[] = [...hards.right].map(([signal, value]) => ({ signal, value }))
  for (const [signal, value] of softs.right) {
    const period = periods.right.get(signal)
    if (period === undefined) {
      return either.left(`grace period must be specified for the soft eviction threshold ${signal}`)
    }
    thresholds.push({ signal, value, gracePeriod: period })
  }
  const all = thresholds.map((one) => {
    const least = reclaims.right.get(one.signal)
    return least === undefined ? one : { ...one, minReclaim: least }
  })
  return either.right(enforcesAllocatable ? addAllocatableThresholds(all) : all)
}

/** isHardEvictionThreshold. */
export const isHard = ({ gracePeriod = 0 }: Threshold): boolean => gracePeriod === 0

/** What pods may have in all is guarded as the node's memory is. */
export const addAllocatableThresholds = (thresholds: readonly Threshold[]): readonly Threshold[] => [
  ...thresholds,
  ...thresholds.filter((one) => one.signal === 'memory.available' && isHard(one))
    .map((one) => ({ ...one, signal: 'allocatableMemory.available' as const })),
]

export interface Observation {
  readonly available: number
  readonly capacity: number
}

export type Observations = Readonly<Partial<Record<Signal, Observation>>>

/** GetThresholdQuantity. */
export const thresholdAmount = (value: ThresholdValue, capacity: number): number =>
  ('amount' in value ? value.amount : Math.trunc(capacity * value.percentage))

/** thresholdsMet. `enforcesMinReclaim`: what is to be reclaimed at least has to be there as well. */
export const thresholdsMet = (
  thresholds: readonly Threshold[], observations: Observations, enforcesMinReclaim: boolean,
): readonly Threshold[] => thresholds.filter((threshold) => {
  const { signal, value, minReclaim: least } = threshold
  const observed = observations[signal]
  if (observed === undefined) return false
  const more = enforcesMinReclaim && least !== undefined ? thresholdAmount(least, observed.capacity) : 0
  return thresholdAmount(value, observed.capacity) + more > observed.available
})

/** nodeConditions: each once, in the order of the thresholds. */
export const nodeConditions = (thresholds: readonly Threshold[]): readonly PressureCondition[] =>
  [...new Set(thresholds.map(({ signal }) => conditionOf[resourceOf(signal)]))]

/** byEvictionPriority, and getReclaimableThreshold: memory first. */
export const byEvictionPriority = (thresholds: readonly Threshold[]): readonly Threshold[] => {
  const isMemory = ({ signal }: Threshold): boolean => resourceOf(signal) === 'memory'
  return [...thresholds.filter(isMemory), ...thresholds.filter((one) => !isMemory(one))]
}
