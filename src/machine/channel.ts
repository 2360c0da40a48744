/**
 * A channel: a kind of cell that offers a Choice. What can happen next in a World is the union of what its
 * cells offer, so the enabled set is kept up to date by looking at the cells that a Step wrote.
 */
import type { Cells, Key } from '#kernel/cells'

/**
 * The prompt order among what is enabled at one instant: lower first, first come first served within a rank.
 * Watches are delivered before API calls take effect, and controllers look when their caches are up to date.
 */
export const rank = { cache: 0, watch: 1, api: 2, node: 3, work: 4, client: 5, user: 6 } as const
export type Rank = (typeof rank)[keyof typeof rank]

export interface Channel<T = unknown> {
  /** The first part of the keys of its cells. */
  readonly prefix: string
  readonly rank: Rank
  /** Whether a cell with this value offers a Choice now. */
  offers(value: T): boolean
  /** Whether the Choice can be taken, where that depends on other cells than its own. Tracked like a Step. */
  isOpen?(cells: Cells, key: Key<T>): boolean
  /** The process that a cell of this channel belongs to. */
  process(key: Key<T>): string
  /** A cell whose presence closes the channel: a partition, a node without power. */
  gate?(key: Key<T>): Key<unknown> | undefined
  /** The Step: reads and writes through `cells` alone. */
  take(cells: Cells, key: Key<T>, value: T): void
  /** What the Choice is called, in roles and Kubernetes words: part of every trace. */
  label(key: Key<T>, value: T): string
}
