/**
 * The contract of a fault: something that breaks, once, somewhere, for a while. Models know faults only by what they
 * do to cells: a gate that closes (`cut|…`, `down|…`), memory that is gone, a trouble that a process asks about.
 */
import { key, part, type Cells, type Key } from '#kernel/cells'
import type { Runtime } from '#machine/process'

/** Where a fault strikes. */
export interface Scene {
  readonly cells: Cells
  readonly runtime: Runtime
  /** Keys of cells that hold a value and of pending deadlines, in no promised order; `match` says which are asked for. */
  readonly keys: (match: (key: string) => boolean) => Iterable<string>
}

export interface Fault {
  /** Kebab-case: `power-loss`. */
  readonly name: string
  /** What breaks, in one sentence. */
  readonly title: string
  /** What it may strike now, sorted: processes, nodes, API servers. */
  targets(scene: Scene): readonly string[]
  inject(scene: Scene, target: string): void
  /** Absent where the fault is over at once. */
  heal?(scene: Scene, target: string): void
  /** How long it typically lasts: the least and the most, in milliseconds. */
  readonly lasts: readonly [least: number, most: number]
  /** How long after its end upstream's own detection and repair go on, in milliseconds. */
  readonly recovery: number
}

/** What a fault remembers while it lasts. */
export const faultKey = <T>(fault: string, target: string): Key<T> => key('fault', fault, target)

/** The keys that match, in no promised order. */
export const keysOf = (scene: Scene, match: (key: string) => boolean): readonly string[] => [...scene.keys(match)].filter(match)

/** Part `index` of every key with this prefix, each once, sorted. */
export function namesIn(scene: Scene, prefix: string, index: number): readonly string[] {
  const names = new Set<string>()
  for (const cell of keysOf(scene, (key) => key.startsWith(`${prefix}|`))) names.add(part(cell, index))
  return [...names].sort()
}

/** Every process that runs: each has reflectors. */
export const runningProcesses = (scene: Scene): readonly string[] => namesIn(scene, 'reflector', 1)

/** Every node that a kubelet runs on. */
export const nodesWithKubelet = (scene: Scene): readonly string[] => instancesOf(scene, 'kubelet')

/** The nodes of those processes of a kind that run: `node-1` of `kubelet/node-1`. */
export const instancesOf = (scene: Scene, kind: string): readonly string[] =>
  runningProcesses(scene).filter((process) => process.startsWith(`${kind}/`))
    .map((process) => process.slice(kind.length + 1))
