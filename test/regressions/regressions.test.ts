/**
 * Failures that were real, each a folder: `manifests.yaml`, `regression.yaml` (what it is), maybe `scenario.yaml` and
 * `orrery.yaml`, `trace.jsonl`: the shrunk counterexample, and `report.txt`: what
 * is told of it. `UPDATE=1 npx vitest run test/regressions` finds the traces anew, with `--update` it writes the reports too.
 */
import { existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { stripVTControlCharacters } from 'node:util'
import { isLeft } from 'fp-ts/lib/Either.js'
import { parse as parseYaml } from 'yaml'
import { describe, expect, it } from 'vitest'
import type { Deviation } from '#checker/schedule'
import { Searcher, Tally } from '#checker/search'
import { explain, present } from '#cli/counterexample'
import { reported } from '#cli/finding'
import { readInputs } from '#cli/inputs'
import { violationText } from '#cli/report-text'
import { mutants } from '#models/mutants/index'
import { claims as allClaims } from '#properties/claims'
import { systemOf, type Scenario } from '#properties/scenario'
import { parse } from '#trace/format'
import { replay } from '#trace/replay'

interface Regression {
  readonly title: string
  readonly found: string
  readonly why: string
  readonly upstream: string
  readonly claim: string
  readonly mutants?: readonly string[]
  readonly optIn?: boolean
  /** Where a mutant's bug shows only in a rare order, that order; absent: the search has to find it. */
  readonly schedule?: readonly Deviation[]
}

const here = new URL('.', import.meta.url).pathname
const folders = readdirSync(here, { withFileTypes: true }).filter((entry) => entry.isDirectory()).map(({ name }) => name)

const claimNames = allClaims.map(({ name }) => name)
const budgets = { delays: 2, faults: 1 }

async function scenarioOf(folder: string, on: readonly string[]): Promise<Scenario> {
  const scenario = join(folder, 'scenario.yaml')
  const inputs = await readInputs({
    filename: [join(folder, 'manifests.yaml')], ...(existsSync(scenario) ? { scenario } : {}),
  }, claimNames)
  expect(inputs.errors).toEqual([])
  return { ...inputs.scenario, mutants: on }
}

/** The first order, of so many, in which the claim is broken. */
function search(scenario: Scenario, { claim, schedule }: Regression, orders: number) {
  const claims = allClaims.filter(({ name }) => name === claim)
  const searcher = new Searcher({ system: systemOf(scenario, { mutants }), claims, budgets, seed: 1 })
  const tally = new Tally()
  if (schedule !== undefined) {
    const [found] = tally.add(searcher.run(0, { deviations: schedule }))
    return { found, claims, tally }
  }
  for (let index = 0; index < orders; index++) {
    const [found] = tally.add(searcher.run(index))
    if (found !== undefined) return { found, claims, tally }
  }
  return { found: undefined, claims, tally }
}

describe.each(folders)('%s', (name) => {
  // Relative, so that traces name the files of the project.
  const folder = relative('.', join(here, name))
  const regression = parseYaml(readFileSync(join(folder, 'regression.yaml'), 'utf8')) as Regression // our own file
  const traceFile = join(folder, 'trace.jsonl')
  const on = regression.mutants ?? []

  it.runIf(process.env['UPDATE'] === '1')('is found and shrunk', async () => {
    const scenario = await scenarioOf(folder, on)
    const { found, claims } = search(scenario, regression, 5_000)
    if (found === undefined) throw new Error(`${regression.claim} was not broken`)
    const example = explain(found, { scenario, claims, seed: 1 })
    writeFileSync(traceFile, example.trace)
  }, 600_000)

  it(`${regression.title}: found without a hint where to look`, async () => {
    const { found } = search(await scenarioOf(folder, on), regression, 300)
    expect(found?.violation.claim).toBe(regression.claim)
  }, 120_000)

  it('its shrunk trace replays, Step by Step, to the same violation', () => {
    const trace = parse(readFileSync(traceFile, 'utf8'))
    if (isLeft(trace)) throw new Error(trace.left.message)
    const { header } = trace.right
    const scenario = header.inputs as Scenario // as it was recorded
    const claims = allClaims.filter(({ name }) => name === regression.claim)
    const replayed = replay(systemOf(scenario, { mutants }), claims, trace.right)
    if (isLeft(replayed)) throw new Error(`${replayed.left.message}; enabled: ${replayed.left.enabled.join('; ')}`)
    expect(replayed.right.violations.map(({ message }) => message)).toContain(header.violation?.message)
  })

  it('is told in what a person reads in a minute', async () => {
    const trace = parse(readFileSync(traceFile, 'utf8'))
    if (isLeft(trace)) throw new Error(trace.left.message)
    const { header } = trace.right
    const scenario = header.inputs as Scenario // as it was recorded
    const claims = allClaims.filter(({ name }) => name === regression.claim)
    const { loaded } = await readInputs({ filename: [join(folder, 'manifests.yaml')] }, claimNames)
    const { example } = present({ scenario, schedule: header.schedule }, claims,
      { seed: header.seed, mutants, until: ({ message }) => message === header.violation?.message })
    if (example === undefined) throw new Error('nothing is broken any more')
    const text = stripVTControlCharacters(violationText(reported(example, { loaded, trace: traceFile }), 'error'))
    expect(text.split('\n').length).toBeLessThanOrEqual(30)
    await expect(`${text}\n`).toMatchFileSnapshot(join(here, name, 'report.txt'))
  })

  it.runIf(on.length > 0)('is silent without its mutant', async () => {
    const { found, tally } = search(await scenarioOf(folder, []), regression, 60)
    expect(found?.violation.message).toBeUndefined()
    expect(tally.exercised.get(regression.claim) ?? 0).toBeGreaterThan(0)
  }, 120_000)
})
