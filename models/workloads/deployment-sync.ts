/**
 * Models: pkg/controller/deployment/deployment_controller.go (syncDeployment): one API call a Step
 * Reads: store and index through the cache, names, progress
 * Writes: request, queue, names
 * Omits: KubeEvents; the requeue every few milliseconds of a Deployment that is past its deadline, where nothing has
 *   changed
 */
import { assign } from 'xstate'
import type { Deployment, Status } from '#api/types'
import { setup } from '#machine/chart'
import type { View } from '#machine/view'
import { controllerSayings } from '../client/controller.js'
import { Course } from './deployment-course.js'
import {
  adopt, deleteSet, deploymentOf, empty, release, setOf, updateStatus, type Event, type Memory, type Next,
} from './deployment-memory.js'
import { upstream, type Decisions } from './deployment-plans.js'
import { createReplicaSet, namesKey, updateReplicaSet } from './deployment-revisions.js'

interface Said {
  readonly context: Memory
  readonly event: Event
}

/** Writes the Deployment's status, its revision with it. */
const update = { type: 'call', params: ({ context }: Said) => updateStatus(context) } as const

const finished = { type: 'finished', params: { outcome: 'ok' } } as const

/** The conversation of a sync that decides in this way. Its states are the calls that it waits for. */
export function syncDeployment(decisions: Decisions) {
  const course = new Course(decisions)
  // A cache of a pure function of the Step: the guard and the action ask for the same.
  const begun = new WeakMap<Event, Memory>()
  const begin = (event: Event): Memory => {
    let memory = begun.get(event)
    if (memory === undefined) {
      memory = event.type === 'work' ? course.begin(event.view, event.key) : empty
      begun.set(event, memory)
    }
    return memory
  }
  const ok = (go: (memory: Memory, view: View, object: unknown) => Memory) =>
    assign<Memory, Event, undefined, Event, never>(({ context, event }) =>
      (event.type === 'response.ok' ? go(context, event.view, event.object) : context))
  const refused = (go: (memory: Memory, view: View, status: Status) => Memory) =>
    assign<Memory, Event, undefined, Event, never>(({ context, event }) =>
      (event.type === 'response.error' ? go(context, event.view, event.status) : context))
  const isNext = (next: Next) => ({ guard: { type: 'isNext' as const, params: { next } }, target: next })

  return setup({
    types: { context: {} as Memory, events: {} as Event }, // XState takes its types from values
    actions: {
      ...controllerSayings,
      begin: assign(({ event }) => begin(event)),
      released: ok((memory, view) => course.released(memory, view)),
      notReleased: refused((memory, view, status) => course.released(memory, view, status)),
      rechecked: ok((memory, _, fresh) => course.rechecked(memory, fresh as Deployment)), // the answer to its get
      adopted: ok((memory, view) => course.adopted(memory, view)),
      notAdopted: refused((memory, view, status) => course.adopted(memory, view, status)),
      paused: ok((memory, view) => course.choose(memory, view)),
      updatedReplicaSet: ok((memory, view, set) => course.updatedReplicaSet(memory, view, setOf(set))),
      created: ok((memory, view, set) => course.createdReplicaSet(memory, view, setOf(set))),
      notCreated: refused((memory, view, status) => course.notCreated(memory, view, status)),
      revised: ok((memory, view) => course.revised(memory, view)),
      scaled: ok((memory, view, set) => course.scaled(memory, view, setOf(set))),
      notScaled: refused((memory, view) => course.notScaled(memory, view)),
      deleted: ok((memory, view) => course.deleted(memory, view)),
      notDeleted: refused((memory, view, status) => course.deleted(memory, view, status)),
    },
    guards: {
      hasNothingToDo: ({ event }) => begin(event).next === 'done',
      isNext: ({ context }, { next }: { readonly next: Next }) => context.next === next,
    },
  }).createMachine({
    id: 'syncDeployment',
    context: empty,
    initial: 'idle',
    states: {
      idle: { on: { work: [
        { guard: 'hasNothingToDo', actions: finished },
        { target: 'deciding', actions: 'begin' },
      ] } },
      deciding: { always: [
        isNext('done'), isNext('updatingStatus'), isNext('scaling'), isNext('failing'), isNext('updatingRevision'),
        isNext('creating'), isNext('updatingReplicaSet'), isNext('deleting'), isNext('pausing'),
        isNext('reportingFailure'), isNext('releasing'), isNext('rechecking'), isNext('adopting'), isNext('observing'),
      ] },
      observing: { entry: update, on: { 'response.*': 'done' } },
      releasing: {
        entry: { type: 'call', params: ({ context }) => release(deploymentOf(context), setOf(context.releases[0])) },
        on: {
          'response.ok': { target: 'deciding', actions: 'released' },
          'response.error': { target: 'deciding', actions: 'notReleased' },
        },
      },
      rechecking: {
        entry: { type: 'call', params: ({ context }) => ({ verb: 'get', resource: 'deployments', key: context.key }) },
        on: { 'response.ok': { target: 'deciding', actions: 'rechecked' }, 'response.error': 'failing' },
      },
      adopting: {
        entry: { type: 'call', params: ({ context }) => adopt(deploymentOf(context), setOf(context.adoptions[0])) },
        on: {
          'response.ok': { target: 'deciding', actions: 'adopted' },
          'response.error': { target: 'deciding', actions: 'notAdopted' },
        },
      },
      pausing: {
        entry: update, on: { 'response.ok': { target: 'deciding', actions: 'paused' }, 'response.error': 'failing' },
      },
      updatingReplicaSet: {
        entry: {
          type: 'call', params: ({ context }) => updateReplicaSet(setOf(context.newSet), setOf(context.planned)),
        },
        on: { 'response.ok': { target: 'deciding', actions: 'updatedReplicaSet' }, 'response.error': 'failing' },
      },
      creating: {
        entry: [
          { type: 'put', params: ({ context }) => ({ key: namesKey(deploymentOf(context)), value: context.names }) },
          { type: 'call', params: ({ context }) => createReplicaSet(setOf(context.planned)) },
        ],
        on: {
          'response.ok': { target: 'deciding', actions: 'created' },
          'response.error': { target: 'deciding', actions: 'notCreated' },
        },
      },
      // Whatever comes of it, the ReplicaSet was not created.
      reportingFailure: { entry: update, on: { 'response.*': 'failing' } },
      updatingRevision: {
        entry: update, on: { 'response.ok': { target: 'deciding', actions: 'revised' }, 'response.error': 'failing' },
      },
      scaling: {
        entry: { type: 'call', params: ({ context }) => decisions.resize(deploymentOf(context), context.scales[0]!) },
        on: {
          'response.ok': { target: 'deciding', actions: 'scaled' },
          'response.error': { target: 'deciding', actions: 'notScaled' },
        },
      },
      deleting: {
        entry: { type: 'call', params: ({ context }) => deleteSet(setOf(context.deletions[0])) },
        on: {
          'response.ok': { target: 'deciding', actions: 'deleted' },
          'response.error': { target: 'deciding', actions: 'notDeleted' },
        },
      },
      updatingStatus: { entry: update, on: { 'response.ok': 'done', 'response.error': 'failing' } },
      done: { entry: finished },
      failing: { entry: { type: 'finished', params: { outcome: 'error' } } },
    },
  })
}

export const deploymentSync = syncDeployment(upstream)
