import { beforeEach, describe, expect, it } from 'vitest'
import { PlainStore } from '#kernel/plain-store'
import { clearWrites, isConsistent, wroteAt } from '#models/client/consistency'
import { relist } from '#models/client/reflector'
import { Observed, pod } from './observers.js'

const process = 'observer/all'
const item = 'default/web'
let observed: Observed

beforeEach(() => {
  observed = new Observed(new PlainStore())
  observed.start(process, 'api-1')
})

const isReady = (key = item): boolean => isConsistent(observed.view(process), key)

/** The controller writes a pod, and hears the answer. */
function write(version: number, name = 'a'): void {
  observed.write(name, pod(name, { version }))
  hear(version, name)
}

const hear = (version: number, name = 'a', key = item): void => observed.world.perform((cells) =>
  wroteAt(observed.runtime.context(cells, process, ''), key, 'pods', `default/${name}`, pod(name, { version })))

/** The next event of the log reaches the controller's cache. */
function see(): void {
  observed.world.take('cache|api-1|pods')
  observed.world.take(`watch|${process}|pods`)
}

// Rewritten from pkg/controller/util/consistency/consistency_test.go (TestOwnerRecord_IsReady, TestOwnerRecord_WroteAt).
describe('a controller\'s cache has its own writes', () => {
  it('where it has written nothing', () => expect(isReady()).toBe(true))

  it('not before the event of the write has arrived', () => {
    write(1)
    expect(isReady()).toBe(false)
    observed.world.take('cache|api-1|pods')
    expect(isReady()).toBe(false)
    observed.world.take(`watch|${process}|pods`)
    expect(isReady()).toBe(true)
  })

  it('where it is newer than that', () => {
    write(1)
    see()
    observed.write('a', pod('a', { version: 2 }))
    see()
    expect(isReady()).toBe(true)
  })

  it('where somebody else wrote later, whether or not that has arrived', () => {
    write(1)
    observed.write('a', pod('a', { version: 2 }))
    see()
    expect(isReady()).toBe(true)
  })

  it('not before its last write has arrived, in whatever order the answers came', () => {
    observed.write('a', pod('a', { version: 1 }))
    observed.write('b', pod('b', { version: 1 }))
    hear(1, 'b')
    hear(1, 'a')
    see()
    expect(isReady()).toBe(false)
    see()
    expect(isReady()).toBe(true)
  })

  it('for one key, whatever it wrote for another', () => {
    write(1)
    expect(isReady('default/other')).toBe(true)
  })

  it('once the record is cleared', () => {
    write(1)
    observed.world.perform((cells) => clearWrites(observed.runtime.context(cells, process, ''), item))
    expect(isReady()).toBe(true)
  })

  it('once it has listed again', () => {
    write(1)
    write(2)
    observed.world.perform((cells) => relist(cells, observed.runtime, process, 'pods', 'api-2'))
    expect(isReady()).toBe(true)
  })
})
