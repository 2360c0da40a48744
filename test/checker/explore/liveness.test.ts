/** What never ends, or ends short of what was promised, is found by where the Worlds lead, not by how long an order is. */
import { describe, expect, it } from 'vitest'
import { explore } from '#checker/explore/explore'
import { defaultMaxLag } from '#checker/system'
import { mutants } from '#models/mutants/index'
import { claims as allClaims } from '#properties/claims'
import { systemOf } from '#properties/scenario'
import { deployment, nodes } from './small.js'

const claims = allClaims.filter(({ kind, optIn }) => kind === 'finally' && optIn !== true)

const explored = (on: readonly string[], delays = 0, faults = 0) => explore({
  system: systemOf({ nodes: nodes(1), script: [{ do: 'apply', objects: [deployment(1)] }], profiles: {}, mutants: on }, { mutants }),
  claims, bounds: { delays, faults, maxLag: defaultMaxLag, kinds: ['restart', 'lost-events'] },
})

describe('Things that never come to rest', () => {
  it('are a loop: a controller that takes a key up again as soon as it is done with it', () => {
    const found = explored(['deployment-never-done']).counterexamples.find(({ violation }) => violation.claim === 'comes-to-rest')
    expect(found?.loop).toContain('queue|kube-controller-manager/deployment')
    expect(found?.loop).not.toContain('clock') // all of it happens at one instant
  })

  it('are in no order of the models as they are, with a delay or a fault', () => {
    for (const [delays, faults] of [[0, 0], [1, 0], [0, 1]] as const) {
      const { counterexamples, unconfirmed, stopped } = explored([], delays, faults)
      expect({ counterexamples, unconfirmed, stopped }).toEqual({ counterexamples: [], unconfirmed: [], stopped: undefined })
    }
  }, 60_000)
})
