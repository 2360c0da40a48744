/**
 * Models: controller-runtime pkg/builder (For, Owns, Watches), pkg/handler (EnqueueRequestForObject, EnqueueRequestForOwner)
 * Reads: store and index through the cache, queue, request, response
 * Writes: queue, chart, request, response, timer
 * Omits: leader election; periodic resyncs (SyncPeriod, 10 hours); predicates other than by labels
 */
import type { OwnerReference } from '#api/types'
import { getControllerOf } from '#api/meta'
import { compileLabelMap } from '#api/selectors'
import { allKinds, groupOf, type Kind } from '#api/manifests/kinds'
import { ControllerError } from '#machine/controller-error'
import { nameOf, splitName, type StoredObject } from '#machine/objects'
import { keyOf, type Oracle, type ReconcileRequest } from '#machine/oracle'
import type { Context, Effect, Process } from '#machine/process'
import { requestKey, responseKey } from '#machine/request'
import type { Token } from '#machine/token'
import type { WatchEvent } from '#machine/watch'
import { controller } from '../client/controller.js'
import { enqueue } from '../client/workqueue.js'
import { reconcileSync } from './reconcile-sync.js'

/** Which objects concern which requests. */
export interface Watching {
  /** The resource that the controller is about, by its plural: `configmaps`. Each event puts the object's name into the queue. */
  readonly for: string
  /** Only those objects of it that have these labels. */
  readonly labels?: Readonly<Record<string, string>>
  /** Resources whose objects it makes: an event about one concerns the object that controls it. */
  readonly owns?: readonly string[]
  /** Others, each with a pure function of the object to the requests that it concerns. */
  readonly watches?: readonly {
    readonly resource: string
    readonly requests: (object: StoredObject) => readonly ReconcileRequest[]
  }[]
  /**
   * `namespace/name` of the ServiceAccount by which it calls: its requests are refused where RBAC does not allow them. What it
   * reads from its caches is not. Absent: it may do everything.
   */
  readonly serviceAccount?: string
  /** How many keys are reconciled at once (MaxConcurrentReconciles); 1 unless said otherwise. */
  readonly workers?: number
}

/** The kind of a built-in resource. */
export function kindOf(resource: string, name: string): Kind {
  const kind = allKinds().find((one) => one.resource === resource)
  if (kind !== undefined) return kind
  throw new ControllerError('E_CONTROLLER_UNKNOWN_RESOURCE', `there is no built-in resource "${resource}"`,
    'Write the plural in lower case, as in URLs: configmaps, pods, deployments.', name)
}

const isKind = (owner: OwnerReference, { group, kind }: Kind): boolean => owner.kind === kind && groupOf(owner.apiVersion) === group

/** What is still outstanding when a reconcile ends: its answers find nobody, and it keeps out of the way of the next one. */
const leave: Effect = ({ cells, process, owner }: Context, { slots }: { readonly slots: readonly string[] }) => {
  for (const slot of slots) {
    if (cells.read(responseKey(process, owner, slot)) !== undefined) cells.write(responseKey(process, owner, slot), undefined)
    const request = cells.read(requestKey(process, owner, slot))
    if (request === undefined) continue
    cells.write(requestKey(process, owner, slot), undefined)
    let place = 0
    while (cells.read(requestKey(process, left(owner), String(place))) !== undefined) place++
    cells.write(requestKey(process, left(owner), String(place)), request)
  }
}

/** No chart has this name, so nobody hears of it. */
const left = (owner: string): string => `left ${owner}`

/** Its pod is no part of the World: it has a token for as long as there is such a ServiceAccount. */
export function ownToken(serviceAccount: string): Token {
  const { namespace, name } = splitName(serviceAccount)
  return { namespace, serviceAccount: { name, uid: '' }, audiences: [] }
}

/** A user's controller as a process like any other: reflectors with their own lag, a workqueue, workers. */
export function userController(oracle: Oracle, watching: Watching): Process {
  const { for: resource, labels, owns = [], watches = [], workers = 1, serviceAccount } = watching
  const kind = kindOf(resource, oracle.controller)
  for (const one of [...owns, ...watches.map((watch) => watch.resource)]) kindOf(one, oracle.controller)
  const isWanted = labels === undefined ? () => true : compileLabelMap(labels)
  const ownerKey = (object: StoredObject): readonly string[] => {
    const owner = getControllerOf(object)
    if (owner === undefined || !isKind(owner, kind)) return []
    return [kind.isNamespaced ? `${object.metadata.namespace ?? ''}/${owner.name}` : owner.name]
  }
  /** An event about the controller's own kind: labels are looked at as they are now. */
  const itself = (about: string, object: StoredObject): readonly string[] =>
    (about === resource && isWanted(object.metadata.labels ?? {}) ? [nameOf(object)] : [])
  /** Whom the object concerned, or concerns now. */
  const others = (about: string, object: StoredObject): readonly string[] => [
    ...(owns.includes(about) ? ownerKey(object) : []),
    ...watches.filter((watch) => watch.resource === about).flatMap(({ requests }) => requests(object)).map(keyOf),
  ]
  const process = controller({
    kind: oracle.controller,
    watches: [...new Set([resource, ...owns, ...watches.map((watch) => watch.resource)])].map((one) => ({ resource: one })),
    sync: reconcileSync(oracle, serviceAccount === undefined ? undefined : ownToken(serviceAccount)),
    workers,
    effects: { leave },
    onWatch(context: Context, { resource: about, old, object }: WatchEvent) {
      const states = [old, object].filter((one) => one !== undefined) as StoredObject[] // what events carry
      const keys = [...states.slice(-1).flatMap((one) => itself(about, one)), ...states.flatMap((one) => others(about, one))]
      for (const key of keys) enqueue(context, key, workers)
    },
  })
  return {
    ...process,
    reads: ['cache', 'chart', 'index', 'queue', 'reflector', 'request', 'response', 'store', 'timer', 'watch'],
    writes: ['chart', 'queue', 'request', 'response', 'timer', 'watch'],
  }
}
