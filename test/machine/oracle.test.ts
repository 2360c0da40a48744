/** The table of what a user's controller does next: what it does not know is found out between Steps, twice. */
import { describe, expect, it } from 'vitest'
import { ControllerError } from '#machine/controller-error'
import { Miss, Oracle, withOracle, type Answer, type Ask, type Evaluate, type Turn } from '#machine/oracle'

const request = { namespace: 'default', name: 'site' }
const create = (name: string): Ask =>
  ({ is: 'call', request: { verb: 'create', resource: 'pods', key: 'default', body: { metadata: { name } } } })
const get: Ask = { is: 'get', resource: 'configmaps', key: 'default/site' }
const found: Answer = { to: 0, ok: true, value: { data: { a: '1' } } }

/** A function that reads, creates one pod, and ends; it runs as far as it has answers. */
const wellBehaved = (ran: { times: number }, nameOf = (_run: number): string => 'a'): Evaluate => (_, answers, read) => {
  const run = ran.times++
  const script: readonly Turn[] = [{ asks: [get] }, { asks: [create(nameOf(run))] }, { asks: [], end: { is: 'done' } }]
  const used = answers.length === 0 && read !== undefined ? [{ to: 0, ok: true as const, value: read(get as never) }] : answers
  return Promise.resolve({ answers: used, turns: script.slice(0, used.length + 1) })
}

describe('an oracle', () => {
  it('throws a Miss where nobody knows what comes of the answers, and knows it from then on', async () => {
    const ran = { times: 0 }
    const oracle = new Oracle('site-operator', wellBehaved(ran))
    expect(() => oracle.turn(request, [])).toThrow(Miss)
    expect(await withOracle(() => oracle.turn(request, []))).toEqual({ asks: [get] })
    expect(ran.times).toBe(2)
    expect(oracle.turn(request, [])).toEqual({ asks: [get] })
    expect(ran.times).toBe(2)
  })

  it('tells apart what is about other objects, and other answers', async () => {
    const ran = { times: 0 }
    const oracle = new Oracle('site-operator', wellBehaved(ran))
    await withOracle(() => oracle.turn(request, []))
    expect(() => oracle.turn({ namespace: 'other', name: 'site' }, [])).toThrow(Miss)
    await withOracle(() => oracle.turn(request, [found]))
    expect(() => oracle.turn(request, [{ ...found, value: { data: { a: '2' } } }])).toThrow(Miss)
    expect(oracle.turn(request, [{ value: { data: { a: '1' } }, ok: true, to: 0 }])).toEqual({ asks: [create('a')] })
  })

  it('knows what comes of reads ahead, from one run', async () => {
    const ran = { times: 0 }
    const oracle = new Oracle('site-operator', wellBehaved(ran))
    const read = (): unknown => ({ data: { a: '1' } })
    await withOracle(() => oracle.turn(request, [], read))
    expect(oracle.turn(request, [found])).toEqual({ asks: [create('a')] })
    expect(ran.times).toBe(2)
  })

  it('refuses a function that asks something else on the same answers, and shows both calls side by side', async () => {
    const oracle = new Oracle('site-operator', wellBehaved({ times: 0 }, (run) => `pod-${run}`))
    await expect(withOracle(() => oracle.turn(request, [found]))).rejects.toThrow([
      'site-operator: on the same answers, reconcile of default/site does one thing and then another:',
      '    first  create pods default, body.metadata.name: "pod-0"',
      '    again  create pods default, body.metadata.name: "pod-1" [E_CONTROLLER_NONDETERMINISTIC]',
      '  Take out what differs from one run to the next',
    ].join('\n'))
  })

  it('notices as well that an earlier call is another one by the time of a later answer', async () => {
    // Both runs of one question agree; those of the next question do not agree with them.
    const oracle = new Oracle('site-operator', wellBehaved({ times: 0 }, (run) => `pod-${run >> 1}`))
    await withOracle(() => oracle.turn(request, [found]))
    const error: unknown = await withOracle(() => oracle.turn(request, [found, { to: 1, ok: true }])).catch((thrown: unknown) => thrown)
    expect(error).toBeInstanceOf(ControllerError)
    expect((error as ControllerError).code).toBe('E_CONTROLLER_NONDETERMINISTIC')
  })

  it('refuses a function that ends where it went on before', async () => {
    let run = 0
    const oracle = new Oracle('site-operator', () => Promise.resolve({
      answers: [], turns: [run++ === 0 ? { asks: [get] } : { asks: [], end: { is: 'failed', message: 'no' } }],
    }))
    await expect(withOracle(() => oracle.turn(request, []))).rejects.toThrow(
      '    first  reads configmaps default/site from its cache\n    again  throws: no [E_CONTROLLER_NONDETERMINISTIC]')
  })
})

describe('withOracle', () => {
  it('begins anew after each Miss, until there is none', async () => {
    const oracle = new Oracle('site-operator', wellBehaved({ times: 0 }))
    let attempts = 0
    const turns = await withOracle(() => {
      attempts++
      return [[], [found], [found, { to: 1, ok: true as const }]].map((answers) => oracle.turn(request, answers))
    })
    expect(turns.map(({ end }) => end?.is)).toEqual([undefined, undefined, 'done'])
    expect(attempts).toBe(4)
  })

  it('lets other errors through', async () => {
    await expect(withOracle(() => { throw new Error('something else') })).rejects.toThrow('something else')
  })

  it('ends where what was missed cannot be found out', async () => {
    const oracle = new Oracle('site-operator', () => Promise.reject(new Error('no such function')))
    await expect(withOracle(() => oracle.turn(request, []))).rejects.toThrow('no such function')
  })
})
