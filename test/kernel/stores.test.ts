import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { InternedStore, Interning } from '#kernel/interned-store'
import { PlainStore } from '#kernel/plain-store'
import type { Store } from '#kernel/store'

const keys = ['a', 'b', 'c', 'd'] as const
const operation = fc.oneof(
  fc.record({ op: fc.constant('set' as const), key: fc.constantFrom(...keys), value: fc.option(fc.jsonValue(), { nil: undefined }) }),
  fc.record({ op: fc.constant('arm' as const), key: fc.constantFrom(...keys), ms: fc.nat(50) }),
  fc.record({ op: fc.constant('disarm' as const), key: fc.constantFrom(...keys) }),
  fc.record({ op: fc.constant('advance' as const) }),
  fc.record({ op: fc.constant('fingerprint' as const) }),
)

function apply(store: Store, operations: readonly (typeof operation extends fc.Arbitrary<infer T> ? T : never)[]): unknown[] {
  const seen: unknown[] = []
  for (const one of operations) {
    switch (one.op) {
      case 'set': store.set(one.key, one.value); break
      case 'arm': store.deadlines.arm(one.key, one.ms); break
      case 'disarm': store.deadlines.disarm(one.key); break
      case 'advance': {
        const next = store.deadlines.next()
        if (next !== undefined) seen.push(store.deadlines.advance(next))
        break
      }
      case 'fingerprint': seen.push(store.fingerprint()); break
    }
    seen.push(keys.map((key) => store.get(key)), keys.map((key) => store.deadlines.left(key)))
  }
  return seen
}

describe('the two stores', () => {
  it('hold the same values, deadlines and fingerprints after the same operations', () => {
    fc.assert(fc.property(fc.array(operation, { size: 'max', maxLength: 60 }), (operations) => {
      expect(apply(new PlainStore(), operations)).toEqual(apply(new InternedStore(), operations))
    }))
  })

  it('have the same fingerprint however they came to the same cells', () => {
    fc.assert(fc.property(fc.dictionary(fc.constantFrom(...keys), fc.jsonValue()), (cells) => {
      const entries = Object.entries(cells)
      const forward = new PlainStore()
      const backward = new InternedStore()
      for (const [key, value] of entries) forward.set(key, value)
      for (const [key, value] of entries.reverse()) {
        backward.set(key, 'something else first')
        backward.set(key, structuredClone(value))
      }
      expect(backward.fingerprint()).toBe(forward.fingerprint())
    }))
  })

  it('fork into independent Worlds', () => {
    for (const store of [new PlainStore(), new InternedStore()]) {
      store.set('a', 1)
      const fork = store.fork()
      fork.set('a', 2)
      fork.deadlines.arm('t', 5)
      expect([store.get('a'), fork.get('a'), store.deadlines.has('t')]).toEqual([1, 2, false])
    }
  })

  it('tell Worlds apart by what is left of a deadline, not by the time of day', () => {
    const early = new PlainStore()
    const late = new PlainStore()
    late.deadlines.arm('other', 100)
    late.deadlines.advance(100)
    late.deadlines.disarm('other')
    early.deadlines.arm('t', 7)
    late.deadlines.arm('t', 7)
    expect(late.fingerprint()).toBe(early.fingerprint())
    early.deadlines.arm('t', 8)
    expect(late.fingerprint()).not.toBe(early.fingerprint())
  })
})

describe('interning', () => {
  it('gives equal values one number and different values different ones', () => {
    const interning = new Interning()
    fc.assert(fc.property(fc.jsonValue(), fc.jsonValue(), (a, b) => {
      expect(interning.value(structuredClone(a))).toBe(interning.value(a))
      if (JSON.stringify(a) !== JSON.stringify(b) && JSON.stringify([a, b]).indexOf('-0') < 0) {
        try {
          expect(a).toEqual(b)
        } catch {
          expect(interning.value(a)).not.toBe(interning.value(b))
        }
      }
    }))
  })
})
