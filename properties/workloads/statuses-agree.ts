import type { Deployment, Pod, PodDisruptionBudget, ReplicaSet } from '#api/types'
import { getControllerOf, isBeingDeleted } from '#api/meta'
import { compileSelector } from '#api/selectors'
import { isPodActive, isPodReady, isPodTerminating } from '#api/pods'
import type { Ending, Finally, Judging, Verdict } from '#checker/claim'
import type { Cells } from '#kernel/cells'
import { allKey, nameOf, objectKey } from '#machine/objects'
import { Newest } from '#machine/view'
import { findController, getExpectedPodCount } from '#models/workloads/disruption-decisions'
import { findNewReplicaSet } from '#models/workloads/deployment-revisions'
import { isHeldByRescale } from './rescale-finishes.js'
import { deploymentAt, deploymentText, isAvailable, podsOf, setsOf, setText } from './workloads.js'

type Counts = Readonly<Record<string, number | undefined>>

const sum = (numbers: readonly (number | undefined)[]): number => numbers.reduce<number>((total, one) => total + (one ?? 0), 0)

function ofSet(cells: Cells, set: ReplicaSet): Counts {
  const pods = podsOf(cells, set)
  const active = pods.filter(isPodActive)
  const labels = Object.entries(set.spec.template.metadata?.labels ?? {})
  return {
    replicas: active.length,
    fullyLabeledReplicas: active.filter(({ metadata }) =>
      labels.every(([name, value]) => metadata.labels?.[name] === value)).length,
    readyReplicas: active.filter(isPodReady).length,
    availableReplicas: active.filter((pod) => isAvailable(cells, pod)).length,
    terminatingReplicas: pods.filter(isPodTerminating).length,
    observedGeneration: set.metadata.generation ?? 0,
  }
}

function ofDeployment(cells: Cells, d: Deployment): Counts {
  const sets = setsOf(cells, d)
  const availableReplicas = sum(sets.map(({ status }) => status.availableReplicas))
  return {
    replicas: sum(sets.map(({ status }) => status.replicas)),
    updatedReplicas: findNewReplicaSet(d, sets)?.status.replicas ?? 0,
    readyReplicas: sum(sets.map(({ status }) => status.readyReplicas)),
    availableReplicas,
    unavailableReplicas: Math.max(0, sum(sets.map(({ spec }) => spec.replicas)) - availableReplicas),
    terminatingReplicas: sum(sets.map(({ status }) => status.terminatingReplicas)),
    observedGeneration: d.metadata.generation ?? 0,
  }
}

/**
 * Whether a workload of these pods may have been rescaled. The disruption controller has no handler for that: until a pod or
 * the budget changes, it goes by the scale that its informer knew of when one did last.
 */
const isRescaled = (view: Newest, { spec }: PodDisruptionBudget, pods: readonly Pod[]): boolean =>
  typeof spec.minAvailable !== 'number' && pods.some((pod) => hasChanged(view, pod))

function hasChanged(view: Newest, pod: Pod): boolean {
  const { namespace } = pod.metadata
  const set = view.get('replicasets', `${namespace}/${getControllerOf(pod)?.name ?? ''}`)
  const owner = set === undefined ? undefined : getControllerOf(set)
  const workload = owner === undefined ? set : view.get('deployments', `${namespace}/${owner.name}`)
  return (workload?.metadata.generation ?? 1) > 1
}

/** `undefined` where the controllers of the pods have no scale that could be read off the objects. */
function ofBudget(cells: Cells, budget: PodDisruptionBudget): Counts | undefined {
  const view = new Newest(cells)
  const matches = compileSelector(budget.spec.selector)
  const pods = view.list('pods', 'namespace', budget.metadata.namespace).filter((pod) => matches(pod.metadata.labels))
  const expected = getExpectedPodCount(budget, pods, (reference, pod) =>
    findController(reference, pod.metadata.namespace, (resource, key) => view.get(resource, key)))
  if (expected.is !== 'counted') return undefined
  const disrupted = budget.status.disruptedPods ?? {}
  const currentHealthy = pods.filter((pod) =>
    !isBeingDeleted(pod) && disrupted[pod.metadata.name] === undefined && isPodReady(pod)).length
  const { expectedCount: expectedPods, desiredHealthy } = isRescaled(view, budget, pods)
    ? { expectedCount: budget.status.expectedPods, desiredHealthy: budget.status.desiredHealthy }
    : expected
  return {
    expectedPods, desiredHealthy, currentHealthy,
    disruptionsAllowed: expectedPods <= 0 ? 0 : Math.max(0, currentHealthy - desiredHealthy),
    observedGeneration: budget.metadata.generation ?? 0,
  }
}

interface Subject {
  readonly text: string
  readonly status: Counts
  readonly counted: Counts | undefined
}

function subjectOf(cells: Cells, resource: string, name: string): Subject | undefined {
  switch (resource) {
    case 'deployments': {
      const d = deploymentAt(cells, name)
      if (d === undefined || isHeldByRescale(cells, d)) return undefined
      return { text: deploymentText(d), status: d.status as unknown as Counts, counted: ofDeployment(cells, d) } // its numbers are looked at
    }
    case 'replicasets': {
      const set = cells.read(objectKey('replicasets', name))
      if (set === undefined || isBeingDeleted(set)) return undefined
      return { text: setText(set), status: set.status as unknown as Counts, counted: ofSet(cells, set) } // as above
    }
    default: {
      const budget = cells.read(objectKey('poddisruptionbudgets', name))
      if (budget === undefined || isBeingDeleted(budget)) return undefined
      const text = `PodDisruptionBudget ${nameOf(budget)}`
      return { text, status: budget.status as unknown as Counts, counted: ofBudget(cells, budget) } // as above
    }
  }
}

export const statusesAgree: Finally = {
  kind: 'finally',
  name: 'statuses-agree',
  title: 'In the end the status of a Deployment, ReplicaSet or PodDisruptionBudget counts what is there, and has observed its '
    + 'newest generation (what a rescale holds back aside; and a budget may go by an older scale of its workloads)',
  source: 'pkg/controller/replicaset/replica_set_utils.go (calculateStatus); pkg/controller/deployment/sync.go (calculateStatus); '
    + 'pkg/controller/disruption/disruption.go (updatePdbStatus)',
  subjects: (cells) => ['deployments', 'replicasets', 'poddisruptionbudgets'].flatMap((resource) =>
    (cells.read(allKey(resource)) ?? []).map((name) => `${resource} ${name}`)),
  check({ cells }: Judging, subject: string, ending: Ending): Verdict {
    if (ending !== 'quiescent') return undefined
    const [resource = '', name = ''] = subject.split(' ')
    const found = subjectOf(cells, resource, name)
    if (found?.counted === undefined) return undefined
    const { text, status, counted } = found
    const wrong = Object.keys(counted).find((field) => (status[field] ?? 0) !== counted[field])
    if (wrong === undefined) return 'held'
    const message = `${text} reports ${wrong} ${status[wrong] ?? 'nothing'} in the end, where ${counted[wrong] ?? 0} is right.`
    return { message, objects: [text], cells: [objectKey(resource, name)] }
  },
}
