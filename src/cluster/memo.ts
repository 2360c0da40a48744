/**
 * The memo of Steps: the same values read give the same writes. For each choice a decision tree over what its Steps
 * read; its leaves say what they wrote. A Step whose situation was met before runs no chart and no model code.
 */
import type { InternedStore } from '#kernel/interned-store'

/** What a Step asked, in order: the value of a cell, whether a deadline is pending, how a tie goes. */
export type Asked =
  | { readonly is: 'read'; readonly cell: number; readonly value: number }
  | { readonly is: 'pending'; readonly key: string; readonly pending: boolean }
  | { readonly is: 'tie'; readonly options: readonly string[]; readonly picked: number }

/** What it did. Values are numbers of the store's interning; `append` and `add` go on what is there. */
export type Done =
  | { readonly is: 'write'; readonly cell: number; readonly value: number }
  | { readonly is: 'append' | 'add'; readonly cell: number; readonly entry: number }
  | { readonly is: 'arm'; readonly key: string; readonly ms: number; readonly keep: 'earlier' | undefined }
  | { readonly is: 'disarm'; readonly key: string }

/** What comes after a read, by the value read. The one met last is looked at first: it mostly is the one. */
class Branches {
  private readonly byValue = new Map<number, Tree>()
  private last = -1
  private lastTree: Tree | undefined

  get(value: number): Tree | undefined {
    if (value === this.last) return this.lastTree
    const tree = this.byValue.get(value)
    if (tree !== undefined) {
      this.last = value
      this.lastTree = tree
    }
    return tree
  }

  set(value: number, tree: Tree): void {
    this.byValue.set(value, tree)
    this.last = value
    this.lastTree = tree
  }
}

type Tree =
  | { readonly is: 'read'; readonly cell: number; readonly next: Branches }
  | { readonly is: 'pending'; readonly key: string; readonly next: [Tree | undefined, Tree | undefined] }
  | { readonly is: 'tie'; readonly options: readonly string[]; readonly next: Map<number, Tree> }
  | { readonly is: 'leaf'; readonly done: readonly Done[] }

/** Nodes kept at most; then everything is forgotten and learned anew. */
const most = 4_000_000

export class Memo {
  private roots = new Map<string, Tree>()
  private nodes = 0
  hits = 0
  misses = 0

  /** What the choice's Step would do here; `undefined` where this situation is new. `pick` is asked at ties. */
  lookup(choice: string, store: InternedStore, pick: (options: readonly string[]) => number): readonly Done[] | undefined {
    let tree = this.roots.get(choice)
    while (tree !== undefined) {
      switch (tree.is) {
        case 'read': tree = tree.next.get(store.idAt(tree.cell)); break
        case 'pending': tree = tree.next[(store.deadlines.left(tree.key) ?? 0) > 0 ? 1 : 0]; break
        case 'tie': tree = tree.next.get(pick(tree.options)); break
        case 'leaf':
          this.hits++
          return tree.done
      }
    }
    this.misses++
    return undefined
  }

  /** Remembers a Step: what it asked, in order, and what it did. */
  learn(choice: string, asked: readonly Asked[], done: readonly Done[]): void {
    if (this.nodes > most) {
      this.roots = new Map()
      this.nodes = 0
    }
    let place = (tree: Tree): void => void this.roots.set(choice, tree)
    let tree = this.roots.get(choice)
    for (const question of asked) {
      if (tree === undefined) {
        this.nodes++
        tree = question.is === 'read' ? { is: 'read', cell: question.cell, next: new Branches() }
          : question.is === 'pending' ? { is: 'pending', key: question.key, next: [undefined, undefined] }
            : { is: 'tie', options: question.options, next: new Map() }
        place(tree)
      }
      if (tree.is === 'read' && question.is === 'read' && tree.cell === question.cell) {
        const { next } = tree
        place = (child) => void next.set(question.value, child)
        tree = next.get(question.value)
      } else if (tree.is === 'pending' && question.is === 'pending' && tree.key === question.key) {
        const { next } = tree
        place = (child) => { next[question.pending ? 1 : 0] = child }
        tree = next[question.pending ? 1 : 0]
      } else if (tree.is === 'tie' && question.is === 'tie') {
        const { next } = tree
        place = (child) => void next.set(question.picked, child)
        tree = next.get(question.picked)
      } else {
        throw new Error(`${choice} is not a function of what it read: it asked ${describe(question)} where it had asked ${describe(tree)}`)
      }
    }
    this.nodes++
    place({ is: 'leaf', done })
  }
}

const describe = (one: Asked | Tree): string =>
  (one.is === 'read' ? `for cell ${one.cell}` : one.is === 'pending' ? `about ${one.key}` : one.is === 'tie' ? 'about a tie' : 'nothing more')

/** Takes down what one Step asks and does, while it runs. */
export class Notes {
  readonly asked: Asked[] = []
  readonly done: Done[] = []
  private readonly known = new Set<string>()
  /** Deadlines that may be this Step's or an older one. */
  private readonly kept = new Set<string>()
  /** Cells that this Step has written, and what they held before it; −1 where that cannot matter any more. */
  private readonly first = new Map<number, number>()

  constructor(private readonly store: InternedStore) {}

  read(key: string): void {
    if (this.known.has(key)) return
    this.known.add(key)
    const cell = this.store.interning.cell(key)
    const value = this.first.get(cell) ?? this.store.idAt(cell)
    if (value >= 0) this.asked.push({ is: 'read', cell, value })
  }

  pending(key: string, pending: boolean): void {
    if (this.kept.has(key)) throw new Error(`a Step asks about ${key}, which it armed unless it ended earlier`)
    if (this.known.has(key)) return
    this.known.add(key)
    this.asked.push({ is: 'pending', key, pending })
  }

  tie(options: readonly string[], picked: number): void {
    this.asked.push({ is: 'tie', options, picked })
  }

  write(key: string, value: unknown): void {
    const cell = this.store.interning.cell(key)
    this.first.set(cell, -1)
    this.done.push({ is: 'write', cell, value: this.store.interning.value(value) })
  }

  append(is: 'append' | 'add', key: string, entry: unknown): void {
    const cell = this.store.interning.cell(key)
    if (!this.first.has(cell)) this.first.set(cell, this.store.idAt(cell))
    this.done.push({ is, cell, entry: this.store.interning.value(entry) })
  }

  arm(key: string, ms: number, keep: 'earlier' | undefined): void {
    this.known.add(key) // asked again, it would be about its own deadline
    if (keep !== undefined) this.kept.add(key)
    this.done.push({ is: 'arm', key, ms, keep })
  }

  disarm(key: string): void {
    this.known.add(key)
    this.done.push({ is: 'disarm', key })
  }
}
