/**
 * Models: pkg/registry/core/namespace/strategy.go and storage (deletion waits for spec.finalizers)
 * Reads: store
 * Writes: nothing
 * Omits: the finalize subresource's own checks
 */
import type { Namespace, Status } from '#api/types'
import { forbiddenStatus } from '#api/status'
import type { StoredObject } from '#machine/objects'
import { bumpGeneration, type Strategy } from './strategy.js'

const terminatingCause = 'NamespaceTerminating'

/** NamespaceLifecycle admission: nothing is created in a namespace that is being deleted. */
export function namespaceTerminating(resource: string, name: string, namespace: string): Status {
  const status = forbiddenStatus(resource, name,
    `unable to create new content in namespace ${namespace} because it is being terminated`)
  const message = `namespace ${namespace} is being terminated`
  const causes = [{ reason: terminatingCause, message, field: 'metadata.namespace' }]
  return { ...status, details: { ...status.details, causes } }
}

/** Whether a request was refused because its namespace is being deleted. */
export const isNamespaceTerminating = ({ details }: Status): boolean =>
  details?.causes?.some(({ reason }) => reason === terminatingCause) ?? false

export const namespaceStrategy: Strategy = {
  namespaced: false,
  prepareForCreate: (_, object) => {
    const namespace = object as Namespace // by resource
    const active: Namespace = { ...namespace, spec: { finalizers: ['kubernetes'] }, status: { phase: 'Active' } }
    return active
  },
  prepareForUpdate: (_, object, old) => bumpGeneration(object, old),
  beforeDelete: (_, object) => ({ ...object, status: { phase: 'Terminating' } }) as StoredObject, // a Namespace
  isFinalized: (object) => ((object as Namespace).spec?.finalizers ?? []).length === 0, // by resource
}
