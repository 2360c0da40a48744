/**
 * Models: how kubectl names things on its command line: `deployment/web`, kinds in the singular, the plural or short
 * Reads: nothing
 * Writes: nothing
 * Omits: several names at once, label selectors
 */
import * as either from 'fp-ts/lib/Either.js'
import type { Either } from 'fp-ts/lib/Either.js'
import { allKinds } from '#api/manifests/kinds'
import { nearest } from '#api/manifests/suggest'
import { child, invalid, required, typeInvalid, type FieldError } from '#api/validation/field'
import type { Json, JsonObject } from '#api/types'
import type { Of, Target } from './user-actions.js'

export type Parsed<T> = Either<readonly FieldError[], T>

const shortNames: Readonly<Record<string, string>> = {
  po: 'pods', no: 'nodes', svc: 'services', deploy: 'deployments', rs: 'replicasets', sts: 'statefulsets',
  ds: 'daemonsets', cm: 'configmaps', sa: 'serviceaccounts', ns: 'namespaces', pdb: 'poddisruptionbudgets',
  pvc: 'persistentvolumeclaims',
  ing: 'ingresses', cj: 'cronjobs', hpa: 'horizontalpodautoscalers', netpol: 'networkpolicies',
}

interface Known {
  readonly resource: string
  readonly isNamespaced: boolean
}

/** By every word that kubectl takes for a kind; an earlier group wins where two have the same. */
export function resourceOf(word: string): Known | undefined {
  const wanted = shortNames[word] ?? word
  return allKinds().find(({ kind, resource }) => resource === wanted || kind.toLowerCase() === wanted)
}

export const isObject = (value: Json | undefined): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

export const fails = (...errors: readonly FieldError[]): Either<readonly FieldError[], never> => either.left(errors)

const words = (value: Json | undefined): Json => value ?? null

export const text = (path: string, value: Json | undefined): Parsed<string> =>
  (typeof value === 'string' && value !== '' ? either.right(value)
    : value === undefined ? fails(required(path)) : fails(typeInvalid(path, words(value), 'must be a text')))

export const flag = (path: string, value: Json | undefined, otherwise: boolean): Parsed<boolean> =>
  (value === undefined ? either.right(otherwise)
    : typeof value === 'boolean' ? either.right(value)
      : fails(typeInvalid(path, words(value), 'must be true or false')))

export const count = (path: string, value: Json | undefined): Parsed<number | undefined> => {
  if (value === undefined) return either.right(undefined)
  if (typeof value !== 'number' || !Number.isInteger(value)) {
    return fails(typeInvalid(path, value, 'must be a whole number'))
  }
  return value < 0 ? fails(invalid(path, value, 'must be greater than or equal to 0')) : either.right(value)
}

export function texts(path: string, value: Json | undefined): Parsed<readonly string[]> {
  if (typeof value === 'string') return either.right([value])
  if (value === undefined) return fails(required(path))
  if (!Array.isArray(value)) return fails(typeInvalid(path, words(value), 'must be a list of texts'))
  const wrong = value.findIndex((item) => typeof item !== 'string')
  return wrong < 0 ? either.right(value as readonly string[]) // each was looked at
    : fails(typeInvalid(`${path}[${wrong}]`, value[wrong] as Json, 'must be a text')) // an item of JSON
}

const targetOf = ({ resource, isNamespaced }: Known, name: string, namespace: string): Target =>
  (isNamespaced ? { resource, name, namespace } : { resource, name })

/** `deployment/web`. */
export function reference(path: string, value: Json | undefined, namespace: string): Parsed<Target> {
  const [kind = '', name = ''] = typeof value === 'string' ? value.split('/') : []
  const known = name === '' ? undefined : resourceOf(kind)
  return known === undefined
    ? fails(invalid(path, words(value), 'must be a kind and a name, such as "deployment/web"'))
    : either.right(targetOf(known, name, namespace))
}

export const referenceOf = (path: string, value: Json | undefined, namespace: string): Parsed<Of> =>
  either.map((of: Target): Of => ({ of }))(reference(path, value, namespace))

/**
 * The one member of `body` that names an object, as in `deployment: web`; what is neither that nor one of `options` is
 * refused. `undefined` where there is none.
 */
export function named(
  path: string, body: JsonObject, options: readonly string[], namespace: string,
): Parsed<Target | undefined> {
  let target: Target | undefined
  const errors: FieldError[] = []
  for (const [member, value] of Object.entries(body)) {
    if (options.includes(member) || member === 'namespace') continue
    const known = resourceOf(member)
    if (known === undefined) {
      const meant = nearest(member, [...options, 'namespace', ...allKinds().map(({ kind }) => kind.toLowerCase())])
      const hint = meant === undefined ? '' : `; did you mean "${meant}"?`
      errors.push(invalid(child(path, member), words(value), `unknown option${hint}`))
      continue
    }
    const name = text(child(path, member), value)
    if (either.isLeft(name)) errors.push(...name.left)
    else if (target !== undefined) {
      errors.push(invalid(child(path, member), words(value), 'an action is about one object'))
    } else target = targetOf(known, name.right, namespace)
  }
  return errors.length > 0 ? either.left(errors) : either.right(target)
}
