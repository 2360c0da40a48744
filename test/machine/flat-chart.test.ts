import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { and, assign, enqueueActions, not, setup } from 'xstate'
import { baselineOf, draw } from '#checker/generate'
import { runOrder } from '#checker/order'
import { byXState, quickly, type Chart, type Snapshot } from '#machine/chart'
import { flatChartOf } from '#machine/flat-chart'
import { processes } from '#models/kubernetes'
import { systemOf } from '#properties/scenario'
import { smalls } from '#properties/kill/baselines'

interface Memory { readonly count: number; readonly last?: string }
type Event = { readonly type: string; readonly by?: number }

/** Everything that charts of this project use of XState, in one chart. */
const everything = setup({
  types: { context: {} as Memory, events: {} as Event }, // XState takes its types from values
  actions: {
    tell: (_, _params: { readonly what: string }) => {},
    bare: () => {},
    count: assign(({ context, event }) => ({ count: context.count + (event.by ?? 1) })),
    name: assign({ last: ({ event }) => event.type }),
    both: enqueueActions<Memory, Event, undefined>(({ context, enqueue, check }) => {
      enqueue.assign({ count: context.count + 10 })
      enqueue({ type: 'tell', params: { what: `was ${context.count}` } } as never) // what is set up beside it is unknown here
      if (check('isEven' as never)) enqueue('bare' as never) // as above
      enqueue.assign(({ context: now }) => ({ last: `now ${now.count}` }))
    }) as never, // as above
  },
  guards: {
    isEven: ({ context }) => context.count % 2 === 0,
    isLarge: ({ context }, params: { readonly than: number }) => context.count > params.than,
    isOdd: not('isEven') as never, // guards cannot know of each other's names yet
    isLargeAndOdd: and([{ type: 'isLarge', params: { than: 20 } }, not('isEven')] as never) as never, // as above
  },
  delays: { later: ({ context }) => context.count * 1000, soon: 5 },
}).createMachine({
  id: 'everything',
  context: { count: 0 },
  initial: 'a',
  exit: { type: 'tell', params: { what: 'the end' } },
  on: { home: '.a', note: { actions: 'name' } },
  states: {
    a: {
      entry: ['bare', { type: 'tell', params: ({ context }) => ({ what: `a ${context.count}` }) }],
      exit: 'name',
      on: {
        'go.*': [{ guard: 'isOdd', target: 'b', actions: 'count' }, { target: 'c', actions: ['both', 'count'] }],
        'go.straight': { guard: { type: 'isLarge', params: { than: 5 } }, target: 'd' },
        stay: { target: 'a', actions: 'count' },
        again: { target: 'a', reenter: true, actions: 'count' },
        quiet: {},
      },
    },
    b: {
      entry: 'both',
      always: [{ guard: 'isLargeAndOdd', target: 'end' }, { guard: 'isEven', target: 'c', actions: 'bare' }],
      on: { '*': { actions: 'count' } },
      after: { later: 'c', 250: { target: 'a', actions: 'name' } },
    },
    c: { always: { guard: 'isOdd', target: 'd', actions: 'count' }, on: { back: 'a', home: 'b' }, after: { soon: 'd' } },
    d: { entry: 'count', exit: ['count', 'bare'], on: { back: 'b', finish: 'end' } },
    end: { type: 'final', entry: { type: 'tell', params: { what: 'final' } }, exit: 'bare' },
  },
})

const types = ['go.here', 'go.straight', 'stay', 'again', 'quiet', 'back', 'home', 'note', 'finish', 'other.thing',
  'xstate.after.later.everything.b', 'xstate.after.250.everything.b']

const events = fc.array(fc.record({ type: fc.constantFrom(...types), by: fc.constantFrom(undefined, 1, 2, 7) }), { maxLength: 12 })

/** What each event led to. */
function walk(chart: Chart, interpret: typeof quickly, sent: readonly { readonly type: string; readonly by: number | undefined }[]): unknown[] {
  const seen: unknown[] = []
  let snapshot: Snapshot | undefined
  for (const event of sent) {
    const { after, isDone, said } = interpret(chart, snapshot, event)
    seen.push({ after: isDone ? 'done' : after, isSame: after === snapshot, said: said.map(({ type, params }) => ({ type, params })) })
    if (isDone) break
    snapshot = after
  }
  return seen
}

describe('A flat chart', () => {
  it('goes where XState takes it, and says the same', () => {
    fc.assert(fc.property(events, (sent) => {
      expect(walk(everything, quickly, sent)).toEqual(walk(everything, byXState, sent))
    }), { numRuns: 3000, seed: 1 })
  })

  it('is what nearly every process has', () => {
    const nested = processes.flatMap(({ kind, charts }) =>
      Object.entries(charts).filter(([, chart]) => flatChartOf(chart) === undefined).map(([name]) => `${kind} ${name}`))
    expect(nested).toEqual(['kube-controller-manager/taint-eviction evict'])
  })

  it('that goes round for ever is an error', () => {
    const round = setup({}).createMachine({
      id: 'round', initial: 'a', states: { a: { on: { go: 'b' } }, b: { always: 'c' }, c: { always: 'b' } },
    })
    expect(() => quickly(round, undefined, { type: 'go' })).toThrow('round goes round for ever')
  })
})

describe('Orders of events are the same, whether XState takes the transitions or the quick way', () => {
  it.each(smalls.map((small) => [small.name, small] as const))('in the scenario %s', (_name, { scenario, budgets = { delays: 2, faults: 0 } }) => {
    const fingerprints = (interpret: typeof quickly): readonly string[] => {
      const system = systemOf(scenario, { interpret })
      const baseline = baselineOf(system)
      return [0, 1, 2].flatMap((index) => {
        const seen: string[] = []
        const { world } = runOrder(system, [], draw(system, baseline, budgets, 7, index), { onEvent: (event) => {
          if (event.type === 'step') seen.push(event.choice)
        } })
        return [...seen, world.store.fingerprint()]
      })
    }
    expect(fingerprints(quickly)).toEqual(fingerprints(byXState))
  })
})
