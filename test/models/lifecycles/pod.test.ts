import { describe, expect, test } from 'vitest'
import type { PodPhase } from '#api/types'
import { isLegalState, stateOf, type StateName } from '#models/lifecycles/container'
import { isLegalPhase, podPhase } from '#models/lifecycles/pod'

const phases = Object.keys(podPhase.states) as readonly PodPhase[]

describe('the phase of a pod', () => {
  const legal = new Set([
    'Pending Running', 'Pending Succeeded', 'Pending Failed', 'Running Succeeded', 'Running Failed',
    'Unknown Running', 'Unknown Succeeded', 'Unknown Failed',
  ])
  const pairs = phases.flatMap((from) => phases.filter((to) => to !== from).map((to) => [from, to] as const))
  test.each(pairs)('%s to %s', (from, to) => {
    expect(isLegalPhase(from, to, false)).toBe(legal.has(`${from} ${to}`))
  })
  test('goes back to Pending where init containers run again, and only from Running', () => {
    expect(phases.filter((from) => isLegalPhase(from, 'Pending', true))).toEqual(['Running'])
  })
})

describe('the state of a container', () => {
  type Row = readonly [StateName, StateName, boolean, boolean, boolean]
  const rows: readonly Row[] = [
    ['waiting', 'running', false, false, true],
    ['waiting', 'terminated', false, false, true],
    ['running', 'terminated', false, false, true],
    ['running', 'waiting', true, false, true], // it has ended in between
    ['running', 'waiting', false, true, false],
    ['terminated', 'waiting', true, true, true],
    ['terminated', 'waiting', true, false, false],
    ['terminated', 'running', true, true, true],
    ['terminated', 'running', true, false, false],
    ['terminated', 'running', false, true, false],
  ]
  test.each(rows)('%s to %s, counted %s, may restart %s: %s', (from, to, isRestart, mayRestart, expected) => {
    expect(isLegalState({ from, to, isRestart, mayRestart })).toBe(expected)
  })
  test('is read from its status; none is waiting', () => {
    expect([{}, { waiting: {} }, { running: {} }, { terminated: { exitCode: 0 } }].map(stateOf))
      .toEqual(['waiting', 'waiting', 'running', 'terminated'])
  })
})
