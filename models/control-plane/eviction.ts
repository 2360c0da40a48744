/**
 * Models: pkg/registry/core/pod/storage/eviction.go (EvictionREST.Create), all of it in one Step
 * Reads: store, index
 * Writes: store, index, cache, deadlines
 * Omits: retries on conflict and preconditions on the version read (nothing comes between within a Step); dry run
 */
import type { Eviction, Pod, PodCondition, PodDisruptionBudget, Status } from '#api/types'
import { isPodReady, isPodTerminal } from '#api/pods'
import { setCondition } from '#api/meta'
import { badRequest, forbiddenStatus, notFoundStatus, tooManyRequests } from '#api/status'
import type { Cells } from '#kernel/cells'
import { indexKey, nameOf, objectKey, splitName } from '#machine/objects'
import type { ApiRequest, ApiResponse } from '#machine/request'
import {
  disruptionAllowedCondition, markDisrupted, matchesBudget, updateDisruptionAllowedCondition,
} from './disruption-budget.js'
import { namespaceTerminating } from './namespace-strategy.js'
import type { Handle } from './strategy.js'

/** Granted evictions that the disruption controller has not confirmed: more than so many, and no more are granted. */
const maxDisruptedPods = 2000

const violation = "Cannot evict pod as it would violate the pod's disruption budget."

const isBeingDeleted = (pod: Pod): boolean => pod.metadata.deletionTimestamp !== undefined

/** Whether the pod may go without any budget being asked. */
export const canIgnorePDB = (pod: Pod): boolean =>
  isPodTerminal(pod) || pod.status.phase === 'Pending' || isBeingDeleted(pod)

/** Whether an unhealthy pod may go although the budget has nothing left: it was not counted as healthy anyway. */
export const mayEvictUnhealthy = ({ spec, status }: PodDisruptionBudget): boolean =>
  spec.unhealthyPodEvictionPolicy === 'AlwaysAllow'
  || (status.currentHealthy >= status.desiredHealthy && status.desiredHealthy > 0)

function refusal(message: string, retryAfterSeconds = 0): Status {
  const status = tooManyRequests(violation, retryAfterSeconds)
  return { ...status, details: { ...status.details, causes: [{ reason: 'DisruptionBudget', message }] } }
}

/** Why the budget allows nothing, in the words of the API server. */
function whyNone({ metadata: { name }, status }: PodDisruptionBudget): string {
  const condition = disruptionAllowedCondition(status)
  const message = condition?.status === 'False' && condition.message !== '' ? condition.message : undefined
  if (message !== undefined && condition?.reason === 'SyncFailed') {
    return `The disruption budget ${name} does not allow evicting pods currently because it failed sync: ${message}`
  }
  if (status.currentHealthy <= status.desiredHealthy) {
    const { desiredHealthy, currentHealthy } = status
    return `The disruption budget ${name} needs ${desiredHealthy} healthy pods and has ${currentHealthy} currently`
  }
  const why = message === undefined ? '' : ` (${condition?.reason}): ${message}`
  return `The disruption budget ${name} does not allow evicting pods currently${why}`
}

/** The budget with one disruption less, or why it cannot be had. */
export function checkAndDecrement(budget: PodDisruptionBudget, pod: string): Status | PodDisruptionBudget {
  const { metadata: { name, generation }, status } = budget
  if ((status.observedGeneration ?? 0) < (generation ?? 0)) {
    return refusal(`The disruption budget ${name} is still being processed by the server.`, 10)
  }
  if (status.disruptionsAllowed < 0) {
    return forbiddenStatus('poddisruptionbudget.policy', name, 'pdb disruptions allowed is negative')
  }
  if (Object.keys(status.disruptedPods ?? {}).length > maxDisruptedPods) {
    return forbiddenStatus('poddisruptionbudget.policy', name,
      'DisruptedPods map too big - too many evictions not confirmed by PDB controller')
  }
  if (status.disruptionsAllowed === 0) return refusal(whyNone(budget))
  const less = {
    ...status,
    disruptionsAllowed: status.disruptionsAllowed - 1,
    disruptedPods: { ...status.disruptedPods, [pod]: 'set' },
  }
  return { ...budget, status: less.disruptionsAllowed === 0 ? updateDisruptionAllowedCondition(less) : less }
}

const disruptionTarget: PodCondition = {
  type: 'DisruptionTarget', status: 'True', reason: 'EvictionByEvictionAPI', message: 'Eviction API: evicting',
}

export function addConditionAndDeletePod(cells: Cells, pod: Pod, eviction: Eviction, handle: Handle): ApiResponse {
  const options = eviction.deleteOptions ?? {}
  const uid = options.preconditions?.uid
  const condition: Pod = {
    ...pod, status: { ...pod.status, conditions: setCondition(pod.status.conditions, disruptionTarget) },
  }
  if (uid === undefined || uid === pod.metadata.uid) {
    handle(cells, { verb: 'update', resource: 'pods', subresource: 'status', key: nameOf(pod), body: condition })
  }
  const deleted = handle(cells, { verb: 'delete', resource: 'pods', key: nameOf(pod), body: options })
  return deleted.ok ? { ok: true } : deleted
}

/** The budgets that select the pod. */
export const getPodDisruptionBudgets = (cells: Cells, pod: Pod): readonly PodDisruptionBudget[] =>
  (cells.read(indexKey('poddisruptionbudgets', 'namespace', pod.metadata.namespace)) ?? []).flatMap((name) => {
    const budget = cells.read(objectKey('poddisruptionbudgets', name))
    return budget !== undefined && matchesBudget(budget, pod) ? [budget] : []
  })

const fail = (status: Status): ApiResponse => ({ ok: false, status })

const severalBudgets: Status = {
  kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Failure', code: 500,
  message: 'This pod has more than one PodDisruptionBudget, which the eviction subresource does not support.',
}

export function evict(cells: Cells, request: ApiRequest, handle: Handle): ApiResponse {
  const { namespace, name } = splitName(request.key)
  const eviction = request.body as Eviction // sent by clients of the models
  if (cells.read(objectKey('namespaces', namespace))?.metadata.deletionTimestamp !== undefined) {
    return fail(namespaceTerminating('pods', name, namespace)) // admission of every create, of subresources too
  }
  if (eviction.metadata.name !== name) return fail(badRequest('name in URL does not match name in Eviction object'))
  const pod = cells.read(objectKey('pods', request.key))
  if (pod === undefined) return fail(notFoundStatus('pods', name))
  if (canIgnorePDB(pod)) return addConditionAndDeletePod(cells, pod, eviction, handle)
  const [budget, ...more] = getPodDisruptionBudgets(cells, pod)
  if (more.length > 0) return fail(severalBudgets)
  if (budget !== undefined && (isPodReady(pod) || !mayEvictUnhealthy(budget))) {
    const less = checkAndDecrement(budget, name)
    if (less.kind === 'Status') return fail(less)
    handle(cells, {
      verb: 'update', resource: 'poddisruptionbudgets', subresource: 'status', key: nameOf(budget), body: less,
    })
    markDisrupted(cells, nameOf(budget), name)
  }
  return addConditionAndDeletePod(cells, pod, eviction, handle)
}
