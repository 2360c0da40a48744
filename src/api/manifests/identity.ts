import { isObject, textOf } from './json.js'
import { findKind, groupOf } from './kinds.js'
import type { Kind } from './kinds.js'
import type { FoundObject } from './objects.js'

/** What the input knows of a kind: Kubernetes' own, declared by a definition in the input, or nothing. */
export type Scope = {
  readonly builtIn?: Kind
  readonly resource?: string
  /** Absent for custom resources without their definition. */
  readonly isNamespaced?: boolean
}

export type Identity = Scope & {
  readonly name?: string
  readonly generateName?: string
  readonly namespace?: string
}

/** Custom kinds that CustomResourceDefinitions of the input declare, by group and kind. */
export type DeclaredKinds = ReadonlyMap<string, Scope>

export const declaredKinds = (objects: readonly FoundObject[]): DeclaredKinds => {
  const declared = new Map<string, Scope>()
  for (const { kind, apiVersion, object } of objects) {
    if (kind !== 'CustomResourceDefinition' || groupOf(apiVersion) !== 'apiextensions.k8s.io') continue
    const spec = isObject(object['spec']) ? object['spec'] : {}
    const names = isObject(spec['names']) ? spec['names'] : {}
    declared.set(`${textOf(spec['group']) ?? ''} ${textOf(names['kind']) ?? ''}`,
      { resource: textOf(names['plural']), isNamespaced: spec['scope'] !== 'Cluster' })
  }
  return declared
}

/**
 * Name and namespace of an object. A namespaced kind that names no namespace gets `defaultNamespace`; one on
 * a cluster-scoped kind is dropped, as the API server does (apiserver `rest.BeforeCreate`); a custom resource
 * of unknown scope keeps what it says.
 */
export const identityOf = (
  found: FoundObject, declared: DeclaredKinds, defaultNamespace: string
): Identity => {
  const scope = scopeOf(found, declared)
  const metadata = isObject(found.object['metadata']) ? found.object['metadata'] : {}
  const written = textOf(metadata['namespace'])
  const namespace = scope.isNamespaced === true ? written ?? defaultNamespace : written
  return {
    ...scope,
    name: textOf(metadata['name']),
    generateName: textOf(metadata['generateName']),
    namespace: scope.isNamespaced === false ? undefined : namespace,
  }
}

const scopeOf = ({ apiVersion, kind }: FoundObject, declared: DeclaredKinds): Scope => {
  const builtIn = findKind(apiVersion, kind)
  if (builtIn === undefined) return declared.get(`${groupOf(apiVersion)} ${kind}`) ?? {}
  return { builtIn, resource: builtIn.resource, isNamespaced: builtIn.isNamespaced }
}

/** What must be unique in a cluster: two versions of one kind are the same object. */
export const identityKey = (
  { apiVersion, kind }: FoundObject, { namespace }: Identity, name: string
): string =>
  JSON.stringify([groupOf(apiVersion), kind, namespace ?? '', name])
