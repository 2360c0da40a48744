/**
 * Models: pkg/scheduler/backend/cache/cache.go (AddNode … RemovePod, AssumePod, ForgetPod, IsAssumedPod), snapshot.go
 * Reads: memory; namespaces through the cache
 * Writes: memory
 * Omits: expiry of assumed pods (they never expire by default), pod groups, image states
 */
import type { Labels, Node, Pod } from '#api/types'
import type { Cells, Key } from '#kernel/cells'
import { equal } from '#kernel/value'
import type { Context } from '#machine/process'
import type { View } from '#machine/view'
import { nameOf } from '#machine/objects'
import { memoryKey } from '../client/memory.js'
import { joinCohort, leaveCohort, readCohort, readCohorts } from './cohorts.js'
import type { PlacedNode, Snapshot } from './framework.js'
import { emptyNodeInfo, isSameLoad, loadOf, shapeOf, withoutPod, withPod, withShape, type NodeInfo } from './node-info.js'
import { addNode as addToTree, emptyTree, removeNode as removeFromTree, updateNode as updateTree, type NodeTree } from './node-tree.js'

/** What is counted of a node that the cache does not have, since pods on it remain. */
const strayKey = (process: string, node: string): Key<NodeInfo> => memoryKey(process, 'stray', node)
export const nodeTreeKey = (process: string): Key<NodeTree> => memoryKey(process, 'nodes')
/** The nodes of the tree, in its order: one cell, since every cycle looks at hundreds of them. */
export const placedKey = (process: string): Key<readonly PlacedNode[]> => memoryKey(process, 'placed')

/** A pod whose binding is on its way: it counts on its node although no watch has shown it there yet. */
export interface Assumed {
  readonly node: string
  /** As it was when it was assumed: what it counts as. */
  readonly pod: Pod
}

/** Assumed pods by `namespace/name`. */
export const assumedKey = (process: string): Key<Readonly<Record<string, Assumed>>> => memoryKey(process, 'assumed')

export function assumedPod({ cells, process }: Context, name: string, uid: string): Assumed | undefined {
  const assumed = cells.read(assumedKey(process))?.[name]
  return assumed?.pod.metadata.uid === uid ? assumed : undefined
}

// A cache of a pure function: where the nodes are in an immutable list.
const places = new WeakMap<readonly string[], ReadonlyMap<string, number>>()

function placesOf(list: readonly string[]): ReadonlyMap<string, number> {
  let known = places.get(list)
  if (known === undefined) places.set(list, known = new Map(list.map((name, at) => [name, at])))
  return known
}

interface Nodes {
  readonly tree: NodeTree
  readonly placed: readonly PlacedNode[]
}

const noNodes: readonly PlacedNode[] = []

const readNodes = (cells: Cells, process: string): Nodes =>
  ({ tree: cells.read(nodeTreeKey(process)) ?? emptyTree, placed: cells.read(placedKey(process)) ?? noNodes })

const placedIn = ({ tree, placed }: Nodes, name: string): PlacedNode | undefined => {
  const at = placesOf(tree.list).get(name)
  return at === undefined ? undefined : placed[at]
}

/** What the cache counts of a node; without a shape where it does not have the node itself. */
export const nodeInfoOf = (cells: Cells, process: string, name: string): NodeInfo | undefined =>
  placedIn(readNodes(cells, process), name) ?? cells.read(strayKey(process, name))

/** What a scheduling cycle sees of the cache. */
export function snapshotOf(view: View): Snapshot {
  const { cells, process } = view
  const nodes = readNodes(cells, process)
  const { tree: { list }, placed } = nodes
  return {
    names: list,
    at: (index) => placed[index]!,
    find: (name) => placedIn(nodes, name),
    cohorts: readCohorts(cells, process),
    cohort: (id) => readCohort(cells, process, id),
    namespaceLabels: (namespace): Labels | undefined => view.get('namespaces', namespace)?.metadata.labels,
  }
}

export const countNodes = ({ cells, process }: Context): number => (cells.read(nodeTreeKey(process)) ?? emptyTree).list.length

/** What is counted of a node changed; it stays where it is. */
function writeInfo(cells: Cells, process: string, name: string, info: NodeInfo): void {
  const { tree, placed } = readNodes(cells, process)
  const at = placesOf(tree.list).get(name)
  if (at !== undefined) cells.write(placedKey(process), placed.with(at, info as PlacedNode)) // nodes of the tree have a shape
  else cells.write(strayKey(process, name), info.pods.length === 0 ? undefined : info)
}

/** Nodes came, went or moved to another zone: the list is made anew. */
function writeTree(cells: Cells, process: string, before: Nodes, tree: NodeTree, changed?: PlacedNode): void {
  if (tree !== before.tree) cells.write(nodeTreeKey(process), tree)
  const placed = tree.list.map((name) => (changed?.shape.name === name ? changed : placedIn(before, name)!))
  cells.write(placedKey(process), placed.length === 0 ? undefined : placed)
}

/** AddNode and UpdateNode. */
export function putNode({ cells, process }: Context, node: Node): void {
  const { name } = node.metadata
  const before = readNodes(cells, process)
  const info = placedIn(before, name) ?? cells.read(strayKey(process, name)) ?? emptyNodeInfo
  const shape = shapeOf(node)
  if (info.shape !== undefined && equal(info.shape, shape)) return
  const { tree } = before
  const next = info.shape === undefined
    ? addToTree(tree, name, shape.labels)
    : updateTree(tree, name, info.shape.labels, shape.labels)
  if (info.shape === undefined && info.pods.length > 0) cells.write(strayKey(process, name), undefined)
  writeTree(cells, process, before, next, withShape(info, shape) as PlacedNode) // it has a shape now
}

/** RemoveNode: its pods are remembered until their own deletion is seen. */
export function dropNode({ cells, process }: Context, name: string): void {
  const before = readNodes(cells, process)
  const info = placedIn(before, name)
  if (info === undefined) return
  writeTree(cells, process, before, removeFromTree(before.tree, name, info.shape.labels))
  if (info.pods.length > 0) cells.write(strayKey(process, name), withShape(info, undefined))
}

function count({ cells, process }: Context, name: string, node: string, pod: Pod): void {
  const info = nodeInfoOf(cells, process, node) ?? emptyNodeInfo
  const next = withPod(info, name, pod)
  if (next === info) return
  writeInfo(cells, process, node, next)
  joinCohort(cells, process, loadOf(pod).cohort, pod)
}

function discount({ cells, process }: Context, name: string, node: string, pod: Pod): void {
  const info = nodeInfoOf(cells, process, node)
  const next = info === undefined ? undefined : withoutPod(info, name, pod)
  if (next === undefined || next === info) return
  writeInfo(cells, process, node, next)
  leaveCohort(cells, process, loadOf(pod).cohort)
}

function forgetAssumed({ cells, process }: Context, name: string): Assumed | undefined {
  const key = assumedKey(process)
  const { [name]: assumed, ...others } = cells.read(key) ?? {}
  if (assumed !== undefined) cells.write(key, Object.keys(others).length === 0 ? undefined : others)
  return assumed
}

/** AssumePod. */
export function assumePod(context: Context, pod: Pod, node: string): void {
  const { cells, process } = context
  const name = nameOf(pod)
  const key = assumedKey(process)
  cells.write(key, { ...cells.read(key), [name]: { node, pod } })
  count(context, name, node, pod)
}

/** ForgetPod: whether it was assumed. */
export function forgetPod(context: Context, name: string, uid: string): Assumed | undefined {
  if (assumedPod(context, name, uid) === undefined) return undefined
  const assumed = forgetAssumed(context, name)
  if (assumed !== undefined) discount(context, name, assumed.node, assumed.pod)
  return assumed
}

/** AddPod: a bound pod is seen for the first time. What was assumed of it is replaced by what is known. */
export function addPod(context: Context, pod: Pod): void {
  const name = nameOf(pod)
  const node = pod.spec.nodeName ?? ''
  const assumed = forgetAssumed(context, name)
  if (assumed !== undefined) {
    if (assumed.node === node && isSameLoad(assumed.pod, pod)) return
    discount(context, name, assumed.node, assumed.pod)
  }
  count(context, name, node, pod)
}

export function updatePod(context: Context, old: Pod, pod: Pod): void {
  if (isSameLoad(old, pod)) return
  const name = nameOf(pod)
  discount(context, name, old.spec.nodeName ?? '', old)
  count(context, name, pod.spec.nodeName ?? '', pod)
}

export const removePod = (context: Context, pod: Pod): void =>
  discount(context, nameOf(pod), pod.spec.nodeName ?? '', pod)

/** Where the search for nodes begins next time (nextStartNodeIndex). */
const nextStartKey = (process: string): Key<number> => memoryKey(process, 'next-start')

export const nextStart = ({ cells, process }: { readonly cells: Cells; readonly process: string }): number =>
  cells.read(nextStartKey(process)) ?? 0

export function setNextStart({ cells, process }: Context, index: number): void {
  if (index !== nextStart({ cells, process })) cells.write(nextStartKey(process), index === 0 ? undefined : index)
}
