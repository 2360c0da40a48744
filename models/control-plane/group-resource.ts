/**
 * Models: apimachinery/pkg/runtime/schema (GroupResource): how messages name a resource
 * Reads: nothing
 * Writes: nothing
 * Omits: groups of custom resources: they are not known here
 */
import { allKinds } from '#api/manifests/kinds'

const kinds = new Map([...allKinds()].reverse().map((kind) => [kind.resource, kind])) // the first of a name counts

/** `apps` of `deployments`; `''` of `pods`, and of what is not known. */
export const apiGroupOf = (resource: string): string => kinds.get(resource)?.group ?? ''

/** `deployments.apps`; `pods`. */
export function groupResource(resource: string): string {
  const group = kinds.get(resource)?.group ?? ''
  return group === '' ? resource : `${resource}.${group}`
}

/** `Deployment.apps`; `Pod`: what upstream names where it speaks of a kind as if it were a resource. */
export function groupKind(resource: string, kind: string): string {
  const group = kinds.get(resource)?.group ?? ''
  return group === '' ? kind : `${kind}.${group}`
}

/** Core kinds other than these, and leases, have no `metadata.generation`: nobody counts changes of what is desired. */
const counted: ReadonlySet<string> = new Set(['pods', 'replicationcontrollers'])

export const hasGeneration = (resource: string): boolean =>
  counted.has(resource) || (kinds.get(resource)?.group !== '' && resource !== 'leases')
