/** A cache is the store less what was not seen: compared with one that applies every event to a copy. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { InternedStore } from '#kernel/interned-store'
import { PlainStore } from '#kernel/plain-store'
import { bucketsOf, nameOf, type StoredObject } from '#machine/objects'
import { ownershipSelector } from '#machine/watch'
import { lagKey, reconnect, relist } from '#models/client/reflector'
import { Observed, observers, ownershipOf, pod, seenOf, selectors, type State } from './observers.js'

const apiServers = ['api-1', 'api-2'] as const
const names = ['a', 'b', 'c', 'd'] as const
const nodes = ['', 'node-1', 'node-2'] as const

const change = fc.record({
  do: fc.constant('write' as const), name: fc.constantFrom(...names), node: fc.constantFrom(...nodes),
  owner: fc.constantFrom(undefined, 'web', 'db'), version: fc.nat(3), deleting: fc.boolean(),
})
const operation = fc.oneof(
  { weight: 6, arbitrary: change },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('delete' as const), name: fc.constantFrom(...names) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('burst' as const), count: fc.integer({ min: 40, max: 90 }) }) },
  { weight: 6, arbitrary: fc.record({ do: fc.constant('step' as const), pick: fc.nat(1_000) }) },
  { weight: 2, arbitrary: fc.record({
    do: fc.constantFrom('relist' as const, 'reconnect' as const, 'restart' as const, 'restart from cache' as const),
    process: fc.constantFrom(...observers), apiServer: fc.constantFrom(...apiServers),
  }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('lag' as const), apiServer: fc.constantFrom(...apiServers), on: fc.boolean() }) },
)
type Operation = typeof operation extends fc.Arbitrary<infer T> ? T : never

/** For each observer the number of a state of the store that its cache may stand for. */
class Positions {
  private readonly seen = new WeakMap<State, Map<string, string>>()
  private readonly least = new Map<string, number>(observers.map((process) => [process, 0]))

  constructor(private readonly observed: Observed) {}

  private textOf(state: State, selector: string): string {
    let known = this.seen.get(state)
    if (known === undefined) this.seen.set(state, known = new Map())
    let text = known.get(selector)
    if (text === undefined) known.set(selector, text = textOf(seenOf(state, selector), selector))
    return text
  }

  /** The process has begun anew: it may know less than before, unless it lists what is newest. */
  forget(process: string, isNewest: boolean): void {
    this.least.set(process, isNewest ? this.observed.history.length - 1 : 0)
  }

  /** The cache stands for some state that is not older than the one it stood for last. */
  check(process: string): void {
    const selector = selectors[process]!
    const seen = textOf(new Map(this.observed.view(process).all('pods').map((one) => [nameOf(one), one])), selector)
    const at = this.observed.history.findIndex((state, i) => i >= this.least.get(process)! && this.textOf(state, selector) === seen)
    expect(at, `${process} sees ${seen}`).toBeGreaterThanOrEqual(0)
    this.least.set(process, at)
  }
}

/** Objects are values: the text of each is needed many times. */
const texts = new WeakMap<StoredObject, string>()

function objectText(object: StoredObject): string {
  let text = texts.get(object)
  if (text === undefined) texts.set(object, text = JSON.stringify(object))
  return text
}

const textOf = (state: State, selector: string): string => JSON.stringify([...state].map(([name, object]) =>
  [name, selector === ownershipSelector ? ownershipOf(object) : objectText(object)]).sort())

function perform(observed: Observed, one: Operation, positions: Positions): void {
  const { world, runtime } = observed
  switch (one.do) {
    case 'write': return observed.write(one.name, pod(one.name, one))
    case 'delete': return observed.history.at(-1)!.has(`default/${one.name}`) ? observed.write(one.name, undefined) : undefined
    case 'burst':
      for (let i = 0; i < one.count; i++) observed.write(`many-${i}`, pod(`many-${i}`, { node: nodes[i % 3]!, version: one.count }))
      return
    case 'step': {
      const enabled = [...world.agenda]
      if (enabled.length > 0) world.take(enabled[one.pick % enabled.length]!)
      return
    }
    case 'relist': return world.perform((cells) => relist(cells, runtime, one.process, 'pods', one.apiServer))
    case 'reconnect': return world.perform((cells) => reconnect(cells, one.process, 'pods', one.apiServer))
    case 'restart': case 'restart from cache':
      observed.start(one.process, one.apiServer, one.do === 'restart' ? 'newest' : 'cache')
      return positions.forget(one.process, one.do === 'restart')
    case 'lag': return world.perform((cells) => cells.write(lagKey(one.apiServer), one.on ? true : undefined))
  }
}

function checkIndexes(observed: Observed): void {
  for (const process of observers) {
    const view = observed.view(process)
    const copy = observed.copies.get(process)!
    const buckets = new Map<string, Set<string>>()
    for (const object of copy.values()) {
      for (const [index, value] of [['all', ''], ...bucketsOf('pods', object)]) {
        buckets.set(`${index} ${value}`, (buckets.get(`${index} ${value}`) ?? new Set()).add(nameOf(object)))
      }
    }
    for (const bucket of ['all ', 'namespace default', 'node ', 'node node-1', 'node node-2', 'owner uid of web', 'orphans default']) {
      const [index, value] = [bucket.slice(0, bucket.indexOf(' ')), bucket.slice(bucket.indexOf(' ') + 1)]
      const listed = view.list('pods', index, value)
      expect(new Set(listed.map(nameOf)).size).toBe(listed.length)
      if (selectors[process] === ownershipSelector && index === 'node') continue // it does not look at nodes
      expect(listed.map(nameOf).sort(), `${process}: ${bucket}`).toEqual([...buckets.get(bucket) ?? []].sort())
    }
    for (const name of names) {
      const seen = view.get('pods', `default/${name}`) as StoredObject | undefined // any object
      const known = copy.get(`default/${name}`)
      if (selectors[process] === ownershipSelector) expect(seen && ownershipOf(seen)).toEqual(known && ownershipOf(known))
      else expect(seen).toEqual(known)
    }
  }
}

function run(observed: Observed, operations: readonly Operation[]): void {
  const positions = new Positions(observed)
  observers.forEach((process, i) => observed.start(process, apiServers[i % 2]!))
  for (const one of operations) {
    perform(observed, one, positions)
    for (const process of observers) positions.check(process)
    if (one.do !== 'write') checkIndexes(observed)
  }
  observed.world.perform((cells) => { for (const apiServer of apiServers) cells.write(lagKey(apiServer), undefined) })
  observed.drain()
  const last = observed.history.at(-1)!
  for (const process of observers) {
    const selector = selectors[process]!
    expect(textOf(observed.copies.get(process)!, selector)).toBe(textOf(seenOf(last, selector), selector))
  }
  checkIndexes(observed)
  expect(observed.surprises).toEqual([])
}

describe('a cache', () => {
  it('is always some past state of the store, never an older one in one life, and the newest in the end', () => {
    fc.assert(fc.property(fc.array(operation, { size: 'max', maxLength: 60 }), (operations) => {
      run(new Observed(new PlainStore()), operations)
    }), { numRuns: 150 })
  })

  it('is the same on both stores', () => {
    fc.assert(fc.property(fc.array(operation, { size: 'max', maxLength: 40 }), (operations) => {
      const [plain, interned] = [new Observed(new PlainStore()), new Observed(new InternedStore())]
      run(plain, operations)
      run(interned, operations)
      expect(interned.world.store.fingerprint()).toBe(plain.world.store.fingerprint())
    }), { numRuns: 30 })
  })
})
