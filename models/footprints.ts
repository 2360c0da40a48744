/**
 * What each party may read and write, as prefixes of cells: made from the headers of the models by `npm run docs`, and
 * checked at every Step while testing.
 */
import { prefixOf } from '#kernel/cells'
import type { Process } from '#machine/process'
import { footprints } from './footprints.generated.js'

export interface Footprint {
  readonly reads: readonly string[]
  readonly writes: readonly string[]
}

/** What channels read and write for every process, whatever its models do: events, answers, snapshots, deadlines. */
const machinery: readonly string[] = ['chart', 'response', 'timer', 'watch']

const union = (...lists: readonly (readonly string[])[]): readonly string[] => [...new Set(lists.flat())].sort()

/** The footprint of a party: a kind of process, or one of those that `partyOf` adds. */
export function footprintOf(party: string): Footprint | undefined {
  const own = footprints[party]
  return own === undefined ? undefined : { reads: union(own.reads, machinery), writes: union(own.writes, machinery) }
}

/**
 * Whose Step a choice is: the API server's where a request takes effect or its watch cache moves on, the clients' where
 * they connect, the clock's where a time has passed that decisions ask about; else that of the process.
 */
export function partyOf(choice: string, process: string): string {
  if (prefixOf(choice) === 'request') return 'kube-apiserver'
  if (footprints[process] !== undefined) return process
  return process.slice(0, Math.max(0, process.lastIndexOf('/')))
}

/** The process with what it declares. */
export const declared = (process: Process): Process => ({ ...process, ...footprintOf(process.kind) })
