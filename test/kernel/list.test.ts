import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  appended, chunksOf, entriesOf, firstOf, has, listOf, rest, sizeOf, without, type List,
} from '#kernel/list'

const operation = fc.oneof(
  { weight: 6, arbitrary: fc.record({ op: fc.constant('append' as const), count: fc.integer({ min: 1, max: 60 }) }) },
  { weight: 2, arbitrary: fc.record({ op: fc.constant('remove' as const), at: fc.nat(10_000), count: fc.nat(40) }) },
  { weight: 2, arbitrary: fc.record({ op: fc.constant('take' as const), count: fc.nat(40) }) },
)

describe('a list', () => {
  it('is the array that the same operations give, and the same value however it came about', () => {
    fc.assert(fc.property(fc.array(operation, { size: 'max', maxLength: 25 }), (operations) => {
      let list: List<string> | undefined
      let model: string[] = []
      let made = 0
      for (const one of operations) {
        if (one.op === 'append') {
          for (let i = 0; i < one.count; i++) {
            list = appended(list, `default/web-${made}`)
            model.push(`default/web-${made++}`)
          }
        } else {
          for (let i = 0; i < one.count && model.length > 0; i++) {
            const at = one.op === 'take' ? 0 : (one.at + 7 * i) % model.length
            const gone = model[at]!
            expect(has(list, gone)).toBe(true)
            list = one.op === 'take' && list !== undefined ? rest(list) : without(list, gone)
            model = model.toSpliced(at, 1)
            expect(has(list, gone)).toBe(false)
          }
        }
        expect(list).toEqual(model.length === 0 ? undefined : listOf(model))
        expect(entriesOf(list)).toEqual(model)
        expect(chunksOf(list).flat()).toEqual(model)
        expect([sizeOf(list), firstOf(list)]).toEqual([model.length, model[0]])
      }
    }))
  })

  it('is an array while it is short, and cut by its own entries once it is long', () => {
    const names = Array.from({ length: 2_000 }, (_, i) => `default/web-${i}`)
    expect(listOf(names.slice(0, 64))).toEqual(names.slice(0, 64))
    const chunks = chunksOf(listOf(names))
    expect(chunks.length).toBeGreaterThan(15)
    expect(Math.max(...chunks.map((chunk) => chunk.length))).toBeLessThan(500)
    // A piece that nothing was taken from stays the very same value.
    const [first, second] = chunksOf(without(listOf(names), names.at(-1)!))
    expect([first, second]).toEqual(chunks.slice(0, 2))
  })

  it('tells entries apart by their key', () => {
    const events = Array.from({ length: 300 }, (_, i) => ({ key: `default/web-${i}`, object: { at: i } }))
    const list = listOf(events)
    const names = listOf(events.map(({ key }) => key))
    expect(chunksOf(list).map((chunk) => chunk.length)).toEqual(chunksOf(names).map((chunk) => chunk.length))
    expect(entriesOf(rest(list))).toEqual(events.slice(1))
  })

  it('leaves alone what is not in it', () => {
    const names = listOf(Array.from({ length: 100 }, (_, i) => `${i}`))
    expect(without(names, 'other')).toBe(names)
    expect(without(['a'], 'a')).toBeUndefined()
    expect(without(undefined, 'a')).toBeUndefined()
    expect(entriesOf(undefined)).toEqual([])
  })
})
