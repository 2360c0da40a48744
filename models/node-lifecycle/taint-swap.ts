/**
 * Models: pkg/controller/util/node/controller_utils.go (SwapNodeControllerTaint), pkg/controller/controller_utils.go
 *   (AddOrUpdateTaintOnNode, RemoveTaintOffNode, PatchNodeTaints), one API call a Step
 * Reads: what the API server answers
 * Writes: request
 * Omits: the jitter of the back-off between two attempts
 */
import { assign } from 'xstate'
import type { Node, Status, Taint } from '#api/types'
import { sayings } from '#machine/effects'
import { setup, type Viewed } from '#machine/chart'
import { addTaints, removeTaints, taintExists, taintsOf } from './taints.js'

/** One read and, where it changes something, one patch. */
export interface TaintJob {
  readonly op: 'add' | 'remove'
  readonly taints: readonly Taint[]
}

/** SwapNodeControllerTaint: first add, then remove; what the caller's copy of the node lacks needs no removal. */
export const swapJobs = (node: Node, add: readonly Taint[], remove: readonly Taint[]): readonly TaintJob[] => [
  ...(add.length === 0 ? [] : [{ op: 'add' as const, taints: add }]),
  ...removeJobs(node, remove),
]

/** RemoveTaintOffNode with all of them at once. */
export const removeJobs = (node: Node, remove: readonly Taint[]): readonly TaintJob[] =>
  remove.some((taint) => taintExists(taintsOf(node), taint)) ? [{ op: 'remove', taints: remove }] : []

export interface Swap {
  readonly type: 'swap'
  readonly node: string
  readonly jobs: readonly TaintJob[]
  /** The chart instance that is told `swapped`; `''` for nobody. */
  readonly parent: string
}

type Event = Viewed & (
  | Swap
  | { readonly type: 'response.ok'; readonly object?: unknown }
  | { readonly type: 'response.error'; readonly status: Status }
)

interface Memory {
  readonly node: string
  readonly jobs: readonly TaintJob[]
  readonly parent: string
  readonly tries: number
  readonly read?: Node
  readonly taints: readonly Taint[]
}

const attempts = 5 // UpdateTaintBackoff
const backoff = 100

const apply = (job: TaintJob | undefined, node: Node): readonly Taint[] => {
  if (job === undefined) return taintsOf(node)
  return job.op === 'add' ? addTaints(taintsOf(node), job.taints) : removeTaints(taintsOf(node), job.taints)
}

export const taintSwap = setup({
  types: { context: {} as Memory, events: {} as Event }, // XState takes its types from values
  actions: {
    ...sayings,
    /** All jobs are done, or one could not be. */
    swapped: (_, _params: { readonly node: string; readonly parent: string; readonly ok: boolean }) => {},
    nextJob: assign(({ context }) => ({ jobs: context.jobs.slice(1), tries: 0 })),
  },
  guards: {
    hasJobs: ({ context }) => context.jobs.length > 0,
    isUnchanged: ({ event, context }) => event.type === 'response.ok'
      && apply(context.jobs[0], event.object as Node) === taintsOf(event.object as Node), // a get of a node
    mayRetry: ({ event, context }) => event.type === 'response.error'
      && event.status.reason === 'Conflict' && context.tries + 1 < attempts,
  },
}).createMachine({
  id: 'swapTaints',
  context: { node: '', jobs: [], parent: '', tries: 0, taints: [] },
  initial: 'idle',
  states: {
    idle: {
      on: { swap: {
        target: 'next',
        actions: assign(({ event }) => ({ node: event.node, jobs: event.jobs, parent: event.parent })),
      } },
    },
    next: { always: [{ guard: 'hasJobs', target: 'getting' }, { target: 'succeeded' }] },
    // The first read may come from the API server's watch cache; the patch conflicts where that was old.
    getting: {
      entry: { type: 'call', params: ({ context }) => ({
        verb: 'get', resource: 'nodes', key: context.node,
        ...(context.tries === 0 ? { resourceVersion: '0' as const } : {}),
      }) },
      on: {
        'response.ok': [
          { guard: 'isUnchanged', target: 'next', actions: 'nextJob' },
          { target: 'patching', actions: assign(({ context, event }) => {
            const node = event.object as Node // as above
            return { read: node, taints: apply(context.jobs[0], node) }
          }) },
        ],
        'response.error': 'failed',
      },
    },
    patching: {
      entry: { type: 'call', params: ({ context }) => ({
        verb: 'patch', resource: 'nodes', key: context.node, base: context.read,
        body: { type: 'merge', patch: { spec: { taints: context.taints.length === 0 ? null : context.taints } } },
      }) },
      on: {
        'response.ok': { target: 'next', actions: 'nextJob' },
        'response.error': [
          { guard: 'mayRetry', target: 'waiting', actions: assign(({ context }) => ({ tries: context.tries + 1 })) },
          { target: 'failed' },
        ],
      },
    },
    waiting: { after: { [backoff]: 'getting' } },
    succeeded: {
      type: 'final',
      entry: { type: 'swapped', params: ({ context }) => ({ node: context.node, parent: context.parent, ok: true }) },
    },
    failed: {
      type: 'final',
      entry: { type: 'swapped', params: ({ context }) => ({ node: context.node, parent: context.parent, ok: false }) },
    },
  },
})
