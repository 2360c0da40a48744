/**
 * Models: apiserver/pkg/registry/generic/registry/store.go (Delete, DeleteCollection, deletionFinalizersForGarbageCollection),
 *   apiserver/pkg/registry/rest/delete.go (BeforeDelete)
 * Reads: store, index, slots, incarnations
 * Writes: store, index, slots, incarnations, cache
 * Omits: a grace period that is shortened when most of it is over (it begins anew); the update that marks an object which
 *   is then gone at once, and its event; that a collection is deleted one by one
 */
import { match } from 'ts-pattern'
import type { DeleteOptions } from '#api/types'
import { conflict, forbiddenStatus, notFoundStatus } from '#api/status'
import type { Cells } from '#kernel/cells'
import { equal } from '#kernel/value'
import { indexKey, objectKey, splitName, type StoredObject } from '#machine/objects'
import type { ApiRequest, ApiResponse } from '#machine/request'
import { put } from './etcd.js'
import { groupKind, groupResource } from './group-resource.js'
import { bury } from './names.js'
import { strategyOf } from './strategies.js'
import type { Strategy } from './strategy.js'

/** NamespaceLifecycle admission. */
const immortal: ReadonlySet<string> = new Set(['default', 'kube-system', 'kube-public'])

export function remove(cells: Cells, request: ApiRequest): ApiResponse {
  const { resource, key } = request
  const old = cells.read(objectKey(resource, key))
  const { name } = splitName(key)
  if (old === undefined) return { ok: false, status: notFoundStatus(groupResource(resource), name) }
  const options = (request.body ?? {}) as DeleteOptions // built by callers with that type
  const broken = brokenPrecondition(request, options, old)
  if (broken !== undefined) return { ok: false, status: conflict(groupKind(resource, old.kind), name, broken) }
  if (resource === 'namespaces' && immortal.has(name)) {
    return { ok: false, status: forbiddenStatus(resource, name, 'this namespace may not be deleted') }
  }
  const strategy = strategyOf(resource)
  const seconds = graceOf(strategy, old, options)
  if (seconds === 'pending') return { ok: true, object: old }
  const marked = marks(strategy.beforeDelete?.(cells, old, options) ?? old, options, seconds)
  if (isReleased(resource, marked)) {
    put(cells, resource, old, undefined)
    bury(cells, resource, old)
    strategy.afterWrite?.(cells, old, undefined)
  } else if (!equal(marked, old)) {
    put(cells, resource, old, marked)
    strategy.afterWrite?.(cells, old, marked)
  }
  return { ok: true, object: marked }
}

/** Every object of the resource in a namespace; what is gone already does not matter. */
export function removeAll(cells: Cells, { resource, key: namespace, body }: ApiRequest): ApiResponse {
  let failed: ApiResponse | undefined
  for (const key of cells.read(indexKey(resource, 'namespace', namespace)) ?? []) {
    const answer = remove(cells, { verb: 'delete', resource, key, body })
    if (!answer.ok && answer.status.reason !== 'NotFound') failed ??= answer
  }
  return failed ?? { ok: true }
}

function brokenPrecondition(request: ApiRequest, options: DeleteOptions, old: StoredObject): string | undefined {
  const uid = request.uid ?? options.preconditions?.uid
  if (uid !== undefined && old.metadata.uid !== uid) {
    return `the UID in the precondition (${uid}) does not match the UID in record (${old.metadata.uid}). `
      + 'The object might have been deleted and then recreated'
  }
  if (request.base === undefined || equal(request.base, old)) return undefined
  return 'the ResourceVersion in the precondition does not match the ResourceVersion in record. '
    + 'The object might have been modified'
}

/** Seconds until the object may go; `pending` where it is being deleted already and nothing changes. */
function graceOf(strategy: Strategy, old: StoredObject, options: DeleteOptions): number | 'pending' {
  const asked = options.gracePeriodSeconds
  const wanted: DeleteOptions = asked !== undefined && asked < 0 ? { ...options, gracePeriodSeconds: 1 } : options
  const { deletionTimestamp, deletionGracePeriodSeconds: left = 0 } = old.metadata
  if (strategy.gracePeriod === undefined || (deletionTimestamp !== undefined && left === 0)) return 0
  if (deletionTimestamp === undefined) return strategy.gracePeriod(old, wanted)
  // Only a shorter grace period than the one under way counts.
  const shorter = wanted.gracePeriodSeconds
  return shorter === undefined || shorter >= left ? 'pending' : shorter
}

/** Sets the deletion marker, the grace period and the finalizer that the propagation policy asks for. */
function marks(old: StoredObject, options: DeleteOptions, seconds: number): StoredObject {
  const { finalizers: before, ...metadata } = old.metadata
  const finalizers = finalizersFor(before ?? [], options)
  const { generation } = metadata
  const isFirst = metadata.deletionTimestamp === undefined
  return {
    ...old,
    metadata: {
      ...metadata,
      ...(finalizers.length === 0 ? {} : { finalizers }),
      deletionTimestamp: metadata.deletionTimestamp ?? 'set',
      deletionGracePeriodSeconds: seconds,
      ...(isFirst && generation !== undefined ? { generation: generation + 1 } : {}),
    },
  }
}

/** An explicit policy overrides what was asked for before; the default of every kind is to collect in the background. */
function finalizersFor(before: readonly string[], { propagationPolicy }: DeleteOptions): readonly string[] {
  if (propagationPolicy === undefined) return before
  const others = before.filter((name) => name !== 'foregroundDeletion' && name !== 'orphan')
  return match(propagationPolicy)
    .with('Foreground', () => [...others, 'foregroundDeletion'])
    .with('Orphan', () => [...others, 'orphan'])
    .with('Background', () => others)
    .exhaustive()
}

/** An object that is being deleted goes once no finalizer and no grace period hold it. */
export const isReleased = (resource: string, object: StoredObject): boolean =>
  object.metadata.deletionTimestamp !== undefined
  && (object.metadata.finalizers ?? []).length === 0
  && (object.metadata.deletionGracePeriodSeconds ?? 0) === 0
  && (strategyOf(resource).isFinalized?.(object) ?? true)
