/**
 * Models: pkg/kubelet/eviction/eviction_manager.go (Start: a look at the node every ten seconds), here only where something
 *   has changed that a look could find
 * Reads: nothing
 * Writes: timer
 * Omits: notifications by the kernel (--kernel-memcg-notification is off by default)
 */
import type { Cells, Key } from '#kernel/cells'
import { key } from '#kernel/cells'
import { timerKey } from '#machine/chart'
import { memoryKey } from '../client/memory.js'
import { kubeletOf } from './cells.js'
import type { PressureCondition, Signal } from './eviction-thresholds.js'

/** evictionMonitoringPeriod, in milliseconds. */
export const monitoringPeriod = 10_000

/** What the eviction manager remembers; absent where it never saw pressure. */
export interface EvictionMemory {
  /** The conditions that were observed within the transition period, in the order in which the kubelet posts them. */
  readonly conditions: readonly PressureCondition[]
  /** Those of them that are not observed any more. */
  readonly passing?: readonly PressureCondition[]
  /** Signals of the soft thresholds that were met at the last look. */
  readonly soft?: readonly Signal[]
  /** The pod that is being evicted. */
  readonly evicting?: string
}

export const evictionKey = (process: string): Key<EvictionMemory> => memoryKey(process, 'eviction')

/** A fault: so many bytes of a node's memory or disk are taken by something else than its pods; present while it lasts. */
export const takenKey = (what: 'memory' | 'disk', node: string): Key<number> => key('trouble', what, node)

export const evictionOwner = 'eviction'

export const lookKey = (process: string): string => timerKey(process, evictionOwner, 'look')

/** What the node's pods use has changed, or what is left for them. */
export function watchUse(cells: Cells, node: string): void {
  const look = lookKey(kubeletOf(node))
  if (!cells.pending(look)) cells.arm(look, monitoringPeriod)
}

/** What the kubelet knows of its node's pressure. */
export const pressuresOf = (cells: Cells, process: string): readonly PressureCondition[] =>
  cells.read(evictionKey(process))?.conditions ?? []
