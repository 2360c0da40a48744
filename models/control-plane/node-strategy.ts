/**
 * Models: pkg/registry/core/node/strategy.go, plugin/pkg/admission/nodetaint (TaintNodesByCondition)
 * Reads: nothing beyond the objects
 * Writes: nothing
 * Omits: NodeRestriction: kubelets are trusted
 */
import type { Node, Taint } from '#api/types'
import { invalidStatus } from '#api/status'
import { forbidden } from '#api/validation/field'
import { equal } from '#kernel/value'
import type { StoredObject } from '#machine/objects'
import { bumpGeneration, type Strategy } from './strategy.js'

const notReady: Taint = { key: 'node.kubernetes.io/not-ready', effect: 'NoSchedule' }

/** A new node takes no pods before it was found ready. */
function withNotReadyTaint(node: Node): Node {
  const taints = node.spec?.taints ?? []
  if (taints.some(({ key, effect }) => key === notReady.key && effect === notReady.effect)) return node
  return { ...node, spec: { ...node.spec, taints: [...taints, notReady] } }
}

/** Nobody counts the generations of a node. */
function withoutGeneration(object: StoredObject): StoredObject {
  const { generation: _, ...metadata } = object.metadata
  return { ...object, metadata }
}

export const nodeStrategy: Strategy = {
  namespaced: false,
  prepareForCreate: (_, object) => {
    const node = object as Node // by resource
    return withoutGeneration(withNotReadyTaint({ ...node, status: node.status ?? {} }) as StoredObject) // a Node
  },
  prepareForUpdate: (_, object, old) => withoutGeneration(bumpGeneration(object, old)),
  admit(_, object, old) {
    const before = (old as Node | undefined)?.spec.podCIDRs ?? [] // by resource
    if (before.length === 0 || equal(before, (object as Node).spec.podCIDRs)) return undefined // by resource
    return invalidStatus('Node', object.metadata.name, [
      forbidden('spec.podCIDRs', 'node updates may not change podCIDR except from "" to valid'),
    ])
  },
}
