import { beforeEach, describe, expect, it } from 'vitest'
import { PlainStore } from '#kernel/plain-store'
import { World } from '#cluster/world'
import { timerChannel } from '#machine/answers'
import { createRuntime } from '#machine/effects'
import type { Context } from '#machine/process'
import {
  creationObserved, deleteExpectations, deletionObserved, expect as expectOf, expectationsKey, satisfied,
} from '#models/client/expectations'
import { controller } from '#models/client/controller'
import { setup } from '#machine/chart'

const process = 'tester'
const key = 'default/web'
const minute = 60_000

let world: World
let context: Context

beforeEach(() => {
  const runtime = createRuntime([controller({
    kind: process, watches: [], workers: 1, onWatch() {}, sync: setup({}).createMachine({}),
  })])
  world = World.over(new PlainStore(), [timerChannel(runtime, () => undefined)])
  context = runtime.context(world, process, '')
})

const isSatisfied = (): boolean => satisfied(world, process, key)
const times = (count: number, act: () => void): void => { for (let i = 0; i < count; i++) act() }

function pass(ms: number): void {
  world.advance(world.now + ms)
  for (const choice of [...world.agenda]) world.take(choice)
}

// Rewritten from pkg/controller/controller_utils_test.go (TestControllerExpectations).
describe('expectations', () => {
  const deletions = Array.from({ length: 30 }, (_, i) => `default/pod-${i}`)

  it('are satisfied where none were ever set', () => expect(isSatisfied()).toBe(true))

  it('hold a controller back until every creation and deletion was observed', () => {
    expectOf(context, key, { creations: 10, deletions })
    times(11, () => creationObserved(context, key))
    expect(isSatisfied()).toBe(false)
    for (const pod of deletions) {
      expect(isSatisfied()).toBe(false)
      deletionObserved(context, key, pod)
    }
    expect(isSatisfied()).toBe(true)
    times(3, () => creationObserved(context, key))
    expect(isSatisfied()).toBe(true)
  })

  it('expire after five minutes', () => {
    expectOf(context, key, { creations: 1, deletions: ['default/pod-0', 'default/pod-1'] })
    pass(5 * minute - 1)
    expect(isSatisfied()).toBe(false)
    pass(1)
    expect(isSatisfied()).toBe(true)
  })

  it('begin anew with each sync that sets them', () => {
    expectOf(context, key, { creations: 1, deletions: [] })
    pass(4 * minute)
    expectOf(context, key, { creations: 2, deletions: [] })
    creationObserved(context, key)
    pass(4 * minute)
    expect(isSatisfied()).toBe(false)
    creationObserved(context, key)
    expect(isSatisfied()).toBe(true)
  })

  it('are satisfied at once where nothing is expected', () => {
    expectOf(context, key, { creations: 0, deletions: [] })
    expect(isSatisfied()).toBe(true)
  })

  it('leave nothing pending once they are met or deleted', () => {
    expectOf(context, key, { creations: 1, deletions: [] })
    creationObserved(context, key)
    expectOf(context, `${key}-2`, { creations: 5, deletions: [] })
    deleteExpectations(context, `${key}-2`)
    expect([...world.store.keys()]).toEqual([])
    expect(world.nextDeadline).toBeUndefined()
  })

  it('of one key say nothing about another', () => {
    expectOf(context, key, { creations: 1, deletions: [] })
    creationObserved(context, 'default/other')
    expect([isSatisfied(), satisfied(world, process, 'default/other')]).toEqual([false, true])
  })
})

// Rewritten from TestUIDExpectations.
describe('expected deletions', () => {
  it.each([0, 1, 2, 5, 500])('of %i pods are each counted once', (count) => {
    const pods = Array.from({ length: count }, (_, i) => `default/pod-${i}`)
    expectOf(context, key, { creations: 0, deletions: [...pods, ...pods] })
    expect(isSatisfied()).toBe(count === 0)
    for (const pod of pods.slice(1)) times(2, () => deletionObserved(context, key, pod))
    deletionObserved(context, key, 'default/other')
    expect(isSatisfied()).toBe(count === 0)
    for (const pod of pods.slice(0, 1)) deletionObserved(context, key, pod)
    expect(isSatisfied()).toBe(true)
    deleteExpectations(context, key)
    expect(world.read(expectationsKey(process, key))).toBeUndefined()
  })
})
