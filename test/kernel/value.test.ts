import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { equal, hashValue } from '#kernel/value'
import { Prng } from '#kernel/prng'

describe('values', () => {
  it('are equal when their JSON is, whatever the order of members and absent ones', () => {
    expect(equal({ a: 1, b: undefined }, { a: 1 })).toBe(true)
    expect(hashValue({ a: 1, b: undefined })).toBe(hashValue({ a: 1 }))
    expect(equal({ a: 1, b: 2 }, { b: 2, a: 1 })).toBe(true)
    expect(hashValue({ a: 1, b: 2 })).toBe(hashValue({ b: 2, a: 1 }))
    expect(equal([], {})).toBe(false)
    expect(equal({ a: null }, {})).toBe(false)
  })

  it('hash alike when equal, and almost never otherwise', () => {
    const met = new Map<number, unknown>()
    fc.assert(fc.property(fc.jsonValue(), (value) => {
      const hash = hashValue(value)
      expect(hashValue(structuredClone(value))).toBe(hash)
      const other = met.get(hash)
      if (met.has(hash)) expect(equal(other, value)).toBe(true)
      met.set(hash, value)
    }), { numRuns: 2_000 })
  })

  it('have hashes that never change between versions: fingerprints are kept in trace files', () => {
    expect([hashValue('web'), hashValue(42), hashValue({ a: [1, 'x', null, true] })].map((hash) => hash.toString(16)))
      .toMatchInlineSnapshot(`
        [
          "1556d0fe58e2da",
          "117362eda016d6",
          "1e8af07df28bba",
        ]
      `)
  })
})

describe('the pseudo-random generator', () => {
  it('gives the same numbers for the same seed', () => {
    const prng = new Prng(7)
    expect([prng.next(), prng.next(), prng.below(10), prng.split('a').next()]).toMatchInlineSnapshot(`
      [
        3804821765,
        2417604344,
        0,
        896737864,
      ]
    `)
  })

  it('splits off parts that do not depend on each other', () => {
    const one = new Prng(1)
    const first = one.split('faults').next()
    one.split('delays').next()
    expect(new Prng(1).split('faults').next()).toBe(first)
    expect(new Prng(1).split('delays').next()).not.toBe(first)
  })

  it('spreads evenly', () => {
    const prng = new Prng(3)
    const buckets = Array.from({ length: 10 }, () => 0)
    for (let i = 0; i < 100_000; i++) buckets[prng.below(10)]!++
    for (const count of buckets) expect(Math.abs(count - 10_000)).toBeLessThan(500)
  })
})
