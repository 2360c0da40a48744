/**
 * Models: pkg/controller/deployment/util/deployment_util.go (FindNewReplicaSet, FindOldReplicaSets, MaxRevision,
 *   SetNewReplicaSetAnnotations), pkg/controller/deployment/sync.go (getNewReplicaSet: the object that it creates)
 * Reads: names
 * Writes: nothing (names are handed out by deployment-sync.ts)
 * Omits: hashes. The name and the label pod-template-hash are the symbol `web#1`: the first template of `web`
 */
import type { Annotations, Deployment, Labels, LabelSelector, PodTemplateSpec, ReplicaSet } from '#api/types'
import { newControllerRef } from '#api/meta'
import { key, type Key } from '#kernel/cells'
import { equal, hashValue, hex } from '#kernel/value'
import type { Call } from '#machine/process'
import { nameOf } from '#machine/objects'
import type { View } from '#machine/view'
import {
  desiredReplicasAnnotation, maxReplicasAnnotation, newRSNewReplicas, withReplicasAnnotations,
} from './deployment-sizes.js'

export const hashLabel = 'pod-template-hash'
export const revisionAnnotation = 'deployment.kubernetes.io/revision'
const revisionHistoryAnnotation = 'deployment.kubernetes.io/revision-history'

const withoutHash = (labels: Labels | undefined): Labels => {
  const { [hashLabel]: _, ...rest } = labels ?? {}
  return rest
}

/** `EqualIgnoreHash`. */
export const equalIgnoreHash = (a: PodTemplateSpec, b: PodTemplateSpec): boolean => a === b || (
  equal(a.spec, b.spec)
  && equal(withoutHash(a.metadata.labels), withoutHash(b.metadata.labels))
  && equal({ ...a.metadata, labels: undefined }, { ...b.metadata, labels: undefined }))

/** The oldest of the sets that have the Deployment's template. `sets` are oldest first. */
export const findNewReplicaSet = (d: Deployment, sets: readonly ReplicaSet[]): ReplicaSet | undefined =>
  sets.find(({ spec }) => equalIgnoreHash(spec.template, d.spec.template))

/** All others, those without replicas among them. */
export const findOldReplicaSets = (
  newSet: ReplicaSet | undefined, sets: readonly ReplicaSet[],
): readonly ReplicaSet[] => sets.filter(({ metadata }) => metadata.uid !== newSet?.metadata.uid)

const integer = (text: string): number | undefined => (/^[+-]?\d+$/.test(text) ? Number(text) : undefined)

/** `Revision`: 0 without the annotation, `undefined` where it is not a number. */
export const revisionOf = ({ metadata }: ReplicaSet): number | undefined =>
  integer(metadata.annotations?.[revisionAnnotation] ?? '0')

export const maxRevision = (sets: readonly ReplicaSet[]): number =>
  sets.reduce((most, set) => Math.max(most, revisionOf(set) ?? 0), 0)

/** By revision, oldest first where they are equal. */
export const byRevision = (sets: readonly ReplicaSet[]): readonly ReplicaSet[] => [...sets].sort((a, b) => {
  const [left, right] = [revisionOf(a), revisionOf(b)]
  return left === undefined || right === undefined ? 0 : left - right
})

const notCopied: ReadonlySet<string> = new Set([
  'kubectl.kubernetes.io/last-applied-configuration', revisionAnnotation, revisionHistoryAnnotation,
  desiredReplicasAnnotation, maxReplicasAnnotation, 'deprecated.deployment.rollback.to',
])

/** Characters that the history of revisions may take. */
const historyLimit = 2000

/**
 * `SetNewReplicaSetAnnotations`: those of the Deployment, and the revision, which only grows. The same set where
 * nothing changes.
 */
export function setNewReplicaSetAnnotations(d: Deployment, set: ReplicaSet, newRevision: number): ReplicaSet {
  const before: Annotations = set.metadata.annotations ?? {}
  const own = Object.entries(d.metadata.annotations ?? {})
  const copied = Object.fromEntries(own.filter(([name]) => !notCopied.has(name)))
  const annotations: { [name: string]: string } = { ...before, ...copied }
  const old = before[revisionAnnotation]
  const oldRevision = old === undefined || old === '' ? 0 : integer(old)
  if (oldRevision === undefined) return set // upstream gives up on a revision that is no number
  if (oldRevision < newRevision) {
    annotations[revisionAnnotation] = String(newRevision)
    if (old !== undefined) {
      const history = appended(before[revisionHistoryAnnotation] ?? '', old)
      if (history !== undefined) annotations[revisionHistoryAnnotation] = history
    }
  }
  return equal(annotations, before) ? set : { ...set, metadata: { ...set.metadata, annotations } }
}

/** The history with one more revision, without as many of the oldest as the limit asks for. */
function appended(history: string, revision: string): string | undefined {
  const revisions = history.split(',')
  if (revisions[0] === '') return revision
  let length = history.length + revision.length + 1
  let start = 0
  for (; length > historyLimit && start < revisions.length; start++) length -= revisions[start]!.length + 1
  return length > historyLimit ? undefined : [...revisions.slice(start), revision].join(',')
}

/**
 * The templates that a Deployment of this name has had, by content, with the count of collisions. It outlives the
 * Deployment, as a hash does: a recreated one meets the sets of the one before under the same names.
 */
export const namesKey = (d: Deployment): Key<readonly string[]> => key('names', d.metadata.uid.replace(/~\d+$/, ''))

const contentOf = (d: Deployment): string =>
  `${hex(hashValue(d.spec.template))}${d.status.collisionCount === undefined ? '' : `/${d.status.collisionCount}`}`

/** The templates known, the Deployment's own among them; the same list where it already is. */
export function namesOf(view: View, d: Deployment): readonly string[] {
  const known = view.cells.read(namesKey(d)) ?? []
  const content = contentOf(d)
  return known.includes(content) ? known : [...known, content]
}

const withHash = (selector: LabelSelector, hash: string): LabelSelector =>
  ({ ...selector, matchLabels: { ...selector.matchLabels, [hashLabel]: hash } })

/** The set that `getNewReplicaSet` creates. `names` has the Deployment's template. */
export function newReplicaSet(d: Deployment, old: readonly ReplicaSet[], names: readonly string[]): ReplicaSet {
  const name = `${d.metadata.name}#${names.indexOf(contentOf(d)) + 1}`
  const labels = { ...d.spec.template.metadata.labels, [hashLabel]: name }
  const empty: ReplicaSet = {
    apiVersion: 'apps/v1',
    kind: 'ReplicaSet',
    metadata: { name, uid: '', namespace: d.metadata.namespace, ownerReferences: [newControllerRef(d)], labels },
    spec: {
      replicas: 0,
      ...(d.spec.minReadySeconds === undefined ? {} : { minReadySeconds: d.spec.minReadySeconds }),
      selector: withHash(d.spec.selector, name),
      template: { ...d.spec.template, metadata: { ...d.spec.template.metadata, labels } },
    },
    status: { replicas: 0, fullyLabeledReplicas: 0, readyReplicas: 0, availableReplicas: 0 },
  }
  const annotated = withReplicasAnnotations(setNewReplicaSetAnnotations(d, empty, maxRevision(old) + 1), d)
  return { ...annotated, spec: { ...annotated.spec, replicas: newRSNewReplicas(d, [...old, empty], empty) } }
}

export const createReplicaSet = (set: ReplicaSet): Call =>
  ({ verb: 'create', resource: 'replicasets', key: set.metadata.namespace, body: set })

export const updateReplicaSet = (base: ReplicaSet, set: ReplicaSet): Call =>
  ({ verb: 'update', resource: 'replicasets', key: nameOf(set), base, body: set })
