/**
 * Models: the annotation orrery.dev/profile as users write it into manifests: checked where it is read, not where it is used
 * Reads: nothing (it is handed the objects)
 * Writes: nothing
 * Omits: templates of kinds that are not modelled
 */
import type { InputError } from '#api/manifests/input-error'
import type { LoadedObject } from '#api/manifests/load'
import type { Json, JsonObject } from '#api/types'
import { decodeProfileText } from './profile-codec.js'
import { profileAnnotation } from './profile.js'

const templated: ReadonlySet<string> = new Set(['Deployment', 'ReplicaSet'])

type Path = readonly string[]

const at = (object: JsonObject, path: Path): Json | undefined => path.reduce<Json | undefined>(
  (value, name) => (typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as JsonObject)[name] : undefined), object) // an object that is no list

/** What is wrong with the profiles that pods, and templates of pods, carry. */
export const profileProblems = (objects: readonly LoadedObject[]): readonly InputError[] => objects.flatMap((loaded) => {
  const { kind } = loaded
  if (kind === 'Pod') return problemsAt(loaded, ['metadata', 'annotations', profileAnnotation])
  if (!templated.has(kind)) return []
  return [
    ...misplaced(loaded),
    ...problemsAt(loaded, ['spec', 'template', 'metadata', 'annotations', profileAnnotation]),
  ]
})

function problemsAt({ object, file, locate }: LoadedObject, path: Path): readonly InputError[] {
  const text = at(object, path)
  if (typeof text !== 'string') return []
  const field = path.join('.')
  return decodeProfileText(text, file).errors.map(({ code, message, next }) =>
    ({ code, message: `in the annotation ${profileAnnotation}: ${message}`, file, field, next, ...locate(field) }))
}

function misplaced({ kind, object, file, locate }: LoadedObject): readonly InputError[] {
  const path: Path = ['metadata', 'annotations', profileAnnotation]
  const field = path.join('.')
  return at(object, path) === undefined ? [] : [{
    code: 'E_PROFILE', file, field, ...locate(field),
    message: `the annotation ${profileAnnotation} is on the ${kind}, where no container sees it`,
    next: 'Move it to spec.template.metadata.annotations.',
  }]
}
