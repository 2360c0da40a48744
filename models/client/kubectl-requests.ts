/**
 * Models: kubectl/pkg/cmd (apply, create, patch, scale, set image, rollout, delete, cordon, label, taint): the requests
 *   that each command makes
 * Reads: what it is handed
 * Writes: nothing
 * Omits: what is printed; checks on the client's side; that `apply` tries again on conflict (its patches cannot)
 */
import type { Deployment, DeleteOptions, JsonObject, Node, ReplicaSet, Taint } from '#api/types'
import { findKind } from '#api/manifests/kinds'
import type { Call } from '#machine/process'
import { splitName, type StoredObject } from '#machine/objects'
import { createThreeWayMergePatch } from './three-way-merge.js'
import { rollback } from './kubectl-rollback.js'
import { isOf, type NodeChoice, type Target, type UserAction } from './user-actions.js'

/** What an action writes for one of its objects, once it has read what it needs. */
export type Outcome =
  | { readonly is: 'call'; readonly call: Call }
  /** Nothing would change. */
  | { readonly is: 'unchanged' }
  | { readonly is: 'failed'; readonly message: string }

export interface Setting {
  /** Namespace of objects that name none. */
  readonly namespace: string
  /** Stands for the time of this action. */
  readonly stamp: string
  /** The target, where the user chose one by what it belongs to. */
  readonly chosen?: string
}

const lastApplied = 'kubectl.kubernetes.io/last-applied-configuration'

const keyOf = ({ namespace, name }: Target): string => (namespace === undefined ? name : `${namespace}/${name}`)

const call = (one: Call): Outcome => ({ is: 'call', call: one })
const patch = (target: Target, body: JsonObject, type = 'strategic'): Outcome =>
  call({ verb: 'patch', resource: target.resource, key: keyOf(target), body: { type, patch: body }, raw: true })

const textOf = (object: JsonObject, ...path: readonly string[]): string | undefined => {
  let value: unknown = object
  for (const member of path) value = (value as Record<string, unknown> | undefined)?.[member] // an object, or absent
  return typeof value === 'string' ? value : undefined
}

/** Where an object that a user wrote belongs. Kinds without a definition are taken to be namespaced. */
export function targetOf(object: JsonObject, namespace: string): Target {
  const kind = textOf(object, 'kind') ?? ''
  const known = findKind(textOf(object, 'apiVersion') ?? '', kind)
  const resource = known?.resource ?? `${kind.toLowerCase()}s`
  const name = textOf(object, 'metadata', 'name') ?? ''
  if (known?.isNamespaced === false) return { resource, name }
  return { resource, name, namespace: textOf(object, 'metadata', 'namespace') ?? namespace }
}

const withMetadata = (object: JsonObject, change: (metadata: JsonObject) => JsonObject): JsonObject =>
  ({ ...object, metadata: change((object['metadata'] ?? {}) as JsonObject) }) // metadata is a JSON object

const placed = (object: JsonObject, { namespace }: Target): JsonObject =>
  (namespace === undefined ? object : withMetadata(object, (metadata) => ({ ...metadata, namespace })))

/** With the annotation by which the next apply knows what this one said. */
function annotated(object: JsonObject): JsonObject {
  const text = JSON.stringify(object)
  return withMetadata(object, (metadata) => {
    const annotations = (metadata['annotations'] ?? {}) as JsonObject // a JSON object
    return { ...metadata, annotations: { ...annotations, [lastApplied]: text } }
  })
}

function apply(object: JsonObject, live: StoredObject | undefined, namespace: string): Outcome {
  const target = targetOf(object, namespace)
  const modified = annotated(placed(object, target))
  if (live === undefined) {
    return call({ verb: 'create', resource: target.resource, key: target.namespace ?? '', body: modified, raw: true })
  }
  const before = live.metadata.annotations?.[lastApplied]
  const original = before === undefined ? undefined : JSON.parse(before) as JsonObject // this very program wrote it
  const current = live as unknown as JsonObject // objects are JSON
  const change = createThreeWayMergePatch(live.kind, original, modified, current)
  if (change === undefined) return { is: 'unchanged' }
  return call({ verb: 'patch', resource: target.resource, key: keyOf(target), body: change, raw: true })
}

function create(object: JsonObject, namespace: string): Outcome {
  const target = targetOf(object, namespace)
  return call({
    verb: 'create', resource: target.resource, key: target.namespace ?? '', body: placed(object, target), raw: true,
  })
}

function setImage(target: Target, live: StoredObject, images: Readonly<Record<string, string>>): Outcome {
  const { spec } = live as Deployment // or a pod, or another workload with a template
  const pod = spec.template?.spec ?? spec as unknown as Deployment['spec']['template']['spec'] // a Pod's own spec
  const lists = { containers: pod.containers, initContainers: pod.initContainers ?? [] }
  const known = new Set([...lists.containers, ...lists.initContainers].map(({ name }) => name))
  const unknown = Object.keys(images).find((name) => name !== '*' && !known.has(name))
  if (unknown !== undefined) return { is: 'failed', message: `error: unable to find container named "${unknown}"` }
  const changes = Object.entries(lists).flatMap(([list, containers]) => {
    const changed = containers.flatMap(({ name, image }) => {
      const wanted = images[name] ?? images['*']
      return wanted === undefined || wanted === image ? [] : [{ name, image: wanted }]
    })
    return changed.length === 0 ? [] : [[list, changed] as const]
  })
  if (changes.length === 0) return { is: 'unchanged' }
  const change = Object.fromEntries(changes)
  return patch(target, { spec: live.kind === 'Pod' ? change : { template: { spec: change } } })
}

const hasScale: ReadonlySet<string> = new Set(['deployments', 'replicasets'])

/** Through the subresource, where the kind is modelled. */
const scale = (target: Target, replicas: number): Outcome => call({
  verb: 'patch', resource: target.resource, key: keyOf(target), body: { type: 'merge', patch: { spec: { replicas } } },
  ...(hasScale.has(target.resource) ? { subresource: 'scale' } : {}),
})

function restart(target: Target, live: StoredObject, stamp: string): Outcome {
  if ((live as Deployment).spec.paused === true) { // or another workload, which cannot be paused
    const why = "can't restart paused deployment (run rollout resume first)"
    return { is: 'failed', message: `error: ${target.resource} "${target.name}" ${why}` }
  }
  const annotations = { 'kubectl.kubernetes.io/restartedAt': stamp }
  return patch(target, { spec: { template: { metadata: { annotations } } } })
}

function pause(target: Target, { spec }: Deployment, isPaused: boolean): Outcome {
  if ((spec.paused ?? false) === isPaused) {
    const words = isPaused ? 'is already paused' : 'is not paused'
    return { is: 'failed', message: `error: ${target.resource} "${target.name}" ${words}` }
  }
  return patch(target, { spec: { paused: isPaused ? true : null } })
}

function remove(target: Target, action: Extract<UserAction, { readonly do: 'delete' }>): Outcome {
  const { cascade: propagationPolicy, gracePeriod, force } = action
  // Without --force a grace period of 0 is made 1.
  const gracePeriodSeconds = force ? gracePeriod ?? 0 : gracePeriod === 0 ? 1 : gracePeriod
  const body: DeleteOptions = { propagationPolicy, ...(gracePeriodSeconds === undefined ? {} : { gracePeriodSeconds }) }
  return call({ verb: 'delete', resource: target.resource, key: keyOf(target), body })
}

/** Whether the node is to take no new pods; `undefined` where it is so already. */
export function cordon(name: string, live: StoredObject | undefined, desired: boolean): Outcome {
  const node = live as Node | undefined // a get of a node
  if ((node?.spec.unschedulable ?? false) === desired) return { is: 'unchanged' }
  return patch({ resource: 'nodes', name }, { spec: { unschedulable: desired ? true : null } })
}

/** `key=value:Effect`; a `-` at the end removes, with or without an effect. */
function taint(node: Node, specs: readonly string[]): Outcome {
  let taints: readonly Taint[] = node.spec.taints ?? []
  for (const spec of specs) {
    const isRemoval = spec.endsWith('-')
    const [left = '', effect = ''] = (isRemoval ? spec.slice(0, -1) : spec).split(':')
    const [key = '', value] = left.split('=')
    const others = taints.filter((one) => one.key !== key || (effect !== '' && one.effect !== effect))
    if (isRemoval && others.length === taints.length) {
      return { is: 'failed', message: `error: taint "${spec.slice(0, -1)}" not found` }
    }
    // The effect was checked when the action was read.
    const added = { key, ...(value === undefined ? {} : { value }), effect: effect as Taint['effect'] }
    taints = isRemoval ? others : [added, ...others]
  }
  const target = { resource: 'nodes', name: node.metadata.name }
  return patch(target, { spec: { taints: taints.length === 0 ? null : [...taints] } })
}

/** How many objects an action is about, one after the other. */
export const sizeOf = (action: UserAction): number =>
  (action.do === 'apply' || action.do === 'create' ? action.objects.length : 1)

const nodeName = (choice: NodeChoice, { chosen }: Setting): string => ('name' in choice ? choice.name : chosen ?? '')

/** The object that is read before anything is written. */
export function readOf(action: UserAction, at: number, setting: Setting): Call | undefined {
  const get = (target: Target): Call => ({ verb: 'get', resource: target.resource, key: keyOf(target) })
  switch (action.do) {
    case 'apply': return get(targetOf(action.objects[at] ?? {}, setting.namespace))
    case 'create': case 'delete': case 'drain': case 'prune': case 'kill-pause': case 'shutdown': return undefined
    case 'cordon': case 'uncordon': case 'taint':
      return get({ resource: 'nodes', name: nodeName(action.node, setting) })
    default: return get(action.target)
  }
}

/** A list that is needed beside it: the history of a rollout. */
export const listOf = (action: UserAction): Call | undefined =>
  (action.do === 'undo' ? { verb: 'list', resource: 'replicasets', key: action.target.namespace ?? '' } : undefined)

/** What is written, given what was read. */
export function writeOf(
  action: UserAction, at: number, live: StoredObject | undefined, listed: readonly StoredObject[], setting: Setting,
): Outcome {
  switch (action.do) {
    case 'apply': return apply(action.objects[at] ?? {}, live, setting.namespace)
    case 'create': return create(action.objects[at] ?? {}, setting.namespace)
    case 'delete': return remove(isOf(action.target) ? podAt(setting.chosen ?? '') : action.target, action)
    case 'drain': case 'prune': case 'kill-pause': case 'shutdown': return { is: 'unchanged' } // a conversation of its own, and nothing that the API server hears of
    default: return live === undefined ? { is: 'unchanged' } : change(action, live, listed, setting.stamp)
  }
}

type Change = Exclude<UserAction, { readonly do: 'apply' | 'create' | 'delete' | 'drain' | 'prune' | 'kill-pause' | 'shutdown' }>

/** `live` is what a get of the action's target answered. */
function change(action: Change, live: StoredObject, listed: readonly StoredObject[], stamp: string): Outcome {
  switch (action.do) {
    case 'patch': return call({
      verb: 'patch', resource: action.target.resource, key: keyOf(action.target), raw: true,
      body: { type: action.type, patch: action.patch },
    })
    case 'scale': return scale(action.target, action.replicas)
    case 'set-image': return setImage(action.target, live, action.images)
    case 'restart': return restart(action.target, live, stamp)
    case 'pause': return pause(action.target, live as Deployment, true)
    case 'resume': return pause(action.target, live as Deployment, false)
    case 'undo': return rollback(live as Deployment, listed as readonly ReplicaSet[], action.toRevision ?? 0)
    case 'cordon': return cordon(live.metadata.name, live, true)
    case 'uncordon': return cordon(live.metadata.name, live, false)
    case 'label': return patch(action.target, { metadata: { labels: action.labels } }, 'merge')
    case 'taint': return taint(live as Node, action.taints)
  }
}

function podAt(key: string): Target {
  const { namespace, name } = splitName(key)
  return { resource: 'pods', namespace, name }
}
