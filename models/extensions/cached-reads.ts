/**
 * Models: controller-runtime pkg/client (a client whose reads are of the informers' caches), pkg/cache/internal/cache_reader.go
 * Reads: store and index through the cache
 * Writes: nothing
 * Omits: waiting for an informer that has not synced: a controller begins when its caches have
 */
import { compileLabelMap } from '#api/selectors'
import type { StoredObject } from '#machine/objects'
import type { Ask } from '#machine/oracle'

/** What reads are answered from: the cached view, or what is newest. */
export interface Source {
  get(resource: string, name: string): StoredObject | undefined
  list(resource: string, index: string, value: string): StoredObject[]
}

/** An object, `undefined` where there is none, or a list of them, oldest first. */
export function answerFrom(source: Source, ask: Exclude<Ask, { readonly is: 'call' }>): unknown {
  if (ask.is === 'get') return source.get(ask.resource, ask.key)
  const { resource, namespace, labels, owner } = ask
  const found = owner !== undefined ? source.list(resource, 'owner', owner)
    : namespace === '' ? source.list(resource, 'all', '') : source.list(resource, 'namespace', namespace)
  const isHere = (object: StoredObject): boolean => namespace === '' || object.metadata.namespace === namespace
  const isLabelled = labels === undefined ? () => true : compileLabelMap(labels)
  return found.filter((object) => isHere(object) && isLabelled(object.metadata.labels ?? {}))
}
