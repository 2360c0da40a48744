import { describe, expect, it } from 'vitest'
import { HashSet } from '#checker/explore/hash-set'
import { hashString } from '#kernel/value'

describe('a set of hashes', () => {
  it('has what was added, also zero and the largest, and nothing else', () => {
    const set = new HashSet(4)
    const hashes = [0, 1, 2 ** 32, 2 ** 53 - 1, 2 ** 31, 2 ** 52 + 7]
    for (const hash of hashes) {
      expect(set.has(hash)).toBe(false)
      expect(set.add(hash)).toBe(true)
      expect(set.add(hash)).toBe(false)
    }
    expect(hashes.map((hash) => set.has(hash))).toEqual(hashes.map(() => true))
    expect([3, 2 ** 32 + 1, 2 ** 53 - 2].filter((hash) => set.has(hash))).toEqual([])
    expect(set.size).toBe(hashes.length)
  })

  it('counts like a Set, however it grows', () => {
    const set = new HashSet(4)
    const model = new Set<number>()
    for (let i = 0; i < 50_000; i++) {
      const hash = i % 3 === 0 ? i % 1_000 : hashString(`World ${i}`)
      expect(set.add(hash)).toBe(!model.has(hash))
      model.add(hash)
    }
    expect(set.size).toBe(model.size)
    expect([...model].every((hash) => set.has(hash))).toBe(true)
  })

  it('gives each a place of its own', () => {
    const set = new HashSet()
    const hashes = Array.from({ length: 5_000 }, (_, i) => hashString(String(i)))
    for (const hash of hashes) set.add(hash)
    const places = new Set(hashes.map((hash) => set.placeOf(hash)))
    expect(places.size).toBe(hashes.length)
    expect(Math.max(...places)).toBeLessThan(set.places)
    expect(set.placeOf(hashString('none'))).toBe(-1)
  })

  it('takes at most 22 bytes an entry', () => {
    const set = new HashSet()
    for (let i = 0; i < 200_000; i++) set.add(hashString(String(i)))
    expect(set.bytes / set.size).toBeLessThanOrEqual(22)
  })
})
