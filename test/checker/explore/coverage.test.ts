import { describe, expect, it } from 'vitest'
import { cover, reachOf, samplers } from '#checker/explore/coverage'
import { defaultMaxLag } from '#checker/system'
import { systemOf } from '#properties/scenario'
import { deployment, nodes } from './small.js'

const system = systemOf({ nodes: nodes(1), script: [{ do: 'apply', objects: [deployment(1)] }], profiles: {}, mutants: [] })

describe('What random orders meet of the Worlds that were explored', () => {
  it('is all of them where nothing may deviate', () => {
    const bounds = { delays: 0, faults: 0, maxLag: defaultMaxLag }
    const reach = reachOf(system, bounds)
    const coverage = cover(system, reach, bounds, 'check', 1, (orders) => orders < 1)
    expect(coverage).toMatchObject({ worlds: reach.worlds.size, transitions: reach.transitions.size, outside: 0 })
  })

  it('is a part of them with one delay, and more of them the longer it goes on', () => {
    const bounds = { delays: 1, faults: 0, maxLag: defaultMaxLag }
    const reach = reachOf(system, bounds)
    const shares = [10, 100].map((most) => cover(system, reach, bounds, 'check', 1, (orders) => orders < most).worlds)
    expect(shares[0]).toBeLessThan(shares[1]!)
    expect(shares[1]).toBeLessThan(reach.worlds.size)
  })

  it('lies mostly outside where every order is as likely as every other', () => {
    const bounds = { delays: 1, faults: 0, maxLag: defaultMaxLag }
    const reach = reachOf(system, bounds)
    for (const sampler of samplers.filter((one) => one !== 'check')) {
      const { worlds, outside } = cover(system, reach, bounds, sampler, 1, (orders) => orders < 20)
      expect(outside).toBeGreaterThan(worlds)
    }
  })
})
