/**
 * Models: pkg/controller/garbagecollector/garbagecollector.go (attemptToDeleteItem, classifyReferences, isDangling,
 *   processDeletingDependentsItem, attemptToOrphanWorker), operations.go, patch.go, one API call a Step
 * Reads: store and index through the cache, memory
 * Writes: memory, request, queue, timer
 * Omits: owners of kinds that the release does not serve (upstream retries until their definition comes); the
 *   fallback to JSON merge patches for custom resources
 */
import { assign, enqueueActions } from 'xstate'
import type { DeletionPropagation, Status } from '#api/types'
import { equal } from '#kernel/value'
import { setup, type Viewed } from '#machine/chart'
import type { StoredObject } from '#machine/objects'
import { controllerSayings } from '../client/controller.js'
import {
  begin, deleteObject, dropOwners, getItem, getOwner, isUnfinished, nextReference, removeFinalizer, settleReference,
  unblockOwners, type Memory,
} from './garbage-collector-decisions.js'
import {
  blockingDependents, dependentsOf, identityOf, isDeletingDependents, locate, type Identity,
} from './garbage-graph.js'
import { toDelete } from './garbage-collector-events.js'

export type Event = Viewed & (
  | { readonly type: 'work'; readonly key: string }
  | { readonly type: 'response.ok'; readonly object?: unknown }
  | { readonly type: 'response.error'; readonly status: Status }
)

type Standing = { readonly context: Memory; readonly event: Event }

const isMissing = ({ event }: { readonly event: Event }): boolean =>
  event.type === 'response.error' && event.status.reason === 'NotFound'

const isConflict = ({ event }: { readonly event: Event }): boolean =>
  event.type === 'response.error' && event.status.reason === 'Conflict'

// The answer to a get of one object.
const answered = (event: Event): StoredObject | undefined =>
  event.type === 'response.ok' ? event.object as StoredObject : undefined

const isAnother = ({ context, event }: Standing): boolean => {
  const object = answered(event)
  return object !== undefined && object.metadata.uid !== context.item?.uid
}

const gone = {
  type: 'virtualDelete' as const,
  params: ({ context }: { readonly context: Memory }) => ({ item: context.item }),
}

const absentOwner = { type: 'recordAbsent' as const, params: ({ context, event }: Standing) =>
  ({ owner: nextReference(context, event.view).owner }) }

/** No owner is left, or one waits for its dependents: how the item goes. */
const propagation = ({ latest }: Memory): DeletionPropagation => {
  const finalizers = latest?.metadata.finalizers ?? []
  if (finalizers.includes('orphan')) return 'Orphan'
  return finalizers.includes('foregroundDeletion') ? 'Foreground' : 'Background'
}

const empty: Memory = {
  key: '', mode: 'delete', references: [], solid: [], dangling: [], waiting: [],
  outstanding: 0, failed: false, attempts: 0,
}

export const garbageCollectorSync = setup({
  types: { context: {} as Memory, events: {} as Event }, // XState takes its types from values
  actions: {
    ...controllerSayings,
    /** The item, or an owner, was found not to exist. */
    virtualDelete: (_, _params: { readonly item: Identity | undefined }) => {},
    recordAbsent: (_, _params: { readonly owner: Identity | undefined }) => {},
    keepLatest: assign(({ event }) => ({ latest: answered(event) })),
    settleDangling: assign(({ context }) => settleReference(context, 'dangling')),
    settleWaiting: assign(({ context }) => settleReference(context, 'waiting')),
    settleSolid: assign(({ context }) => settleReference(context, 'solid')),
    settleOutstanding: assign(({ context, event }) => ({
      outstanding: context.outstanding - 1,
      failed: context.failed || (event.type === 'response.error' && !isMissing({ event })),
    })),
  },
  guards: {
    isNothing: ({ context }) => context.item === undefined || locate(context.item) === undefined,
    isOrphaning: ({ context }) => context.mode === 'orphan',
    isMissing,
    isConflict,
    isAnother,
    waitsForDependents: ({ context }) => context.isDeletingDependents === true,
    hasNoOwner: ({ context }) => (context.latest?.metadata.ownerReferences ?? []).length === 0,
    isBlocked: ({ context, event }) => blockingDependents(event.view, context.key).length > 0,
    isClassified: ({ context }) => context.references.length === 0,
    /** According to the cache of absent owners. */
    isKnownAbsent: ({ context, event }) => nextReference(context, event.view).isAbsent,
    /** A cluster-scoped object cannot have a namespaced owner, and no retry will change that. */
    isInvalid: ({ context, event }) => nextReference(context, event.view).isInvalid,
    isOfUnknownKind: ({ context, event }) => nextReference(context, event.view).place === undefined,
    isAnotherOwner: ({ context, event }) => answered(event)?.metadata.uid !== context.references[0]?.uid,
    isWaitingOwner: ({ event }) => {
      const owner = answered(event)
      return owner !== undefined && isDeletingDependents(owner)
    },
    hasSolidOwnersOnly: ({ context }) =>
      context.solid.length > 0 && context.dangling.length + context.waiting.length === 0,
    hasSolidOwner: ({ context }) => context.solid.length > 0,
    mustGoInForeground: ({ context, event }) =>
      context.waiting.length > 0 && dependentsOf(event.view, context.key).length > 0,
    mayBeCircular: ({ context, event }) => dependentsOf(event.view, context.key).some(isDeletingDependents),
    isUnchangedButForOthers: ({ context, event }) => {
      const object = answered(event)
      return object?.metadata.uid === context.item?.uid && !equal(object, context.latest)
        && equal(object?.metadata.ownerReferences ?? [], context.latest?.metadata.ownerReferences ?? [])
    },
    isFinalized: ({ context, event }) =>
      !(answered(event)?.metadata.finalizers ?? []).includes(context.finalizer ?? ''),
    mayRetry: ({ context, event }) => isConflict({ event }) && context.attempts < 3,
    isLast: ({ context }) => context.outstanding <= 1,
    hasFailed: ({ context }) => context.failed,
    isUnfinished: ({ context, event }) => isUnfinished(context, event.view),
  },
  delays: { retry: ({ context }) => 10 * 5 ** context.attempts }, // retry.DefaultBackoff
}).createMachine({
  id: 'collectGarbage',
  context: empty,
  initial: 'idle',
  states: {
    idle: { on: { work: { target: 'deciding', actions: assign(({ event }) => begin(event.view, event.key)) } } },
    deciding: {
      always: [
        { guard: 'isNothing', target: 'forgotten' },
        { guard: 'isOrphaning', target: 'orphaning' },
        { target: 'getting' },
      ],
    },
    getting: {
      entry: { type: 'call', params: ({ context }) => getItem(context) },
      on: {
        'response.ok': [
          { guard: 'isAnother', target: 'forgotten', actions: gone },
          { target: 'got', actions: 'keepLatest' },
        ],
        'response.error': [{ guard: 'isMissing', target: 'forgotten', actions: gone }, { target: 'failing' }],
      },
    },
    got: {
      always: [
        { guard: 'waitsForDependents', target: 'waitingForDependents' },
        { guard: 'hasNoOwner', target: 'done' },
        { target: 'classifying', actions: assign(({ context }) => ({
          references: context.latest?.metadata.ownerReferences ?? [],
        })) },
      ],
    },
    waitingForDependents: {
      always: [
        { guard: 'isBlocked', target: 'done', actions: enqueueActions(({ context, event, enqueue }) => {
          for (const dependent of blockingDependents(event.view, context.key)) {
            if (isDeletingDependents(dependent)) continue
            enqueue({ type: 'enqueue', params: { key: toDelete(dependent.metadata.uid) } })
          }
        }) },
        { target: 'finalizing', actions: assign({ finalizer: 'foregroundDeletion' }) },
      ],
    },
    // One owner after the other: known to be absent, or asked for.
    classifying: {
      always: [
        { guard: 'isClassified', target: 'judging' },
        { guard: 'isKnownAbsent', target: 'classifying', reenter: true, actions: 'settleDangling' },
        { guard: 'isInvalid', target: 'forgotten' },
        { guard: 'isOfUnknownKind', target: 'forgotten' },
        { target: 'askingForOwner' },
      ],
    },
    askingForOwner: {
      entry: { type: 'call', params: ({ context, event }) => getOwner(context, event.view) },
      on: {
        'response.ok': [
          { guard: 'isAnotherOwner', target: 'classifying', actions: [absentOwner, 'settleDangling'] },
          { guard: 'isWaitingOwner', target: 'classifying', actions: 'settleWaiting' },
          { target: 'classifying', actions: 'settleSolid' },
        ],
        'response.error': [
          { guard: 'isMissing', target: 'classifying', actions: [absentOwner, 'settleDangling'] },
          { target: 'failing' },
        ],
      },
    },
    judging: {
      always: [
        { guard: 'hasSolidOwnersOnly', target: 'done' },
        { guard: 'hasSolidOwner', target: 'droppingOwners' },
        { guard: 'mustGoInForeground', target: 'goingInForeground' },
        { target: 'deleting', actions: assign(({ context }) => ({ policy: propagation(context) })) },
      ],
    },
    droppingOwners: {
      entry: { type: 'call', params: ({ context: { item, dangling, waiting } }) =>
        dropOwners(item, [...dangling, ...waiting]) },
      on: { 'response.ok': 'done', 'response.error': 'failing' },
    },
    goingInForeground: {
      entry: assign({ policy: 'Foreground' as const }),
      always: [{ guard: 'mayBeCircular', target: 'unblocking' }, { target: 'deleting' }],
    },
    unblocking: {
      entry: { type: 'call', params: ({ context, event }) => unblockOwners(context, event.view) },
      on: { 'response.ok': 'deleting', 'response.error': 'failing' },
    },
    deleting: {
      entry: { type: 'call', params: ({ context }) => deleteObject(context, true) },
      on: {
        'response.ok': 'done',
        'response.error': [
          { guard: 'isMissing', target: 'forgotten', actions: gone },
          { guard: 'isConflict', target: 'lookingAgain' },
          { target: 'failing' },
        ],
      },
    },
    // Changes that do not concern owners must not keep garbage from being collected.
    lookingAgain: {
      entry: { type: 'call', params: ({ context }) => getItem(context) },
      on: {
        'response.ok': [{ guard: 'isUnchangedButForOthers', target: 'deletingAnyway' }, { target: 'failing' }],
        'response.error': [{ guard: 'isMissing', target: 'forgotten', actions: gone }, { target: 'failing' }],
      },
    },
    deletingAnyway: {
      entry: { type: 'call', params: ({ context }) => deleteObject(context, false) },
      on: {
        'response.ok': 'done',
        'response.error': [{ guard: 'isMissing', target: 'forgotten', actions: gone }, { target: 'failing' }],
      },
    },
    // All dependents at once.
    orphaning: {
      entry: enqueueActions(({ context, event, enqueue }) => {
        const calls = dependentsOf(event.view, context.key)
          .map((dependent) => dropOwners(identityOf(dependent), [context.key]))
        enqueue.assign({ outstanding: calls.length, finalizer: 'orphan' })
        enqueue({ type: 'calls', params: { calls } })
      }),
      always: { guard: ({ context }) => context.outstanding === 0, target: 'finalizing' },
      on: { 'response.*': [
        { guard: 'isLast', target: 'orphaned', actions: 'settleOutstanding' },
        { actions: 'settleOutstanding' },
      ] },
    },
    orphaned: { always: [{ guard: 'hasFailed', target: 'failing' }, { target: 'finalizing' }] },
    finalizing: {
      entry: { type: 'call', params: ({ context }) => getItem(context) },
      on: {
        'response.ok': [
          { guard: 'isFinalized', target: 'done' },
          { target: 'removingFinalizer', actions: 'keepLatest' },
        ],
        'response.error': [{ guard: 'isMissing', target: 'done' }, { target: 'failing' }],
      },
    },
    removingFinalizer: {
      entry: { type: 'call', params: ({ context }) => removeFinalizer(context) },
      on: {
        'response.ok': 'done',
        'response.error': [{ guard: 'mayRetry', target: 'retrying' }, { target: 'failing' }],
      },
    },
    retrying: {
      exit: assign(({ context }) => ({ attempts: context.attempts + 1 })),
      after: { retry: 'finalizing' },
    },
    forgotten: { entry: { type: 'finished', params: { outcome: 'ok' } } },
    done: {
      always: [
        { guard: 'isUnfinished', target: 'failing' },
        { target: 'forgotten' },
      ],
    },
    failing: { entry: { type: 'finished', params: { outcome: 'error' } } },
  },
})
