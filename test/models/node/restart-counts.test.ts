import { describe, expect, test } from 'vitest'
import { containerKey } from '#models/node/cells'
import { greaterCount, mayFollow, nextCount, saturated, saturatesKey } from '#models/node/restart-counts'
import { createPod, node, oneNode, podIn, settleFor } from '../../support/node.js'

const [yes, no] = [() => true, () => false]

/** The counts of a container that ends after three seconds whenever it is started, as its status tells them, and the cells each time. */
function crashes(saturates: boolean, minutes: number, times?: number) {
  const bench = oneNode()
  if (saturates) bench.world.perform((cells) => cells.write(saturatesKey, true))
  createPod(bench, { profile: { exits: { afterSeconds: 3, code: 1, ...(times === undefined ? {} : { times }) } } })
  const counts: number[] = []
  const agree: boolean[] = []
  const fingerprints: string[] = []
  for (let second = 0; second < minutes * 60; second++) {
    settleFor(bench, 1)
    const count = podIn(bench)?.status.containerStatuses?.[0]?.restartCount
    if (count === undefined || count === counts.at(-1)) continue
    counts.push(count)
    agree.push(bench.world.read(containerKey(node, 'Pod:default/web', 'app'))?.attempt === count)
    fingerprints.push(bench.world.store.fingerprint())
  }
  return { counts, agree: agree.every((one) => one), worlds: new Set(fingerprints).size }
}

describe('the restarts of a container that crashes for ever', () => {
  test('are all counted', () => {
    expect(crashes(false, 45)).toEqual({ counts: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13], agree: true, worlds: 14 })
  })
  test('are counted as far as they differ where all orders are explored, so that Worlds repeat', () => {
    expect(crashes(true, 45)).toEqual({ counts: [0, 1, 2, 3, 4, 5, 6, 7, 6, 7, 6, 7, 6, 7], agree: true, worlds: 9 })
  })
  test('are counted on while its profile tells them apart', () => {
    expect(crashes(true, 60, 9).counts).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9])
  })
})

describe('a count that saturates', () => {
  test('differs from the one before', () => expect([6, 7, 8].map((count) => nextCount(count, yes))).toEqual([7, 6, 7]))
  test('is the runtime\'s, unless that has lost it', () => {
    expect([greaterCount(6, 7, yes), greaterCount(0, 7, yes), greaterCount(6, 7, no)]).toEqual([6, 7, 7])
  })
  test('goes back by its turn alone', () => {
    expect([mayFollow(7, 6, yes), mayFollow(7, 6, no), mayFollow(7, 5, yes), mayFollow(saturated, saturated - 1, yes)])
      .toEqual([true, false, false, false])
  })
})
