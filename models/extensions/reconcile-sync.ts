/**
 * Models: controller-runtime pkg/internal/controller/controller.go (reconcileHandler), for a function of the user's
 * Reads: store and index through the cache
 * Writes: request, chart
 * Omits: panics apart from errors; contexts that are cancelled; priorities of the queue; events that reach the caches between
 *   two reads with no request between them
 */
import { enqueueActions } from 'xstate'
import type { Status } from '#api/types'
import { setup, type Chart } from '#machine/chart'
import { keyOf, type Answer, type Ask, type End, type Oracle, type ReconcileRequest } from '#machine/oracle'
import type { Call } from '#machine/process'
import { splitName } from '#machine/objects'
import type { Token } from '#machine/token'
import type { View } from '#machine/view'
import { controllerSayings } from '../client/controller.js'
import { answerFrom } from './cached-reads.js'

/** A reconcile under way: what the real one keeps on its stack, as what it asked and was answered. */
export interface Reconciling {
  readonly request: ReconcileRequest
  readonly answers: readonly Answer[]
  /** How much it has asked so far. */
  readonly asked: number
  /** The calls that were not answered yet, by their numbers. */
  readonly outstanding: readonly number[]
}

export type Event =
  | { readonly type: 'work'; readonly key: string; readonly view: View }
  | { readonly type: 'response.ok'; readonly slot: string; readonly object?: unknown; readonly view: View }
  | { readonly type: 'response.error'; readonly slot: string; readonly status: Status; readonly view: View }

interface Went {
  readonly now: Reconciling
  readonly calls: readonly Call[]
  readonly end: End | undefined
}

/** Goes on from what it was just told, through what it reads, to its next calls or its end. */
export function goOn(oracle: Oracle, view: View, before: Reconciling, told: readonly Answer[]): Went {
  const answered = new Set(told.map(({ to }) => to))
  let answers = [...before.answers, ...told]
  let { asked } = before
  const outstanding = before.outstanding.filter((one) => !answered.has(one))
  const calls: Call[] = []
  const reads: { readonly to: number; readonly ask: Exclude<Ask, { readonly is: 'call' }> }[] = []
  for (;;) {
    const { asks, end } = oracle.turn(before.request, answers, (ask) => answerFrom(view, ask))
    for (const ask of asks) {
      const to = asked++
      if (ask.is !== 'call') reads.push({ to, ask })
      else {
        outstanding.push(to)
        calls.push({ ...ask.request, slot: String(to) })
      }
    }
    const read = end === undefined ? reads.shift() : undefined
    if (read === undefined) return { now: { request: before.request, answers, asked, outstanding }, calls, end }
    answers = [...answers, { to: read.to, ok: true, value: answerFrom(view, read.ask) }]
  }
}

const nothing: Reconciling = { request: { namespace: '', name: '' }, answers: [], asked: 0, outstanding: [] }

const begun = (key: string): Reconciling => ({ ...nothing, request: splitName(key) })

const told = (event: Exclude<Event, { readonly type: 'work' }>): Answer => (event.type === 'response.ok'
  ? { to: Number(event.slot), ok: true, value: event.object }
  : { to: Number(event.slot), ok: false, status: event.status })

/** The conversation of a user's controller about one key: its states are its waits for answers. */
export const reconcileSync = (oracle: Oracle, token?: Token): Chart => setup({
  types: { context: {} as Reconciling, events: {} as Event }, // types alone
  actions: {
    ...controllerSayings,
    /** What is still on its way is nobody's any more: it takes effect, and its answer is not heard. */
    leave: (_, _params: { readonly slots: readonly string[] }) => {},
  },
}).createMachine({
  id: oracle.controller,
  context: nothing,
  initial: 'idle',
  states: {
    idle: { on: { work: 'reconciling' } },
    reconciling: {
      entry: enqueueActions(({ context, event, enqueue }) => {
        const { now, calls, end } = event.type === 'work'
          ? goOn(oracle, event.view, begun(event.key), [])
          : goOn(oracle, event.view, context, [told(event)])
        enqueue.assign(now)
        const shown = token === undefined ? calls : calls.map((call) => ({ ...call, token }))
        if (calls.length > 0) enqueue({ type: 'calls', params: { calls: shown } })
        if (end === undefined) return
        if (now.outstanding.length > 0) enqueue({ type: 'leave', params: { slots: now.outstanding.map(String) } })
        if (end.is === 'requeueAfter') enqueue({ type: 'enqueue', params: { key: keyOf(now.request), ms: end.ms } })
        const outcome = end.is === 'failed' ? 'error' : end.is === 'requeue' ? 'requeue' : 'ok'
        enqueue({ type: 'finished', params: { outcome } })
      }),
      on: { 'response.*': { target: 'reconciling', reenter: true } },
    },
  },
})
