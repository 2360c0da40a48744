/**
 * Models: staging/src/k8s.io/apiserver/pkg/storage/cacher (delegator.go, cacher.go: Get, GetList), ConsistentListFromCache
 * Reads: store, index, cache, watch, reflector, endpoint, cut
 * Writes: nothing
 * Omits: paging; the wait for a watch cache that is not fresh enough yet (docs/adr/0004-resource-versions.md)
 */
import { expired, notFoundStatus, timeoutStatus } from '#api/status'
import type { Cells } from '#kernel/cells'
import { sizeOf } from '#kernel/list'
import { splitName, type StoredObject } from '#machine/objects'
import type { ApiRequest, ApiResponse } from '#machine/request'
import { getSeen, listSeen, Newest, View } from '#machine/view'
import { awaitedFrom, cacheKey, endpointKey, firstUnseen, reflectorKey, unseenBy } from '#machine/watch'
import { brokenKey, lagKey } from '../client/gates.js'
import { groupResource } from './group-resource.js'

/** What a request is answered from: etcd, a watch cache, or the state that the caller's own cache stands for. */
interface Source {
  get(resource: string, name: string): StoredObject | undefined
  list(resource: string, index: string, value: string): StoredObject[]
}

const byNode = 'spec.nodeName='

/** A get or list of `process`. Without `resourceVersion` it is answered from what is newest. */
export function read(cells: Cells, request: ApiRequest, process: string): ApiResponse {
  const source = request.resourceVersion === undefined ? new Newest(cells) : cached(cells, request, process)
  if ('status' in source) return source
  const { resource, key } = request
  if (request.verb === 'list') return { ok: true, object: { items: itemsOf(source, request) } }
  const object = source.get(resource, key)
  return object === undefined
    ? { ok: false, status: notFoundStatus(groupResource(resource), splitName(key).name) }
    : { ok: true, object }
}

function itemsOf(source: Source, { resource, key, selector }: ApiRequest): readonly StoredObject[] {
  if (selector?.startsWith(byNode) === true) return source.list(resource, 'node', selector.slice(byNode.length))
  return key === '' ? source.list(resource, 'all', '') : source.list(resource, 'namespace', key)
}

type Refusal = Extract<ApiResponse, { readonly ok: false }>

function cached(cells: Cells, request: ApiRequest, process: string): Source | Refusal {
  const { resource } = request
  const reflector = cells.read(reflectorKey(process, resource))
  const apiServer = reflector?.apiServer ?? cells.read(endpointKey(process))
  if (request.resourceVersion === '0') return apiServer === undefined ? new Newest(cells) : new WatchCache(cells, apiServer)
  const isLost = reflector === undefined || cells.read(brokenKey(process, resource)) !== undefined
  if (request.resourceVersionMatch === 'Exact') {
    return isLost ? refuse(expired('The resourceVersion for the provided list is too old.')) : new View(cells, process)
  }
  if (apiServer === undefined || reflector === undefined) return new Newest(cells)
  const { selector } = reflector
  const behind = awaitedFrom(cells.list(cacheKey(apiServer, resource)), selector).length
  if (behind <= unseenBy(cells, process, resource).length) return new WatchCache(cells, apiServer)
  // The caller knows more than the API server that it asks: the answer waits for that, or does not come in time.
  return cells.read(lagKey(apiServer)) === undefined ? new View(cells, process) : refuse(tooLarge)
}

const refuse = (status: Refusal['status']): Refusal => ({ ok: false, status })

const tooLarge: Refusal['status'] = {
  ...timeoutStatus('Too large resource version', 1),
  details: {
    causes: [{ reason: 'ResourceVersionTooLarge', message: 'Too large resource version' }], retryAfterSeconds: 1,
  },
}

/** An API server's watch cache: what is newest, less what it has not seen. */
class WatchCache implements Source {
  constructor(private readonly cells: Cells, private readonly apiServer: string) {}

  get(resource: string, name: string): StoredObject | undefined {
    return getSeen(this.cells, resource, name, this.seen(resource))
  }

  list(resource: string, index: string, value: string): StoredObject[] {
    return listSeen(this.cells, resource, index, value, this.seen(resource))
  }

  private seen(resource: string) {
    const queue = this.cells.list(cacheKey(this.apiServer, resource))
    return { selector: '', unseen: sizeOf(queue) === 0 ? undefined : firstUnseen(undefined, queue) }
  }
}
