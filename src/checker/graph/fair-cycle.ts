/**
 * Liveness on an explored graph: is there a way to go on fairly for ever without what was promised? If so it is told as
 * a lasso: a stem that leads to a loop, and the loop.
 */
import { components } from './components.js'
import { fairComponents, type EnabledAt } from './fairness.js'
import type { Graph, Move } from './graph.js'
import { loopAt } from './loop.js'
import { reach } from './reach.js'

export interface Promised {
  /** The nodes at which the promise is owed and not kept: the loop lies in them. */
  readonly isBad: (node: number) => boolean
  /** The nodes from which on it is owed: from there to the loop the stem lies in bad nodes too. */
  readonly begins: (node: number) => boolean
}

type Predicate = (node: number) => boolean

/** p holds at some time in every order. */
export const eventually = (p: Predicate): Promised => ({ isBad: (node) => !p(node), begins: (node) => node === 0 })

/** Wherever p holds, q does then or later. */
export const leadsTo = (p: Predicate, q: Predicate): Promised => ({ isBad: (node) => !q(node), begins: p })

/** p holds again and again, whatever was before; in the last node at least, where things come to rest. */
export const againAndAgain = (p: Predicate): Promised => ({ isBad: (node) => !p(node), begins: () => true })

export interface Lasso {
  /** From node 0 to where the loop begins; no promise is broken by a shorter one. */
  readonly stem: readonly Move[]
  /** Where the loop begins and ends. */
  readonly entry: number
  /** From `entry` back to it; empty where nothing is left to be done, and things rest there for ever. */
  readonly loop: readonly Move[]
}

/**
 * A fair order in which the promise is broken; undefined where there is none in this graph. Time and memory are linear in
 * the graph, but for the loop (see there). Every choice that `enabledAt` names at a node has its edges in the graph,
 * unless nothing was looked into there.
 */
export function fairLasso(graph: Graph, { isBad, begins }: Promised, enabledAt: EnabledAt): Lasso | undefined {
  const { isIn, nearestFirst, stemTo } = reach(graph, isBad, begins)
  const parts = components(graph, isIn)
  const fair = fairComponents(graph, parts, enabledAt)
  const entry = nearestFirst.find((node) => fair[parts.of[node]!] === 1)
  if (entry === undefined) return undefined
  return { stem: stemTo(entry), entry, loop: loopAt(graph, parts, entry, enabledAt) }
}
