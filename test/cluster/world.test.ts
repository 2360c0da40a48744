/** A World at work: what it offers, in which order, and what a Step leaves behind. */
import { describe, expect, it } from 'vitest'
import { InternedStore } from '#kernel/interned-store'
import { PlainStore } from '#kernel/plain-store'
import { key, part, type Key } from '#kernel/cells'
import type { Store } from '#kernel/store'
import { World } from '#cluster/world'
import { rank, type Channel } from '#machine/channel'

const cell = (name: string): Key<number> => key('count', name)
const gate: Key<true> = key('cut', 'node-1')

/** Counts down to nothing; what it does is told by its name. */
const count: Channel<number> = {
  prefix: 'count', rank: rank.api,
  offers: (left) => left > 0,
  process: (of) => `counter/${part(of, 1)}`,
  gate: (of) => (part(of, 1).startsWith('gated') ? gate : undefined),
  take(cells, of, left) {
    cells.read(key('note', 'read'))
    cells.write(of, left - 1)
    if (part(of, 1) === 'chooser') cells.write(key('note', 'picked'), cells.choose(['first', 'second', 'third']))
    if (part(of, 1) === 'spawner') cells.write(cell('child'), 1)
    if (part(of, 1) === 'fails') throw new Error('out of order')
  },
  label: (of, left) => `${part(of, 1)} ${left}`,
}
const work: Channel<number> = { ...count, prefix: 'work', rank: rank.work }
const timer: Channel<true> = {
  prefix: 'timer', rank: rank.node, offers: () => true, process: () => 'clock',
  gate: (of) => (part(of, 1) === 'gated' ? gate : undefined),
  take: (cells, of) => { cells.disarm(of); cells.write(key('note', part(of, 1)), true) },
  label: (of) => of,
}

const boot = (cells: Readonly<Record<string, unknown>>, store: Store = new PlainStore()): World => {
  for (const [name, value] of Object.entries(cells)) store.set(name, value)
  return World.over(store, [count, work, timer])
}

describe.each([['plain', () => new PlainStore()], ['interned', () => new InternedStore()]] as const)('a World on the %s store', (_, store) => {
  it('offers what its cells offer, by rank, then as they came', () => {
    const world = boot({ 'work|a': 1, 'count|b': 1, 'count|a': 1, 'count|none': 0, 'other|x': 1 }, store())
    expect([...world.agenda]).toEqual(['count|a', 'count|b', 'work|a'])
    world.perform((cells) => { cells.write(cell('later'), 1); cells.write(cell('a'), 0) })
    expect([...world.agenda]).toEqual(['count|b', 'count|later', 'work|a'])
    expect([world.isEnabled('count|a'), world.isEnabled('count|b'), world.isEnabled('other|x')]).toEqual([false, true, false])
  })

  it('puts a choice that was taken and is offered again behind the others', () => {
    const world = boot({ 'count|a': 2, 'count|b': 2 }, store())
    const order: string[] = []
    for (let choice = world.agenda.first(); choice !== undefined; choice = world.agenda.first()) {
      order.push(world.label(choice))
      world.take(choice)
    }
    expect(order).toEqual(['a 2', 'b 2', 'a 1', 'b 1'])
  })

  it('tells what a Step wrote, what was there before, and while tracking what it read', () => {
    const world = boot({ 'count|spawner': 1 }, store())
    world.take('count|spawner')
    expect([world.touched, world.before]).toEqual([['count|spawner', 'count|child'], [1, undefined]])
    expect(world.readKeys).toEqual([])
    world.tracking = true
    world.take('count|child')
    expect(world.readKeys).toEqual(['count|child', 'note|read'])
  })

  it('asks the picker at a tie, and tells what was not the default', () => {
    const world = boot({ 'count|chooser': 3 }, store())
    for (const [pick, outcomes] of [[0, []], [2, ['third']], [1, ['second']]] as const) {
      world.picker = (options, choice) => { expect([options.length, choice]).toEqual([3, 'count|chooser']); return pick }
      world.take('count|chooser')
      expect([world.outcomes, world.options, world.picks, world.read(key('note', 'picked'))]).toEqual([outcomes, [3], [pick], pick])
    }
    world.picker = () => 3
    world.perform((cells) => cells.write(cell('chooser'), 1))
    expect(() => world.take('count|chooser')).toThrow('picked 3 of 3 options')
  })

  it('closes a channel while its gate is there, and opens it again', () => {
    const world = boot({ 'count|gated-1': 1, 'count|open': 1 }, store())
    world.perform((cells) => cells.write(gate, true))
    expect([...world.agenda]).toEqual(['count|open'])
    world.perform((cells) => { cells.write(cell('gated-2'), 1); cells.arm('timer|gated', 5) })
    world.advance(5)
    expect([...world.agenda]).toEqual(['count|open'])
    expect(world.isEnabled('timer|gated')).toBe(false)
    const shut = world.fork()
    world.perform((cells) => cells.write(gate, undefined))
    expect([...world.agenda].sort()).toEqual(['count|gated-1', 'count|gated-2', 'count|open', 'timer|gated'])
    shut.perform((cells) => cells.write(cell('gated-3'), 1))
    expect([...shut.agenda]).toEqual(['count|open'])
  })

  it('begins with its gates closed where the store has them', () => {
    expect([...boot({ 'count|gated-1': 1, 'cut|node-1': true }, store()).agenda]).toEqual([])
  })

  it('offers deadlines once they are due', () => {
    const world = boot({}, store())
    world.perform((cells) => { cells.arm('timer|late', 10); cells.arm('timer|soon', 3); cells.arm('timer|now', 0) })
    expect([...world.agenda]).toEqual(['timer|now'])
    world.take('timer|now')
    expect(world.nextDeadline).toBe(3)
    world.advance(10)
    expect([...world.agenda]).toEqual(['timer|soon', 'timer|late'])
    world.perform((cells) => cells.disarm('timer|soon'))
    world.take('timer|late')
    expect([[...world.agenda], world.nextDeadline, world.now]).toEqual([[], undefined, 10])
  })

  it('keeps the earlier of two deadlines where that is asked for', () => {
    const world = boot({}, store())
    const left = (): number | undefined => world.store.deadlines.left('timer|t')
    world.perform((cells) => cells.arm('timer|t', 10, 'earlier'))
    world.perform((cells) => cells.arm('timer|t', 20, 'earlier'))
    expect(left()).toBe(10)
    world.perform((cells) => cells.arm('timer|t', 4, 'earlier'))
    expect(left()).toBe(4)
    world.perform((cells) => cells.arm('timer|t', 30))
    expect(left()).toBe(30)
    world.advance(30)
    world.perform((cells) => cells.arm('timer|t', 1, 'earlier'))
    expect([...world.agenda]).toEqual(['timer|t'])
  })

  it('forks into Worlds that know nothing of each other', () => {
    const world = boot({ 'count|a': 1, 'count|b': 1 }, store())
    const fork = world.fork()
    fork.take('count|a')
    expect([[...world.agenda], [...fork.agenda]]).toEqual([['count|a', 'count|b'], ['count|b']])
    expect(world.store.fingerprint()).not.toBe(fork.store.fingerprint())
    world.take('count|a')
    expect(world.store.fingerprint()).toBe(fork.store.fingerprint())
  })

  it('hands out long lists as arrays, and takes entries at their end', () => {
    const world = boot({}, store())
    const list: Key<readonly string[]> = key('index', 'pods', 'all', '')
    const names = Array.from({ length: 300 }, (__, i) => `default/web-${i}`)
    for (const name of names) world.perform((cells) => cells.add(list, name))
    expect(world.read(list)).toEqual(names)
    expect(world.read(list)).toBe(world.read(list))
  })

  it('lets errors of a Step through', () => {
    const world = boot({ 'count|fails': 1 }, store())
    expect(() => world.take('count|fails')).toThrow('out of order')
    expect(() => world.take('nothing|here')).toThrow('no channel for nothing|here')
  })
})
