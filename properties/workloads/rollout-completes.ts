import type { Deployment, Pod, ReplicaSet } from '#api/types'
import type { Ending, Finally, Finding, Judging, Verdict } from '#checker/claim'
import type { Cells } from '#kernel/cells'
import { nameOf } from '#machine/objects'
import { rolloutOf } from '#models/lifecycles/rollout'
import { progressDeadline } from '#models/control-plane/progress-deadline'
import { deploymentComplete, hasProgressDeadline } from '#models/workloads/deployment-conditions'
import { findNewReplicaSet } from '#models/workloads/deployment-revisions'
import { isRollingUpdate } from '#models/workloads/deployment-sizes'
import { isHeldByRescale } from './rescale-finishes.js'
import { isKilled, isUnschedulable, troublesOf, type Trouble } from './troubles.js'
import {
  activePodsOf, deploymentAt, deploymentNames, deploymentText, isLost, podsOf, podText, setsOf, setText,
} from './workloads.js'
import { wouldFit } from './would-fit.js'

export const surgeAdvice =
  'The pods of the new version need what those of the old one hold. Let the rollout stop an old pod before it starts a new '
  + 'one (`strategy.rollingUpdate: { maxSurge: 0, maxUnavailable: 1 }`), or make the constraint a wish: anti-affinity as '
  + '`preferredDuringSchedulingIgnoredDuringExecution`, no hostPort, or room for one more pod.'

interface Rollout {
  readonly d: Deployment
  readonly newSet: ReplicaSet | undefined
  readonly old: readonly ReplicaSet[]
  readonly troubles: readonly Trouble[]
}

function rolloutIn(cells: Cells, d: Deployment): Rollout {
  const sets = setsOf(cells, d)
  const newSet = findNewReplicaSet(d, sets)
  const troubles = newSet === undefined ? [] : troublesOf(cells, newSet)
  return { d, newSet, old: sets.filter((set) => set !== newSet), troubles }
}

/** A new pod that would have a node, and all of its version with it, if the old version were not there. */
function blockedByItself(cells: Cells, { d, newSet, old, troubles }: Rollout): Finding | undefined {
  const oldPods = old.flatMap((set) => activePodsOf(cells, set)).filter(({ spec }) => (spec.nodeName ?? '') !== '')
  if (newSet === undefined || oldPods.length === 0) return undefined
  const placed = activePodsOf(cells, newSet).filter(({ spec }) => (spec.nodeName ?? '') !== '').length
  const absent = new Set(oldPods.map(({ metadata }) => metadata.uid))
  for (const { pod, message } of troubles.filter(isUnschedulable)) {
    const isPlaceable = wouldFit(cells, pod, Math.max(1, d.spec.replicas - placed), absent)
    if (isPlaceable && !wouldFit(cells, pod, 1, new Set())) return selfBlocked(d, pod, oldPods, message)
  }
  return undefined
}

const selfBlocked = (d: Deployment, pod: Pod, oldPods: readonly Pod[], message: string): Finding => ({
  message: `The rollout of ${deploymentText(d)} stands still at ${standing(d)}: ${podText(pod)} finds no node while `
    + `${oldPods.map(nameOf).join(', ')} of the old version ${oldPods.length === 1 ? 'runs' : 'run'} (${message}).`,
  objects: [deploymentText(d), podText(pod), ...oldPods.map(podText)],
  advice: surgeAdvice,
})

const standing = ({ spec, status }: Deployment): string =>
  `${status.updatedReplicas} of ${spec.replicas} replicas updated, ${status.availableReplicas} available`

/** An upstream reason that stands in the place of completion; `undefined` where none does. */
function reasonFor({ d, newSet, old, troubles }: Rollout, cells: Cells): string | undefined {
  if (d.spec.paused === true) return 'paused'
  const failure = d.status.conditions?.find(({ type }) => type === 'ReplicaFailure')
  if (failure !== undefined) return failure.reason
  if (newSet === undefined) {
    return rolloutOf(d.status) === 'ReplicaSetCreateError' ? 'ReplicaSetCreateError' : stayingFor(cells, d, old)
  }
  const trouble = troubles.find(({ kind }) => kind !== 'unexplained')
  if (trouble !== undefined) return trouble.kind === 'own' ? trouble.reason : trouble.kind
  return stayingFor(cells, d, old)
}

/** Recreate waits until every old pod is gone; some cannot go. */
function stayingFor(cells: Cells, d: Deployment, old: readonly ReplicaSet[]): string | undefined {
  if (isRollingUpdate(d)) return undefined
  const stays = old.flatMap((set) => podsOf(cells, set)).find((pod) => (pod.metadata.finalizers ?? []).length > 0
    || isLost(cells, pod.spec.nodeName ?? ''))
  return stays === undefined ? undefined : `${podText(stays)} cannot go`
}

/** A rollout that stands still for a good reason says so, once its time is up. */
function unreported(cells: Cells, { d, newSet }: Rollout, reason: string): Finding | undefined {
  const rollout = rolloutOf(d.status)
  const isDue = hasProgressDeadline(d) && d.spec.paused !== true && newSet !== undefined
    && !cells.pending(progressDeadline(nameOf(d)))
  if (!isDue || rollout === 'ProgressDeadlineExceeded' || rollout === 'NewReplicaSetAvailable') return undefined
  return {
    message: `The rollout of ${deploymentText(d)} stands still at ${standing(d)} (${reason}), its progressDeadlineSeconds `
      + `of ${d.spec.progressDeadlineSeconds} have passed, and Progressing still says ${rollout}.`,
    objects: [deploymentText(d)],
  }
}

function judge(cells: Cells, rollout: Rollout, ending: Ending): Verdict {
  const { d, newSet } = rollout
  // While things go on, room may still be made.
  const isOver = ending === 'quiescent' || rolloutOf(d.status) === 'ProgressDeadlineExceeded'
  const blocked = isOver ? blockedByItself(cells, rollout) : undefined
  if (blocked !== undefined) return blocked
  const reason = reasonFor(rollout, cells)
  if (reason !== undefined) return unreported(cells, rollout, reason) ?? 'held'
  if (ending !== 'quiescent') return undefined
  return {
    message: `The rollout of ${deploymentText(d)} stands still at ${standing(d)}, and nothing says why.`,
    objects: [deploymentText(d), ...(newSet === undefined ? [] : [setText(newSet)])],
  }
}

export const rolloutCompletes: Finally = {
  kind: 'finally',
  name: 'rollout-completes',
  title: 'After its template has changed, a Deployment ends with all replicas updated and available, or an upstream reason '
    + 'stands in the place of that and is reported: paused, images that cannot be pulled, containers that end by themselves, '
    + 'no room on the nodes. That pods of the new version wait for what those of the old one hold is no such reason '
    + '(what a rescale holds back is judged by rescale-finishes)',
  source: 'kubernetes.io/docs/concepts/workloads/controllers/deployment/#failed-deployment; kubernetes/kubernetes#116891',
  subjects: (cells) => deploymentNames(cells).filter((name) => isChanged(cells, name)),
  check({ cells, disturbed }: Judging, subject: string, ending: Ending): Verdict {
    const d = deploymentAt(cells, subject)
    if (d === undefined || (disturbed && ending !== 'quiescent') || isHeldByRescale(cells, d)) return undefined
    if (deploymentComplete(d, d.status)) return 'held'
    const rollout = rolloutIn(cells, d)
    // It was complete before; what happened to its pods later is not the rollout's affair. Nor are kills by probes.
    if (rolloutOf(d.status) === 'NewReplicaSetAvailable' && rollout.newSet !== undefined && isAllNew(d)) return 'held'
    if (rollout.troubles.some(isKilled)) return undefined
    return judge(cells, rollout, ending)
  },
}

const isAllNew = ({ metadata, status }: Deployment): boolean =>
  status.replicas === status.updatedReplicas && (status.observedGeneration ?? 0) >= (metadata.generation ?? 0)

/** A Deployment that has had more than one template. */
function isChanged(cells: Cells, name: string): boolean {
  const d = deploymentAt(cells, name)
  if (d === undefined) return false
  const sets = setsOf(cells, d)
  return sets.length > 1 || (sets.length === 1 && findNewReplicaSet(d, sets) === undefined)
}
