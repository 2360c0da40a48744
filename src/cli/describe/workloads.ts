/** `describe deployment`, `describe replicaset`, `describe poddisruptionbudget`. */
import type { Deployment, NamespacedMeta, PodDisruptionBudget, PodPhase, ReplicaSet } from '#api/types'
import { selectorMatches } from '#api/selectors'
import { findNewReplicaSet } from '#models/workloads/deployment-revisions'
import { events } from './events.js'
import { annotations, labels } from './metadata.js'
import { Paper } from './paper.js'
import { controllerText } from './pod.js'
import type { Scene } from './scene.js'
import { selectorText } from './selectors.js'
import { podTemplate } from './template.js'
import { rfc1123 } from './times.js'

const isOwnedBy =
  (uid: string) =>
  ({ metadata }: { readonly metadata: NamespacedMeta }): boolean =>
    (metadata.ownerReferences ?? []).some((owner) => owner.controller === true && owner.uid === uid)

interface Condition {
  readonly type: string
  readonly status: string
  readonly reason?: string
}

function conditions(paper: Paper, all: readonly Condition[] = []): void {
  if (all.length === 0) return
  paper.write(0, 'Conditions:\n  Type\tStatus\tReason\n')
  paper.write(1, '----\t------\t------\n')
  for (const { type, status, reason = '' } of all) paper.write(1, `${type} \t${status}\t${reason}\n`)
}

const setsText = (sets: readonly ReplicaSet[]): string =>
  sets.length === 0
    ? '<none>'
    : sets
        .map(
          ({ metadata, spec, status }) =>
            `${metadata.name} (${status.replicas}/${spec.replicas} replicas created)`,
        )
        .join(', ')

export function describeDeployment(scene: Scene, deployment: Deployment): string {
  const paper = new Paper()
  const { metadata, spec, status } = deployment
  paper.field(0, 'Name', metadata.name)
  paper.field(0, 'Namespace', metadata.namespace)
  paper.field(0, 'CreationTimestamp', rfc1123(scene.createdAt(deployment)))
  labels(paper, 'Labels', metadata.labels)
  annotations(paper, 'Annotations', metadata.annotations)
  paper.field(0, 'Selector', selectorText(spec.selector))
  const { updatedReplicas = 0, replicas = 0, availableReplicas = 0, unavailableReplicas = 0 } = status
  paper.field(
    0,
    'Replicas',
    `${spec.replicas} desired | ${updatedReplicas} updated | ${replicas} total | `
      + `${availableReplicas} available | ${unavailableReplicas} unavailable`,
  )
  paper.field(0, 'StrategyType', spec.strategy.type)
  paper.field(0, 'MinReadySeconds', spec.minReadySeconds ?? 0)
  const { rollingUpdate } = spec.strategy
  if (rollingUpdate !== undefined) {
    paper.field(
      0,
      'RollingUpdateStrategy',
      `${rollingUpdate.maxUnavailable} max unavailable, ${rollingUpdate.maxSurge} max surge`,
    )
  }
  podTemplate(paper, spec.template)
  conditions(paper, status.conditions)
  const own = scene
    .list('replicasets')
    .filter(isOwnedBy(metadata.uid))
    .filter(
      (set) =>
        set.metadata.namespace === metadata.namespace && selectorMatches(spec.selector, set.metadata.labels),
    )
  const newest = findNewReplicaSet(deployment, own)
  if (own.length > 0) {
    paper.field(0, 'OldReplicaSets', setsText(own.filter((set) => set !== newest)))
    paper.field(0, 'NewReplicaSet', setsText(newest === undefined ? [] : [newest]))
  }
  events(paper, scene.eventsOf(deployment), scene.now)
  return paper.toString()
}

export function describeReplicaSet(scene: Scene, set: ReplicaSet): string {
  const paper = new Paper()
  const { metadata, spec, status } = set
  paper.field(0, 'Name', metadata.name)
  paper.field(0, 'Namespace', metadata.namespace)
  paper.field(0, 'Selector', selectorText(spec.selector))
  labels(paper, 'Labels', metadata.labels)
  annotations(paper, 'Annotations', metadata.annotations)
  const controller = controllerText(metadata)
  if (controller !== undefined) paper.field(0, 'Controlled By', controller)
  paper.field(0, 'Replicas', `${status.replicas} current / ${spec.replicas} desired`)
  const pods = scene
    .list('pods')
    .filter(isOwnedBy(metadata.uid))
    .filter((pod) => selectorMatches(spec.selector, pod.metadata.labels))
  const count = (phase: PodPhase): number => pods.filter((pod) => pod.status.phase === phase).length
  paper.field(
    0,
    'Pods Status',
    `${count('Running')} Running / ${count('Pending')} Waiting / `
      + `${count('Succeeded')} Succeeded / ${count('Failed')} Failed`,
  )
  podTemplate(paper, spec.template)
  conditions(paper, status.conditions)
  events(paper, scene.eventsOf(set), scene.now)
  return paper.toString()
}

export function describeBudget(scene: Scene, budget: PodDisruptionBudget): string {
  const paper = new Paper()
  const { metadata, spec, status } = budget
  paper.field(0, 'Name', metadata.name)
  paper.field(0, 'Namespace', metadata.namespace)
  if (spec.minAvailable !== undefined) paper.field(0, 'Min available', spec.minAvailable)
  else if (spec.maxUnavailable !== undefined) paper.field(0, 'Max unavailable', spec.maxUnavailable)
  paper.field(0, 'Selector', spec.selector === undefined ? '<unset>' : selectorText(spec.selector))
  paper.write(0, 'Status:\n')
  paper.field(2, 'Allowed disruptions', status.disruptionsAllowed)
  paper.field(2, 'Current', status.currentHealthy)
  paper.field(2, 'Desired', status.desiredHealthy)
  paper.field(2, 'Total', status.expectedPods)
  events(paper, scene.eventsOf(budget), scene.now)
  return paper.toString()
}
