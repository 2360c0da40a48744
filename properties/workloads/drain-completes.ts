import type { Pod, PodDisruptionBudget } from '#api/types'
import { isPodReady } from '#api/pods'
import type { Ending, Finally, Finding, Judging, Verdict } from '#checker/claim'
import type { Cells } from '#kernel/cells'
import { chartKey } from '#machine/chart'
import { nameOf, objectKey } from '#machine/objects'
import { ownerOf, scriptKey, type Script } from '#models/client/script'
import { disruptionAllowedCondition } from '#models/control-plane/disruption-budget'
import { getPodDisruptionBudgets } from '#models/control-plane/eviction'

export const budgetAdvice =
  'Let the budget allow at least one disruption: `maxUnavailable: 1`, or a `minAvailable` below the number of replicas; '
  + 'with a single replica, two replicas first.'

export const unhealthyAdvice =
  'Set `unhealthyPodEvictionPolicy: AlwaysAllow` in the budget, so that pods that are not ready cannot hold a node.'

const roomAdvice =
  'The budget waits for healthy pods elsewhere: see to it that a replacement fits on the other nodes and becomes ready.'

const severalAdvice = 'Let one PodDisruptionBudget select a pod, not several.'

const user = 'kubectl'

/** The node and the pods that a drain is waiting for. */
interface Drain {
  readonly node: string
  readonly pending: readonly string[]
}

function drainUnderWay(cells: Cells, { steps, at }: Script): Drain | undefined {
  const action = steps[at]
  const snapshot = action === undefined ? undefined : cells.read(chartKey(user, ownerOf(action, at)))
  return snapshot?.context as Drain | undefined // the context of that chart
}

const asWritten = ({ spec: { minAvailable, maxUnavailable } }: PodDisruptionBudget): string =>
  (maxUnavailable === undefined ? `minAvailable: ${minAvailable ?? 0}` : `maxUnavailable: ${maxUnavailable}`)

/** Why the budget lets the pod not go, in numbers. */
function blockedBy(pod: Pod, budget: PodDisruptionBudget, node: string, ending: Ending): Finding | undefined {
  const { desiredHealthy, currentHealthy, expectedPods } = budget.status
  const name = `PodDisruptionBudget ${nameOf(budget)}`
  const objects = [name, `Pod ${nameOf(pod)}`, `Node ${node}`]
  const cells = [objectKey('poddisruptionbudgets', nameOf(budget))]
  const never = `kubectl drain ${node} never ends: ${name} (${asWritten(budget)}) `
  const condition = disruptionAllowedCondition(budget.status)
  if (condition?.reason === 'SyncFailed') {
    const message = `${never}cannot be counted (${condition.message}), so pod ${nameOf(pod)} may not be evicted.`
    return { message, objects, cells, advice: budgetAdvice }
  }
  if (desiredHealthy >= expectedPods) {
    return {
      message: `${never}wants ${desiredHealthy} healthy pods of ${expectedPods}, so that pod ${nameOf(pod)} may never be evicted.`,
      objects, cells, advice: budgetAdvice,
    }
  }
  // While things go on, pods may still become healthy.
  if (ending !== 'quiescent') return undefined
  const isUnready = !isPodReady(pod)
  return {
    message: `${never}wants ${desiredHealthy} healthy pods and has ${currentHealthy} of ${expectedPods}, so that `
      + `pod ${nameOf(pod)}${isUnready ? ', which is not ready itself,' : ''} is not evicted.`,
    objects, cells, advice: isUnready ? unhealthyAdvice : roomAdvice,
  }
}

function judgeWaiting(cells: Cells, { node, pending }: Drain, ending: Ending): Verdict {
  for (const name of pending) {
    const pod = cells.read(objectKey('pods', name))
    // That a pod which is asked to stop is gone in time is a claim of its own.
    if (pod === undefined || pod.metadata.deletionTimestamp !== undefined) continue
    for (const budget of getPodDisruptionBudgets(cells, pod)) {
      const found = budget.status.disruptionsAllowed > 0 ? undefined : blockedBy(pod, budget, node, ending)
      if (found !== undefined) return found
    }
    if (ending === 'quiescent' && getPodDisruptionBudgets(cells, pod).every(({ status }) => status.disruptionsAllowed > 0)) {
      const message = `kubectl drain ${node} never ends: pod ${name} is not evicted, although no budget holds it.`
      return { message, objects: [`Pod ${name}`, `Node ${node}`], cells: [objectKey('pods', name)] }
    }
  }
  return undefined
}

function judgeFailure(messages: readonly string[], { drained = '' }: Script): Verdict {
  const message = messages.find((one) =>
    one.includes('more than one PodDisruptionBudget') || one.includes('timeout reached'))
  if (message === undefined) return undefined
  return {
    message: `kubectl drain ${drained} failed: ${message}`,
    objects: [`Node ${drained}`],
    advice: message.includes('timeout') ? roomAdvice : severalAdvice,
  }
}

export const drainCompletes: Finally = {
  kind: 'finally',
  name: 'drain-completes',
  title: 'A drain ends: every pod that it evicts may go in the end. A budget that can never be met, or that waits for ever '
    + 'for pods to become healthy, makes a node undrainable (faults, and pods that do not stop, aside)',
  source: 'kubernetes/kubernetes#66811, #72320, #80389; kubernetes.io/docs/tasks/administer-cluster/safely-drain-node',
  subjects(cells) {
    const script = cells.read(scriptKey(user))
    return (script?.steps ?? []).flatMap((action, step) =>
      (action.do === 'drain' && step <= (script?.at ?? 0) ? [String(step)] : []))
  },
  check({ cells, disturbed }: Judging, subject: string, ending: Ending): Verdict {
    const script = cells.read(scriptKey(user))
    const step = Number(subject)
    if (script === undefined || ending === 'livelock') return undefined
    const messages = (script.failed ?? []).filter((one) => one.step === step).map(({ message }) => message)
    if (step < script.at) return messages.length === 0 ? 'held' : judgeFailure(messages, script)
    const drain = script.busy === true && !disturbed ? drainUnderWay(cells, script) : undefined
    return drain === undefined ? undefined : judgeWaiting(cells, drain, ending)
  },
}
