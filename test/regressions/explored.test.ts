/** Exhaustive and random agree: what random orders found is found by exploring every order within small bounds, and no later. */
import { readdirSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { isLeft } from 'fp-ts/lib/Either.js'
import { describe, expect, it } from 'vitest'
import { parse as parseYaml } from 'yaml'
import { explore } from '#checker/explore/explore'
import { runOrder } from '#checker/order'
import { delaysOf, faultsOf, type Schedule } from '#checker/schedule'
import { defaultMaxLag } from '#checker/system'
import { mutants } from '#models/mutants/index'
import { claims as allClaims } from '#properties/claims'
import { systemOf, type Scenario } from '#properties/scenario'
import { parse } from '#trace/format'

const here = new URL('.', import.meta.url).pathname
const folders = readdirSync(here, { withFileTypes: true }).filter((entry) => entry.isDirectory()).map(({ name }) => name)

/** The longest that the recorded order held anything back, so that exploring may do so too. */
const lagOf = ({ deviations }: Schedule): number =>
  deviations.reduce((most, deviation) => (deviation.kind === 'hold' ? Math.max(most, deviation.ms) : most), 0)

describe.each(folders)('%s', (name) => {
  const folder = relative('.', join(here, name))
  const { title, claim } = parseYaml(readFileSync(join(folder, 'regression.yaml'), 'utf8')) as { title: string; claim: string } // our own
  const trace = parse(readFileSync(join(folder, 'trace.jsonl'), 'utf8'))
  if (isLeft(trace)) throw new Error(trace.left.message)
  const { inputs, schedule } = trace.right.header

  it(`${title}: found by exploring, and no later`, () => {
    const system = systemOf(inputs as Scenario, { mutants }) // as it was recorded
    const claims = allClaims.filter((one) => one.name === claim)
    const recorded = runOrder(system, claims, schedule).violations[0]!
    const delays = Math.min(1, delaysOf(schedule))
    const kinds = schedule.deviations.flatMap((deviation) => (deviation.kind === 'fault' ? [deviation.fault] : []))
    const lag = lagOf(schedule)
    const maxLag = Object.fromEntries(Object.entries(defaultMaxLag).map(([channel, ms]) => [channel, Math.max(ms, lag)]))
    const explored = explore({ system, claims, bounds: { delays, faults: faultsOf(schedule), maxLag, kinds } })
    expect(explored.stopped).toBeUndefined()
    const found = explored.counterexamples.find(({ violation }) => violation.claim === claim)
    expect(found, JSON.stringify({ worlds: explored.worlds, unconfirmed: explored.unconfirmed })).toBeDefined()
    if (process.env['SHOW'] !== undefined) console.log(name, explored.worlds, found?.violation.step, recorded.step, JSON.stringify(found?.order.schedule))
    const cost = (order: Schedule, step: number): number => (faultsOf(order) * 1_000 + delaysOf(order)) * 1e6 + step
    expect(cost(found!.order.schedule, found!.violation.step)).toBeLessThanOrEqual(cost(schedule, recorded.step))
  }, 120_000)
})
