/**
 * Models: pkg/controller/util/consistency (KEP-5647): a controller waits until its cache has its own last writes
 * Reads: wrote, watch, cache, reflector
 * Writes: wrote
 * Omits: comparison by number: a write is seen once its event is no longer on its way; records of owners that are gone
 *   and came back (their controllers clear them when they learn of it)
 */
import { key, type Key } from '#kernel/cells'
import { equal } from '#kernel/value'
import type { Context } from '#machine/process'
import type { View } from '#machine/view'
import { unseenBy } from '#machine/watch'

/** The last written object of each resource, by the key that was being synced. */
type Wrote = Readonly<Record<string, { readonly name: string; readonly object: unknown }>>

const wroteKey = (process: string, item: string): Key<Wrote> => key('wrote', process, item)

/**
 * WroteAt: an answer told of a write. Answers may come in another order than the writes they are about; the write that
 * came last counts.
 */
export function wroteAt(context: Context, item: string, resource: string, name: string, object: unknown): void {
  const { cells, process } = context
  const cell = wroteKey(process, item)
  const before = cells.read(cell)
  const last = before?.[resource]
  if (last !== undefined && isLater(context, resource, last, { name, object })) return
  cells.write(cell, { ...before, [resource]: { name, object } })
}

/** Whether write `a` is on its way to the cache behind write `b`, or `b` has arrived. */
function isLater({ cells, process, view }: Context, resource: string, a: Wrote[string], b: Wrote[string]): boolean {
  if (view.hasSeen(resource, a.name, a.object)) return false
  const unseen = unseenBy(cells, process, resource)
  const place = ({ name, object }: Wrote[string]): number =>
    unseen.findLastIndex((event) => event.key === name && equal(event.object, object))
  return place(a) > place(b)
}

/** Clear */
export function clearWrites({ cells, process }: Context, item: string): void {
  if (cells.read(wroteKey(process, item)) !== undefined) cells.write(wroteKey(process, item), undefined)
}

/** EnsureReady: whether the caches hold everything that this controller wrote while syncing `item`. */
export function isConsistent(view: View, item: string): boolean {
  const wrote = view.cells.read(wroteKey(view.process, item))
  if (wrote === undefined) return true
  for (const resource in wrote) {
    const last = wrote[resource]
    if (last !== undefined && !view.hasSeen(resource, last.name, last.object)) return false
  }
  return true
}
