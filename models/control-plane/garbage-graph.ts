/**
 * Models: pkg/controller/garbagecollector/graph.go, graph_builder.go (partitionDependents, getAlternateOwnerIdentity),
 *   uid_cache.go
 * Reads: store and index through the cache, memory
 * Writes: memory
 * Omits: the graph itself. A node that was observed is the cached object, its dependents are found by the index of
 *   owners; remembered is only what no cache has: owners that were referred to and never seen, and absent ones
 */
import type { OwnerReference } from '#api/types'
import { findKind } from '#api/manifests/kinds'
import type { Cells } from '#kernel/cells'
import type { StoredObject } from '#machine/objects'
import type { View } from '#machine/view'
import { memoryKey } from '../client/memory.js'

/** What a node of the graph goes by. The namespace is `''` for cluster-scoped kinds. */
export interface Identity {
  readonly apiVersion: string
  readonly kind: string
  readonly namespace: string
  readonly name: string
  readonly uid: string
}

/** The resources whose objects can own and be owned. */
const kinds = {
  pods: 'Pod', replicasets: 'ReplicaSet', deployments: 'Deployment', services: 'Service',
  endpointslices: 'EndpointSlice', configmaps: 'ConfigMap', secrets: 'Secret', serviceaccounts: 'ServiceAccount',
  nodes: 'Node', leases: 'Lease',
  namespaces: 'Namespace', poddisruptionbudgets: 'PodDisruptionBudget', statefulsets: 'StatefulSet',
  daemonsets: 'DaemonSet', jobs: 'Job', cronjobs: 'CronJob', persistentvolumeclaims: 'PersistentVolumeClaim',
  replicationcontrollers: 'ReplicationController',
} as const

export const collected: readonly string[] = Object.keys(kinds)

const resources: ReadonlyMap<string, string> =
  new Map(Object.entries(kinds).map(([resource, kind]) => [kind, resource]))

export interface Node {
  readonly identity: Identity
  /** The cached object; absent for a virtual node, an owner that was referred to and not yet seen. */
  readonly object?: StoredObject
}

type Virtual = Readonly<Record<string, Identity>>

const virtualKey = (process: string) => memoryKey<Virtual>(process, 'virtual')
const absentKey = (process: string) => memoryKey<readonly string[]>(process, 'absent')
const removedKey = (process: string) => memoryKey<readonly string[]>(process, 'removed')

export const identityOf = ({ apiVersion, kind, metadata }: StoredObject): Identity =>
  ({ apiVersion, kind, namespace: metadata.namespace ?? '', name: metadata.name, uid: metadata.uid })

/** The owner as a dependent in `namespace` refers to it. */
export const identityByReference = ({ apiVersion, kind, name, uid }: OwnerReference, namespace: string): Identity =>
  ({ apiVersion, kind, namespace, name, uid })

export const describeIdentity = ({ apiVersion, kind, namespace, name, uid }: Identity): string =>
  [apiVersion, kind, namespace, name, uid].join(' ')

export const sameIdentity = (a: Identity, b: Identity): boolean => describeIdentity(a) === describeIdentity(b)

/** Apart from the namespace. */
export const matchesCoordinates = (reference: OwnerReference, identity: Identity): boolean =>
  reference.uid === identity.uid && reference.name === identity.name && reference.kind === identity.kind
  && reference.apiVersion === identity.apiVersion

/** Whether the object was found to be gone while its cache still had it. */
const isRemoved = (view: View, uid: string): boolean =>
  view.cells.read(removedKey(view.process))?.includes(uid) ?? false

/** A uid is the symbol `Kind:namespace/name`, with `~n` where the name was used before. */
function observed(view: View, uid: string): StoredObject | undefined {
  const colon = uid.indexOf(':')
  const resource = resources.get(uid.slice(0, Math.max(0, colon)))
  if (resource === undefined) return undefined
  const again = uid.indexOf('~', colon)
  const object = view.get(resource, again < 0 ? uid.slice(colon + 1) : uid.slice(colon + 1, again))
  return object?.metadata.uid === uid && !isRemoved(view, uid) ? object : undefined
}

/** The node of that uid, where the graph has one. */
export function nodeAt(view: View, uid: string): Node | undefined {
  const object = observed(view, uid)
  if (object !== undefined) return { identity: identityOf(object), object }
  const identity = virtualAt(view, uid)
  return identity === undefined ? undefined : { identity }
}

export const virtualAt = (view: View, uid: string): Identity | undefined =>
  view.cells.read(virtualKey(view.process))?.[uid]

/** Adds or replaces a virtual node; `undefined` removes it. */
export function setVirtual(view: View, uid: string, identity: Identity | undefined): void {
  const { [uid]: _, ...rest } = view.cells.read(virtualKey(view.process)) ?? {}
  const next: Virtual = identity === undefined ? rest : { ...rest, [uid]: identity }
  view.cells.write(virtualKey(view.process), Object.keys(next).length === 0 ? undefined : next)
}

/** The objects that name `uid` as an owner. */
export const dependentsOf = (view: View, uid: string): readonly StoredObject[] =>
  collected.flatMap((resource) => view.list(resource, 'owner', uid))
    .filter((object) => !isRemoved(view, object.metadata.uid))

export const isDeletingDependents = ({ metadata }: StoredObject): boolean =>
  metadata.deletionTimestamp !== undefined && (metadata.finalizers?.includes('foregroundDeletion') ?? false)

/** What keeps an owner that is deleted in the foreground from going. */
export const blockingDependents = (view: View, uid: string): readonly StoredObject[] =>
  dependentsOf(view, uid).filter(({ metadata }) =>
    metadata.ownerReferences?.some((reference) => reference.uid === uid && reference.blockOwnerDeletion === true))

export const setRemoved = ({ cells, process }: View, uid: string, isGone: boolean): void => {
  const others = (cells.read(removedKey(process)) ?? []).filter((other) => other !== uid)
  const next = isGone ? [...others, uid] : others
  cells.write(removedKey(process), next.length === 0 ? undefined : next)
}

export const wasRemoved = isRemoved

/** How many absent owners are remembered. */
const cacheSize = 500

/** Remembers that no such owner exists. */
export function addAbsent(cells: Cells, process: string, identity: Identity): void {
  const entry = describeIdentity(identity)
  const entries = (cells.read(absentKey(process)) ?? []).filter((other) => other !== entry)
  cells.write(absentKey(process), [...entries.slice(Math.max(0, entries.length + 1 - cacheSize)), entry])
}

export const absentOwners = ({ cells, process }: View): readonly string[] => cells.read(absentKey(process)) ?? []

/** The dependents that refer to `owner` by its very coordinates, and those that do not; one may be both. */
export function partitionDependents(
  dependents: readonly StoredObject[], owner: Identity,
): { readonly matching: readonly StoredObject[]; readonly nonmatching: readonly StoredObject[] } {
  const matching: StoredObject[] = []
  const nonmatching: StoredObject[] = []
  for (const dependent of dependents) {
    const own = (dependent.metadata.ownerReferences ?? []).filter(({ uid }) => uid === owner.uid)
    const isElsewhere = owner.namespace !== '' && owner.namespace !== (dependent.metadata.namespace ?? '')
    if (!isElsewhere && own.some((reference) => matchesCoordinates(reference, owner))) matching.push(dependent)
    if (isElsewhere || own.some((reference) => !matchesCoordinates(reference, owner))) nonmatching.push(dependent)
  }
  return { matching, nonmatching }
}

const order = ({ kind, apiVersion, namespace, name, uid }: Identity): readonly string[] =>
  [kind, apiVersion, namespace, name, uid]

function isLess(a: Identity, b: Identity): boolean {
  const right = order(b)
  const at = order(a).findIndex((part, index) => part !== right[index])
  return at >= 0 && (order(a)[at] ?? '') < (right[at] ?? '')
}

/** Another identity by which dependents refer to the owner: the next after the one that is known to be absent. */
export function getAlternateOwnerIdentity(dependents: readonly StoredObject[], absent: Identity): Identity | undefined {
  const alternates = dependents.flatMap(({ metadata }) => (metadata.ownerReferences ?? []).flatMap((reference) => {
    if (reference.uid !== absent.uid) return []
    const namespace = metadata.namespace ?? ''
    if (matchesCoordinates(reference, absent) && (absent.namespace === '' || absent.namespace === namespace)) return []
    const isSameKind = reference.apiVersion === absent.apiVersion && reference.kind === absent.kind
    const isClusterScoped = absent.namespace === '' && isSameKind
    const alternate = identityByReference(reference, isClusterScoped ? '' : namespace)
    return sameIdentity(alternate, absent) ? [] : [alternate]
  })).sort((a, b) => (isLess(a, b) ? -1 : 1))
  return alternates.find((alternate) => isLess(absent, alternate)) ?? alternates[0]
}

/** Where an object is kept; `undefined` for a kind that the release does not serve. */
export function locate({ apiVersion, kind, namespace, name }: Identity): {
  readonly resource: string; readonly key: string; readonly isNamespaced: boolean
} | undefined {
  const known = findKind(apiVersion, kind)
  if (known === undefined) return undefined
  const { resource, isNamespaced } = known
  return { resource, isNamespaced, key: isNamespaced ? `${namespace}/${name}` : name }
}
