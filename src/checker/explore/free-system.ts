/**
 * A system in which everything that is enabled can happen in every order, and what must hold of each of its
 * Worlds.
 */
import type { Channel } from '#machine/channel'
import type { World } from '#cluster/world'
import type { Interchangeable } from './symmetry.js'
import type { Invariant } from './verdicts.js'

export interface FreeSystem {
  readonly channels: readonly Channel<never>[]
  readonly user: string
  begin(): World
  readonly claims: readonly Invariant[]
  /** Things of which it does not matter which is which. */
  readonly interchangeable?: Interchangeable
}
