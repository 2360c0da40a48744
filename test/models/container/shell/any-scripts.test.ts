/**
 * What holds of every script: it can be kept, forked and compared at any wait, and nothing makes it throw.
 */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { run } from '#models/container/processes/run'
import { memorySystem } from '../../../support/memory-system.js'
import { begun, next, signalled } from '../../../support/shell.js'
import type { Going } from '../../../support/shell.js'
import { anyScript, anyText } from './any-scripts.js'

const outside = memorySystem({
  network: (call) =>
    call.call === 'http' ? { ok: true, status: 200, body: 'page', after: 1 } : { ok: false, why: 'refused' },
  programs: { server: { is: 'server', listens: [80], signals: { TERM: { exits: 0, after: 2 } } } },
})

/** The container at each of its first waits. */
function waits(script: string, most: number): readonly Going[] {
  const all = [begun(['sh', '-c', script], outside)]
  // The first is there.
  for (let after = next(all[0] as Going); after && all.length <= most; after = next(after)) all.push(after)
  return all
}

/** Everything that comes after, a signal or a sleep's end first. */
const future = (going: Going, withSignal: boolean): unknown => {
  let current = withSignal ? signalled(going, 'TERM') : next(going) ?? going
  for (let count = 0; count < 3; count++) current = next(current) ?? current
  return [current.tree, current.said, current.errors, current.ended, current.due, current.refusals]
}

const runs = { numRuns: 50 }

describe('Of every script', () => {
  test('what is kept at a wait is plain JSON, and goes on the same when it is read back', () =>
    fc.assert(
      fc.property(anyScript, fc.boolean(), (script, withSignal) => {
        for (const going of waits(script, 4)) {
          // The same type, by what is tested here.
          const kept = JSON.parse(JSON.stringify(going.tree)) as Going['tree']
          expect(kept).toStrictEqual(going.tree)
          expect(future({ ...going, tree: kept }, withSignal)).toEqual(future(going, withSignal))
        }
      }),
      runs
    ))

  test('two that go on from the same wait do not know of each other', () =>
    fc.assert(fc.property(anyScript, (script) => {
      for (const going of waits(script, 3)) {
        const alone = future(going, false)
        future(going, true)
        expect(future(going, false)).toEqual(alone)
      }
    }), runs))

  test('a run that finds nothing to do changes nothing', () =>
    fc.assert(
      fc.property(anyScript, (script) => {
        for (const going of waits(script, 3)) {
          if (going.busy.length > 0) continue
          const [tree, , report] = run(going.tree, going.system)
          expect(tree).toEqual(going.tree)
          expect({ ...report, listens: [], follows: [] }).toEqual({
            sleeps: [], cancelled: [], ended: [], lines: [], listens: [], refusals: [], busy: [],
            follows: [],
          })
        }
      }),
      runs
    ))

  test('a process is gone or waits for something, and only who is there waits for time', () =>
    fc.assert(fc.property(anyScript, (script) => {
      for (const going of waits(script, 5)) {
        const { processes, armed } = going.tree
        for (const [pid, process] of Object.entries(processes)) {
          expect(process.ended ?? process.waits ?? going.busy.includes(Number(pid))).toBeTruthy()
          expect(process.parent === 0 || processes[process.parent]).toBeTruthy()
        }
        expect(Object.keys(going.due).map(Number).sort()).toEqual([...armed].sort())
      }
    }), runs))
})

test('no text makes the shell throw', () =>
  fc.assert(fc.property(anyText, (text) => void waits(text, 3)), { numRuns: 2000 }))
