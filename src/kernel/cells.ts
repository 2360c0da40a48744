/**
 * Cells: the contract on which everything else stands.
 *
 * A World is a finite map from a cell key to an immutable JSON value. A Step reads and writes it through
 * this handle and through nothing else, so every Step leaves behind what it read and what it wrote.
 */

import type { List } from './list.js'

/** An immutable JSON value. Values are shared between Worlds: never change one after it was written. */
export type Value = unknown

/**
 * The key of a cell that holds a `T`. Parts are joined by `|`, most general first: `store|pods|default/web`.
 * The first part is the **prefix**; it says what kind of cell this is.
 */
export type Key<T> = string & { readonly __cell?: T }

/** Names a pending deadline: `timer|<process>|<owner>|<event type>`. */
export type DeadlineKey = string

/** A named, pure function of one cell's value; what a Step depends on is its result, not the whole value. */
export interface Projection<T, R> {
  readonly name: string
  readonly of: (value: T | undefined) => R
}

export interface Cells {
  /** The cell's value; `undefined` where there is no such cell. Absence is a read like any other. */
  read<T>(key: Key<T>): T | undefined
  /** The projection's result; only that is recorded as read. The result must be JSON. */
  project<T, R>(key: Key<T>, projection: Projection<T, R>): R
  /** Replaces the value; `undefined` removes the cell. */
  write<T>(key: Key<T>, value: T | undefined): void
  /** Adds at the end of a list without reading it, so that appending and taking commute. */
  append<T>(key: Key<readonly T[]>, entry: T): void
  /** The same for a list that may grow long. `read` hands it out as an array, `list` as it is, without any copying. */
  add<T>(key: Key<List<T>>, entry: T): void
  list<T>(key: Key<List<T>>): List<T> | undefined
  /** Whether the deadline is still to come. Models never learn how much is left. */
  pending(key: DeadlineKey): boolean
  /**
   * Sets the deadline `ms` of virtual time from now, in place of one of the same key; with `earlier` only where that one
   * would end later.
   */
  arm(key: DeadlineKey, ms: number, keep?: 'earlier'): void
  disarm(key: DeadlineKey): void
  /**
   * Leaves one decision to whoever picks the order: a real tie or race upstream. Returns an index into
   * `options`; 0 is the default outcome. `options` are role names, they become part of the Step's label.
   */
  choose(options: readonly string[]): number
}

/** Joins the parts of a key. */
export function key<T>(...parts: readonly string[]): Key<T> {
  let joined = parts[0] ?? ''
  for (let i = 1; i < parts.length; i++) joined += `|${parts[i]!}`
  return joined
}

/** The first part of a key. */
export function prefixOf(key: string): string {
  const end = key.indexOf('|')
  return end < 0 ? key : key.slice(0, end)
}

/** Part number `index` of a key (0 is the prefix); `''` where there is none. */
export function part(key: string, index: number): string {
  let start = 0
  for (let i = 0; i < index; i++) {
    const bar = key.indexOf('|', start)
    if (bar < 0) return ''
    start = bar + 1
  }
  const end = key.indexOf('|', start)
  return end < 0 ? key.slice(start) : key.slice(start, end)
}
