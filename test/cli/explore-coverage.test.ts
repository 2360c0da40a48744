/** `orrery explore --coverage`: what orders at random met of what was explored. */
import { stripVTControlCharacters } from 'node:util'
import { isRight } from 'fp-ts/lib/Either.js'
import * as t from 'io-ts'
import { beforeEach, describe, expect, it } from 'vitest'
import { coverageOf, type CoverageReport } from '#cli/explore-coverage'
import { coverageText } from '#cli/explore-coverage-text'
import { explore } from '#checker/explore/explore'
import { Reach } from '#checker/explore/reach'
import { defaultMaxLag } from '#checker/system'
import { systemOf } from '#properties/scenario'
import { deployment, nodes } from '../checker/explore/small.js'
import { directory, hazard, orrery, web } from '../support/cli.js'

const { write } = directory()
beforeEach(() => write({ 'web.yaml': web(), 'app.yaml': hazard, 'restart.yaml': 'steps: [{ restart: deployment/web }]\n' }))

const webAlone = ['-f', 'web.yaml', '--nodes', '1']
/** Restarted, it drops a connection on the prompt order. */
const hazardous = ['-f', 'app.yaml', '--nodes', '1', '--scenario', 'restart.yaml', '--delays', '0']

const met = t.exact(t.type({ orders: t.number, first: t.number }))
const covered = t.intersection([
  t.type({
    seed: t.number, worlds: t.number, transitions: t.number, interrupted: t.boolean,
    samplers: t.array(t.exact(t.type({
      sampler: t.string, orders: t.number, steps: t.number, worlds: t.number, transitions: t.number, outside: t.number, broken: t.number,
    }))),
    findings: t.array(t.type({ claim: t.string, message: t.string, met: t.record(t.string, met) })),
  }),
  t.partial({ seconds: t.number }),
])
const printed = t.intersection([t.type({ complete: t.boolean, worlds: t.number }), t.partial({ coverage: covered })])

async function documentOf(...args: readonly string[]): Promise<t.TypeOf<typeof printed>> {
  const { stdout } = await orrery('explore', ...args, '--json')
  const decoded = printed.decode(JSON.parse(stdout))
  if (!isRight(decoded)) throw new Error(`not the document of docs/json.md: ${stdout}`)
  return decoded.right
}

describe('orrery explore --coverage', () => {
  it('tells beside the verdict how much so many orders meet', async () => {
    const { code, stdout, stderr } = await orrery('explore', ...webAlone, '--coverage', '20')
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(stdout).toMatch(/✓ All [\d,]+ Worlds within 1 delay and no fault: every claim held\n/)
    expect(stdout).toMatch(/\nCoverage: how much of this orders at random meet, 20 orders each, seed 1\n {2}[\d,]+ Worlds and [\d,]+ transitions are/)
    expect(stdout).toMatch(/\n {10}orders +Steps +Worlds met +transitions met +Worlds outside\n/)
    for (const sampler of ['check', 'random', 'pos', 'pct']) {
      expect(stdout).toMatch(new RegExp(`\\n {2}${sampler} +20 +[\\d,]+ +<?\\d+\\.\\d% +<?\\d+\\.\\d% +[\\d,]+\\n`))
    }
    expect(stdout).toMatch(/with\s+these\s+bounds;\s+20\s+of\s+them\s+met\s+\d+\.\d%\s+of\s+the\s+Worlds/)
  })

  it('is a member of the document, the same every time, and absent unless it is asked for', async () => {
    const [one, two] = [await documentOf(...webAlone, '--coverage', '5'), await documentOf(...webAlone, '--coverage', '5')]
    expect(two).toEqual(one)
    const { coverage, worlds } = one
    expect(coverage).toMatchObject({ seed: 1, interrupted: false, findings: [] })
    expect(coverage).not.toHaveProperty('seconds')
    expect(coverage?.samplers.map(({ sampler, orders, broken }) => [sampler, orders, broken]))
      .toEqual(['check', 'random', 'pos', 'pct'].map((sampler) => [sampler, 5, 0]))
    expect(coverage?.worlds).toBeGreaterThan(worlds) // those that are gone through count
    for (const { worlds: some, transitions } of coverage?.samplers ?? []) {
      expect(some).toBeLessThan(coverage!.worlds)
      expect(transitions).toBeLessThan(coverage!.transitions)
    }
    expect(await documentOf(...webAlone, '--delays', '0')).not.toHaveProperty('coverage')
  })

  it('samples for as long as exploring took where no number is given', async () => {
    const { coverage } = await documentOf(...webAlone, '--delays', '0', '--coverage')
    expect(coverage?.seconds).toBeGreaterThanOrEqual(0.1)
    for (const { orders } of coverage?.samplers ?? []) expect(orders).toBeGreaterThan(0)
    expect((await orrery('explore', ...webAlone, '--delays', '0', '--coverage')).stdout)
      .toMatch(/Coverage: how much of this orders at random meet, in the \d+\.\d s that exploring took, seed 1\n/)
  })

  it('meets all of it where nothing may deviate, and says how often each finding was met', async () => {
    const { coverage } = await documentOf(...hazardous, '--coverage', '4')
    expect(coverage?.samplers[0]).toMatchObject({ sampler: 'check', worlds: coverage?.worlds, transitions: coverage?.transitions, outside: 0 })
    const [finding] = coverage?.findings ?? []
    expect(finding).toMatchObject({ claim: 'no-connection-to-closed-listener', met: { check: { orders: 4, first: 1 } } })
    const { code, stdout } = await orrery('explore', ...hazardous, '--coverage', '4')
    expect(code).toBe(1)
    expect(stdout).toMatch(/\n {2}no-connection-to-closed-listener {2}.*\n {4}Found by check in all 4 orders, by random in /)
  })

  it('is no share of what was not explored', async () => {
    const { code, stdout } = await orrery('explore', ...webAlone, '--worlds', '50', '--coverage', '5')
    expect(code).toBe(3)
    expect(stdout).toContain('Coverage was not sampled: it is a share of all Worlds within the bounds')
    expect(await documentOf(...webAlone, '--worlds', '50', '--coverage', '5')).not.toHaveProperty('coverage')
  })
})

describe('Ctrl-C while orders are sampled', () => {
  it('keeps what was sampled by then', async () => {
    const system = systemOf({ nodes: nodes(1), script: [{ do: 'apply', objects: [deployment(1)] }], profiles: {}, mutants: [] })
    const bounds = { delays: 0, faults: 0, maxLag: defaultMaxLag }
    let reach: Reach | undefined
    explore({ system, claims: [], bounds, observer: (space) => (reach = new Reach(space)) })
    let looks = 0
    const { samplers, interrupted } = await coverageOf({
      system, claims: [], budgets: bounds, reach: reach!, seed: 1, orders: 10, time: 0, found: [], interruption: { get asked() { return ++looks > 14 } },
    })
    expect(interrupted).toBe(true)
    expect(samplers.map(({ sampler }) => sampler)).toEqual(['check', 'random'])
    expect(samplers[0]?.orders).toBe(10)
    expect(samplers[1]?.orders).toBeLessThan(10)
  })
})

describe('A coverage in words', () => {
  const sampler = { orders: 400, steps: 9_000, worlds: 1_234, transitions: 2, outside: 56, broken: 3, found: new Map() }
  const report: CoverageReport = {
    seed: 1, worlds: 10_000, transitions: 20_000, interrupted: false,
    samplers: [{ ...sampler, sampler: 'check' }, { ...sampler, sampler: 'pos' }, { ...sampler, sampler: 'pct' }],
    findings: [{ claim: 'rollout-completes', message: 'it does not', met: { check: { orders: 3, first: 7 }, pct: { orders: 400, first: 1 } } }],
  }
  const text = (more: Partial<CoverageReport>, delays = 1): string =>
    stripVTControlCharacters(coverageText({ ...report, ...more }, { delays, faults: 0, maxLag: {} }))

  it('tells how rare a finding is', () =>
    expect(text({})).toContain('Found by check in 3 of 400 orders (about one in 133), by pos in none of 400, by pct in all 400.'))

  it('does not tell little as nothing', () => expect(text({})).toMatch(/check +400 +9,000 +12\.3% +<0\.1% +56\n/))

  it('says where it was interrupted', () => expect(text({ interrupted: true })).toContain('meet, until it was interrupted, seed 1'))

  it('says that a check leaves the bounds only where it may', () => {
    expect(text({}).replace(/\s+/g, ' ')).toContain('so does check, for a stretch now and then')
    expect(text({}, 0)).not.toContain('so does check')
  })
})
