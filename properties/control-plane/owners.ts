/** What claims about garbage look at: owners as the API server has them now. */
import type { OwnerReference } from '#api/types'
import type { Cells } from '#kernel/cells'
import { objectKey, type StoredObject } from '#machine/objects'
import { identityByReference, locate } from '#models/control-plane/garbage-graph'

export const collectorProcess = 'kube-controller-manager/garbage-collector'

export type Owner =
  | { readonly is: 'there'; readonly object: StoredObject }
  | { readonly is: 'absent' }
  /** Of a kind that is not served, or of a namespaced kind where a cluster-scoped object cannot refer to it. */
  | { readonly is: 'unknown' }

/** The owner as the dependent refers to it: name, kind, namespace and uid have to agree. */
export function ownerOf(cells: Cells, dependent: StoredObject, reference: OwnerReference): Owner {
  const namespace = dependent.metadata.namespace ?? ''
  const place = locate(identityByReference(reference, namespace))
  if (place === undefined || (place.isNamespaced && namespace === '')) return { is: 'unknown' }
  const object = cells.read(objectKey(place.resource, place.key))
  return object?.metadata.uid === reference.uid ? { is: 'there', object } : { is: 'absent' }
}

export const describe = ({ kind, metadata }: StoredObject): string =>
  `${kind} ${metadata.namespace === undefined ? '' : `${metadata.namespace}/`}${metadata.name}`

export const isBeingDeleted = ({ metadata }: StoredObject): boolean => metadata.deletionTimestamp !== undefined
