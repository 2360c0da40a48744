/** How reflectors list, watch, list again and change over to another API server instance. */
import { beforeEach, describe, expect, it } from 'vitest'
import { PlainStore } from '#kernel/plain-store'
import { nameOf } from '#machine/objects'
import type { WatchEvent } from '#machine/watch'
import { coalesce, keepCache, lagKey, reconnect, relist } from '#models/client/reflector'
import { Observed, pod } from './observers.js'

const all = 'observer/all'
const other = 'observer/other'
let observed: Observed

beforeEach(() => {
  observed = new Observed(new PlainStore())
})

const versions = (process: string): Readonly<Record<string, string | undefined>> => Object.fromEntries(
  observed.view(process).all('pods').map((one) => [one.metadata.name, one.metadata.labels?.['version']]))

const write = (name: string, version: number): void => observed.write(name, pod(name, { version }))
const take = (...choices: readonly string[]): void => { for (const choice of choices) observed.world.take(choice) }
const listAgain = (process: string, apiServer: string): void =>
  observed.world.perform((cells) => relist(cells, observed.runtime, process, 'pods', apiServer))
const watchOn = (process: string, apiServer: string): void =>
  observed.world.perform((cells) => reconnect(cells, process, 'pods', apiServer))
const setLag = (apiServer: string, on: boolean): void =>
  observed.world.perform((cells) => cells.write(lagKey(apiServer), on ? true : undefined))

describe('two API server instances', () => {
  it('lag independently, and so do the reflectors behind them', () => {
    observed.start(all, 'api-1')
    observed.start(other, 'api-2')
    write('a', 1)
    take('cache|api-1|pods', `watch|${all}|pods`)
    write('a', 2)
    expect([versions(all), versions(other)]).toEqual([{ a: '1' }, {}])
    take('cache|api-2|pods', 'cache|api-2|pods', `watch|${other}|pods`)
    expect([versions(all), versions(other)]).toEqual([{ a: '1' }, { a: '1' }])
  })

  it('stand still while they get nothing from etcd', () => {
    observed.start(all, 'api-1')
    setLag('api-1', true)
    write('a', 1)
    expect([...observed.world.agenda]).toEqual([])
    setLag('api-1', false)
    expect([...observed.world.agenda]).toEqual(['cache|api-1|pods'])
  })
})

describe('a reflector that lists again', () => {
  beforeEach(() => {
    observed.start(all, 'api-1')
    write('a', 1)
    write('b', 1)
    observed.drain()
  })

  it('sees what it missed as a difference: changes in between are lost', () => {
    write('a', 2)
    write('a', 3)
    take('cache|api-1|pods', 'cache|api-1|pods')
    observed.heard.length = 0
    listAgain(all, 'api-1')
    expect(observed.heard).toEqual([{
      type: 'MODIFIED', resource: 'pods', key: 'default/a', old: pod('a', { version: 1 }), object: pod('a', { version: 3 }),
    }])
  })

  it('learns of a deletion by what its cache had last', () => {
    write('b', 2)
    observed.write('b', undefined)
    take('cache|api-1|pods', 'cache|api-1|pods')
    listAgain(all, 'api-1')
    expect([...observed.copies.get(all)!.keys()]).toEqual(['default/a'])
    expect(observed.surprises).toEqual([])
  })

  it('gets to where its API server is, no further', () => {
    write('a', 2)
    take('cache|api-1|pods')
    write('a', 3)
    listAgain(all, 'api-1')
    expect(versions(all)).toEqual({ a: '2', b: '1' })
    observed.drain()
    expect(versions(all)).toEqual({ a: '3', b: '1' })
  })

  it('does not go back in time at an API server that is behind it, and hears nothing twice there', () => {
    observed.start(other, 'api-2')
    write('a', 2)
    take('cache|api-1|pods', `watch|${all}|pods`)
    listAgain(all, 'api-2')
    expect(versions(all)).toEqual({ a: '2', b: '1' })
    take('cache|api-2|pods')
    expect(observed.world.isEnabled(`watch|${all}|pods`)).toBe(false)
    write('a', 3)
    observed.drain()
    expect(versions(all)).toEqual({ a: '3', b: '1' })
    expect(observed.surprises).toEqual([])
  })

  it('gets ahead at an API server that is ahead', () => {
    observed.start(other, 'api-2')
    write('a', 2)
    take('cache|api-2|pods')
    listAgain(all, 'api-2')
    expect(versions(all)).toEqual({ a: '2', b: '1' })
  })
})

describe('a reflector whose watch only ended', () => {
  it('misses nothing, wherever it watches on', () => {
    observed.start(all, 'api-1')
    observed.start(other, 'api-2')
    for (let version = 1; version <= 4; version++) write('a', version)
    take('cache|api-1|pods', 'cache|api-2|pods', 'cache|api-2|pods', 'cache|api-2|pods', `watch|${all}|pods`)
    watchOn(all, 'api-2')
    expect(versions(all)).toEqual({ a: '1' })
    const seen: unknown[] = []
    while (observed.world.agenda.first() !== undefined) {
      take(observed.world.agenda.first()!)
      seen.push(versions(all)['a'])
    }
    expect([...new Set(seen)]).toEqual(['1', '2', '3', '4'])
  })
})

describe('a process that starts again', () => {
  beforeEach(() => {
    observed.start(all, 'api-1')
    observed.start(other, 'api-2')
    setLag('api-2', true)
    write('a', 1)
    observed.drain()
    expect(versions(all)).toEqual({ a: '1' })
  })

  it('knows what is newest, though its API server is behind (WatchList)', () => {
    write('a', 2)
    observed.start(all, 'api-2')
    expect(versions(all)).toEqual({ a: '2' })
    setLag('api-2', false)
    observed.drain()
    expect([versions(all), observed.surprises]).toEqual([{ a: '2' }, []])
  })

  it('goes back in time where its first list comes from the watch cache (resourceVersion=0)', () => {
    observed.start(all, 'api-2', 'cache')
    expect(versions(all)).toEqual({})
    setLag('api-2', false)
    observed.drain()
    expect([versions(all), observed.surprises]).toEqual([{ a: '1' }, []])
  })

  it('cannot go back to what an API server never had: its cache begins when somebody watches there', () => {
    observed.start(all, 'api-3', 'cache')
    expect(versions(all)).toEqual({ a: '1' })
  })

  it('can, where the instance kept a cache of its own', () => {
    observed.world.perform((cells) => keepCache(cells, 'api-3', 'pods'))
    setLag('api-3', true)
    write('a', 2)
    observed.start(all, 'api-3', 'cache')
    expect(versions(all)).toEqual({ a: '1' })
  })
})

describe('a watch by selector', () => {
  it('sees an object come and go as it begins and ceases to match', () => {
    observed.start('observer/node-1', 'api-1')
    observed.write('a', pod('a', {}))
    observed.write('a', pod('a', { node: 'node-1' }))
    take('cache|api-1|pods', 'cache|api-1|pods')
    expect(observed.view('observer/node-1').all('pods')).toEqual([])
    take('watch|observer/node-1|pods')
    expect(observed.view('observer/node-1').all('pods').map(nameOf)).toEqual(['default/a'])
    observed.write('a', pod('a', { node: 'node-2' }))
    expect(observed.view('observer/node-1').get('pods', 'default/a')?.spec.nodeName).toBe('node-1')
    observed.drain()
    expect(observed.view('observer/node-1').get('pods', 'default/a')).toBeUndefined()
  })
})

describe('what was missed', () => {
  const event = (type: WatchEvent['type'], old?: string, object?: string): WatchEvent => ({
    type, resource: 'pods', key: 'default/a', ...(old === undefined ? {} : { old }), ...(object === undefined ? {} : { object }),
  })

  it.each([
    ['an addition', [event('ADDED', undefined, '1')], [event('ADDED', undefined, '1')]],
    ['an addition and its changes', [event('ADDED', undefined, '1'), event('MODIFIED', '1', '2')], [event('ADDED', undefined, '2')]],
    ['changes', [event('MODIFIED', '1', '2'), event('MODIFIED', '2', '3')], [event('MODIFIED', '1', '3')]],
    ['changes and a deletion', [event('MODIFIED', '1', '2'), event('DELETED', '2')], [event('DELETED', '1')]],
    ['a deletion and a new object of that name', [event('DELETED', '1'), event('ADDED', undefined, '2')], [event('MODIFIED', '1', '2')]],
    ['what came and went', [event('ADDED', undefined, '1'), event('DELETED', '1')], []],
    ['what came, went and came', [event('ADDED', undefined, '1'), event('DELETED', '1'), event('ADDED', undefined, '2')],
      [event('ADDED', undefined, '2')]],
  ] as const)('%s is one event', (_, events, seen) => expect(coalesce(events)).toEqual(seen))
})
