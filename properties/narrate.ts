/** Puts changes of cells into a person's words; what only the machinery cares about is left untold. */
import type { Deployment, EndpointSlice, Node, Pod, PodDisruptionBudget, ReplicaSet, Service } from '#api/types'
import { getPodCondition, isPodReady } from '#api/pods'
import { part } from '#kernel/cells'
import type { StoredObject } from '#machine/objects'
import type { Container, Sandbox } from '#models/node/cells'
import type { Narrator } from '#trace/explain'

export const narrate: Narrator = ({ key, before, after }) => {
  switch (part(key, 0)) {
    case 'store': return narrateObject(part(key, 1), part(key, 2), before as StoredObject | undefined, after as StoredObject | undefined) // by prefix
    case 'sandbox': return narrateSandbox(part(key, 1), before as Sandbox | undefined, after as Sandbox | undefined) // by prefix
    case 'container': return narrateContainer(key, before as Container | undefined, after as Container | undefined) // by prefix
    case 'listener': return narrateListener(part(key, 1), before as Listener | undefined, after as Listener | undefined) // by prefix
    case 'rules': return after === undefined
      ? `the rules of ${part(key, 1)} forget Service ${part(key, 2)}`
      : `the rules of ${part(key, 1)} for Service ${part(key, 2)} are written`
    case 'cut': return after === undefined ? `${part(key, 1)} can reach the control plane again` : `${part(key, 1)} is cut off from the control plane`
    case 'down': return after === undefined ? `${part(key, 1)} has power again` : `${part(key, 1)} loses power`
    default: return undefined
  }
}

interface Listener { readonly ports: readonly number[] }

const narrateSandbox = (node: string, before: Sandbox | undefined, after: Sandbox | undefined): string | undefined => {
  if (after === undefined) return before === undefined ? undefined : `the sandbox of Pod ${before.pod} is removed`
  if (before === undefined) return `Pod ${after.pod} gets a sandbox on ${node} with ${after.ips.join(', ') || 'the node’s network'}`
  return before.ready && !after.ready ? `the sandbox of Pod ${after.pod} stops` : undefined
}

function narrateContainer(key: string, before: Container | undefined, after: Container | undefined): string | undefined {
  const name = `container ${part(key, 3)} of ${part(key, 2).replace(/^Pod:/, 'Pod ')}`
  if (after === undefined) return undefined
  if (before === undefined || before.attempt !== after.attempt) return `${name} starts${after.attempt > 0 ? ` (restart ${after.attempt})` : ''}`
  if (before.state === 'running' && after.state === 'exited') return `${name} ends with exit code ${after.exitCode ?? 0}${after.reason === undefined ? '' : ` (${after.reason})`}`
  if (before.stopping !== true && after.stopping === true) return `${name} gets SIGTERM`
  if (before.up !== true && after.up === true) return `the application in ${name} has come up`
  return undefined
}

const narrateListener = (ip: string, before: Listener | undefined, after: Listener | undefined): string | undefined => {
  const was = before?.ports ?? []
  const is = after?.ports ?? []
  const closed = was.filter((port) => !is.includes(port))
  const opened = is.filter((port) => !was.includes(port))
  if (closed.length > 0) return `${closed.map((port) => `${ip}:${port}`).join(', ')} accepts no more connections`
  return opened.length > 0 ? `${opened.map((port) => `${ip}:${port}`).join(', ')} accepts connections` : undefined
}

function narrateObject(resource: string, name: string, before: StoredObject | undefined, after: StoredObject | undefined): string | undefined {
  const object = after ?? before
  if (object === undefined) return undefined
  const what = `${object.kind} ${name}`
  if (before === undefined) return `${what} is created`
  if (after === undefined) return `${what} is gone`
  const parts: string[] = []
  if (before.metadata.deletionTimestamp === undefined && after.metadata.deletionTimestamp !== undefined) parts.push('is to be deleted')
  const detail = details[resource]?.(before, after)
  if (detail !== undefined && detail !== '') parts.push(detail)
  return parts.length === 0 ? undefined : `${what} ${parts.join(', ')}`
}

type Detail = (before: StoredObject, after: StoredObject) => string | undefined

/** `label 2 → 3` where the number changed. */
const number = (label: string, before: number | undefined, after: number | undefined): readonly string[] =>
  (before ?? 0) === (after ?? 0) ? [] : [`${label} ${before ?? 0} → ${after ?? 0}`]

// Each casts to the kind that its resource holds.
const details: Readonly<Record<string, Detail>> = {
  pods: (before, after) => podDetail(before as Pod, after as Pod),
  deployments: (before, after) => {
    const [old, now] = [before as Deployment, after as Deployment]
    return [
      ...number('wants', old.spec.replicas, now.spec.replicas),
      ...(old.spec.template === now.spec.template || JSON.stringify(old.spec.template) === JSON.stringify(now.spec.template) ? [] : ['has a new template']),
      ...(old.spec.paused === now.spec.paused ? [] : [now.spec.paused === true ? 'is paused' : 'is resumed']),
      ...number('updated', old.status.updatedReplicas, now.status.updatedReplicas),
      ...number('available', old.status.availableReplicas, now.status.availableReplicas),
      ...conditionDetail(old.status.conditions, now.status.conditions),
    ].join(', ')
  },
  replicasets: (before, after) => {
    const [old, now] = [before as ReplicaSet, after as ReplicaSet]
    return [
      ...number('wants', old.spec.replicas, now.spec.replicas),
      ...number('has', old.status.replicas, now.status.replicas),
      ...number('available', old.status.availableReplicas, now.status.availableReplicas),
    ].join(', ')
  },
  endpointslices: (before, after) => sliceDetail(before as EndpointSlice, after as EndpointSlice),
  poddisruptionbudgets: (before, after) => number('allows disruptions:',
    (before as PodDisruptionBudget).status.disruptionsAllowed, (after as PodDisruptionBudget).status.disruptionsAllowed).join(),
  nodes: (before, after) => nodeDetail(before as Node, after as Node),
  services: (before, after) => ((before as Service).spec === (after as Service).spec ? undefined : 'is changed'),
}

function podDetail(before: Pod, after: Pod): string {
  const parts: string[] = []
  if ((before.spec.nodeName ?? '') === '' && (after.spec.nodeName ?? '') !== '') parts.push(`goes to ${after.spec.nodeName}`)
  if (before.status.phase !== after.status.phase) parts.push(`is ${after.status.phase}`)
  if (isPodReady(before) !== isPodReady(after)) parts.push(isPodReady(after) ? 'is Ready' : 'is no longer Ready')
  const scheduled = getPodCondition(after.status, 'PodScheduled')
  if (scheduled?.status === 'False' && getPodCondition(before.status, 'PodScheduled')?.message !== scheduled.message) {
    parts.push(`cannot be scheduled: ${scheduled.message ?? scheduled.reason ?? ''}`)
  }
  const waiting = (pod: Pod): string => (pod.status.containerStatuses ?? []).map(({ state }) => state.waiting?.reason ?? '').join(' ').trim()
  if (waiting(before) !== waiting(after) && /BackOff|Err/.test(waiting(after))) parts.push(`waits: ${waiting(after)}`)
  return parts.join(', ')
}

function sliceDetail(before: EndpointSlice, after: EndpointSlice): string {
  const states = ({ endpoints }: EndpointSlice): ReadonlyMap<string, string> => new Map((endpoints ?? []).map((endpoint) => [
    endpoint.addresses.join(), endpoint.conditions?.terminating === true ? 'terminating'
      : endpoint.conditions?.ready === false ? 'not ready' : 'ready',
  ]))
  const [old, now] = [states(before), states(after)]
  return [
    ...[...now].filter(([address, state]) => old.get(address) !== state).map(([address, state]) => `lists ${address} as ${state}`),
    ...[...old.keys()].filter((address) => !now.has(address)).map((address) => `no longer lists ${address}`),
  ].join(', ')
}

function nodeDetail(before: Node, after: Node): string {
  const parts: string[] = []
  if (before.spec.unschedulable !== after.spec.unschedulable) parts.push(after.spec.unschedulable === true ? 'is cordoned' : 'is uncordoned')
  const taints = (node: Node): readonly string[] => (node.spec.taints ?? []).map(({ key, effect }) => `${key}:${effect}`)
  parts.push(...taints(after).filter((taint) => !taints(before).includes(taint)).map((taint) => `is tainted ${taint}`))
  parts.push(...taints(before).filter((taint) => !taints(after).includes(taint)).map((taint) => `loses taint ${taint}`))
  return [...parts, ...conditionDetail(before.status?.conditions, after.status?.conditions)].join(', ')
}

interface Condition { readonly type: string; readonly status: string; readonly reason?: string }

const conditionDetail = (before: readonly Condition[] | undefined, after: readonly Condition[] | undefined): readonly string[] =>
  (after ?? []).flatMap((condition) => {
    const old = (before ?? []).find(({ type }) => type === condition.type)
    return old?.status === condition.status && old.reason === condition.reason
      ? [] : [`${condition.type} is ${condition.status}${condition.reason === undefined ? '' : ` (${condition.reason})`}`]
  })
