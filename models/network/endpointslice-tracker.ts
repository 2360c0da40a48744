/**
 * Models: staging/src/k8s.io/endpointslice/util/endpointslice_tracker.go (EndpointSliceTracker)
 * Reads: memory, watch, cache
 * Writes: memory
 * Omits: generations. What was written last is remembered by its value; the cache is older as long as the event of that
 *   write is on its way
 */
import type { EndpointSlice } from '#api/types'
import type { Cells, Key } from '#kernel/cells'
import { equal } from '#kernel/value'
import { nameOf } from '#machine/objects'
import type { View } from '#machine/view'
import { memoryKey } from '../client/memory.js'

/** What the controller wrote last of each slice of a Service, by the slice's name; `deleted` where it deleted it. */
export type Tracked = Readonly<Record<string, EndpointSlice | 'deleted'>>

/** `service` is `namespace/name`. */
export const trackedKey = (process: string, service: string): Key<Tracked> => memoryKey(process, 'slices', service)

const read = (cells: Cells, process: string, service: string): Tracked => cells.read(trackedKey(process, service)) ?? {}

/** Update: the API server answered a create or an update with this slice. */
export function trackWrite(cells: Cells, process: string, service: string, slice: EndpointSlice): void {
  cells.write(trackedKey(process, service), { ...read(cells, process, service), [nameOf(slice)]: slice })
}

/** ExpectDeletion: the API server deleted the slice for the controller. */
export function expectDeletion(cells: Cells, process: string, service: string, slice: string): void {
  cells.write(trackedKey(process, service), { ...read(cells, process, service), [slice]: 'deleted' })
}

/** HandleDeletion: the slice is gone from the cache. Whether that was expected, or the slice not tracked at all. */
export function handleDeletion(cells: Cells, process: string, service: string, slice: string): boolean {
  const { [slice]: last, ...rest } = read(cells, process, service)
  if (last === undefined) return true
  cells.write(trackedKey(process, service), rest)
  return last === 'deleted'
}

/** DeleteService */
export function forgetService(cells: Cells, process: string, service: string): void {
  if (cells.read(trackedKey(process, service)) !== undefined) cells.write(trackedKey(process, service), undefined)
}

/** ShouldSync: whether a slice that was just cached was written by somebody else, after this controller's last write. */
export function shouldSync(view: View, service: string, slice: EndpointSlice): boolean {
  const last = read(view.cells, view.process, service)[nameOf(slice)]
  if (last === undefined || last === 'deleted') return true
  return view.hasSeen('endpointslices', nameOf(slice), last) && !equal(slice, last)
}

/** StaleSlices: whether the cached slices are older than what this controller wrote, or lack one that it wrote. */
export function staleSlices(view: View, service: string, cached: readonly EndpointSlice[]): boolean {
  const tracked = view.cells.read(trackedKey(view.process, service))
  if (tracked === undefined) return false
  const names = new Set(cached.map(nameOf))
  for (const name in tracked) {
    const last = tracked[name]
    if (last === undefined) continue
    if (last === 'deleted' ? names.has(name) : !names.has(name)) return true
    if (last !== 'deleted' && !view.hasSeen('endpointslices', name, last)) return true
  }
  return false
}
