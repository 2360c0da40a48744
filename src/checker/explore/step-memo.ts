/**
 * The memo of Steps as decision trees in one flat array: a node names a slot, and has a child for each number that the slot
 * was met with; a leaf says what the Step did. The same numbers read give the same numbers written, so that a Step's chart
 * and model run once for each local situation, however many Worlds have it.
 */
import { grown, Numbers } from './arrays.js'
import { Novelty } from './novelty.js'
import { arrayOf, type Saved } from './saved.js'

/** What a Step asked, in order: which number a slot has, whether it is a pending deadline, how a tie goes, whether it has any. */
export const asks = { number: 0, pending: 1, tie: 2, present: 3 } as const
export type Asks = (typeof asks)[keyof typeof asks]

export interface Asked {
  readonly is: Asks
  /** The slot; how many options a tie has. */
  readonly of: number
  /** The number read; 1 where the deadline is pending, or anything there, else 0; the option picked. */
  readonly answer: number
}

const questionBits = 2

/** Slots from here on are those of another vector, beside the World: what claims remember. */
export const besides = 1 << 24
/** Children that a new node has room for. */
const fewest = 4

export class StepMemo {
  /**
   * Nodes: `[question, size, child 0, … child size − 1]`. A question is a slot (or the number of a tie's options) with
   * what is asked of it. A child is 0 where that answer is new, the place of a node, or −1 less a leaf's number.
   */
  nodes: Int32Array = new Int32Array(1 << 12)
  private end = 1
  /** The child at which each choice's tree begins. */
  readonly roots = new Numbers()
  private leaves = 0

  constructor(private readonly novelty = new Novelty()) {}

  /** How many leaves there are. */
  get count(): number {
    return this.leaves
  }

  get bytes(): number {
    return this.nodes.byteLength
  }

  save(): Saved {
    const { nodes, end, roots, leaves } = this
    return { data: { end, leaves }, arrays: { nodes: nodes.subarray(0, end), roots: roots.items.subarray(0, roots.length) } }
  }

  load(saved: Saved): void {
    const { end, leaves } = saved.data as { readonly end: number; readonly leaves: number } // as saved
    Object.assign(this, { end, leaves, nodes: arrayOf(saved, 'nodes') })
    this.roots.items = arrayOf(saved, 'roots')
    this.roots.length = this.roots.items.length
  }

  /** Makes room for a tree, and hands out its number. */
  plant(): number {
    this.novelty.met()
    return this.roots.push(0)
  }

  /**
   * The leaf of a tree in the situation that `work` shows, with `beside` beside it; −1 where it is new. Ties go as `picks`
   * says, in order.
   */
  find(tree: number, work: Int32Array, picks: Int32Array, beside: Int32Array = work): number {
    const { nodes } = this
    let at = this.roots.items[tree]!
    let ties = 0
    while (at > 0) {
      const question = nodes[at]!
      const of = question >> questionBits
      const is = question & 3
      const answer = is === asks.number ? (of < besides ? work[of]! : beside[of - besides]!)
        : is === asks.pending ? (work[of]! > 1 ? 1 : 0)
          : is === asks.present ? (work[of] === 0 ? 0 : 1)
            : picks[ties++]!
      if (answer >= nodes[at + 1]!) return -1
      at = nodes[at + 2 + answer]!
    }
    return at === 0 ? -1 : -1 - at
  }

  /** Remembers what a Step asked: the number of the new leaf at its end. */
  learn(tree: number, asked: readonly Asked[], what: string): number {
    let holder = -1 - tree // where the child that comes next is held: below 0, a root
    for (const { is, of, answer } of asked) {
      const question = (of << questionBits) | is
      let at = this.child(holder)
      if (at === 0) this.hold(holder, at = this.node(question, Math.max(fewest, answer + 1)))
      if (this.nodes[at] !== question) throw new Error(`${what} is not a function of what it read`)
      if (answer >= this.nodes[at + 1]!) this.hold(holder, at = this.larger(at, answer))
      holder = at + 2 + answer
    }
    const leaf = this.leaves++
    this.hold(holder, -1 - leaf)
    return leaf
  }

  private child(holder: number): number {
    return holder < 0 ? this.roots.items[-1 - holder]! : this.nodes[holder]!
  }

  private hold(holder: number, child: number): void {
    if (holder < 0) this.roots.items[-1 - holder] = child
    else this.nodes[holder] = child
  }

  private node(question: number, size: number): number {
    const at = this.end
    this.end += 2 + size
    if (this.end > this.nodes.length) this.nodes = grown(this.nodes, this.end)
    this.nodes[at] = question
    this.nodes[at + 1] = size
    return at
  }

  /** The same node with room for `answer`; the place it had stays unused. */
  private larger(at: number, answer: number): number {
    const size = this.nodes[at + 1]!
    const copy = this.node(this.nodes[at]!, Math.max(2 * size, answer + 1))
    this.nodes.copyWithin(copy + 2, at + 2, at + 2 + size)
    return copy
  }
}
