/**
 * Models: pkg/controller/deployment/deployment_controller.go (syncDeployment, getReplicaSetsForDeployment): the local
 *   variables of one sync
 * Reads: store and index through the cache
 * Writes: nothing
 * Omits: nothing that is observable
 */
import type { Deployment, ReplicaSet, Status } from '#api/types'
import { getControllerOf, isBeingDeleted, newControllerRef } from '#api/meta'
import { compileSelector, selectsEverything } from '#api/selectors'
import type { Viewed } from '#machine/chart'
import type { Call } from '#machine/process'
import { nameOf } from '#machine/objects'
import type { View } from '#machine/view'
import { setsWithPods } from './deployment-rollout.js'
import type { Scale } from './deployment-sizes.js'

/** What the sets are brought up to date for: the caller of getAllReplicaSetsAndSyncRevision. */
export type Purpose = 'statusOnly' | 'sync' | 'scalingEvent' | 'rolling' | 'recreate' | 'recreated'

/** Which of upstream's loops writes sizes. */
export type Scaling = 'spreading' | 'resizing' | 'removingUnhealthy' | 'reducing' | 'stopping' | 'restoring'

/** The API call that a sync makes next, or its end. */
export type Next =
  | 'observing' | 'releasing' | 'rechecking' | 'adopting' | 'pausing' | 'updatingReplicaSet' | 'creating'
  | 'updatingRevision' | 'reportingFailure' | 'scaling' | 'deleting' | 'updatingStatus' | 'done' | 'failing'

export interface Memory {
  readonly key: string
  readonly next: Next
  /** The cached Deployment that this sync began with: updates conflict where it is no longer that. */
  readonly base?: Deployment
  /** This sync's own copy: the revision and conditions change in it before they are written, and stay. */
  readonly d?: Deployment
  /** The cached ReplicaSets that it controls, oldest first. */
  readonly sets: readonly ReplicaSet[]
  /** uids of those that had running pods, where that matters (Recreate). */
  readonly running: readonly string[]
  readonly releases: readonly ReplicaSet[]
  readonly adoptions: readonly ReplicaSet[]
  /** Something went wrong while claiming. */
  readonly failed: boolean
  readonly purpose: Purpose
  readonly newSet?: ReplicaSet
  /** The new set as it should be, where it is to be created or updated. */
  readonly planned?: ReplicaSet
  /** The names of templates handed out so far, that of a set to be created among them. */
  readonly names: readonly string[]
  readonly scaling: Scaling
  /** Sizes still to be written, one after the other. */
  readonly scales: readonly Scale[]
  /** Upstream gives up after these. */
  readonly isInvalid: boolean
  /** Sets as this sync's writes left them, by name. */
  readonly written: Readonly<Record<string, ReplicaSet>>
  readonly hasScaled: boolean
  /** Sets still to be deleted, one after the other. */
  readonly deletions: readonly ReplicaSet[]
}

export const empty: Memory = {
  key: '', next: 'done', sets: [], running: [], releases: [], adoptions: [], failed: false, purpose: 'scalingEvent',
  names: [], scaling: 'resizing', scales: [], isInvalid: false, written: {}, hasScaled: false, deletions: [],
}

export type Event = Viewed & (
  | { readonly type: 'work'; readonly key: string }
  | { readonly type: 'response.ok'; readonly object?: unknown; readonly request: Call }
  | { readonly type: 'response.error'; readonly status: Status; readonly request: Call }
)

/** The Deployment from the cache and, of its own sets and orphans, which it has, takes and lets go. */
export function load(view: View, item: string): Memory {
  const d = view.get('deployments', item)
  if (d === undefined) return { ...empty, key: item }
  if (selectsEverything(d.spec.selector)) return { ...empty, key: item, base: d, d }
  const matches = compileSelector(d.spec.selector)
  const isAlive = !isBeingDeleted(d)
  const owned = view.list('replicasets', 'owner', d.metadata.uid)
    .filter((set) => getControllerOf(set)?.uid === d.metadata.uid)
  const kept = owned.filter(({ metadata }) => matches(metadata.labels))
  const adoptions = isAlive
    ? view.list('replicasets', 'orphans', d.metadata.namespace)
      .filter((set) => matches(set.metadata.labels) && !isBeingDeleted(set))
    : []
  return {
    ...empty, key: item, base: d, d, sets: kept, adoptions,
    releases: isAlive && kept.length < owned.length ? owned.filter(({ metadata }) => !matches(metadata.labels)) : [],
    running: d.spec.strategy.type === 'Recreate' ? setsWithPods(view, [...kept, ...adoptions]) : [],
  }
}

/** A sync gets beyond its beginning only with a Deployment. */
export function deploymentOf({ d, key }: Memory): Deployment {
  if (d === undefined) throw new Error(`no Deployment ${key} to sync`)
  return d
}

/** A ReplicaSet where there must be one. */
export function setOf(set: unknown): ReplicaSet {
  if (set === undefined) throw new Error('no ReplicaSet where the sync of a Deployment needs one')
  return set as ReplicaSet // from the sync's own lists, or the answer to a write of a ReplicaSet
}

/** All sets but the new one, oldest first. */
export const old = ({ sets, newSet }: Memory): readonly ReplicaSet[] =>
  sets.filter(({ metadata }) => metadata.uid !== newSet?.metadata.uid)

/** All sets, the new one last, as this sync last saw it. */
export const all = (memory: Memory): readonly ReplicaSet[] =>
  (memory.newSet === undefined ? memory.sets : [...old(memory), memory.newSet])

export const updateStatus = ({ key, base, d }: Memory): Call =>
  ({ verb: 'update', resource: 'deployments', subresource: 'status', key, base, body: d })

const patchOwner = (set: ReplicaSet, reference: unknown): Call => ({
  verb: 'patch', resource: 'replicasets', key: nameOf(set), uid: set.metadata.uid,
  body: { type: 'strategic', patch: { metadata: { ownerReferences: [reference] } } },
})

export const adopt = (d: Deployment, set: ReplicaSet): Call => patchOwner(set, newControllerRef(d))

export const release = (d: Deployment, set: ReplicaSet): Call =>
  patchOwner(set, { $patch: 'delete', uid: d.metadata.uid })

export const deleteSet = (set: ReplicaSet): Call => ({ verb: 'delete', resource: 'replicasets', key: nameOf(set) })
