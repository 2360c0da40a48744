/**
 * Models: pkg/controller/replicaset/replica_set.go (manageReplicas, claimPods), replica_set_utils.go (calculateStatus),
 *   pkg/controller/controller_ref_manager.go (PodControllerRefManager.ClaimPods)
 * Reads: what it is handed
 * Writes: nothing
 * Omits: nothing that is observable
 */
import type { Pod, ReplicaSet, ReplicaSetStatus } from '#api/types'
import { getControllerOf, newControllerRef } from '#api/meta'
import { isPodActive, isPodReady, isPodTerminating } from '#api/pods'
import { compileSelector } from '#api/selectors'
import type { Call } from '#machine/process'
import { nameOf } from '#machine/objects'

/** At most so many pods are created or deleted by one sync. */
export const burstReplicas = 500

export interface Claims {
  readonly active: readonly Pod[]
  readonly terminating: readonly Pod[]
  readonly adopt: readonly Pod[]
  readonly release: readonly Pod[]
}

/** Sorts the pods that the set owns, and orphans, into what it has, what it takes and what it lets go. */
export function claimPods(set: ReplicaSet, pods: readonly Pod[]): Claims {
  const matches = compileSelector(set.spec.selector)
  const active: Pod[] = []
  const adopt: Pod[] = []
  const release: Pod[] = []
  const terminating: Pod[] = []
  for (const pod of pods) {
    const owner = getControllerOf(pod)
    if (owner !== undefined && owner.uid !== set.metadata.uid) continue
    const matching = matches(pod.metadata.labels ?? {})
    if (isPodTerminating(pod)) {
      if (owner !== undefined && matching) terminating.push(pod)
    } else if (isPodActive(pod)) {
      if (owner !== undefined) {
        if (matching) active.push(pod)
        else if (set.metadata.deletionTimestamp === undefined) release.push(pod)
      } else if (matching && set.metadata.deletionTimestamp === undefined) adopt.push(pod)
    }
  }
  return { active, terminating, adopt, release }
}

/** The pod that a set makes from its template; its name is generated. */
export function podFromTemplate(set: ReplicaSet): unknown {
  const { template } = set.spec
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      generateName: `${set.metadata.name}-`,
      namespace: set.metadata.namespace,
      ...(template.metadata?.labels === undefined ? {} : { labels: template.metadata.labels }),
      ...(template.metadata?.annotations === undefined ? {} : { annotations: template.metadata.annotations }),
      ...(template.metadata?.finalizers === undefined ? {} : { finalizers: template.metadata.finalizers }),
      ownerReferences: [newControllerRef(set)],
    },
    spec: template.spec,
  }
}

export const createPod = (set: ReplicaSet): Call =>
  ({ verb: 'create', resource: 'pods', key: set.metadata.namespace, body: podFromTemplate(set) })

export const deletePod = (pod: Pod): Call => ({ verb: 'delete', resource: 'pods', key: nameOf(pod) })

const patchOwner = (pod: Pod, reference: unknown): Call => ({
  verb: 'patch', resource: 'pods', key: nameOf(pod), uid: pod.metadata.uid,
  body: { type: 'strategic', patch: { metadata: { ownerReferences: [reference] } } },
})

/** AdoptPod: refused where the pod has another controller by now. */
export const adoptPod = (set: ReplicaSet, pod: Pod): Call => patchOwner(pod, newControllerRef(set))

/** ReleasePod. */
export const releasePod = (set: ReplicaSet, pod: Pod): Call => patchOwner(pod, { $patch: 'delete', uid: set.metadata.uid })

/** The sizes of the batches in which `count` pods are created: 1, 2, 4, … */
export function slowStartBatches(count: number): readonly number[] {
  const sizes: number[] = []
  for (let left = count, size = 1; left > 0; size *= 2) {
    const batch = Math.min(size, left)
    sizes.push(batch)
    left -= batch
  }
  return sizes
}

/** What the set reports of its pods, but for failures. */
export function calculateStatus(
  set: ReplicaSet, active: readonly Pod[], terminating: readonly Pod[], isAvailable: (pod: Pod) => boolean,
): ReplicaSetStatus {
  const labels = set.spec.template.metadata?.labels ?? {}
  const wanted = Object.entries(labels)
  let fullyLabeled = 0
  let ready = 0
  let available = 0
  for (const pod of active) {
    const own = pod.metadata.labels ?? {}
    if (own === labels || wanted.every(([name, value]) => own[name] === value)) fullyLabeled++
    if (!isPodReady(pod)) continue
    ready++
    if (isAvailable(pod)) available++
  }
  return {
    ...withoutFailure(set.status),
    replicas: active.length,
    fullyLabeledReplicas: fullyLabeled,
    readyReplicas: ready,
    availableReplicas: available,
    terminatingReplicas: terminating.length,
    observedGeneration: set.metadata.generation ?? 0,
  }
}

/** The condition ReplicaFailure, with what went wrong first; it keeps an earlier reason. */
export function withFailure(set: ReplicaSet, status: ReplicaSetStatus, message: string): ReplicaSetStatus {
  const before = (set.status.conditions ?? []).find(({ type }) => type === 'ReplicaFailure')
  const reason = status.replicas < set.spec.replicas ? 'FailedCreate' : 'FailedDelete'
  const failure = before ?? { type: 'ReplicaFailure', status: 'True' as const, reason, message }
  return { ...status, conditions: [...withoutFailure(status).conditions ?? [], failure] }
}

function withoutFailure(status: ReplicaSetStatus): ReplicaSetStatus {
  const { conditions, ...rest } = status
  const kept = (conditions ?? []).filter(({ type }) => type !== 'ReplicaFailure')
  return kept.length === 0 ? rest : { ...rest, conditions: kept }
}
