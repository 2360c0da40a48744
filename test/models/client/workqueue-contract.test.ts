/** The contract of client-go's workqueue: fair, stingy, several workers, and nothing is lost. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { delayedKey } from '#models/client/workqueue'
import { process, Queue, type Ending } from './queues.js'

/** client-go's queue, as its sets say it. */
class Naive {
  queue: string[] = []
  readonly dirty = new Set<string>()
  readonly processing = new Set<string>()
  readonly waiting = new Map<string, number>()
  readonly failures = new Map<string, number>()
  now = 0

  constructor(private readonly workers: number) {}

  add(item: string): void {
    if (this.dirty.has(item)) return
    this.dirty.add(item)
    if (!this.processing.has(item)) this.queue.push(item)
  }

  addAfter(item: string, ms: number): void {
    if (ms <= 0) return this.add(item)
    const before = this.waiting.get(item)
    if (before === undefined || before > this.now + ms) this.waiting.set(item, this.now + ms)
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
    // client-go's heap leaves open which of two that end at the same time is first; here it is the one whose name is.
    const due = [...this.waiting].filter(([, at]) => at <= this.now).sort(([a, x], [b, y]) => x - y || (a < b ? -1 : 1))
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
