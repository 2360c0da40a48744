/** Takes down the graph of an exploration while it runs. */
import { graphOf, type Graph, type Move } from '../graph/graph.js'
import type { Action } from './actions.js'
import type { Observer } from './bounded-search.js'
import type { BoundedSpace } from './bounded-space.js'

/** What of the budgets was used on the first way to a World. */
export type Spent = readonly [faults: number, delays: number]

export class Edges implements Observer {
  private readonly moves: Move[] = []
  private readonly used: Spent[] = [[0, 0]]
  /** The node that is expanded, and what was done there so far: where it is begun anew, it is not done twice. */
  private from = 0
  private readonly done = new Set<number>()

  /** Beyond `most` Worlds nothing is taken down any more. */
  constructor(private readonly space: BoundedSpace, private readonly most = Infinity) {}

  reached(from: number, action: number, node: number): void {
    if (this.space.nodes.count > this.most) return
    if (from !== this.from) {
      this.from = from
      this.done.clear()
    }
    if (this.done.has(action)) return
    this.done.add(action)
    this.moves.push({ from: from - 1, choice: action, to: node - 1 })
    this.used[node - 1] ??= this.space.spent()
  }

  /**
   * The graph of an exploration that has ended: its World `n` is node `n − 1`, and a choice is the number of an action. Worlds
   * that were passed by are none of it: each is there only with `pass: false` among the bounds.
   */
  get graph(): Graph {
    return graphOf(this.space.nodes.count, this.moves)
  }

  /** By node of the graph. */
  get spent(): readonly Spent[] {
    return this.used
  }

  /** The action that a choice of the graph is. */
  action(choice: number): Action {
    return this.space.actions.all[choice]!
  }

  /** The key of the cell or deadline that an action is about. */
  key(action: Extract<Action, { readonly choice: number }>): string {
    return this.space.choices.all[action.choice]!.key
  }
}
