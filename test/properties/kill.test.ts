import { describe, expect, it } from 'vitest'
import { smalls } from '#properties/kill/baselines'
import { decidedNumbers, shiftNumber } from '#properties/kill/numbers'
import { survivors } from '#properties/kill/survivors'
import { complaintsOf, countsOf, isFine, prepare, scoresOf, tryOne, type Reason, type Row, type Sort } from '#properties/kill/table'
import type { Call } from '#machine/process'

const killed = (name: string, sort: Sort = 'guard', by = 'slices-converge'): Row =>
  ({ name, title: name, sort, scenarios: 1, fate: { kill: { by, scenario: 'rollout', order: 0, steps: 7, message: '' } } })

const surviving = (name: string, sort: Sort = 'guard', ...differsIn: readonly string[]): Row =>
  ({ name, title: name, sort, scenarios: 1, fate: { survival: { differsIn } } })

const reasons = (...entries: readonly (readonly [string, Reason['kind']])[]): ReadonlyMap<string, Reason> =>
  new Map(entries.map(([name, kind]) => [name, { kind, because: 'it is so' }]))

const none = { unnoticed: [], unexplained: [], stale: [], unknown: [], untrue: [] }

describe('The kill table', () => {
  it('is fine where every mutant is killed, or survives for a reason', () => {
    const complaints = complaintsOf([killed('a'), surviving('b')], reasons(['b', 'same end']), true)
    expect(complaints).toEqual(none)
    expect(isFine(complaints)).toBe(true)
  })

  it('is not where a mutant that a person wrote survives, reason or not', () => {
    const complaints = complaintsOf([surviving('a', 'written')], reasons(['a', 'unclaimed']), true)
    expect(complaints).toEqual({ ...none, unnoticed: ['a'] })
    expect(isFine(complaints)).toBe(false)
  })

  it('is not where a generated mutant survives without a reason', () => {
    expect(complaintsOf([surviving('a', 'call')], reasons(), true)).toEqual({ ...none, unexplained: ['a'] })
  })

  it('is not where a reason is given for what is killed, or is not there', () => {
    const given = reasons(['a', 'unclaimed'], ['b', 'unclaimed'])
    expect(complaintsOf([killed('a')], given, true)).toEqual({ ...none, stale: ['a'], unknown: ['b'] })
    expect(complaintsOf([killed('a')], given, false)).toEqual({ ...none, stale: ['a'] })
  })

  it('is not where a mutant is said to come to the same end and does not', () => {
    const rows = [surviving('a', 'timer', 'rollout'), surviving('b', 'timer', 'rollout')]
    expect(complaintsOf(rows, reasons(['a', 'same end'], ['b', 'unclaimed']), true)).toEqual({ ...none, untrue: ['a'] })
  })

  it('counts by sort, and by what notices first', () => {
    const rows = [killed('w', 'written'), killed('a'), killed('b', 'call', 'livelock'), surviving('c', 'call')]
    expect(scoresOf(rows, reasons(['c', 'same end'])).filter(({ mutants }) => mutants > 0)).toEqual([
      { sort: 'written', mutants: 1, killed: 1, sameEnd: 0 },
      { sort: 'guard', mutants: 1, killed: 1, sameEnd: 0 },
      { sort: 'call', mutants: 2, killed: 1, sameEnd: 1 },
    ])
    expect(countsOf(rows).filter(({ written, generated }) => written + generated > 0)).toEqual([
      { by: 'slices-converge', written: 1, generated: 1 }, { by: 'livelock', written: 0, generated: 1 },
    ])
  })
})

describe('Numbers in a request', () => {
  const update: Call = {
    verb: 'update', resource: 'replicasets', key: 'default/web',
    base: { spec: { replicas: 2, minReadySeconds: 5 }, metadata: { generation: 1 } },
    body: { spec: { replicas: 3, minReadySeconds: 5 }, metadata: { generation: 2 } },
  }

  it('are those that the sender decided: other than in what it read', () => {
    expect(decidedNumbers(update)).toEqual(['spec.replicas'])
  })

  it('are shifted, never below nought', () => {
    expect(shiftNumber(update, 'spec.replicas', -1).body).toMatchObject({ spec: { replicas: 2, minReadySeconds: 5 } })
    const patch: Call = { verb: 'patch', resource: 'pods', key: 'default/web', body: { type: 'merge', patch: { status: { list: [{ n: 0 }, { n: 4 }] } } } }
    expect(decidedNumbers(patch)).toEqual(['status.list[].n'])
    expect(shiftNumber(patch, 'status.list[].n', -1).body).toEqual({ type: 'merge', patch: { status: { list: [{ n: 0 }, { n: 3 }] } } })
  })

  it("are none in a user's own request, and none in the status of what is created", () => {
    expect(decidedNumbers({ ...update, raw: true })).toEqual([])
    expect(decidedNumbers({ verb: 'create', resource: 'replicasets', key: 'default', body: { spec: { replicas: 1 }, status: { replicas: 0 } } }))
      .toEqual(['spec.replicas'])
  })
})

describe('A sample of the generated mutants', () => {
  const few = smalls.filter(({ name }) => ['flapping-readiness', 'namespace-deleted', 'no-execute-taints'].includes(name))
  const bench = prepare(/endpointslice|taint-eviction|namespace/, few)
  const rows = bench.candidates.filter(({ sort }) => sort !== 'written').map((candidate) => tryOne(bench, candidate, 0))

  it('is killed, or survives for a reason that is given', () => {
    expect(rows.length).toBeGreaterThan(50)
    const { stale, untrue } = complaintsOf(rows, survivors, false)
    expect({ stale, untrue }).toEqual({ stale: [], untrue: [] })
    const dead = rows.filter(({ fate }) => 'kill' in fate)
    expect(dead.length / rows.length).toBeGreaterThan(0.6)
  })

  it('comes to the same again', () => {
    const again = bench.candidates.filter(({ sort }) => sort === 'number').map((candidate) => tryOne(bench, candidate, 0))
    expect(again).toEqual(rows.filter(({ sort }) => sort === 'number'))
  })
})
