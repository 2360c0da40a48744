import type { JsonObject } from '../types/json.js'
import { adviseInvalid } from './advice.js'
import { identityKey, identityOf } from './identity.js'
import type { DeclaredKinds, Identity } from './identity.js'
import type { InputError, ManifestErrorCode } from './input-error.js'
import { isObject } from './json.js'
import { groupOf, isBuiltInGroup } from './kinds.js'
import { limits } from './limits.js'
import type { FoundObject } from './objects.js'
import type { FieldPath } from './paths.js'
import { checkFields, checkMetadata } from './strict.js'
import type { Finding } from './strict.js'
import { adviseKind, isMisspeltGroup } from './suggest.js'

/** Checks of an object of the right shape; `message` is upstream's, with or without the field before it. */
export type Validate = (object: JsonObject) => readonly { readonly field: string; readonly message: string }[]

export type Rules = {
  readonly validate: Validate
  /** Namespace of objects that name none. */
  readonly namespace: string
  readonly declared: DeclaredKinds
}

export type Accepted = {
  readonly found: FoundObject
  readonly identity: Identity
  readonly name: string
  readonly object: JsonObject
}

export type Acceptance = { readonly accepted: readonly Accepted[]; readonly errors: readonly InputError[] }

/** Checks each object by itself, and their names against each other; what has no error is accepted. */
export const acceptObjects = (objects: readonly FoundObject[], rules: Rules): Acceptance => {
  const identities = objects.map((found) => identityOf(found, rules.declared, rules.namespace))
  const taken = new Map<string, FoundObject>()
  objects.forEach((found, index) => {
    const identity = identities[index] ?? {}
    if (identity.name === undefined) return
    const key = identityKey(found, identity, identity.name)
    if (!taken.has(key)) taken.set(key, found)
  })
  const counts = new Map<string, number>()
  const accepted: Accepted[] = []
  const errors: InputError[] = []
  objects.forEach((found, index) => {
    const identity = identities[index] ?? {}
    const name = identity.name ?? generatedName(found, identity, taken, counts)
    const object = withIdentity(found.object, identity, name)
    const problems = problemsOf(found, identity, name, object, taken, rules)
    errors.push(...problems)
    if (problems.length === 0 && name !== undefined) accepted.push({ found, identity, name, object })
  })
  return { accepted, errors }
}

/** The next free name; `counts` remembers how far each `generateName` has come. */
const generatedName = (
  found: FoundObject, identity: Identity, taken: Map<string, FoundObject>, counts: Map<string, number>
): string | undefined => {
  const { generateName } = identity
  if (generateName === undefined) return undefined
  const series = identityKey(found, identity, generateName)
  for (let count = (counts.get(series) ?? 0) + 1; ; count += 1) {
    const key = identityKey(found, identity, `${generateName}${count}`)
    if (taken.has(key)) continue
    taken.set(key, found)
    counts.set(series, count)
    return `${generateName}${count}`
  }
}

const withIdentity = (
  object: JsonObject, { isNamespaced, namespace }: Identity, name: string | undefined
): JsonObject => {
  if (!isObject(object['metadata'])) return object
  const { namespace: written, ...others } = object['metadata']
  const place = isNamespaced === undefined ? written : namespace
  const metadata = {
    ...others,
    ...(name === undefined ? {} : { name }),
    ...(place === undefined ? {} : { namespace: place }),
  }
  return { ...object, metadata }
}

const problemsOf = (
  found: FoundObject, identity: Identity, name: string | undefined, object: JsonObject,
  taken: ReadonlyMap<string, FoundObject>, rules: Rules
): readonly InputError[] => {
  const { kind } = found
  if (identity.builtIn === undefined && !isCustom(found, identity)) return [unknownKind(found)]
  const findings = identity.builtIn === undefined
    ? checkMetadata(found.object, kind)
    : checkFields(found.object, identity.builtIn)
  const problems = [
    ...findings.map((finding) => findingError(found, finding, name)),
    ...(name === undefined ? nameless(found, findings) : duplicates(found, identity, name, taken)),
    ...tooManyPods(found, identity),
  ]
  // Validation reads fields by their types, so it waits until these are right; upstream's order too.
  if (findings.some(({ code }) => code === 'E_WRONG_TYPE')) return problems
  const known = new Set(problems.map(({ field }) => field))
  const invalid = rules.validate(object).filter(({ field }) => !known.has(field))
  return [...problems, ...invalid.map(({ field, message }) => invalidError(found, name, field, message))]
}

/** Groups that are not Kubernetes' own hold custom resources, defined in the input or not. */
const isCustom = ({ apiVersion, kind }: FoundObject, { resource }: Identity): boolean =>
  !isBuiltInGroup(groupOf(apiVersion)) && (resource !== undefined || !isMisspeltGroup(apiVersion, kind))

const errorAt = (
  found: FoundObject, code: ManifestErrorCode, field: FieldPath, message: string, next: string
): InputError =>
  ({ code, message, file: found.file, ...found.locate(field), ...(field === '' ? {} : { field }), next })

const unknownKind = (found: FoundObject): InputError => {
  const { apiVersion, kind } = found
  const message = `no matches for kind "${kind}" in version "${apiVersion}"`
  return errorAt(found, 'E_UNKNOWN_KIND', 'kind', message, adviseKind(apiVersion, kind))
}

const findingError = (
  found: FoundObject, { code, field, message, next }: Finding, name: string | undefined
): InputError => {
  const version = found.apiVersion.split('/').at(-1) ?? ''
  const sentence = code === 'E_FILE_MODE'
    ? invalidSentence(found, name, message)
    : `${found.kind} in version "${version}" cannot be handled as a ${found.kind}: ${message}`
  return errorAt(found, code, field, sentence, next(found.sourceAt(field)))
}

const invalidSentence = ({ kind }: FoundObject, name: string | undefined, message: string): string =>
  `The ${kind} "${name ?? ''}" is invalid: ${message}`

const invalidError = (
  found: FoundObject, name: string | undefined, field: FieldPath, message: string
): InputError => {
  const text = message.startsWith(`${field}: `) || field === '' ? message : `${field}: ${message}`
  return errorAt(found, 'E_INVALID', field, invalidSentence(found, name, text),
    adviseInvalid(found, field, text))
}

const nameless = (found: FoundObject, findings: readonly Finding[]): readonly InputError[] => {
  const isExplained = findings.some(({ code, field }) =>
    code === 'E_WRONG_TYPE' && /^metadata(\.name|\.generateName)?$/.test(field))
  if (isExplained) return []
  return [errorAt(found, 'E_NO_NAME', 'metadata.name',
    invalidSentence(found, '', 'metadata.name: Required value: name or generateName is required'),
    'Give the object a name under metadata: it is what kubectl and other objects refer to.')]
}

const duplicates = (
  found: FoundObject, identity: Identity, name: string, taken: ReadonlyMap<string, FoundObject>
): readonly InputError[] => {
  const first = taken.get(identityKey(found, identity, name))
  if (first === undefined || first === found) return []
  const full = identity.namespace === undefined ? name : `${identity.namespace}/${name}`
  const { line } = first.locate('metadata.name')
  return [errorAt(found, 'E_DUPLICATE_OBJECT', 'metadata.name',
    `${found.kind} ${full} is given twice, first at ${first.file}:${line}`,
    'Rename or remove one of the two: kubectl would apply the second over the first.')]
}

const podFields = ['replicas', 'parallelism'] as const

const tooManyPods = (found: FoundObject, { builtIn }: Identity): readonly InputError[] => {
  const spec = builtIn === undefined ? undefined : found.object['spec']
  if (!isObject(spec)) return []
  return podFields.flatMap((field) => {
    const pods = spec[field]
    if (typeof pods !== 'number' || pods <= limits.pods || pods >= 2 ** 31) return []
    return [errorAt(found, 'E_TOO_MANY_PODS', `spec.${field}`,
      `spec.${field} asks for ${pods} pods, Orrery's limit for one object is ${limits.pods}`,
      `Write at most ${limits.pods}: a few replicas show the same behaviour.`)]
  })
}
