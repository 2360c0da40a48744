/**
 * Models: pkg/controller/controller_utils.go (ControllerExpectations, UIDTrackingControllerExpectations)
 * Reads: expectations, timer
 * Writes: expectations, timer
 * Omits: nothing that is observable; expectations that were met are forgotten, where upstream keeps what is satisfied
 */
import { key, type Cells, type Key } from '#kernel/cells'
import { has, listOf, sizeOf, without, type List } from '#kernel/list'
import { timerKey } from '#machine/chart'
import type { Context } from '#machine/process'

/** What a controller has asked for and not yet seen in its cache, for one of its keys. */
export interface Expectations {
  readonly creations: number
  /** Names of the pods whose deletion is expected, each counted once. */
  readonly deletions: readonly string[]
}

interface Expected {
  readonly creations: number
  readonly deletions: List<string>
}

const none: readonly string[] = []

export const expectationsKey = (process: string, item: string): Key<Expected> => key('expectations', process, item)

/** Expectations that were not met within five minutes no longer hold a controller back. */
const timeout = 5 * 60_000
const expiry = (process: string, item: string): string => timerKey(process, '', `expectations ${item}`)

/** SetExpectations: in place of what was expected before. */
export function expect({ cells, process }: Context, item: string, { creations, deletions }: Expectations): void {
  cells.write(expectationsKey(process, item), { creations, deletions: listOf([...new Set(deletions)]) })
  cells.arm(expiry(process, item), timeout)
}

export function creationObserved({ cells, process }: Context, item: string): void {
  const expected = cells.read(expectationsKey(process, item))
  if (expected === undefined || expected.creations <= 0) return
  settle(cells, process, item, { ...expected, creations: expected.creations - 1 })
}

export function deletionObserved({ cells, process }: Context, item: string, pod: string): void {
  const expected = cells.read(expectationsKey(process, item))
  if (expected === undefined || !has(expected.deletions, pod)) return
  settle(cells, process, item, { ...expected, deletions: without(expected.deletions, pod) ?? none })
}

export function deleteExpectations({ cells, process }: Context, item: string): void {
  if (cells.read(expectationsKey(process, item)) === undefined) return
  cells.write(expectationsKey(process, item), undefined)
  cells.disarm(expiry(process, item))
}

/** SatisfiedExpectations: fulfilled, expired or never set. */
export function satisfied(cells: Cells, process: string, item: string): boolean {
  const expected = cells.read(expectationsKey(process, item))
  return expected === undefined || isMet(expected) || !cells.pending(expiry(process, item))
}

const isMet = ({ creations, deletions }: Expected): boolean => creations <= 0 && sizeOf(deletions) === 0

function settle(cells: Cells, process: string, item: string, expected: Expected): void {
  cells.write(expectationsKey(process, item), isMet(expected) ? undefined : expected)
  if (isMet(expected)) cells.disarm(expiry(process, item))
}
