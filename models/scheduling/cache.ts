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

export const nodeInfoKey = (process: string, node: string): Key<NodeInfo> => memoryKey(process, 'node', node)
export const nodeTreeKey = (process: string): Key<NodeTree> => memoryKey(process, 'nodes')

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

// A cache of a pure function: the keys of the nodes in an immutable list.
const keysOf = new WeakMap<readonly string[], { readonly process: string; readonly keys: readonly Key<NodeInfo>[] }>()

function nodeKeys(process: string, list: readonly string[]): readonly Key<NodeInfo>[] {
  const known = keysOf.get(list)
  if (known?.process === process) return known.keys
  const keys = list.map((name) => nodeInfoKey(process, name))
  keysOf.set(list, { process, keys })
  return keys
}

/** What a scheduling cycle sees of the cache. */
export function snapshotOf(view: View): Snapshot {
  const { cells, process } = view
  const { list } = cells.read(nodeTreeKey(process)) ?? emptyTree
  const keys = nodeKeys(process, list)
  return {
    names: list,
    at: (index) => cells.read(keys[index]!) as PlacedNode, // every node of the tree has its cell, with a shape
    find(name) {
      const info = cells.read(nodeInfoKey(process, name))
      return info?.shape === undefined ? undefined : info as PlacedNode // as above
    },
    cohorts: readCohorts(cells, process),
    cohort: (id) => readCohort(cells, process, id),
    namespaceLabels: (namespace): Labels | undefined => view.get('namespaces', namespace)?.metadata.labels,
  }
}

export const countNodes = ({ cells, process }: Context): number => (cells.read(nodeTreeKey(process)) ?? emptyTree).list.length

function writeInfo(cells: Cells, key: Key<NodeInfo>, info: NodeInfo): void {
  cells.write(key, info.shape === undefined && info.pods.length === 0 ? undefined : info)
}

/** AddNode and UpdateNode. */
export function putNode({ cells, process }: Context, node: Node): void {
  const name = node.metadata.name
  const key = nodeInfoKey(process, name)
  const info = cells.read(key) ?? emptyNodeInfo
  const shape = shapeOf(node)
  if (info.shape !== undefined && equal(info.shape, shape)) return
  cells.write(key, withShape(info, shape))
  const treeKey = nodeTreeKey(process)
  const tree = cells.read(treeKey) ?? emptyTree
  const next = info.shape === undefined
    ? addToTree(tree, name, shape.labels)
    : updateTree(tree, name, info.shape.labels, shape.labels)
  if (next !== tree) cells.write(treeKey, next)
}

/** RemoveNode: its pods are remembered until their own deletion is seen. */
export function dropNode({ cells, process }: Context, name: string): void {
  const key = nodeInfoKey(process, name)
  const info = cells.read(key)
  if (info?.shape === undefined) return
  writeInfo(cells, key, withShape(info, undefined))
  const treeKey = nodeTreeKey(process)
  cells.write(treeKey, removeFromTree(cells.read(treeKey) ?? emptyTree, name, info.shape.labels))
}

function count({ cells, process }: Context, name: string, node: string, pod: Pod): void {
  const key = nodeInfoKey(process, node)
  const info = cells.read(key) ?? emptyNodeInfo
  const next = withPod(info, name, pod)
  if (next === info) return
  cells.write(key, next)
  joinCohort(cells, process, loadOf(pod).cohort, pod)
}

function discount({ cells, process }: Context, name: string, node: string, pod: Pod): void {
  const key = nodeInfoKey(process, node)
  const info = cells.read(key)
  const next = info === undefined ? undefined : withoutPod(info, name, pod)
  if (next === undefined || next === info) return
  writeInfo(cells, key, next)
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
