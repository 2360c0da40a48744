/**
 * Models: staging/src/k8s.io/apiserver/pkg/registry/generic/registry/store.go (Create, Update), one request a Step
 * Reads: request, store, index, slots, incarnations, cache, watched, clusterip, nodeport, and what `read.ts` reads (reflector)
 * Writes: request, response, store, index, slots, incarnations, cache, clusterip, nodeport, elapsed, progress
 * Omits: authentication and authorisation of what shows no token; flow control; admission other than that of `strategies.ts`; dry run
 */
import * as either from 'fp-ts/lib/Either.js'
import type { Either } from 'fp-ts/lib/Either.js'
import type { ObjectMeta, Status } from '#api/types'
import {
  alreadyExists, badRequest, conflict, invalidStatus, methodNotSupported, notFoundStatus,
} from '#api/status'
import { equal } from '#kernel/value'
import { part, type Cells } from '#kernel/cells'
import { rank, type Channel } from '#machine/channel'
import { objectKey, splitName, type StoredObject } from '#machine/objects'
import { responseTo, type ApiRequest, type ApiResponse } from '#machine/request'
import type { Token } from '#machine/token'
import { networkGate } from '../client/reflector.js'
import { admitChanged, admitNew, admitOwn, missingNamespace, ownershipErrors } from './admit-input.js'
import { isReleased, remove, removeAll } from './deletion.js'
import { put } from './etcd.js'
import { groupKind, groupResource, hasGeneration } from './group-resource.js'
import { bury, firstUid, generateName, uidOf, wasUsed } from './names.js'
import { namespaceTerminating } from './namespace-strategy.js'
import { applyPatch, type Patch } from './patch.js'
import { read } from './read.js'
import { strategyOf } from './strategies.js'
import { accessRefusal } from './tokens/access.js'

/** A request in flight takes effect, and its answer is on the way back. */
export const requestChannel: Channel<ApiRequest> = {
  prefix: 'request',
  rank: rank.api,
  offers: () => true,
  process: (cell) => part(cell, 1),
  gate: (cell) => networkGate(part(cell, 1)),
  take(cells, cell, request) {
    cells.write(cell, undefined)
    const response = handle(cells, request, part(cell, 1))
    cells.write(responseTo(cell), { request, response })
  },
  label: (cell, { verb, resource, subresource, key }) =>
    `kube-apiserver: ${part(cell, 1)} ${verb} ${resource}${subresource === undefined ? '' : `/${subresource}`} ${key}`,
}

/** What the API server does with one request of `process`, all at once. */
export function handle(cells: Cells, request: ApiRequest, process = ''): ApiResponse {
  if (request.token !== undefined) return handleFor(cells, request, request.token, process)
  if (request.subresource === 'scale') return createSub(cells, request)
  const { verb } = request
  switch (verb) { // the busiest place of all, where a pattern would cost more than most requests
    case 'get':
    case 'list': return read(cells, request, process)
    case 'create': return request.subresource === undefined ? create(cells, request) : createSub(cells, request)
    case 'update': return update(cells, request)
    case 'patch': return patch(cells, request)
    case 'delete': return remove(cells, request)
    case 'deletecollection': return removeAll(cells, request)
    default: throw new Error(`no verb ${String(verb satisfies never)}`)
  }
}

/** A request of somebody who may not do everything. */
function handleFor(cells: Cells, request: ApiRequest, shown: Token | 'none', process: string): ApiResponse {
  const refused = accessRefusal(cells, request, shown, strategyOf(request.resource).namespaced)
  if (refused !== undefined) return fail(refused)
  const { token: _, ...allowed } = request
  return handle(cells, allowed, process)
}

const fail = (status: Status): ApiResponse => ({ ok: false, status })

function create(cells: Cells, request: ApiRequest): ApiResponse {
  const { resource } = request
  const given = request.body as StoredObject // the caller's object; a user's is decoded
  const admitted = request.raw === true ? admitNew(given, splitName(request.key).namespace) : either.right(admitOwn(given))
  if (either.isLeft(admitted)) return fail(admitted.left)
  const sent = admitted.right
  const strategy = strategyOf(resource)
  const namespace = strategy.namespaced ? sent.metadata.namespace ?? splitName(request.key).namespace : undefined
  const { generateName: prefix = '' } = sent.metadata
  const isGenerated = sent.metadata.name === '' || sent.metadata.name === undefined
  const closed = namespace === undefined ? undefined
    : closedNamespace(cells, request, namespace, isGenerated ? prefix : sent.metadata.name)
  if (closed !== undefined) return fail(closed)
  const refused = strategy.admit?.(cells, sent, undefined)
  if (refused !== undefined) return fail(refused)
  const name = isGenerated ? generateName(cells, resource, namespace, prefix) : sent.metadata.name
  const full = namespace === undefined ? name : `${namespace}/${name}`
  const there = isGenerated ? undefined : cells.read(objectKey(resource, full))
  if (there !== undefined) return fail(existing(resource, there))
  const metadata = {
    ...sent.metadata,
    ...(namespace === undefined ? {} : { namespace }),
    name,
    uid: isGenerated ? firstUid(sent.kind, full) : uidOf(cells, sent.kind, resource, full),
    ...(hasGeneration(resource) ? { generation: 1 } : {}),
  }
  const object = strategy.prepareForCreate(cells, { ...sent, metadata })
  put(cells, resource, undefined, object)
  strategy.afterWrite?.(cells, undefined, object)
  return { ok: true, object }
}

/** NamespaceLifecycle admission: nothing is created where there is no namespace, or where it is being deleted. */
function closedNamespace(cells: Cells, request: ApiRequest, namespace: string, name: string): Status | undefined {
  const home = cells.read(objectKey('namespaces', namespace))
  if (home === undefined) {
    // What controllers write is in namespaces that were there when they looked.
    return request.raw === true || wasUsed(cells, 'namespaces', namespace) ? missingNamespace(cells, namespace) : undefined
  }
  return home.metadata.deletionTimestamp === undefined
    ? undefined : namespaceTerminating(groupResource(request.resource), name, namespace)
}

function existing(resource: string, { metadata: { name, deletionTimestamp } }: StoredObject): Status {
  const status = alreadyExists(groupResource(resource), name)
  return deletionTimestamp === undefined ? status : { ...status, message: `object is being deleted: ${status.message}` }
}

function createSub(cells: Cells, request: ApiRequest): ApiResponse {
  const handler = strategyOf(request.resource).subresources?.[request.subresource ?? '']
  if (handler === undefined) return fail(methodNotSupported(request.resource, 'create'))
  return handler(cells, request, handle)
}

/** What is updated, where the request may change it; the refusal where it may not. */
function current({ resource, key, base, uid }: ApiRequest, old: StoredObject | undefined): Either<Status, StoredObject> {
  const { name } = splitName(key)
  if (old === undefined) return either.left(notFoundStatus(groupResource(resource), name))
  if (uid !== undefined && old.metadata.uid !== uid) {
    return either.left(conflict(groupResource(resource), name,
      `Precondition failed: UID in precondition: ${uid}, UID in object meta: ${old.metadata.uid}`))
  }
  return base === undefined || equal(base, old) ? either.right(old) : either.left(conflict(groupResource(resource), name))
}

function update(cells: Cells, request: ApiRequest): ApiResponse {
  const sent = request.body as StoredObject // the caller's object, as for create
  // A uid in the object is a precondition.
  const uid = request.uid ?? (sent.metadata as Partial<ObjectMeta>).uid // what is sent may lack it
  const old = current({ ...request, ...(uid === undefined ? {} : { uid }) }, cells.read(objectKey(request.resource, request.key)))
  return either.isLeft(old) ? fail(old.left) : accept(cells, request, old.right, sent)
}

function patch(cells: Cells, request: ApiRequest): ApiResponse {
  const { uid, ...anyUid } = request
  const old = current(anyUid, cells.read(objectKey(request.resource, request.key)))
  if (either.isLeft(old)) return fail(old.left)
  const patched = applyPatch(old.right, request.body as Patch) // data of our own making
  if (!patched.ok) return fail(badRequest(patched.message))
  const changed = patched.value as StoredObject // a patched object is still one
  // A patch names its object by metadata.uid, which nobody may change: Invalid, where other requests answer Conflict.
  const isOther = uid !== undefined && uid !== old.right.metadata.uid
  const errors = ownershipErrors(isOther ? { ...changed.metadata, uid } : changed.metadata, old.right.metadata)
  if (errors.length > 0) {
    return fail(invalidStatus(groupKind(request.resource, old.right.kind), splitName(request.key).name, errors))
  }
  return accept(cells, request, old.right, changed)
}

/** What was made of an object is defaulted again; what a user made of it is decoded and validated as a whole, too. */
function accept(cells: Cells, request: ApiRequest, old: StoredObject, sent: StoredObject): ApiResponse {
  const admitted = request.raw === true ? admitChanged(sent, old)
    : either.right(request.subresource === undefined ? admitOwn(sent, old) : sent)
  return either.isLeft(admitted) ? fail(admitted.left) : replace(cells, request, old, admitted.right)
}

function replace(cells: Cells, request: ApiRequest, old: StoredObject, sent: StoredObject): ApiResponse {
  const { resource, subresource } = request
  const strategy = strategyOf(resource)
  const prepared = subresource === 'status'
    ? strategy.prepareForStatusUpdate?.(cells, sent, old)
      ?? { ...old, status: (sent as { status?: unknown }).status } // status has no common type
    : strategy.prepareForUpdate(cells, sent, old)
  if (equal(prepared, old)) return { ok: true, object: old }
  const refused = subresource === 'status' ? undefined : strategy.admit?.(cells, prepared, old)
  if (refused !== undefined) return fail(refused)
  const gone = isReleased(resource, prepared)
  put(cells, resource, old, gone ? undefined : prepared)
  if (gone) bury(cells, resource, prepared)
  strategy.afterWrite?.(cells, old, gone ? undefined : prepared)
  return { ok: true, object: prepared }
}
