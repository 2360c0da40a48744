/** What faults do to the World under work, with a memo. They look at keys, so that a new slot makes what is known of them old. */
import type { FaultKind, Scene } from '../system.js'
import type { Recorder } from './recorder.js'
import type { Saved } from './saved.js'
import type { Steps } from './steps.js'

interface Tree {
  tree: number
  /** How many slots there were when it was planted. */
  slots: number
}

const sceneOf = (recorder: Recorder): Scene => ({ cells: recorder, keys: (match) => recorder.keys(match) })

export class FaultTrees {
  private readonly trees = new Map<string, Tree>()
  private readonly targetsAt = new Map<number, readonly string[]>()

  constructor(private readonly steps: Steps) {}

  save(): Saved {
    return { data: { trees: this.trees, targetsAt: this.targetsAt } }
  }

  load({ data }: Saved): void {
    const { trees, targetsAt } = data as { readonly trees: ReadonlyMap<string, Tree>; readonly targetsAt: ReadonlyMap<number, readonly string[]> } // as saved
    for (const [name, tree] of trees) this.trees.set(name, tree)
    for (const [leaf, targets] of targetsAt) this.targetsAt.set(leaf, targets)
  }

  /** The leaf of the question what a fault may strike. */
  targetsLeaf(kind: FaultKind): number {
    let targets: readonly string[] = []
    return this.leaf(`targets ${kind.name}`, (scene) => { targets = kind.targets(scene) }, (made) => this.targetsAt.set(made, targets))
  }

  /** What a fault may strike. */
  targets(leaf: number): readonly string[] {
    return this.targetsAt.get(leaf)!
  }

  /** The leaf of what happens when it strikes. */
  strike(kind: FaultKind, target: string): number {
    return this.leaf(`strike ${kind.name} ${target}`, (scene) => kind.inject(scene, target))
  }

  /** The leaf of what happens when it is mended. */
  mend(kind: FaultKind, target: string): number {
    return this.leaf(`mend ${kind.name} ${target}`, (scene) => kind.heal?.(scene, target))
  }

  private leaf(name: string, run: (scene: Scene) => void, made?: (leaf: number) => void): number {
    const { memo, slots, worlds, picks } = this.steps
    let tree = this.trees.get(name)
    if (tree === undefined || tree.slots !== slots.size) this.trees.set(name, tree = { tree: memo.plant(), slots: slots.size })
    const known = memo.find(tree.tree, worlds.work, picks)
    if (known >= 0) return known
    this.steps.novelty.met()
    const recorder = this.steps.recorder()
    run(sceneOf(recorder))
    this.steps.evaluations++
    const leaf = this.steps.learn(tree.tree, recorder, name, true)
    this.steps.learnt(leaf, -1, recorder)
    made?.(leaf)
    return leaf
  }
}
