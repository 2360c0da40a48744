import type { JsonObject } from '../types/json.js'
import { acceptObjects } from './accept.js'
import type { Accepted, Validate } from './accept.js'
import { declaredKinds } from './identity.js'
import { sortErrors } from './input-error.js'
import type { InputError, Place } from './input-error.js'
import { findObjects } from './objects.js'
import type { FieldPath } from './paths.js'
import { composeDocuments } from './yaml-documents.js'
import type { SourceText } from './yaml-documents.js'

/** An object that the API server would take, with its place. */
export type LoadedObject = {
  readonly apiVersion: string
  readonly kind: string
  /** Absent for cluster-scoped kinds, and for custom resources of unknown scope that name none. */
  readonly namespace?: string
  readonly name: string
  /** Plural in lower case as in URLs; absent for custom resources without their definition. */
  readonly resource?: string
  /** Whether the kind is one of Kubernetes' own, whose fields were checked. */
  readonly isBuiltIn: boolean
  /** Plain JSON, its `metadata.name` and `metadata.namespace` filled in. */
  readonly object: JsonObject
  readonly file: string
  readonly locate: (field: FieldPath) => Place
}

export type Loaded = { readonly objects: readonly LoadedObject[]; readonly errors: readonly InputError[] }

export type LoadOptions = {
  readonly validate?: Validate
  /** Namespace of objects that name none; `default` unless said otherwise. */
  readonly namespace?: string
}

/**
 * Kubernetes objects from YAML and JSON texts, in their order, and everything that is wrong with them. What
 * has no error of its own is in `objects`, so a caller looks at `errors` first.
 *
 * An object with `generateName` and no name is called `<generateName><n>`, n from 1 in the order of the
 * input, skipping names that the input uses (the API server would draw five letters).
 */
export const loadManifests = (files: readonly SourceText[], options: LoadOptions = {}): Loaded => {
  const composed = files.map(composeDocuments)
  const found = composed.flatMap(({ documents }) => documents.map(findObjects))
  const objects = found.flatMap((one) => one.objects)
  const { accepted, errors } = acceptObjects(objects, {
    validate: options.validate ?? (() => []),
    namespace: options.namespace ?? 'default',
    declared: declaredKinds(objects),
  })
  const all = [...composed, ...found].flatMap((one) => one.errors).concat(errors)
  const isEmpty = objects.length === 0 && all.length === 0
  return {
    objects: accepted.map(loadedObject),
    errors: isEmpty ? noObjects(files) : sortErrors(all, files.map(({ file }) => file)),
  }
}

const loadedObject = ({ found, identity, name, object }: Accepted): LoadedObject => ({
  apiVersion: found.apiVersion, kind: found.kind, name, object, file: found.file, locate: found.locate,
  isBuiltIn: identity.builtIn !== undefined,
  ...(identity.namespace === undefined ? {} : { namespace: identity.namespace }),
  ...(identity.resource === undefined ? {} : { resource: identity.resource }),
})

const noObjects = (files: readonly SourceText[]): readonly InputError[] =>
  files.slice(0, 1).map(({ file }) => ({
    code: 'E_NO_OBJECTS', message: 'no objects passed: every document is empty', file,
    next: 'Write at least one Kubernetes object, with apiVersion, kind and metadata.',
  }))
