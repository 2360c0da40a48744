/**
 * Models: pkg/registry/core/pod/strategy.go, pkg/registry/core/pod/storage (BindingREST), admission of every cluster
 *   (DefaultTolerationSeconds, ServiceAccount)
 * Reads: store
 * Writes: store, index, cache, deadlines
 * Omits: resize, ephemeral containers, priority classes, exec and logs
 */
import type { DeleteOptions, Pod, PodSpec, Toleration } from '#api/types'
import { isPodReady, isPodTerminal } from '#api/pods'
import { conflict, notFoundStatus } from '#api/status'
import { key, type Cells } from '#kernel/cells'
import { nameOf, objectKey, splitName, type StoredObject } from '#machine/objects'
import type { ApiRequest, ApiResponse } from '#machine/request'
import { put } from './etcd.js'
import { evict } from './eviction.js'
import { accountRefusal, furnish, seesToken } from './service-account-admission.js'
import { bumpGeneration, type Strategy } from './strategy.js'

/** The binding of a pod to a node, as kube-scheduler posts it. */
export interface Binding {
  readonly target: { readonly name: string }
}

/** The deadline after which a pod that became ready counts as available. */
export const availableDeadline = (pod: string): string => key('elapsed', 'pods', pod, 'available')

const tolerateForFiveMinutes = (taint: string): Toleration =>
  ({ key: taint, operator: 'Exists', effect: 'NoExecute', tolerationSeconds: 300 })

const defaultTolerations = [
  tolerateForFiveMinutes('node.kubernetes.io/not-ready'),
  tolerateForFiveMinutes('node.kubernetes.io/unreachable'),
]

const toleratesAlways = (tolerations: readonly Toleration[], taint: string): boolean =>
  tolerations.some((t) => (t.key === taint || t.key === undefined || t.key === '')
    && (t.effect === 'NoExecute' || t.effect === undefined))

// A cache of a pure function: the pods of one template share a spec, before and after.
const tolerant = new WeakMap<PodSpec, PodSpec>()

function withDefaultTolerations(spec: PodSpec): PodSpec {
  let known = tolerant.get(spec)
  if (known === undefined) {
    const own = spec.tolerations ?? []
    const missing = defaultTolerations.filter((t) => !toleratesAlways(own, t.key ?? ''))
    tolerant.set(spec, known = missing.length === 0 ? spec : { ...spec, tolerations: [...own, ...missing] })
  }
  return known
}

/** CheckGracefulDelete: a pod that no kubelet runs, or that has ended, goes at once. */
function gracePeriod(pod: Pod, options: DeleteOptions): number {
  if ((pod.spec.nodeName ?? '') === '' || isPodTerminal(pod)) return 0
  const seconds = options.gracePeriodSeconds ?? pod.spec.terminationGracePeriodSeconds ?? 30
  return seconds < 0 ? 1 : seconds
}

const isGated = (pod: Pod): boolean => (pod.spec.schedulingGates ?? []).length > 0

/** applySchedulingGatedCondition. */
const initialStatus = (pod: Pod): Pod['status'] => (isGated(pod)
  ? { phase: 'Pending', conditions: [{ type: 'PodScheduled', status: 'False', reason: 'SchedulingGated',
    message: 'Scheduling is blocked due to non-empty scheduling gates' }] }
  : { phase: 'Pending' })

function bind(cells: Cells, request: ApiRequest): ApiResponse {
  const cell = objectKey('pods', request.key)
  const pod = cells.read(cell)
  const { name } = splitName(request.key)
  if (pod === undefined) return { ok: false, status: notFoundStatus('pods', name) }
  const { target } = request.body as Binding // built by kube-scheduler
  if (request.uid !== undefined && pod.metadata.uid !== request.uid) {
    return { ok: false, status: conflict('pods', name, 'the UID in the precondition does not match the UID in record') }
  }
  if (pod.metadata.deletionTimestamp !== undefined) {
    return { ok: false, status: conflict('pods/binding', name, `pod ${name} is being deleted, cannot be assigned to a host`) }
  }
  if ((pod.spec.nodeName ?? '') !== '') {
    return { ok: false, status: conflict('pods/binding', name, `pod ${name} is already assigned to node "${pod.spec.nodeName}"`) }
  }
  if (isGated(pod)) {
    return { ok: false, status: conflict('pods/binding', name, `pod ${name} has non-empty .spec.schedulingGates`) }
  }
  const conditions = [...(pod.status.conditions ?? []).filter(({ type }) => type !== 'PodScheduled'),
    { type: 'PodScheduled', status: 'True' as const }]
  const bound: Pod = { ...pod, spec: { ...pod.spec, nodeName: target.name }, status: { ...pod.status, conditions } }
  put(cells, 'pods', pod, bound)
  return { ok: true }
}

/** Starts the wait for `minReadySeconds` of the controlling ReplicaSet when the pod becomes ready. */
function watchReadiness(cells: Cells, old: Pod | undefined, pod: Pod | undefined): void {
  const subject = pod ?? old
  if (subject === undefined) return
  const name = nameOf(subject)
  const was = old !== undefined && isPodReady(old)
  const is = pod !== undefined && isPodReady(pod)
  if (was === is) return
  if (!is) return cells.disarm(availableDeadline(name))
  const owner = subject.metadata.ownerReferences?.find((reference) => reference.controller)
  if (owner?.kind !== 'ReplicaSet') return
  const set = cells.read(objectKey('replicasets', `${subject.metadata.namespace}/${owner.name}`))
  const seconds = set?.spec.minReadySeconds ?? 0
  if (seconds > 0) cells.arm(availableDeadline(name), seconds * 1000)
}

export const podStrategy: Strategy = {
  namespaced: true,
  prepareForCreate: (cells, object) => {
    const given = object as Pod // by resource
    const pod = seesToken(given.spec) ? furnish(cells, given) : given
    const spec = withDefaultTolerations(pod.spec)
    return { ...pod, spec, status: initialStatus(pod) } as StoredObject // status of a client is dropped
  },
  prepareForUpdate: (_, object, old) => bumpGeneration(object, old),
  // Pods that look at no token have none, and a missing account `default` is let through: nobody has to wait for it here.
  admit(cells, object, old) {
    const pod = object as Pod // by resource
    return old === undefined ? accountRefusal(cells, pod, seesToken(pod.spec) ? 'all' : 'named') : undefined
  },
  gracePeriod: (object, options) => gracePeriod(object as Pod, options), // by resource
  afterWrite: (cells, old, object) => watchReadiness(cells, old as Pod | undefined, object as Pod | undefined), // by resource
  subresources: { binding: bind, eviction: evict },
}
