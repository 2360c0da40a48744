import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { VectorSet } from '#checker/explore/vector-set'

const change = fc.record({ slot: fc.nat(99), number: fc.nat(5) })

describe('A set of vectors', () => {
  it('tells vectors apart as a map of their texts does, while it grows wider', () => {
    const move = fc.record({ from: fc.nat(), changes: fc.array(change, { minLength: 1, maxLength: 6 }) })
    fc.assert(fc.property(fc.array(move, { maxLength: 60 }), (moves) => {
      const set = new VectorSet(4)
      set.set(0, 1)
      expect(set.commit()).toBe(1)
      set.settle()
      const vectors = [[1]]
      const known = new Map([['1', 1]])
      const text = (vector: readonly number[]): string => vector.join().replace(/(,0?)+$/, '')
      for (const { from, changes } of moves) {
        const at = from % vectors.length
        set.load(at + 1)
        set.widen(1 + Math.max(...changes.map(({ slot }) => slot)))
        const vector = [...vectors[at]!]
        for (const { slot, number } of changes) {
          if (slot === 0) continue // one number is never 0, so that no vector is empty
          set.set(slot, number)
          vector[slot] = number
        }
        const number = set.commit()
        set.restore()
        const own = text(Array.from(vector, (one) => one ?? 0))
        expect(number).toBe(known.get(own) ?? known.size + 1)
        if (!known.has(own)) {
          known.set(own, number)
          vectors.push(vector)
        }
      }
      expect(set.count).toBe(known.size)
      vectors.forEach((vector, at) => {
        set.load(at + 1)
        expect(text(Array.from({ length: set.width }, (_, slot) => set.at(slot))))
          .toBe(text(Array.from(vector, (one) => one ?? 0)))
      })
    }))
  })

  it('makes room in the middle of a change', () => {
    const set = new VectorSet(4)
    set.set(1, 7)
    set.commit()
    set.settle()
    set.set(2, 5)
    set.widen(70)
    set.set(65, 3)
    expect(set.commit()).toBe(2)
    set.restore()
    expect([set.at(1), set.at(2), set.at(65)]).toEqual([7, 0, 0])
    set.load(2)
    expect([set.at(1), set.at(2), set.at(65)]).toEqual([7, 5, 3])
  })
})
