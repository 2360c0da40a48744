/**
 * Models: pkg/scheduler/backend/cache/node_tree.go, staging/src/k8s.io/component-helpers/node/topology (GetZoneKey)
 * Reads: nothing (it is handed the tree)
 * Writes: nothing
 * Omits: nothing that is observable
 */
import type { Labels } from '#api/types'

/** Names of nodes by zone, zones and nodes in the order in which they came. */
export interface NodeTree {
  readonly zones: readonly { readonly zone: string; readonly nodes: readonly string[] }[]
  /** One node of each zone in turn: the order in which nodes are looked at. */
  readonly list: readonly string[]
}

export const emptyTree: NodeTree = { zones: [], list: [] }

export function zoneOf(labels: Labels): string {
  const zone = labels['failure-domain.beta.kubernetes.io/zone'] ?? labels['topology.kubernetes.io/zone'] ?? ''
  const region = labels['failure-domain.beta.kubernetes.io/region'] ?? labels['topology.kubernetes.io/region'] ?? ''
  return region === '' && zone === '' ? '' : `${region}:${zone}`
}

/** list: round robin over the zones. */
function listOf(zones: NodeTree['zones']): readonly string[] {
  const [only] = zones
  if (only !== undefined && zones.length === 1) return only.nodes
  const longest = zones.reduce((most, { nodes }) => Math.max(most, nodes.length), 0)
  const list: string[] = []
  for (let at = 0; at < longest; at++) {
    for (const { nodes } of zones) {
      const name = nodes[at]
      if (name !== undefined) list.push(name)
    }
  }
  return list
}

const treeOf = (zones: NodeTree['zones']): NodeTree => ({ zones, list: listOf(zones) })

export function addNode(tree: NodeTree, name: string, labels: Labels): NodeTree {
  const zone = zoneOf(labels)
  const known = tree.zones.find((other) => other.zone === zone)
  if (known === undefined) return treeOf([...tree.zones, { zone, nodes: [name] }])
  if (known.nodes.includes(name)) return tree
  return treeOf(tree.zones.map((other) => (other === known ? { zone, nodes: [...known.nodes, name] } : other)))
}

export function removeNode(tree: NodeTree, name: string, labels: Labels): NodeTree {
  const zone = zoneOf(labels)
  if (tree.zones.find((other) => other.zone === zone)?.nodes.includes(name) !== true) return tree
  return treeOf(tree.zones
    .map((other) => (other.zone === zone ? { zone, nodes: other.nodes.filter((one) => one !== name) } : other))
    .filter(({ nodes }) => nodes.length > 0))
}

export const updateNode = (tree: NodeTree, name: string, before: Labels, after: Labels): NodeTree =>
  (zoneOf(before) === zoneOf(after) ? tree : addNode(removeNode(tree, name, before), name, after))
