/** One order that goes round for ever: noticed by the World that comes again, not by how long it takes. */
import { isRight } from 'fp-ts/lib/Either.js'
import { describe, expect, it } from 'vitest'
import { runOrder } from '#checker/order'
import { prompt } from '#checker/schedule'
import { mutants } from '#models/mutants/index'
import { usualClaims } from '#properties/claims'
import { systemOf, type Scenario } from '#properties/scenario'
import { format, parse } from '#trace/format'
import { record } from '#trace/record'
import { replay } from '#trace/replay'
import { eventually, quiescent } from '../../src/library/claims.js'
import { deployment } from './explore/small.js'
import { scenario } from './explore/small-scenarios.js'

const contested = systemOf({ ...scenario(1, [deployment(1)]), mutants: ['deployment-status-contested'] }, { mutants })
const failing: Scenario = { ...scenario(1, [deployment(1)]), profiles: { 'example.org/web:1': { exits: { afterSeconds: 1, code: 1 } } } }

describe('Two controllers that undo each other’s writes', () => {
  const order = runOrder(contested, usualClaims, prompt)
  const [violation] = order.violations

  it('break one claim alone, in each World of a loop', () => {
    expect(order.violations.map(({ claim }) => claim)).toEqual(['writes-end'])
    expect(violation?.objects).toEqual(['Deployment default/web'])
  })

  it('go round every ten seconds, from where time has passed', () => {
    expect(violation?.loop?.ms).toBe(10_000)
    expect(violation?.loop?.does.indexOf('clock')).toBe(0)
    expect(violation?.loop?.does.filter((label) => label === 'clock')).toHaveLength(1)
  })

  it('are replayed to the same', () => {
    const { trace } = record(contested, usualClaims, prompt, { seed: 1, inputs: {}, until: ({ claim }) => claim === 'writes-end' })
    const parsed = parse(format(trace))
    if (!isRight(parsed)) throw new Error('the trace is not well-formed')
    const replayed = replay(contested, usualClaims, parsed.right)
    expect(isRight(replayed) ? replayed.right.violations.map(({ claim, loop }) => [claim, loop?.ms]) : replayed.left).toEqual([['writes-end', 10_000]])
  })
})

describe('A container that fails again and again', () => {
  const never = eventually('runs', { title: 'a pod runs', of: 'pods', check: () => false })
  const still = quiescent('rests', { title: 'pods are left alone', of: 'pods' })

  it('never comes back to the same World, since its restarts are counted: nothing is said of an end that is not there', () => {
    const { ending, violations, exercised } = runOrder(systemOf(failing), [never, still], prompt)
    expect(ending).toBe('horizon')
    expect(violations).toEqual([])
    expect([...exercised]).toEqual([])
  })

  it('is no fault of Kubernetes’', () => expect(runOrder(systemOf(failing), usualClaims, prompt).violations).toEqual([]))
})
