/**
 * Models: kubectl/pkg/cmd: a command that reads and writes one object after the other, one API call a Step
 * Reads: what the API server answers
 * Writes: request, user
 * Omits: what is printed; `--wait` of delete (see kubectl-requests)
 */
import { assign } from 'xstate'
import type { Pod, Status } from '#api/types'
import { setup, type Viewed } from '#machine/chart'
import { sayings } from '#machine/effects'
import type { Call } from '#machine/process'
import type { StoredObject } from '#machine/objects'
import { choicesOf, getWorkload, listPods, lookupOf, meansDrained } from './kubectl-choices.js'
import { listOf, readOf, sizeOf, writeOf, type Outcome, type Setting } from './kubectl-requests.js'
import type { UserAction } from './user-actions.js'

export interface Begin {
  readonly type: 'begin'
  readonly action: UserAction
  readonly step: number
  readonly namespace: string
  readonly drained?: string
}

interface Memory {
  readonly action?: UserAction
  readonly setting: Setting
  /** Which of the action's objects is under way. */
  readonly at: number
  readonly live?: StoredObject
  readonly listed: readonly StoredObject[]
  readonly outcome?: Outcome
  readonly failures: readonly string[]
}

type Event = Viewed & (
  | Begin
  | { readonly type: 'response.ok'; readonly object?: unknown }
  | { readonly type: 'response.error'; readonly status: Status }
)

/** What kubectl prints of an answer that it did not want. */
export const complaint = (status: Status): string =>
  `Error from server (${status.reason ?? 'InternalError'}): ${status.message ?? ''}`

// The answers to a get and to a list.
const objectOf = (event: Event): StoredObject | undefined =>
  (event.type === 'response.ok' ? event.object as StoredObject : undefined)
export const itemsOf = (event: { readonly type: string; readonly object?: unknown }): readonly StoredObject[] =>
  (event.type === 'response.ok' ? (event.object as { readonly items: readonly StoredObject[] }).items : [])

const nowhere: Call = { verb: 'get', resource: '', key: '' }
const empty: Memory = { setting: { namespace: '', stamp: '' }, at: 0, listed: [], failures: [] }

const readCall = ({ action, at, setting }: Memory): Call | undefined =>
  (action === undefined ? undefined : readOf(action, at, setting))
const lookup = ({ action }: Memory) => (action === undefined ? undefined : lookupOf(action))

export const kubectlRun = setup({
  types: { context: {} as Memory, events: {} as Event }, // XState takes its types from values
  actions: {
    ...sayings,
    concluded: (_, _params: { readonly failures: readonly string[] }) => {},
    keepLive: assign(({ event }) => ({ live: objectOf(event) })),
    decide: assign(({ context: { action, at, live, listed, setting } }) =>
      (action === undefined ? {} : { outcome: writeOf(action, at, live, listed, setting) })),
    note: assign(({ context, event }) =>
      (event.type === 'response.error' ? { failures: [...context.failures, complaint(event.status)] } : {})),
    noteOutcome: assign(({ context: { failures, outcome } }) =>
      (outcome?.is === 'failed' ? { failures: [...failures, outcome.message] } : {})),
    /** One pod or node is as good as the other: a Choice. */
    choose: assign(({ context: { action, live, setting }, event }) => {
      if (action === undefined || live === undefined) return {}
      const choices = choicesOf(action, live, itemsOf(event) as readonly Pod[]) // a list of pods
      const chosen = choices[event.view.cells.choose(choices)]
      return { live: undefined, setting: { ...setting, ...(chosen === undefined ? {} : { chosen }) } }
    }),
    noteNothing: assign(({ context }) => ({ failures: [...context.failures, 'error: there is no such pod or node'] })),
  },
  guards: {
    mustLookUp: ({ context }) => lookup(context) !== undefined,
    hasNothing: ({ context: { action, setting } }) => setting.chosen === undefined && action !== undefined
      && (lookupOf(action) !== undefined || meansDrained(action)),
    isThrough: ({ context: { action, at } }) => action === undefined || at >= sizeOf(action),
    mustRead: ({ context }) => readCall(context) !== undefined,
    mustList: ({ context: { action } }) => action !== undefined && listOf(action) !== undefined,
    mayBeAbsent: ({ context: { action }, event }) => action?.do === 'apply'
      && event.type === 'response.error' && event.status.reason === 'NotFound',
    mustWrite: ({ context }) => context.outcome?.is === 'call',
  },
}).createMachine({
  id: 'kubectl',
  context: empty,
  initial: 'idle',
  states: {
    idle: {
      on: { begin: { target: 'starting', actions: assign(({ event }) => ({
        action: event.action,
        setting: {
          namespace: event.namespace, stamp: `step-${event.step + 1}`,
          ...(meansDrained(event.action) && event.drained !== undefined ? { chosen: event.drained } : {}),
        },
      })) } },
    },
    starting: { always: [{ guard: 'mustLookUp', target: 'lookingUp' }, { target: 'chosen' }] },
    lookingUp: {
      entry: { type: 'call', params: ({ context }) => {
        const of = lookup(context)
        return of === undefined ? nowhere : getWorkload(of)
      } },
      on: {
        'response.ok': { target: 'listingPods', actions: 'keepLive' },
        'response.error': { target: 'concluding', actions: 'note' },
      },
    },
    listingPods: {
      entry: { type: 'call', params: ({ context }) => {
        const of = lookup(context)
        return of === undefined ? nowhere : listPods(of)
      } },
      on: {
        'response.ok': { target: 'chosen', actions: 'choose' },
        'response.error': { target: 'concluding', actions: 'note' },
      },
    },
    chosen: { always: [{ guard: 'hasNothing', target: 'concluding', actions: 'noteNothing' }, { target: 'next' }] },
    next: {
      always: [
        { guard: 'isThrough', target: 'concluding' },
        { guard: 'mustRead', target: 'reading' },
        { target: 'deciding' },
      ],
    },
    reading: {
      entry: { type: 'call', params: ({ context }) => readCall(context) ?? nowhere },
      on: {
        'response.ok': { target: 'read', actions: 'keepLive' },
        'response.error': [{ guard: 'mayBeAbsent', target: 'deciding' }, { target: 'advancing', actions: 'note' }],
      },
    },
    read: { always: [{ guard: 'mustList', target: 'listing' }, { target: 'deciding' }] },
    listing: {
      entry: { type: 'call', params: ({ context: { action } }) =>
        (action === undefined ? undefined : listOf(action)) ?? nowhere },
      on: {
        'response.ok': { target: 'deciding', actions: assign(({ event }) => ({ listed: itemsOf(event) })) },
        'response.error': { target: 'advancing', actions: 'note' },
      },
    },
    deciding: {
      entry: 'decide',
      always: [{ guard: 'mustWrite', target: 'writing' }, { target: 'advancing', actions: 'noteOutcome' }],
    },
    writing: {
      entry: { type: 'call', params: ({ context: { outcome } }) => (outcome?.is === 'call' ? outcome.call : nowhere) },
      on: { 'response.ok': 'advancing', 'response.error': { target: 'advancing', actions: 'note' } },
    },
    advancing: {
      entry: assign(({ context }) => ({ at: context.at + 1, live: undefined, outcome: undefined, listed: [] })),
      always: 'next',
    },
    concluding: {
      type: 'final',
      entry: { type: 'concluded', params: ({ context }) => ({ failures: context.failures }) },
    },
  },
})
