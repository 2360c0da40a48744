/** What is searched: a World at its beginning, and the faults that may befall it. Knows nothing of the models. */
import type { World } from '#cluster/world'

export interface FaultKind {
  readonly name: string
  /** What it may strike in this World: processes, nodes, containers. */
  targets(world: World): readonly string[]
  inject(world: World, target: string): void
  /** Absent where the fault is over at once. */
  heal?(world: World, target: string): void
  /** How long it typically lasts, in milliseconds: the least and the most that a search picks. */
  readonly lasts: readonly [least: number, most: number]
  /** How long after its end upstream is still detecting and repairing, in milliseconds. */
  readonly recovery: number
}

export interface System {
  /** The World in which every order begins: a fresh one each time. */
  boot(): World
  readonly faults: readonly FaultKind[]
  /** Prefix of the user's choices: they wait until things have settled. */
  readonly user: string
  /** About how much there is in it in the end: nodes, objects, pods. Unknown, where absent. */
  readonly size?: number
}

/** How late one kind of channel may be, in milliseconds, before it counts as a fault. */
export type MaxLag = Readonly<Record<string, number>>

/**
 * By the first part of the channel's key. Watches and requests: what upstream's own objectives allow under load
 * (sig-scalability/slos: 1 s for API calls, propagation within seconds). Timers and workers: a second of scheduling noise.
 */
export const defaultMaxLag: MaxLag = {
  cache: 1_000, watch: 2_000, request: 1_000, response: 1_000, queue: 1_000, schedule: 1_000, timer: 1_000, run: 1_000,
}
