/** Charts as pure steps: what they say, what becomes of it, and when an instance begins and ends. */
import { beforeEach, describe, expect, it } from 'vitest'
import { assign } from 'xstate'
import { InternedStore } from '#kernel/interned-store'
import { PlainStore } from '#kernel/plain-store'
import { key, type Key } from '#kernel/cells'
import type { Store } from '#kernel/store'
import { World } from '#cluster/world'
import { responseChannel, timerChannel } from '#machine/answers'
import { chartKey, setup, timerKey } from '#machine/chart'
import { createRuntime, sayings } from '#machine/effects'
import type { Process, Runtime } from '#machine/process'
import { requestKey, responseKey, type ApiRequest } from '#machine/request'
import type { View } from '#machine/view'

const noteKey: Key<readonly string[]> = key('note', 'lamps')
const request = (name: string): ApiRequest => ({ verb: 'get', resource: 'pods', key: `default/${name}` })

interface Memory { readonly count: number }
type Event = { readonly type: string; readonly slot?: string; readonly view: View }

/** Lights up for a second; says most of what a chart can say. */
const lamp = setup({
  types: { context: {} as Memory, events: {} as Event }, // XState takes its types from values
  actions: { ...sayings, note: (_, _params: { readonly text: string }) => {}, unheard: () => {} },
  guards: { isBright: ({ context }) => context.count > 1, breaks: () => { throw new Error('no such lamp') } },
}).createMachine({
  id: 'lamp', initial: 'off', context: { count: 0 },
  entry: { type: 'note', params: { text: 'began' } },
  states: {
    off: { on: {
      press: { target: 'on', actions: assign(({ context }) => ({ count: context.count + 1 })) },
      look: { actions: [{ type: 'note', params: ({ event }) => ({ text: `${event.view.all('pods').length} pods` }) }] },
      guarded: { guard: 'breaks', target: 'on' },
      mumble: { actions: 'unheard' },
      ask: 'asking',
      smash: 'broken',
      arm: { actions: [{ type: 'arm', params: { name: 'bell', ms: 50 } }, { type: 'arm', params: { name: 'bell', ms: 70 } }] },
      disarm: { actions: { type: 'disarm', params: { name: 'bell' } } },
      bell: { actions: { type: 'note', params: { text: 'rang' } } },
      tell: { actions: { type: 'tell', params: { owner: 'lamp:other', event: { type: 'press' } } } },
      stop: { actions: { type: 'stop', params: { owner: 'lamp:other' } } },
      put: { actions: { type: 'put', params: { key: key('sandbox', 'node-1'), value: { ip: '10.0.0.1' } } } },
      drop: { actions: { type: 'put', params: { key: key('sandbox', 'node-1'), value: undefined } } },
    } },
    on: {
      after: { 1_000: 'off' },
      on: { press: [{ guard: 'isBright', target: 'off' }, { target: 'off' }] },
    },
    asking: {
      entry: [
        { type: 'call', params: request('alone') },
        { type: 'calls', params: { calls: [request('a'), { ...request('b'), slot: 'second' }] } },
      ],
      on: { 'response.*': { actions: { type: 'note', params: ({ event }) => ({ text: `${event.type} ${event.slot ?? ''}` }) } } },
    },
    broken: { type: 'final', entry: { type: 'note', params: { text: 'gone' } } },
  },
})

/** Looks like a lamp that is off, and is none. */
const twin = setup({ actions: { ...sayings, note: (_, _params: { readonly text: string }) => {} } }).createMachine({
  id: 'twin', initial: 'off', context: { count: 0 },
  states: { off: { on: { press: 'on' } }, on: { on: { back: { target: 'off', actions: { type: 'note', params: { text: 'twin' } } } } } },
})

const lamps: Process = {
  kind: 'lamps', watches: [], charts: { lamp, twin },
  effects: { note: ({ cells }, { text }: { readonly text: string }) => cells.append(noteKey, text) },
  onTimer: ({ cells }, owner, name) => cells.append(noteKey, `${owner || 'nobody'} ${name}`),
}

let world: World
let runtime: Runtime

function boot(store: Store): void {
  runtime = createRuntime([lamps])
  world = World.over(store, [timerChannel(runtime, () => undefined), responseChannel(runtime, () => undefined)])
}

beforeEach(() => boot(new PlainStore()))

const send = (type: string, owner = 'lamp:hall'): void =>
  world.perform((cells) => runtime.send(runtime.context(cells, 'lamps', owner), { type }))
const snapshot = (owner = 'lamp:hall'): unknown => world.read(chartKey('lamps', owner))
const notes = (): readonly string[] => world.read(noteKey) ?? []
const timers = (): readonly string[] => world.store.deadlines.entries().map(([name]) => name)

function pass(ms: number): void {
  world.advance(world.now + ms)
  for (const choice of [...world.agenda]) world.take(choice)
}

describe('an instance of a chart', () => {
  it('begins silently with its first event, and is a cell of its value and context', () => {
    expect(snapshot()).toBeUndefined()
    send('press')
    expect(snapshot()).toEqual({ value: 'on', context: { count: 1 } })
    expect(JSON.parse(JSON.stringify(snapshot()))).toEqual(snapshot())
    expect(notes()).toEqual([])
  })

  it('is untouched by an event that it does not know', () => {
    send('press')
    const before = world.read(chartKey('lamps', 'lamp:hall'))
    send('sneeze')
    expect(world.read(chartKey('lamps', 'lamp:hall'))).toBe(before)
    send('sneeze', 'lamp:never')
    expect(snapshot('lamp:never')).toBeUndefined()
  })

  it('is gone once it reaches a final state, after its last words', () => {
    send('press')
    send('press')
    send('smash')
    expect([snapshot(), notes()]).toEqual([undefined, ['gone']])
  })

  it('goes on from its cell alone', () => {
    send('press')
    const other = world.fork()
    send('press')
    expect(snapshot()).toEqual({ value: 'off', context: { count: 1 } })
    expect(other.read(chartKey('lamps', 'lamp:hall'))).toEqual({ value: 'on', context: { count: 1 } })
  })

  it('is not taken for one of another chart that stands the same', () => {
    boot(new InternedStore())
    world.write(chartKey('lamps', 'lamp:a'), { value: 'off', context: { count: 0 } })
    world.write(chartKey('lamps', 'twin:a'), { value: 'off', context: { count: 0 } })
    send('look', 'lamp:a')
    send('press', 'twin:a')
    send('back', 'twin:a')
    expect(notes()).toEqual(['0 pods', 'twin'])
  })

  it('begins, and ends, another one of its process', () => {
    send('tell')
    expect(snapshot('lamp:other')).toEqual({ value: 'on', context: { count: 1 } })
    expect(timers()).toHaveLength(1)
    send('stop')
    expect([snapshot('lamp:other'), timers()]).toEqual([undefined, []])
    send('stop')
  })

  it('needs a chart of that name', () => {
    expect(() => send('press', 'torch:hall')).toThrow('no chart for torch:hall of lamps')
  })
})

describe('a delay', () => {
  it('becomes a deadline, whose end comes back as an event', () => {
    send('press')
    pass(999)
    expect(snapshot()).toMatchObject({ value: 'on' })
    pass(1)
    expect(snapshot()).toMatchObject({ value: 'off' })
    expect(timers()).toEqual([])
  })

  it('is cancelled when its state is left', () => {
    send('press')
    send('press')
    expect(timers()).toEqual([])
  })

  it('that is armed again counts from then on, and can be disarmed', () => {
    send('arm')
    expect(world.store.deadlines.entries()).toEqual([[timerKey('lamps', 'lamp:hall', 'bell'), 70]])
    send('disarm')
    expect(timers()).toEqual([])
    send('press')
    send('press')
    send('arm')
    pass(70)
    expect(notes()).toEqual(['rang'])
  })

  it('whose instance is gone comes to the process', () => {
    send('arm')
    pass(70)
    expect(notes()).toEqual(['lamp:hall bell'])
  })
})

describe('requests', () => {
  it('are in flight in cells of their own, several at once', () => {
    send('ask')
    for (const [slot, name] of [['main', 'alone'], ['0', 'a'], ['second', 'b']] as const) {
      expect(world.read(requestKey('lamps', 'lamp:hall', slot))).toEqual(request(name))
    }
  })

  it('are answered to the instance that asked', () => {
    send('ask')
    for (const slot of ['second', 'main']) {
      world.perform((cells) => cells.write(responseKey('lamps', 'lamp:hall', slot), { request: request('a'), response: { ok: true } }))
      world.take(responseKey('lamps', 'lamp:hall', slot))
    }
    expect(notes()).toEqual(['response.ok second', 'response.ok main'])
  })

  it('whose sender is gone are answered to nobody', () => {
    const cell = responseKey('lamps', 'lamp:gone', 'main')
    world.perform((cells) => cells.write(cell, { request: request('a'), response: { ok: true } }))
    world.take(cell)
    expect([notes(), world.read(cell)]).toEqual([[], undefined])
  })
})

describe('what a chart says', () => {
  it('is carried out where it is said: a cell is put and taken away', () => {
    send('put')
    expect(world.read(key('sandbox', 'node-1'))).toEqual({ ip: '10.0.0.1' })
    send('drop')
    expect(world.read(key('sandbox', 'node-1'))).toBeUndefined()
  })

  it('is told with the cached view at this Step', () => {
    send('look')
    expect(notes()).toEqual(['0 pods'])
  })

  it('must be something that is carried out', () => {
    expect(() => send('mumble')).toThrow('lamps says unheard, which nothing carries out')
  })
})

describe('an error in a guard', () => {
  it('surfaces, and changes nothing', () => {
    expect(() => send('guarded')).toThrow('no such lamp')
    expect(snapshot()).toBeUndefined()
    send('press')
    expect(notes()).toEqual([])
  })
})
