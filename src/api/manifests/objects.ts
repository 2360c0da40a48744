import type { Node } from 'yaml'
import type { Json, JsonObject } from '../types/json.js'
import type { InputError, ManifestErrorCode, Place } from './input-error.js'
import { isList, isObject, textOf } from './json.js'
import { groupOf } from './kinds.js'
import { limits } from './limits.js'
import { childPath, joinPaths } from './paths.js'
import type { FieldPath } from './paths.js'
import { adviseKind } from './suggest.js'
import type { YamlDocument } from './yaml-documents.js'
import { findField, sizeOf, sourceOf } from './yaml-places.js'
import type { Found } from './yaml-places.js'
import { readValue } from './yaml-value.js'

/** An object as it stands in a file, with its type; nothing else of it is checked yet. */
export type FoundObject = {
  readonly apiVersion: string
  readonly kind: string
  readonly object: JsonObject
  readonly file: string
  /** Place of a field, or of the deepest part of its path that is there; '' is the object itself. */
  readonly locate: (field: FieldPath) => Place
  /** How the file writes a single value. */
  readonly sourceAt: (field: FieldPath) => string | undefined
}

export type FoundObjects = {
  readonly objects: readonly FoundObject[]
  readonly errors: readonly InputError[]
}

/** The objects of a document, those inside lists one by one; none for an empty document. */
export const findObjects = (document: YamlDocument): FoundObjects => {
  const { root } = document
  if (root === undefined) return { objects: [], errors: [] }
  const { value, errors, targetOf } = readValue(document)
  if (value === undefined || value === null) return { objects: [], errors }
  const finder = new Finder(document, root, (path) => findField(root, path, targetOf))
  finder.take(value, { path: '' })
  return { objects: finder.objects, errors: [...errors, ...finder.errors] }
}

/** Where a value stands, and the type that its list lends it. */
type Entry = { readonly path: FieldPath; readonly apiVersion?: string; readonly kind?: string }

class Finder {
  readonly objects: FoundObject[] = []
  readonly errors: InputError[] = []
  constructor(
    readonly document: YamlDocument, readonly root: Node, readonly find: (path: FieldPath) => Found
  ) {}

  take(value: Json, entry: Entry): void {
    if (!isObject(value)) {
      this.#report('E_NOT_AN_OBJECT', entry.path,
        `${jsonNoun(value)} stands where a Kubernetes object should be`,
        'Write an object with apiVersion, kind and metadata here, or remove it.')
      return
    }
    const apiVersion = textOf(value['apiVersion']) ?? entry.apiVersion
    const kind = textOf(value['kind']) ?? entry.kind
    if (apiVersion === undefined || kind === undefined) {
      this.#refuseUntyped(entry.path, apiVersion, kind)
    } else if (isListKind(kind, value)) this.#takeItems(value, entry.path, apiVersion, kind)
    else this.#takeObject({ ...value, apiVersion, kind }, entry.path, apiVersion, kind)
  }

  /** `kind: List`, or a list of one kind such as `DeploymentList`, whose items may leave out their type. */
  #takeItems(list: JsonObject, at: FieldPath, apiVersion: string, kind: string): void {
    const path = childPath(at, 'items')
    const items = list['items'] ?? []
    if (!isList(items)) {
      this.#report('E_NOT_AN_OBJECT', path, `the items of a ${kind} must be a list`,
        'Write a list under items: start each object with "- ".')
      return
    }
    const lent = kind === 'List' ? {} : { apiVersion, kind: kind.slice(0, -'List'.length) }
    items.forEach((item, index) => { this.take(item, { path: childPath(path, index), ...lent }) })
  }

  #takeObject(object: JsonObject, path: FieldPath, apiVersion: string, kind: string): void {
    const { document, find } = this
    const own = find(path)
    if (kind === 'Kustomization' && groupOf(apiVersion) === 'kustomize.config.k8s.io') {
      this.#report('E_KUSTOMIZATION', path, notAnObjectOfACluster, kustomizeAdvice)
    } else if (sizeOf(own.node) > limits.objectBytes) {
      this.#report('E_OBJECT_TOO_LARGE', path, `Request entity too large: limit is ${limits.objectBytes}`,
        'Make the object smaller: the API server takes none of this size.')
    } else {
      this.objects.push({
        apiVersion, kind, file: document.file, object,
        locate: (field) => document.placeOf(field === '' ? own.offset : find(joinPaths(path, field)).offset),
        sourceAt: (field) => sourceOf(find(joinPaths(path, field)).node),
      })
    }
  }

  #refuseUntyped(path: FieldPath, apiVersion?: string, kind?: string): void {
    const name = this.document.file.split('/').at(-1) ?? ''
    if (/^kustomization\.ya?ml$/.test(name)) {
      this.#report('E_KUSTOMIZATION', path, notAnObjectOfACluster, kustomizeAdvice)
      return
    }
    const missing = [
      ...(apiVersion === undefined ? ['apiVersion not set'] : []),
      ...(kind === undefined ? ['kind not set'] : []),
    ]
    this.#report('E_NO_KIND', path, `error validating data: [${missing.join(', ')}]`,
      /^(Chart|values)\.ya?ml$/.test(name) ? chartAdvice :
      kind !== undefined ? adviseKind('', kind) :
      'Write the type at the top of the object, as in "apiVersion: apps/v1" and "kind: Deployment".')
  }

  #report(code: ManifestErrorCode, path: FieldPath, message: string, next: string): void {
    const place = this.document.placeOf(this.find(path).offset)
    const field = path === '' ? {} : { field: path }
    this.errors.push({ code, message, file: this.document.file, ...place, ...field, next })
  }
}

const notAnObjectOfACluster = 'a kustomization is not an object of a cluster'
const kustomizeAdvice = 'Render it first: "kubectl kustomize DIRECTORY | orrery check -f -".'
const chartAdvice = 'This belongs to a Helm chart: render it, "helm template CHART | orrery check -f -".'

const isListKind = (kind: string, value: JsonObject): boolean =>
  kind === 'List' || (kind.endsWith('List') && isList(value['items']))

const jsonNoun = (value: Json): string => {
  if (value === null) return 'nothing'
  return isList(value) ? 'a list' : `a ${typeof value}`
}
