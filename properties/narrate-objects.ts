/** What changed in an API object, in a person's words. */
import type { Deployment, EndpointSlice, Node, Pod, PodDisruptionBudget, ReplicaSet, Service } from '#api/types'
import { getPodCondition, isPodReady } from '#api/pods'
import type { StoredObject } from '#machine/objects'
import type { Telling } from '#trace/explain'

/** One thing that changed. `minor`: a count or condition that only follows from what else is told. */
interface Detail {
  readonly text: string
  readonly minor?: true
}

const major = (text: string): Detail => ({ text })
const minor = (text: string): Detail => ({ text, minor: true })

export function narrateObject(
  resource: string, name: string, before: StoredObject | undefined, after: StoredObject | undefined, process: string,
): Telling | undefined {
  const object = after ?? before
  if (object === undefined) return undefined
  const subject = `${object.kind} ${name}`
  // What the user applies was told with the command.
  if (before === undefined) return { subject, says: 'is created', ...(process === 'kubectl' ? { minor: true } : {}) }
  if (after === undefined) return { subject, says: 'is gone' }
  const found = [
    ...(before.metadata.deletionTimestamp === undefined && after.metadata.deletionTimestamp !== undefined
      ? [major('is to be deleted')] : []),
    ...details[resource]?.(before, after) ?? [],
  ]
  const important = found.filter((detail) => detail.minor !== true)
  if (found.length === 0) return undefined
  const bound = resource === 'pods' && placeOf(before) === '' ? placeOf(after) : ''
  return important.length > 0
    ? { subject, says: sentence(important), ...(bound === '' ? {} : { where: bound }) }
    : { subject, says: sentence(found), minor: true }
}

/** The node of a pod; `''` where it has none yet. */
const placeOf = (pod: StoredObject): string => (pod as Pod).spec.nodeName ?? '' // by resource

const sentence = (parts: readonly Detail[]): string => parts.map(({ text }) => text).join(', ')

/** `label 2 → 3` where the number changed. */
const number = (label: string, before: number | undefined, after: number | undefined): readonly string[] =>
  (before ?? 0) === (after ?? 0) ? [] : [`${label} ${before ?? 0} → ${after ?? 0}`]

// Each casts to the kind that its resource holds.
const details: Readonly<Record<string, (before: StoredObject, after: StoredObject) => readonly Detail[]>> = {
  pods: (before, after) => podDetails(before as Pod, after as Pod),
  deployments: (before, after) => deploymentDetails(before as Deployment, after as Deployment),
  replicasets: (before, after) => {
    const [old, now] = [before as ReplicaSet, after as ReplicaSet]
    return [
      ...number('wants', old.spec.replicas, now.spec.replicas).map(major),
      ...number('has', old.status.replicas, now.status.replicas).map(minor),
      ...number('available', old.status.availableReplicas, now.status.availableReplicas).map(minor),
    ]
  },
  endpointslices: (before, after) => sliceDetails(before as EndpointSlice, after as EndpointSlice),
  poddisruptionbudgets: (before, after) => number('allows disruptions:',
    (before as PodDisruptionBudget).status.disruptionsAllowed,
    (after as PodDisruptionBudget).status.disruptionsAllowed).map(minor),
  nodes: (before, after) => nodeDetails(before as Node, after as Node),
  services: (before, after) => ((before as Service).spec === (after as Service).spec ? [] : [major('is changed')]),
}

function deploymentDetails(old: Deployment, now: Deployment): readonly Detail[] {
  const isNewTemplate = old.spec.template !== now.spec.template
    && JSON.stringify(old.spec.template) !== JSON.stringify(now.spec.template)
  return [
    ...number('wants', old.spec.replicas, now.spec.replicas).map(major),
    ...(isNewTemplate ? [major('has a new template')] : []),
    ...(old.spec.paused === now.spec.paused ? [] : [major(now.spec.paused === true ? 'is paused' : 'is resumed')]),
    ...number('updated', old.status.updatedReplicas, now.status.updatedReplicas).map(minor),
    ...number('available', old.status.availableReplicas, now.status.availableReplicas).map(minor),
    ...changedConditions(old.status.conditions, now.status.conditions).map((condition) => {
      const isTrouble = condition.type === 'ReplicaFailure' || (condition.type === 'Progressing' && condition.status === 'False')
      return (isTrouble ? major : minor)(say(condition))
    }),
  ]
}

function podDetails(before: Pod, after: Pod): readonly Detail[] {
  const found: Detail[] = []
  if ((before.spec.nodeName ?? '') === '' && (after.spec.nodeName ?? '') !== '') found.push(major(`goes to ${after.spec.nodeName}`))
  if (before.status.phase !== after.status.phase) {
    found.push((after.status.phase === 'Failed' ? major : minor)(`is ${after.status.phase}`))
  }
  if (isPodReady(after) && !isPodReady(before)) found.push(major('is Ready'))
  // That a pod which ends is not ready is nobody's news.
  if (isPodReady(before) && !isPodReady(after)) {
    found.push((after.metadata.deletionTimestamp === undefined ? major : minor)('is no longer Ready'))
  }
  const scheduled = getPodCondition(after.status, 'PodScheduled')
  if (scheduled?.status === 'False' && getPodCondition(before.status, 'PodScheduled')?.message !== scheduled.message) {
    found.push(major(`cannot be scheduled: ${briefly(scheduled.message ?? scheduled.reason ?? '')}`))
  }
  const disrupted = getPodCondition(after.status, 'DisruptionTarget')
  if (disrupted?.status === 'True' && getPodCondition(before.status, 'DisruptionTarget')?.status !== 'True') {
    found.push(major(`is to make way (${disrupted.reason ?? 'DisruptionTarget'})`))
  }
  const waiting = (pod: Pod): string => (pod.status.containerStatuses ?? []).map(({ state }) => state.waiting?.reason ?? '').join(' ').trim()
  if (waiting(before) !== waiting(after) && /BackOff|Err/.test(waiting(after))) found.push(major(`waits: ${waiting(after)}`))
  return found
}

/** The scheduler's sentence without its last part, which says that preemption would not help. */
const briefly = (message: string): string => message.replace(/\.? (no new claims to deallocate|preemption:).*$/, '')

/** The endpoints of a slice by pod, else by address, and whether connections are meant to go there. */
export const endpointsOf = ({ endpoints }: EndpointSlice): readonly { readonly name: string; readonly state: string }[] =>
  (endpoints ?? []).map(({ addresses, conditions, targetRef }) => ({
    name: targetRef?.name ?? addresses.join(),
    state: conditions?.terminating === true ? 'terminating' : conditions?.ready === false ? 'not ready' : 'ready',
  }))

function sliceDetails(before: EndpointSlice, after: EndpointSlice): readonly Detail[] {
  const states = (slice: EndpointSlice): ReadonlyMap<string, string> =>
    new Map(endpointsOf(slice).map(({ name, state }) => [name, state]))
  const [old, now] = [states(before), states(after)]
  const changed = [...now].filter(([name, state]) => old.get(name) !== state)
  const listed = (state: string, isNew?: boolean): readonly string[] => {
    const names = changed.filter(([name, is]) => is === state && (isNew === undefined || old.has(name) !== isNew)).map(([name]) => name)
    return names.length === 0 ? [] : [`lists ${names.join(', ')} as ${state}`]
  }
  const gone = [...old.keys()].filter((name) => !now.has(name))
  return [
    ...[...listed('ready'), ...listed('terminating'), ...listed('not ready', false)].map(major),
    ...listed('not ready', true).map(minor),
    ...(gone.length === 0 ? [] : [major(`no longer lists ${gone.join(', ')}`)]),
  ]
}

function nodeDetails(before: Node, after: Node): readonly Detail[] {
  const taints = (node: Node): readonly string[] => (node.spec.taints ?? []).map(({ key, effect }) => `${key}:${effect}`)
  return [
    ...(before.spec.unschedulable === after.spec.unschedulable ? [] : [after.spec.unschedulable === true ? 'is cordoned' : 'is uncordoned']),
    ...taints(after).filter((taint) => !taints(before).includes(taint)).map((taint) => `is tainted ${taint}`),
    ...taints(before).filter((taint) => !taints(after).includes(taint)).map((taint) => `loses taint ${taint}`),
    ...changedConditions(before.status?.conditions, after.status?.conditions).map(say),
  ].map(major)
}

interface Condition { readonly type: string; readonly status: string; readonly reason?: string }

const say = ({ type, status, reason }: Condition): string => `${type} is ${status}${reason === undefined ? '' : ` (${reason})`}`

const changedConditions = (before: readonly Condition[] | undefined, after: readonly Condition[] | undefined): readonly Condition[] =>
  (after ?? []).filter((condition) => {
    const old = (before ?? []).find(({ type }) => type === condition.type)
    return old?.status !== condition.status || old.reason !== condition.reason
  })
