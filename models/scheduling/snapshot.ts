/**
 * Models: pkg/scheduler/backend/cache/snapshot.go (NewSnapshot): a snapshot from lists of nodes and pods, for whoever
 *   asks what the scheduler would decide (claims, tests)
 * Reads: nothing (it is handed the objects)
 * Writes: nothing
 * Omits: nothing that is observable
 */
import type { Labels, Node, Pod } from '#api/types'
import { nameOf } from '#machine/objects'
import { cohortOf, looksOf, type Cohort } from './cohorts.js'
import type { PlacedNode, Snapshot } from './framework.js'
import { emptyNodeInfo, shapeOf, withPod, withShape, type NodeInfo } from './node-info.js'
import { addNode, emptyTree } from './node-tree.js'

export interface Placed {
  readonly node: string
  readonly pod: Pod
}

export function newSnapshot(
  nodes: readonly Node[], pods: readonly Placed[], namespaceLabels: (namespace: string) => Labels | undefined = () => undefined,
): Snapshot {
  const infos = new Map<string, NodeInfo>()
  let tree = emptyTree
  for (const node of nodes) {
    const shape = shapeOf(node)
    infos.set(shape.name, withShape(emptyNodeInfo, shape))
    tree = addNode(tree, shape.name, shape.labels)
  }
  const cohorts = new Map<string, Cohort>()
  for (const { node, pod } of pods) {
    const info = infos.get(node)
    if (info === undefined) continue
    infos.set(node, withPod(info, nameOf(pod), pod))
    const id = cohortOf(pod)
    const known = cohorts.get(id)
    cohorts.set(id, known === undefined ? looksOf(pod) : { ...known, count: known.count + 1 })
  }
  const named = [...cohorts]
  const find = (name: string): PlacedNode | undefined => infos.get(name) as PlacedNode | undefined // all have a shape
  return {
    names: tree.list,
    at: (index) => find(tree.list[index]!)!,
    find,
    cohorts: {
      all: named.map(([id]) => id),
      affine: named.filter(([, { affinity }]) => affinity !== undefined).map(([id]) => id),
      repelling: named.filter(([, { affinity }]) =>
        (affinity?.podAntiAffinity?.requiredDuringSchedulingIgnoredDuringExecution ?? []).length > 0).map(([id]) => id),
    },
    cohort: (id) => cohorts.get(id),
    namespaceLabels,
  }
}
