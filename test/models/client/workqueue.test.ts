/** client-go's workqueue, delaying and rate limiting queue: upstream's own tests. */
import { describe, expect, it } from 'vitest'
import { entriesOf } from '#kernel/list'
import { added, backoff, emptyQueue, finished, mayTake, taken, type Limiter } from '#models/client/workqueue'
import { Queue } from './queues.js'

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
