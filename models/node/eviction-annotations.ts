/**
 * Models: the annotation orrery.dev/eviction as users write it on Nodes: checked where it is read
 * Reads: nothing (it is handed the objects)
 * Writes: nothing
 * Omits: nothing that is observable
 */
import * as either from 'fp-ts/lib/Either.js'
import type { InputError } from '#api/manifests/input-error'
import type { LoadedObject } from '#api/manifests/load'
import type { JsonObject } from '#api/types'
import { evictionAnnotation, parseEviction } from './eviction-config.js'

const field = `metadata.annotations.${evictionAnnotation}`

/** What no kubelet would begin with, and where it stands on something else than a Node. */
export const evictionProblems = (objects: readonly LoadedObject[]): readonly InputError[] =>
  objects.flatMap(({ kind, object, file, locate }): readonly InputError[] => {
    const { annotations } = (object['metadata'] ?? {}) as JsonObject // metadata was checked before
    const text = (annotations as JsonObject | undefined)?.[evictionAnnotation]
    if (typeof text !== 'string') return []
    const place = { code: 'E_EVICTION', file, field, ...locate(field) }
    if (kind !== 'Node') {
      return [{
        ...place, message: `the annotation ${evictionAnnotation} is on the ${kind}, where no kubelet looks for it`,
        next: 'Move it to the Node.',
      }]
    }
    const parsed = parseEviction(text)
    return either.isRight(parsed) ? [] : [{
      ...place, message: `in the annotation ${evictionAnnotation}: ${parsed.left}`,
      next: 'Write it as in a KubeletConfiguration: docs/scenarios.md has an example.',
    }]
  })
