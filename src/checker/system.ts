/** What is searched: a World at its beginning, and the faults that may befall it. Knows nothing of the models. */
import type { Cells } from '#kernel/cells'
import type { Channel } from '#machine/channel'
import type { World } from '#cluster/world'

/** Where a fault looks for its targets, and strikes. */
export interface Scene {
  readonly cells: Cells
  /** Keys of cells that hold a value and of pending deadlines, in no promised order; `match` says which are asked for. */
  readonly keys: (match: (key: string) => boolean) => Iterable<string>
}

/** A World as the scene of a fault. */
export const sceneOf = (world: World): Scene => ({
  cells: world,
  *keys() {
    yield* world.store.keys()
    for (const [key] of world.store.deadlines.entries()) yield key
  },
})

/** The scene of a World that stays as it is while many look at it. */
export function stillSceneOf(world: World): Scene {
  const keys = [...sceneOf(world).keys(() => true)]
  return { cells: world, keys: () => keys }
}

export interface FaultKind {
  readonly name: string
  /** What it may strike there: processes, nodes, containers. */
  targets(scene: Scene): readonly string[]
  inject(scene: Scene, target: string): void
  /** Absent where the fault is over at once. */
  heal?(scene: Scene, target: string): void
  /** How long it typically lasts, in milliseconds: the least and the most that a search picks. */
  readonly lasts: readonly [least: number, most: number]
  /** How long after its end upstream is still detecting and repairing, in milliseconds. */
  readonly recovery: number
}

export interface System {
  /** The World in which every order begins: a fresh one each time. */
  boot(): World
  /** How its Worlds go on. */
  readonly channels: readonly Channel<never>[]
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
