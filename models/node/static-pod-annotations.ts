/**
 * Models: the annotation orrery.dev/static-pods as users write it on Nodes: checked where it is read
 * Reads: nothing (it is handed the objects)
 * Writes: nothing
 * Omits: nothing that is observable
 */
import type { InputError } from '#api/manifests/input-error'
import type { LoadedObject } from '#api/manifests/load'
import type { JsonObject } from '#api/types'
import { staticPodsAnnotation, staticPodsIn } from './static-manifests.js'

const field = `metadata.annotations.${staticPodsAnnotation}`

/** What a kubelet would not run of the static pods that Nodes carry, and where they stand on something else than a Node. */
export const staticPodProblems = (objects: readonly LoadedObject[]): readonly InputError[] =>
  objects.flatMap(({ kind, object, file, locate }) => {
    const { name, annotations } = (object['metadata'] ?? {}) as JsonObject // metadata was checked before
    const text = (annotations as JsonObject | undefined)?.[staticPodsAnnotation]
    if (typeof text !== 'string') return []
    const place = { code: 'E_STATIC_POD', file, field, ...locate(field) }
    if (kind !== 'Node') {
      return [{
        ...place, message: `the annotation ${staticPodsAnnotation} is on the ${kind}, where no kubelet looks for it`,
        next: 'Move it to the Node.',
      }]
    }
    return staticPodsIn(text, String(name)).errors.map((message) => ({
      ...place, message: `in the annotation ${staticPodsAnnotation}: ${message}`,
      next: 'Write Pods as they would stand in the directory of manifests, which refer to nothing in the API.',
    }))
  })
