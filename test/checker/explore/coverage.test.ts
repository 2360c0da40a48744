import { readFileSync } from 'node:fs'
import { isLeft } from 'fp-ts/lib/Either.js'
import { describe, expect, it } from 'vitest'
import type { Bounds } from '#checker/explore/bounds'
import { samplers, Sampling, type Coverage, type Sampler } from '#checker/explore/coverage'
import { explore } from '#checker/explore/explore'
import { both } from '#checker/explore/observers'
import { hashOf, Reach } from '#checker/explore/reach'
import { baselineOf, draw } from '#checker/generate'
import { runOrder } from '#checker/order'
import { defaultMaxLag } from '#checker/system'
import { mutants } from '#models/mutants/index'
import { claims as allClaims } from '#properties/claims'
import { systemOf, type Scenario } from '#properties/scenario'
import { parse } from '#trace/format'
import { describing } from './described.js'
import { deployment, nodes } from './small.js'

const scenario = {
  nodes: nodes(1), script: [{ do: 'apply', objects: [deployment(1)] }], profiles: {}, mutants: [],
} as const
const system = systemOf(scenario)

function reachOf(bounds: Bounds): Reach {
  let reach: Reach | undefined
  explore({ system, claims: [], bounds, observer: (space) => (reach = new Reach(space)) })
  return reach!
}

function cover(reach: Reach, bounds: Bounds, sampler: Sampler, orders: number): Coverage {
  const sampling = new Sampling({ system, claims: [], reach, budgets: bounds, sampler, seed: 1 })
  for (let order = 0; order < orders; order++) sampling.run()
  return sampling.coverage
}

const prompt = { delays: 0, faults: 0, maxLag: defaultMaxLag }
const delayed = { ...prompt, delays: 1 }

describe('What random orders meet of the Worlds that were explored', () => {
  it('is all of them where nothing may deviate', () => {
    const reach = reachOf(prompt)
    expect(cover(reach, prompt, 'check', 1)).toMatchObject({
      worlds: reach.worlds.size, transitions: reach.transitions.size, outside: 0,
    })
  })

  it('is a part of them with one delay, and more of them the longer it goes on', () => {
    const reach = reachOf(delayed)
    const shares = [10, 100].map((most) => cover(reach, delayed, 'check', most).worlds)
    expect(shares[0]).toBeLessThan(shares[1]!)
    expect(shares[1]).toBeLessThan(reach.worlds.size)
  })

  it('lies mostly outside where every order is as likely as every other', () => {
    const reach = reachOf(delayed)
    for (const sampler of samplers.filter((one) => one !== 'check')) {
      const { worlds, outside } = cover(reach, delayed, sampler, 20)
      expect(outside).toBeGreaterThan(worlds)
    }
  })

  it('is counted the same whether Worlds in which one thing can be done are kept or passed by', () => {
    const [passed, kept] = [delayed, { ...delayed, pass: false }].map(reachOf)
    expect([passed!.worlds.size, passed!.transitions.size])
      .toEqual([kept!.worlds.size, kept!.transitions.size])
  })

  it('holds the Worlds that the search reaches, each once, '
    + 'whatever is held back and left of the budgets', () => {
    const pod = {
      apiVersion: 'v1', kind: 'Pod', metadata: { name: 'web' },
      spec: { containers: [{ name: 'web', image: 'example.org/web:1' }] },
    }
    const alone = systemOf({ ...scenario, script: [{ do: 'apply', objects: [pod] }] })
    let reach: Reach | undefined
    const described = new Set<string>()
    explore({
      system: alone, claims: [], bounds: { ...delayed, pass: false },
      observer(space) {
        const told = describing(space)
        const note = (): void => {
          described.add(told().split('\n').filter((line) => !line.startsWith('left|')).join('\n'))
        }
        const beside = reach = new Reach(space)
        note()
        return both(beside, { reached: note })
      },
    })
    expect(reach?.worlds.size).toBe(described.size)
  })

  it('leaves out none of those that an order with one delay meets, '
    + 'whichever it is and however long it lasts', () => {
    const reach = reachOf({ ...delayed, reduce: false })
    const baseline = baselineOf(system)
    let drawn = 0
    for (let order = 0; order < 150; order++) {
      const schedule = draw(system, baseline, delayed, 1, order)
      if (schedule.deviations.some(({ kind }) => kind === 'shuffle')) continue
      drawn++
      runOrder(system, [], schedule, {
        onEvent: (_, { store }) =>
          expect(reach.worlds.has(hashOf(store)), JSON.stringify(schedule)).toBe(true),
      })
    }
    expect(drawn).toBeGreaterThan(100)
  })

  it('lies outside the bounds as soon as something breaks that may not', () => {
    const faults = { ...prompt, faults: 1, kinds: ['restart'] }
    const reach = reachOf(prompt)
    const sampling = new Sampling({ system, claims: [], reach, budgets: faults, sampler: 'check', seed: 1 })
    for (let order = 0; order < 10; order++) sampling.run()
    expect(sampling.coverage.outside).toBeGreaterThan(0)
  })
})

describe('What random orders find', () => {
  /** The recorded rollout that drops connections, as a recorded trace has it. */
  const trace = parse(
    readFileSync(new URL('../../regressions/ro2-no-pre-stop/trace.jsonl', import.meta.url), 'utf8'),
  )
  if (isLeft(trace)) throw new Error(trace.left.message)
  const { inputs, violation } = trace.right.header
  const served = systemOf(inputs as Scenario, { mutants }) // as it was recorded
  const claims = allClaims.filter(({ name }) => name === violation?.claim)

  it.each(samplers)('is counted by order, and when first: %s', (sampler) => {
    const sampling = new Sampling({ system: served, claims, budgets: delayed, sampler, seed: 1 })
    for (let order = 0; order < 5; order++) sampling.run()
    const { orders, steps, found } = sampling.coverage
    expect(orders).toBe(5)
    expect(steps).toBeGreaterThan(500)
    const [met] = [...found].map(([, one]) => one)
    expect(met?.orders).toBeGreaterThan(0)
    expect(met?.orders).toBeLessThanOrEqual(5)
    expect(met?.first).toBeLessThanOrEqual(6 - met!.orders)
  })

  it('is the same for the same seed', () => {
    const twice = [1, 2].map(() => {
      const sampling = new Sampling({ system: served, claims, budgets: delayed, sampler: 'pct', seed: 7 })
      for (let order = 0; order < 5; order++) sampling.run()
      return sampling.coverage
    })
    expect(twice[0]).toEqual(twice[1])
  })
})
