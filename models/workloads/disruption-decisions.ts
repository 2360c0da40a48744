/**
 * Models: pkg/controller/disruption/disruption.go (getExpectedPodCount, getExpectedScale and the finders,
 *   countHealthyPods, buildDisruptedPodMap, updatePdbStatus)
 * Reads: what it is handed
 * Writes: nothing
 * Omits: KubeEvents (NoPods, UnmanagedPods, NotDeleted)
 */
import type { OwnerReference, Pod, PodDisruptionBudget, PodDisruptionBudgetStatus } from '#api/types'
import { resolveIntOrPercent } from '#api/int-or-string'
import { findKind, groupOf } from '#api/manifests/kinds'
import { getControllerOf, isBeingDeleted } from '#api/meta'
import { isPodReady } from '#api/pods'
import { equal } from '#kernel/value'
import { conditionsAreUpToDate, updateDisruptionAllowedCondition } from '../control-plane/disruption-budget.js'

/** A controller of pods, and how many it is to have. */
export interface ControllerAndScale {
  readonly uid: string
  readonly scale: number
}

/** What a controller's finders say; `ask` names the object whose scale subresource has to be asked for. */
export type Found =
  | { readonly is: 'found'; readonly controller: ControllerAndScale }
  | { readonly is: 'ask'; readonly resource: string; readonly key: string; readonly uid: string }
  | { readonly is: 'none' }
  | { readonly is: 'error'; readonly message: string }

/** The cached workload of that name. */
export type Lister = (resource: string, key: string) => {
  readonly metadata: { readonly uid: string; readonly ownerReferences?: readonly OwnerReference[] }
  readonly spec?: { readonly replicas?: number }
} | undefined

const none: Found = { is: 'none' }
const found = (uid: string, scale = 1): Found => ({ is: 'found', controller: { uid, scale } })

const isOf = ({ apiVersion }: OwnerReference, ...groups: readonly string[]): boolean =>
  groups.includes(groupOf(apiVersion))

/** The listers first, in upstream's order: ReplicationController, Deployment, ReplicaSet, StatefulSet; then its scale. */
export function findController(reference: OwnerReference, namespace: string, get: Lister): Found {
  const key = `${namespace}/${reference.name}`
  const cached = (resource: string): Found => {
    const workload = get(resource, key)
    return workload?.metadata.uid === reference.uid ? found(reference.uid, workload.spec?.replicas) : none
  }
  const { kind } = reference
  let own = none
  if (kind === 'ReplicationController' && isOf(reference, '')) own = cached('replicationcontrollers')
  else if (kind === 'StatefulSet' && isOf(reference, 'apps')) own = cached('statefulsets')
  else if (kind === 'ReplicaSet' && isOf(reference, 'apps', 'extensions')) {
    own = findOfReplicaSet(reference, namespace, get)
  }
  return own.is === 'none' ? scaleOf(reference, key) : own
}

/** A set of a Deployment stands for the Deployment; where that is not known, for nothing. */
function findOfReplicaSet(reference: OwnerReference, namespace: string, get: Lister): Found {
  const set = get('replicasets', `${namespace}/${reference.name}`)
  if (set === undefined || set.metadata.uid !== reference.uid) return none
  const owner = set.metadata.ownerReferences?.find(({ controller }) => controller === true)
  if (owner?.kind !== 'Deployment') return found(reference.uid, set.spec?.replicas)
  const deployment = isOf(owner, 'apps', 'extensions') ? get('deployments', `${namespace}/${owner.name}`) : undefined
  return deployment?.metadata.uid === owner.uid ? found(owner.uid, deployment.spec?.replicas) : none
}

const scalable: ReadonlySet<string> = new Set(['deployments', 'replicasets', 'statefulsets', 'replicationcontrollers'])

/** `getScaleController`: kinds without a scale subresource are an error. */
function scaleOf({ apiVersion, kind, uid }: OwnerReference, key: string): Found {
  const known = findKind(apiVersion, kind)
  if (known === undefined) return { is: 'error', message: `no matches for kind "${kind}" in version "${apiVersion}"` }
  if (scalable.has(known.resource)) return { is: 'ask', resource: known.resource, key, uid }
  const resource = known.group === '' ? known.resource : `${known.resource}.${known.group}`
  return { is: 'error', message: `${resource} does not implement the scale subresource` }
}

export type Expected =
  | { readonly is: 'counted'; readonly expectedCount: number; readonly desiredHealthy: number }
  | { readonly is: 'ask'; readonly resource: string; readonly key: string; readonly uid: string }
  | { readonly is: 'error'; readonly message: string }

/** The sum of the scales of the pods' controllers. Pods without one do not count. */
function getExpectedScale(pods: readonly Pod[], find: (reference: OwnerReference, pod: Pod) => Found): Expected {
  const scales = new Map<string, number>()
  for (const pod of pods) {
    const reference = getControllerOf(pod)
    if (reference === undefined || scales.has(reference.uid)) continue
    const answer = find(reference, pod)
    if (answer.is === 'none') return { is: 'error', message: `found no controllers for pod "${pod.metadata.name}"` }
    if (answer.is !== 'found') return answer
    scales.set(answer.controller.uid, answer.controller.scale)
  }
  const expectedCount = [...scales.values()].reduce((sum, scale) => sum + scale, 0)
  return { is: 'counted', expectedCount, desiredHealthy: 0 }
}

/** How many pods there should be, and how many of them healthy. Percentages are rounded up. */
export function getExpectedPodCount(
  { spec: { maxUnavailable, minAvailable } }: PodDisruptionBudget, pods: readonly Pod[],
  find: (reference: OwnerReference, pod: Pod) => Found,
): Expected {
  if (maxUnavailable !== undefined) {
    const scale = getExpectedScale(pods, find)
    if (scale.is !== 'counted') return scale
    const unavailable = resolveIntOrPercent(maxUnavailable, scale.expectedCount, true)
    return { ...scale, desiredHealthy: Math.max(0, scale.expectedCount - unavailable) }
  }
  if (minAvailable === undefined) return { is: 'counted', expectedCount: 0, desiredHealthy: 0 }
  if (typeof minAvailable === 'number') return { is: 'counted', expectedCount: pods.length, desiredHealthy: minAvailable }
  const scale = getExpectedScale(pods, find)
  if (scale.is !== 'counted') return scale
  return { ...scale, desiredHealthy: resolveIntOrPercent(minAvailable, scale.expectedCount, true) }
}

type DisruptedPods = NonNullable<PodDisruptionBudgetStatus['disruptedPods']>

/** The granted evictions that are still to be seen. `isRecent`: two minutes have not passed since the grant. */
export function buildDisruptedPodMap(
  pods: readonly Pod[], { status }: PodDisruptionBudget, isRecent: (pod: string) => boolean,
): DisruptedPods {
  const left: Record<string, string> = {}
  for (const { metadata } of pods) {
    const marker = status.disruptedPods?.[metadata.name]
    if (marker !== undefined && metadata.deletionTimestamp === undefined && isRecent(metadata.name)) {
      left[metadata.name] = marker
    }
  }
  return left
}

/** Ready, not being deleted, and not about to be. */
export const countHealthyPods = (pods: readonly Pod[], disrupted: DisruptedPods): number =>
  pods.filter((pod) => !isBeingDeleted(pod) && disrupted[pod.metadata.name] === undefined && isPodReady(pod)).length

/** The budget's next status; the same where nothing changes. */
export function updatePdbStatus(
  budget: PodDisruptionBudget, currentHealthy: number, desiredHealthy: number, expectedCount: number,
  disrupted: DisruptedPods,
): PodDisruptionBudgetStatus {
  const { status, metadata: { generation = 0 } } = budget
  // A budget that matches no pods yet allows nothing, so that the first ones are safe before they were counted.
  const disruptionsAllowed = expectedCount <= 0 ? 0 : Math.max(0, currentHealthy - desiredHealthy)
  if (status.currentHealthy === currentHealthy && status.desiredHealthy === desiredHealthy
    && status.expectedPods === expectedCount && status.disruptionsAllowed === disruptionsAllowed
    && equal(status.disruptedPods ?? {}, disrupted) && status.observedGeneration === generation
    && conditionsAreUpToDate(budget)) return status
  return updateDisruptionAllowedCondition({
    currentHealthy, desiredHealthy, expectedPods: expectedCount, disruptionsAllowed,
    ...(Object.keys(disrupted).length === 0 ? {} : { disruptedPods: disrupted }),
    observedGeneration: generation,
    ...(status.conditions === undefined ? {} : { conditions: status.conditions }),
  })
}
