/**
 * Models: nothing upstream; pods of one set ask the same of the same nodes, of which few change from one cycle to the next
 * Reads: nothing (it is handed the snapshot)
 * Writes: nothing
 * Omits: nothing
 */
import type { PodSpec } from '#api/types'
import type { PlacedNode } from './framework.js'

/** A pure function of a node, remembered at the node's place in the list: hundreds of nodes are asked about in a cycle. */
export class PerNode<T> {
  private readonly nodes: (PlacedNode | undefined)[]
  private readonly values: T[]

  constructor(readonly size: number, readonly version: unknown, private readonly of: (node: PlacedNode) => T) {
    this.nodes = new Array<PlacedNode | undefined>(size)
    this.values = new Array<T>(size)
  }

  at(place: number, node: PlacedNode): T {
    if (this.nodes[place] === node) return this.values[place]!
    const value = this.of(node)
    this.nodes[place] = node
    this.values[place] = value
    return value
  }
}

// A cache of pure functions of immutable values.
const known = new WeakMap<PodSpec, Map<string, PerNode<unknown>>>()

/**
 * What `of` says of each node, for pods of this spec. `of` has to follow from the spec, from `what` and from `version`
 * alone.
 */
export function perNode<T>(
  spec: PodSpec, size: number, what: string, version: unknown, of: (node: PlacedNode) => T,
): PerNode<T> {
  let ofSpec = known.get(spec)
  if (ofSpec === undefined) known.set(spec, ofSpec = new Map())
  const before = ofSpec.get(what)
  if (before?.size === size && before.version === version) return before as PerNode<T> // `what` says what it holds
  const made = new PerNode(size, version, of)
  ofSpec.set(what, made)
  return made
}
