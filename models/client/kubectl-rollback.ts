/**
 * Models: kubectl/pkg/polymorphichelpers/rollback.go (DeploymentRollbacker.Rollback, deploymentRevision)
 * Reads: what it is handed
 * Writes: nothing
 * Omits: DaemonSets and StatefulSets
 */
import type { Annotations, Deployment, Labels, PodTemplateSpec, ReplicaSet } from '#api/types'
import { isControlledBy } from '#api/meta'
import { equal } from '#kernel/value'
import { nameOf } from '#machine/objects'
import type { Outcome } from './kubectl-requests.js'

const revisionAnnotation = 'deployment.kubernetes.io/revision'

/** Kept as the Deployment has them, whatever the revision had. */
const annotationsToSkip: ReadonlySet<string> = new Set([
  'kubectl.kubernetes.io/last-applied-configuration', revisionAnnotation, 'deployment.kubernetes.io/revision-history',
  'deployment.kubernetes.io/desired-replicas', 'deployment.kubernetes.io/max-replicas',
  'deprecated.deployment.rollback.to',
])

const revisionOf = ({ metadata }: ReplicaSet): number => Number(metadata.annotations?.[revisionAnnotation] ?? NaN)

/** The set of the revision asked for; of the one before the newest for 0. */
export function deploymentRevision(
  deployment: Deployment, sets: readonly ReplicaSet[], toRevision: number,
): ReplicaSet | string {
  const own = sets.filter((set) => isControlledBy(set, deployment) && Number.isInteger(revisionOf(set)))
  if (toRevision > 0) {
    return own.find((set) => revisionOf(set) === toRevision)
      ?? `unable to find specified revision ${toRevision} in history`
  }
  const [, previous] = [...own].sort((a, b) => revisionOf(b) - revisionOf(a))
  return previous ?? `no rollout history found for deployment "${deployment.metadata.name}"`
}

function withoutHash(template: PodTemplateSpec): PodTemplateSpec {
  const { 'pod-template-hash': _, ...labels }: Labels = template.metadata.labels ?? {}
  return { ...template, metadata: { ...template.metadata, labels } }
}

/** The annotations of the revision, with those that belong to the Deployment itself. */
function annotationsOf(deployment: Deployment, set: ReplicaSet): Annotations {
  const pick = (annotations: Annotations | undefined, own: boolean): [string, string][] =>
    Object.entries(annotations ?? {}).filter(([name]) => annotationsToSkip.has(name) === own)
  return Object.fromEntries([...pick(deployment.metadata.annotations, true), ...pick(set.metadata.annotations, false)])
}

export function rollback(deployment: Deployment, sets: readonly ReplicaSet[], toRevision: number): Outcome {
  const set = deploymentRevision(deployment, sets, toRevision)
  if (typeof set === 'string') return { is: 'failed', message: `error: ${set}` }
  if (deployment.spec.paused === true) {
    const why = "you cannot rollback a paused deployment; resume it first with 'kubectl rollout resume' and try again"
    return { is: 'failed', message: `error: ${why}` }
  }
  const template = withoutHash(set.spec.template)
  if (equal(template, withoutHash(deployment.spec.template))) return { is: 'unchanged' }
  return { is: 'call', call: {
    verb: 'patch', resource: 'deployments', key: nameOf(deployment), raw: true,
    body: { type: 'json', patch: [
      { op: 'replace', path: '/spec/template', value: template },
      { op: 'replace', path: '/metadata/annotations', value: annotationsOf(deployment, set) },
    ] },
  } }
}
