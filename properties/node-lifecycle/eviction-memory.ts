/** What the claims about evictions by taint have in common: which write is an eviction, and of whom. */
import type { Pod } from '#api/types'
import { part } from '#kernel/cells'
import type { ApiRequest } from '#machine/request'
import type { Write } from '#checker/claim'
import { isMarked } from '#models/node-lifecycle/pod-eviction'
import { taintEviction } from '#models/node-lifecycle/taint-eviction'

export const evictionRequests = `request|${taintEviction}|evict:`

/** The pod whose eviction begins with this write: its first call is a read of the pod. */
export function begun({ key, after }: Write): string | undefined {
  if (!key.startsWith(evictionRequests)) return undefined
  const request = after as ApiRequest | undefined // the value of a request cell
  return request?.verb === 'get' && request.resource === 'pods' ? part(key, 2).slice('evict:'.length) : undefined
}

/** A pod that the taint eviction controller deletes with this write without having said why: no condition tells of it. */
export function unmarked({ key, choice, before, after }: Write): Pod | undefined {
  if (!key.startsWith('store|pods|') || !choice.startsWith(evictionRequests) || before === undefined) return undefined
  const [was, is] = [before as Pod, after as Pod | undefined] // the values of a pod's cell
  const isDeleted = was.metadata.deletionTimestamp === undefined && (is === undefined || is.metadata.deletionTimestamp !== undefined)
  return isDeleted && !isMarked(was) ? was : undefined
}

/** The pod as it was before the taint eviction controller marked or deleted it with this write. */
export function evicted({ key, choice, before, after }: Write): Pod | undefined {
  if (!key.startsWith('store|pods|') || !choice.startsWith(evictionRequests) || before === undefined) return undefined
  const [was, is] = [before as Pod, after as Pod | undefined] // the values of a pod's cell
  if (is !== undefined && isMarked(is) && !isMarked(was)) return was
  const isDeleted = is === undefined
    || (is.metadata.deletionTimestamp !== undefined && was.metadata.deletionTimestamp === undefined)
  return isDeleted && isMarked(was) ? was : undefined
}
