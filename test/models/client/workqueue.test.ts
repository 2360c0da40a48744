/** The contract of client-go's workqueue: fair, stingy, several workers, and nothing is lost. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { assign, enqueueActions } from 'xstate'
import { entriesOf } from '#kernel/list'
import { PlainStore } from '#kernel/plain-store'
import { World } from '#cluster/world'
import { timerChannel } from '#machine/answers'
import { setup } from '#machine/chart'
import { createRuntime } from '#machine/effects'
import type { Context } from '#machine/process'
import { controller, controllerSayings, workChannel } from '#models/client/controller'
import {
  added, backoff, delayedKey, emptyQueue, enqueue, enqueueAfter, finished, mayTake, taken, workqueueKey, type Limiter,
} from '#models/client/workqueue'

type Ending = 'ok' | 'error' | 'requeue'
type Event = { readonly type: 'work'; readonly key: string } | { readonly type: 'end'; readonly outcome: Ending }

const process = 'tester'

/** A sync that goes on until it is told how it ends. */
const sync = setup({
  types: { context: {} as { readonly key: string }, events: {} as Event }, // XState takes its types from values
  actions: controllerSayings,
}).createMachine({
  id: 'test', initial: 'idle', context: { key: '' },
  states: {
    idle: { on: { work: { target: 'working', actions: assign(({ event }) => ({ key: event.key })) } } },
    working: { on: { end: { target: 'idle', actions: enqueueActions(({ event, enqueue }) => {
      enqueue({ type: 'finished', params: { outcome: event.outcome } })
    }) } } },
  },
})

/** A controller with a workqueue, and nothing else. */
class Queue {
  readonly world: World
  private readonly runtime

  constructor(readonly workers: number, limiter?: Limiter) {
    this.runtime = createRuntime([controller({
      kind: process, watches: [], sync, workers, onWatch() {}, ...(limiter === undefined ? {} : { limiter }),
    })])
    this.world = World.over(new PlainStore(), [workChannel(this.runtime), timerChannel(this.runtime, () => undefined)])
    this.perform((context) => this.runtime.processOf(process)?.onStart?.(context))
  }

  perform(change: (context: Context) => void, owner = ''): void {
    this.world.perform((cells) => change(this.runtime.context(cells, process, owner)))
  }

  add(item: string): void { this.perform((context) => enqueue(context, item)) }
  addAfter(item: string, ms: number): void { this.perform((context) => enqueueAfter(context, item, ms)) }

  /** A worker takes a key where one is free and a key is waiting. */
  take(): string | undefined {
    const key = workqueueKey(process)
    if (!this.world.isEnabled(key)) return undefined
    const [item] = this.waiting
    this.world.take(key)
    return item
  }

  end(item: string, outcome: Ending): void {
    this.perform((context) => this.runtime.send(context, { type: 'end', outcome }), `sync:${item}`)
  }

  /** Lets virtual time pass; keys whose delay is over are added in the order in which it ended. */
  pass(ms: number): void {
    const until = this.world.now + ms
    for (;;) {
      const due = [...this.world.agenda].find((choice) => choice.startsWith('timer|'))
      const next = this.world.nextDeadline
      if (due !== undefined) this.world.take(due)
      else if (next !== undefined && next <= until) this.world.advance(next)
      else break
    }
    this.world.advance(until)
  }

  get waiting(): readonly string[] { return entriesOf(this.world.read(workqueueKey(process))?.queue) }
  get processing(): readonly string[] { return this.world.read(workqueueKey(process))?.processing ?? [] }
  get failures(): Readonly<Record<string, number>> { return this.world.read(workqueueKey(process))?.failures ?? {} }
}

// Rewritten from client-go/util/workqueue/queue_test.go.
describe('a workqueue', () => {
  it('hands out keys in the order in which they were added, each to one worker (TestBasic)', () => {
    const queue = new Queue(2)
    for (const item of ['a', 'b', 'c']) queue.add(item)
    expect([queue.take(), queue.take(), queue.take()]).toEqual(['a', 'b', undefined])
    queue.end('b', 'ok')
    expect([queue.take(), queue.take()]).toEqual(['c', undefined])
  })

  it('does not hand out a key that is being processed, but again when that is done (TestAddWhileProcessing)', () => {
    const queue = new Queue(3)
    queue.add('a')
    queue.take()
    queue.add('a')
    queue.add('a')
    expect([queue.waiting, queue.take()]).toEqual([[], undefined])
    queue.end('a', 'ok')
    expect([queue.waiting, queue.take(), queue.take()]).toEqual([['a'], 'a', undefined])
  })

  it('counts a key once however often it is added (TestLen, TestCollapse)', () => {
    const queue = new Queue(1)
    for (const item of ['foo', 'bar', 'foo', 'bar']) queue.add(item)
    expect(queue.waiting).toEqual(['foo', 'bar'])
  })

  it('hands a key out again that was added while it was processed (TestReinsert)', () => {
    const queue = new Queue(1)
    queue.add('foo')
    queue.take()
    queue.add('foo')
    queue.end('foo', 'ok')
    expect(queue.take()).toBe('foo')
    queue.end('foo', 'ok')
    expect(queue.waiting).toEqual([])
  })

  it('puts a key that was added while it was processed behind those that wait', () => {
    let queue = added(added(emptyQueue(1), 'a'), 'b')
    queue = added(taken(queue), 'a')
    expect(entriesOf(finished(queue, 'a').queue)).toEqual(['b', 'a'])
    expect(mayTake(queue)).toBe(false)
    expect(mayTake(finished(queue, 'a'))).toBe(true)
  })
})

// Rewritten from client-go/util/workqueue/delaying_queue_test.go.
describe('a delayed key', () => {
  it('is added when its time has come, once (TestSimpleQueue)', () => {
    const queue = new Queue(1)
    queue.addAfter('foo', 50)
    expect(queue.waiting).toEqual([])
    queue.pass(60)
    expect(queue.take()).toBe('foo')
    queue.end('foo', 'ok')
    queue.pass(10_000)
    expect(queue.waiting).toEqual([])
  })

  it('is added once, at the earlier of two times (TestDeduping)', () => {
    for (const [first, second] of [[50, 70], [50, 30]] as const) {
      const queue = new Queue(1)
      queue.addAfter('foo', first)
      queue.addAfter('foo', second)
      queue.pass(Math.min(first, second) - 1)
      expect(queue.waiting).toEqual([])
      queue.pass(1)
      expect(queue.take()).toBe('foo')
      queue.end('foo', 'ok')
      queue.pass(100)
      expect(queue.waiting).toEqual([])
    }
  })

  it('does not wait for one that was delayed for longer (TestAddTwoFireEarly, TestCopyShifting)', () => {
    const queue = new Queue(1)
    queue.addAfter('first', 1_000)
    queue.addAfter('second', 500)
    queue.addAfter('third', 250)
    queue.pass(2_000)
    expect(queue.waiting).toEqual(['third', 'second', 'first'])
  })

  it('is added at once where there is nothing to wait for', () => {
    const queue = new Queue(1)
    queue.addAfter('foo', 0)
    queue.addAfter('bar', -5)
    expect(queue.waiting).toEqual(['foo', 'bar'])
  })
})

// Rewritten from client-go/util/workqueue/default_rate_limiters_test.go and rate_limiting_queue_test.go.
describe('a key that fails', () => {
  const limiter: Limiter = { base: 1, max: 1_000 }

  it.each([
    [0, limiter, 1], [1, limiter, 2], [2, limiter, 4], [3, limiter, 8], [4, limiter, 16], [10, limiter, 1_000], [1_000, limiter, 1_000],
    [5, { base: 1, max: 1_000_000 }, 32], [1_000, { base: 1, max: 1_000_000 }, 1_000_000],
    [2, { base: 60_000, max: 3_600_000_000 }, 240_000], [1_000, { base: 60_000, max: 3_600_000_000 }, 3_600_000_000],
  ] as const)('after %i failures waits as long as the limiter says', (failures, of, ms) => expect(backoff(failures, of)).toBe(ms))

  it('waits twice as long each time, until it succeeds', () => {
    const queue = new Queue(1)
    const waits: number[] = []
    queue.add('one')
    for (const outcome of ['error', 'error', 'requeue', 'ok'] as const) {
      queue.take()
      queue.end('one', outcome)
      let ms = 0
      while (outcome !== 'ok' && queue.waiting.length === 0) { queue.pass(1); ms++ }
      waits.push(ms)
    }
    expect([waits, queue.failures]).toEqual([[5, 10, 20, 0], {}])
  })

  it('is dropped after as many retries as its controller allows', () => {
    const queue = new Queue(1, { base: 5, max: 1_000_000, retries: 3 })
    queue.add('one')
    let tries = 0
    while (queue.take() !== undefined) {
      queue.end('one', 'error')
      tries++
      queue.pass(1_000_000)
    }
    expect([tries, queue.failures]).toEqual([4, {}])
  })

  it('waits for the longest time after many failures, whatever its limiter', () => {
    const queue = new Queue(1, { base: 1, max: 1_000_000 })
    queue.add('one')
    for (let i = 0; i < 40; i++) {
      queue.take()
      queue.end('one', 'error')
      if (i === 39) {
        queue.pass(999_999)
        expect(queue.waiting).toEqual([])
      }
      queue.pass(1_000_000)
    }
    expect(queue.waiting).toEqual(['one'])
  })
})

/** client-go's queue, as its sets say it. */
class Naive {
  queue: string[] = []
  readonly dirty = new Set<string>()
  readonly processing = new Set<string>()
  readonly waiting = new Map<string, { readonly at: number; readonly order: number }>()
  readonly failures = new Map<string, number>()
  now = 0
  private order = 0

  constructor(private readonly workers: number) {}

  add(item: string): void {
    if (this.dirty.has(item)) return
    this.dirty.add(item)
    if (!this.processing.has(item)) this.queue.push(item)
  }

  addAfter(item: string, ms: number): void {
    if (ms <= 0) return this.add(item)
    const before = this.waiting.get(item)
    if (before === undefined || before.at > this.now + ms) this.waiting.set(item, { at: this.now + ms, order: this.order++ })
  }

  take(): string | undefined {
    const item = this.processing.size < this.workers ? this.queue.shift() : undefined
    if (item === undefined) return undefined
    this.processing.add(item)
    this.dirty.delete(item)
    return item
  }

  end(item: string, outcome: Ending): void {
    if (outcome === 'ok') this.failures.delete(item)
    else {
      const failures = this.failures.get(item) ?? 0
      this.failures.set(item, failures + 1)
      this.addAfter(item, Math.min(5 * 2 ** failures, 1_000_000))
    }
    this.processing.delete(item)
    if (this.dirty.has(item)) this.queue.push(item)
  }

  pass(ms: number): void {
    this.now += ms
    const due = [...this.waiting].filter(([, { at }]) => at <= this.now).sort(([, a], [, b]) => a.at - b.at || a.order - b.order)
    for (const [item] of due) {
      this.waiting.delete(item)
      this.add(item)
    }
  }
}

const items = ['a', 'b', 'c', 'd']
const operation = fc.oneof(
  fc.record({ do: fc.constant('add' as const), item: fc.constantFrom(...items) }),
  fc.record({ do: fc.constant('add after' as const), item: fc.constantFrom(...items), ms: fc.integer({ min: -1, max: 40 }) }),
  { weight: 2, arbitrary: fc.record({ do: fc.constant('take' as const) }) },
  { weight: 2, arbitrary: fc.record({
    do: fc.constant('end' as const), at: fc.nat(3), outcome: fc.constantFrom<Ending>('ok', 'ok', 'error', 'requeue'),
  }) },
  fc.record({ do: fc.constant('pass' as const), ms: fc.integer({ min: 1, max: 30 }) }),
)

describe('a workqueue, whatever happens to it,', () => {
  it('is client-go\'s: never hands out a key twice at once, and loses none', () => {
    fc.assert(fc.property(fc.integer({ min: 1, max: 3 }), fc.array(operation, { size: 'max', maxLength: 80 }), (workers, operations) => {
      const [queue, naive] = [new Queue(workers), new Naive(workers)]
      /** Keys that were added and not handed out since. */
      const owed = new Set<string>()
      const take = (): string | undefined => {
        const item = queue.take()
        expect(item).toBe(naive.take())
        if (item !== undefined) owed.delete(item)
        return item
      }
      for (const one of operations) {
        switch (one.do) {
          case 'add': queue.add(one.item); naive.add(one.item); owed.add(one.item); break
          case 'add after': queue.addAfter(one.item, one.ms); naive.addAfter(one.item, one.ms); break
          case 'take': take(); break
          case 'end': {
            const item = queue.processing[one.at]
            if (item === undefined) break
            queue.end(item, one.outcome)
            naive.end(item, one.outcome)
            break
          }
          case 'pass': queue.pass(one.ms); naive.pass(one.ms); break
        }
        expect(queue.waiting).toEqual(naive.queue)
        expect(new Set(queue.processing)).toEqual(naive.processing)
        expect(new Set(queue.processing).size).toBe(queue.processing.length)
        expect(queue.failures).toEqual(Object.fromEntries(naive.failures))
        expect(items.filter((item) => queue.world.store.deadlines.has(delayedKey(process, item))).sort())
          .toEqual([...naive.waiting.keys()].sort())
      }
      for (let i = 0; i < 100 && (queue.waiting.length > 0 || queue.processing.length > 0); i++) {
        while (take() !== undefined) { /* as many as there are workers */ }
        for (const item of queue.processing) { queue.end(item, 'ok'); naive.end(item, 'ok') }
      }
      expect([...owed]).toEqual([])
    }), { numRuns: 300 })
  })
})
