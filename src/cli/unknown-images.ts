/** Images that neither the catalogue nor the user knows: their containers behave as usual, and it is said once. */
import type { LoadedObject } from '#api/manifests/load'
import type { Json, JsonObject } from '#api/types'
import { catalogue, findImage } from '#models/container/catalogue'
import { familiarName, imageName } from '#models/container/image-name'
import type { Configuration } from './configuration.js'

const isObject = (value: Json | undefined): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const lists = ['initContainers', 'containers', 'ephemeralContainers'] as const

/** The images of every container that stands anywhere in an object. */
function* imagesIn(value: Json | undefined): Iterable<string> {
  if (Array.isArray(value)) for (const item of value as readonly Json[]) yield* imagesIn(item) // widened by isArray
  if (!isObject(value)) return
  for (const list of lists) {
    const containers = value[list]
    if (!Array.isArray(containers)) continue
    for (const container of containers as readonly Json[]) { // likewise
      if (isObject(container) && typeof container['image'] === 'string') yield container['image']
    }
  }
  for (const member of Object.values(value)) yield* imagesIn(member)
}

/** Whether `orrery.yaml` says how containers of an image behave. */
export const hasProfile = (image: string, profiles: Configuration['profiles']): boolean =>
  Object.keys(profiles).some((name) => name === image || (name.endsWith('*') && image.startsWith(name.slice(0, -1))))

/** Their names without tags, each once, in alphabetical order. */
export function unknownImagesOf(
  loaded: readonly LoadedObject[], { images, profiles }: Pick<Configuration, 'images' | 'profiles'>,
): readonly string[] {
  const unknown = loaded.filter(({ isBuiltIn }) => isBuiltIn).flatMap(({ object }) => [...imagesIn(object)])
    .filter((image) => findImage(image, images, catalogue) === undefined && !hasProfile(image, profiles))
  return [...new Set(unknown.map((image) => familiarName(imageName(image).name)))].sort()
}
