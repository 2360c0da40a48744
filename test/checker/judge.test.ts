import { describe, expect, it } from 'vitest'
import type { Always, Step } from '#checker/claim'
import { Judge } from '#checker/judge'
import { World } from '#cluster/world'
import { key, type Cells } from '#kernel/cells'
import { PlainStore } from '#kernel/plain-store'

const common = { title: 'for a test', source: 'none' }
const pod = (name: string) => key<number>('store', 'pods', name)
const names = key<readonly string[]>('names')

function judged(claim: Always | Step) {
  const world = World.over(new PlainStore(), [])
  const judge = new Judge(world, [claim], () => false)
  let step = 0
  return {
    judge,
    change(how: (cells: Cells) => void): void {
      world.perform(how)
      judge.after('user', ++step)
    },
  }
}

describe('A claim about Steps', () => {
  const seen: string[] = []
  const claim: Step = {
    ...common, kind: 'step', name: 'writes-seen', on: ['store|pods|', 'store|nodes|', 'store|'],
    check: (_, { key: cell, before, after }) => {
      seen.push(`${cell}: ${String(before)} to ${String(after)}`)
      return undefined
    },
  }

  it('judges a write once, however many of its prefixes the cell has', () => {
    const { change } = judged(claim)
    change((cells) => cells.write(pod('a'), 1))
    change((cells) => cells.write(key('other', 'a'), 1))
    expect(seen.splice(0)).toEqual(['store|pods|a: undefined to 1'])
  })

  it('sees a cell that is written twice in a Step as it was before and is after it', () => {
    const { change } = judged(claim)
    change((cells) => cells.write(pod('a'), 1))
    change((cells) => {
      cells.write(pod('a'), 2)
      cells.write(pod('a'), 3)
    })
    expect(seen.splice(0)).toEqual(['store|pods|a: undefined to 1', 'store|pods|a: 1 to 3'])
  })
})

describe('A claim about Worlds', () => {
  const asked: string[] = []
  const claim: Always = {
    ...common, kind: 'always', name: 'positive',
    subjects: (cells) => cells.read(names) ?? [],
    check({ cells }, subject) {
      asked.push(subject)
      const value = cells.read(pod(subject))
      return value === undefined ? undefined : value > 0 ? 'held' : { message: `${subject} is ${value}`, objects: [subject] }
    },
  }

  it('is judged anew only for the subjects whose cells changed', () => {
    const { change, judge } = judged(claim)
    change((cells) => cells.write(names, ['a', 'b']))
    change((cells) => cells.write(pod('b'), 1))
    change((cells) => cells.write(key('other'), 1))
    expect(asked.splice(0)).toEqual(['a', 'b', 'b'])
    expect([...judge.exercised]).toEqual([['positive', 1]])
  })

  it('is reported once for as long as it is broken, and again when it breaks again', () => {
    const { change, judge } = judged(claim)
    change((cells) => cells.write(names, ['a']))
    for (const value of [-1, -2, 1, -3]) change((cells) => cells.write(pod('a'), value))
    expect(judge.violations.map(({ message, step }) => `${message}, Step ${step}`)).toEqual(['a is -1, Step 2', 'a is -3, Step 5'])
    asked.length = 0
  })

  it('says no more of a subject that is gone', () => {
    const { change, judge } = judged(claim)
    change((cells) => cells.write(names, ['a']))
    change((cells) => cells.write(names, []))
    change((cells) => cells.write(pod('a'), -1))
    expect([asked.splice(0), judge.violations]).toEqual([['a'], []])
  })
})
