/**
 * Models: pkg/kubelet/pod_workers.go (podWorkerLoop): sync, then terminating, then terminated; one instance
 *   for each pod
 * Reads: store through the cache, sandbox, container, images, ipam, chart, deadlines
 * Writes: chart, and what its sayings write
 * Omits: errors of the runtime and the retries after them
 */
import { assign } from 'xstate'
import type { Pod } from '#api/types'
import { setup, type Viewed } from '#machine/chart'
import { sayings } from '#machine/effects'
import type { View } from '#machine/view'
import { isRunning, nodeName } from './cells.js'
import { afterHook } from './pod-hooks.js'
import { emptyMemory, type PodMemory } from './pod-memory.js'
import { podSayings } from './pod-says.js'
import type { Evicted } from './pod-status.js'
import { deadlineExceeded, goOn, syncPod } from './pod-sync.js'
import { endTermination, finishPod, hasRunningContainers } from './pod-termination.js'
import { stage, type Outcome } from './stage.js'

export type PodEvent = Viewed & (
  /** The config loop hands the pod over, for the first time. */
  | { readonly type: 'add'; readonly pod: PodHandedOver }
  /**
   * The pod was changed in the API, a container or probe has news (`relist`), an image has come, a time has
   * passed.
   */
  | { readonly type: 'update' | 'relist' | 'deadline' | 'hooked' | 'pulled' | 'pullFailed' | 'mount' | 'retry' | 'resync' }
  | { readonly type: `backoff.${string}` | `pull.${string}` | `stable.${string}` }
  | { readonly type: 'removed'; readonly pod: Pod }
  /** The node has to get rid of the pod: it ends with that status. */
  | { readonly type: 'evict'; readonly evicted: Evicted; readonly grace: number }
  /** The node is shutting down, and gives the pod so many seconds. */
  | { readonly type: 'shutdown'; readonly grace: number }
)

export type PodHandedOver = Pick<PodMemory, 'uid' | 'name' | 'orphan' | 'admitted'>

/** What a pod worker does, as an action. */
export const staged = (run: (view: View, memory: PodMemory) => Outcome<PodMemory>) =>
  stage<PodMemory, PodEvent>((memory, { view }) => run(view, memory))

/** Nothing of the pod is left on the node. */
const goes = (['unmountVolumes', 'removeCgroup', 'forgetPod'] as const)
  .map((type) => ({ type, params: ({ context }: { readonly context: PodMemory }) => context }))

const turn = { type: 'takeTurns' as const, params: ({ context }: { readonly context: PodMemory }) => context }

export const podChart = setup({
  types: { context: {} as PodMemory, events: {} as PodEvent }, // XState takes its types from values
  actions: {
    ...sayings,
    ...podSayings,
    remember: assign(({ event }) => (event.type === 'add' ? event.pod : {})),
    rememberRemoved: assign(
      ({ event }) => (event.type === 'removed' ? { removed: event.pod, pending: true } : {}),
    ),
    evict: assign(({ event }) =>
      (event.type === 'evict' ? { evicted: event.evicted, grace: event.grace } : { evicted: deadlineExceeded })),
    shutDown: assign(({ event }) => (event.type === 'shutdown' ? { shutdown: event.grace } : {})),
    postpone: assign({ pending: true }),
    answer: assign(
      ({ event }) => ({ answered: event.type === 'pulled' ? 'pulled' as const : 'failed' as const }),
    ),
    sync: staged((view, memory) => syncPod(view, memory)),
    goOn: staged(goOn),
    afterHook: staged(afterHook),
    endTermination: staged(endTermination),
    finish: staged(finishPod),
  },
  guards: {
    rests: ({ context }) => context.next === 'rest',
    awaitsExits: ({ context }) => context.next === 'exits',
    awaitsImage: ({ context }) => context.next === 'image',
    awaitsHook: ({ context }) => context.next === 'hook',
    isDying: ({ context }) => context.next === 'die',
    hasRunning: ({ context, event }) => hasRunningContainers(event.view, context),
    mustStillKill: ({ context, event: { view } }) =>
      (context.plan?.kills ?? [])
        .some(({ name }) => isRunning(view.cells, nodeName(view.process), context.uid, name)),
    isForgotten: ({ context }) => context.removed !== undefined || context.orphan === true,
  },
}).createMachine({
  id: 'pod',
  context: emptyMemory,
  initial: 'unknown',
  states: {
    unknown: { on: { add: { target: 'decided', actions: ['remember', 'sync'] } } },
    idle: {
      on: {
        relist: { target: 'decided', actions: 'sync' },
        update: { target: 'decided', actions: 'sync' },
        mount: { target: 'decided', actions: 'sync' },
        retry: { target: 'decided', actions: 'sync' },
        resync: { target: 'decided', actions: 'sync' },
        'backoff.*': { target: 'decided', actions: 'sync' },
        'pull.*': { target: 'decided', actions: 'sync' },
        deadline: { target: 'decided', actions: ['evict', 'sync'] },
        evict: { target: 'decided', actions: ['evict', 'sync'] },
        shutdown: { target: 'decided', actions: ['shutDown', 'sync'] },
        removed: { target: 'decided', actions: ['rememberRemoved', 'sync'] },
      },
    },
    decided: {
      always: [
        { guard: 'rests', target: 'idle' },
        { guard: 'awaitsImage', target: 'pulling' },
        { guard: 'awaitsExits', target: 'killing' },
        { guard: 'awaitsHook', target: 'hooking' },
        { guard: 'isDying', target: 'dying' },
        { target: 'dead' },
      ],
    },
    // A sync under way is not interrupted: what happens meanwhile waits, deletion included.
    killing: {
      on: { relist: [{ guard: 'mustStillKill', actions: turn }, { target: 'decided', actions: 'goOn' }] },
    },
    pulling: {
      on: {
        pulled: { target: 'decided', actions: ['answer', 'goOn'] },
        pullFailed: { target: 'decided', actions: ['answer', 'goOn'] },
      },
    },
    hooking: { on: { hooked: { target: 'decided', actions: 'afterHook' } } },
    dying: { on: { relist: [{ guard: 'hasRunning', actions: turn }, { target: 'dead' }] } },
    // The last status is told, and what is left of the pod on the node is cleaned up.
    dead: {
      entry: 'endTermination',
      on: { relist: [{ guard: 'isForgotten', target: 'gone' }, { target: 'finished', actions: 'finish' }] },
    },
    // Nothing is left to do; the pod is remembered so that it is never started again.
    finished: { on: { removed: { target: 'gone', actions: 'rememberRemoved' } } },
    gone: { type: 'final', entry: goes },
  },
  on: {
    update: { actions: 'postpone' },
    relist: { actions: 'postpone' },
    deadline: { actions: ['evict', 'postpone'] },
    evict: { actions: ['evict', 'postpone'] },
    shutdown: { actions: ['shutDown', 'postpone'] },
    removed: { actions: 'rememberRemoved' },
    mount: { actions: 'postpone' },
    retry: { actions: 'postpone' },
    resync: { actions: 'postpone' },
    'backoff.*': { actions: 'postpone' },
    'pull.*': { actions: 'postpone' },
  },
})
