/** `--coverage`: what orders at random meet of the Worlds that were explored, and how often they find what was found there. */
import { setImmediate } from 'node:timers/promises'
import { samplers, Sampling, type Coverage, type SamplingOptions } from '#checker/explore/coverage'
import type { Reach } from '#checker/explore/reach'
import { withOracle } from '#machine/oracle'
import { ProgressLine } from './progress-line.js'
import { plural } from './words.js'

/** A finding, and what each sampler met of it. */
export interface CoveredFinding {
  readonly claim: string
  readonly message: string
  /** By sampler: in how many of its orders, and the first of these, from 1; none, where absent. */
  readonly met: Readonly<Record<string, { readonly orders: number; readonly first: number }>>
}

export interface CoverageReport {
  /** Where the orders came from. */
  readonly seed: number
  /** What there is to meet: Worlds that differ in cells or deadlines, and the transitions between them. */
  readonly worlds: number
  readonly transitions: number
  /** Seconds of the processor that the exploration took, and each sampler was given; absent where orders were counted. */
  readonly seconds?: number
  readonly samplers: readonly Coverage[]
  readonly findings: readonly CoveredFinding[]
  /** Ctrl-C: less was sampled than was asked for. */
  readonly interrupted: boolean
}

export interface CoverageTask extends Pick<SamplingOptions, 'system' | 'claims' | 'budgets'> {
  readonly reach: Reach
  readonly seed: number
  /** So many orders by each sampler; otherwise as many as there is time for. */
  readonly orders?: number
  /** Milliseconds of the processor. */
  readonly time: number
  readonly found: readonly { readonly key: string; readonly claim: string; readonly message: string }[]
  readonly interruption: { readonly asked: boolean }
  readonly terminal?: NodeJS.WriteStream
}

/** Milliseconds of the processor that this process has had. */
export const processorTime = (): number => {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1000
}

/** Less is no sample. */
const leastTime = 100

export async function coverageOf(task: CoverageTask): Promise<CoverageReport> {
  const { system, claims, budgets, reach, seed, orders, interruption } = task
  const time = Math.max(leastTime, task.time)
  const progress = new ProgressLine(task.terminal)
  const sampled: Coverage[] = []
  for (const sampler of samplers) {
    if (interruption.asked) break
    const sampling = new Sampling({ system, claims, budgets, reach, sampler, seed })
    const started = processorTime()
    do {
      await withOracle(() => sampling.run())
      const { orders: done } = sampling.coverage
      progress.show(() => `sampling by ${sampler}: ${plural(done, 'order')}${orders === undefined
        ? `, ${seconds(processorTime() - started)} of ${seconds(time)} s` : ` of ${orders.toLocaleString('en-US')}`}`)
      await setImmediate() // lets a signal through
      if (orders === undefined ? processorTime() - started >= time : done >= orders) break
    } while (!interruption.asked)
    sampled.push(sampling.coverage)
  }
  progress.clear()
  return {
    seed, worlds: reach.worlds.size, transitions: reach.transitions.size, samplers: sampled, interrupted: interruption.asked,
    ...(orders === undefined ? { seconds: time / 1000 } : {}),
    findings: task.found.map(({ key, claim, message }) => ({
      claim, message,
      met: Object.fromEntries(sampled.flatMap(({ sampler, found }) => {
        const met = found.get(key)
        return met === undefined ? [] : [[sampler, met] as const]
      })),
    })),
  }
}

const seconds = (ms: number): string => (ms / 1000).toFixed(1)

/** The document of `--json` with `coverage`: members as in docs/exploring.md. */
export function withCoverage(document: string, coverage: CoverageReport | undefined): string {
  if (coverage === undefined) return document
  const members = JSON.parse(document) as object // our own
  const { samplers: all, findings, ...rest } = coverage
  const told = { ...rest, samplers: all.map(({ found: _, ...one }) => one), findings }
  return `${JSON.stringify({ ...members, coverage: told }, null, 2)}\n`
}
