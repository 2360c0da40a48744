/**
 * Files that the kubelet writes into volumes: `pkg/apis/core/validation/validation.go` validateKeyToPath,
 * validateDownwardAPIVolumeSource, validateProjectedVolumeSource. The places that it names are upstream's own, also
 * where they leave out an index. What clusterTrustBundle and podCertificate hold stays opaque.
 */
import type { EnvVarSource, Input, Json, JsonObject } from '../types.js'
import { all, each, forbiddenIf, requiredText, when, type Errors } from './check.js'
import { validateFieldRef, validateResourceFieldRef } from './env.js'
import { invalid, required, valid } from './field.js'
import { localPath } from './paths.js'

const fileMode = 'must be a number between 0 and 0777 (octal), both inclusive'

const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const textOf = (source: JsonObject, field: string): string =>
  (typeof source[field] === 'string' ? source[field] : '')

const objectsOf = (list: Json | undefined): readonly JsonObject[] =>
  (Array.isArray(list) ? list.map((item: Json) => (isObject(item) ? item : {})) : [])

const validateMode = (mode: Json | undefined, place: string): Errors =>
  (typeof mode === 'number' && (mode > 0o777 || mode < 0) ? [invalid(place, mode, fileMode)] : valid)

const validateKeys = (source: JsonObject, path: string): Errors =>
  each(objectsOf(source.items), `${path}.items`, (item, place) => all(
    requiredText(`${place}.key`, textOf(item, 'key')),
    requiredText(`${place}.path`, textOf(item, 'path')),
    localPath(textOf(item, 'path'), `${place}.path`),
    validateMode(item.mode, `${place}.mode`)))

/** The keys of a ConfigMap or Secret that become files. */
export const validateItems = (source: JsonObject, path: string): Errors =>
  all(validateMode(source.defaultMode, `${path}.defaultMode`), validateKeys(source, path))

const volumeFields = [
  'metadata.annotations', 'metadata.labels', 'metadata.name', 'metadata.namespace', 'metadata.uid',
]

function validateDownwardFile(file: JsonObject, path: string): Errors {
  // both are decoded by upstream's types
  const { fieldRef, resourceFieldRef } = file as Pick<Input<EnvVarSource>, 'fieldRef' | 'resourceFieldRef'>
  return all(
    requiredText(`${path}.path`, textOf(file, 'path')),
    localPath(textOf(file, 'path'), `${path}.path`),
    fieldRef !== undefined
      ? all(
        validateFieldRef(fieldRef, `${path}.fieldRef`, volumeFields),
        when(resourceFieldRef !== undefined, () =>
          invalid(path, 'resource', 'fieldRef and resourceFieldRef can not be specified simultaneously')))
      : resourceFieldRef !== undefined
        ? validateResourceFieldRef(resourceFieldRef, `${path}.resourceFieldRef`, true)
        : [required(path, 'one of fieldRef and resourceFieldRef is required')],
    validateMode(file.mode, `${path}.mode`))
}

export const validateDownwardAPI = (source: JsonObject, path: string): Errors => all(
  validateMode(source.defaultMode, `${path}.defaultMode`),
  ...objectsOf(source.items).map((file) => validateDownwardFile(file, path)))

const tokenSeconds = { least: 600, most: 2 ** 32 }

function validateToken(token: JsonObject, place: string, path: string): Errors {
  const { expirationSeconds: seconds } = token
  const refuse = (detail: string): Errors => [invalid(`${place}.expirationSeconds`, seconds, detail)]
  return all(
    typeof seconds !== 'number' ? valid
      : seconds < tokenSeconds.least ? refuse('may not specify a duration less than 10 minutes')
        : seconds > tokenSeconds.most ? refuse('may not specify a duration larger than 2^32 seconds') : valid,
    requiredText(`${path}.path`, textOf(token, 'path')),
    localPath(textOf(token, 'path'), `${path}.path`))
}

/** Where a source puts its files, as far as it says so itself; a conflict is told with the second one's value. */
function pathsOf(source: JsonObject): readonly (readonly [path: string, told: string])[] {
  const named = (from: Json | undefined): readonly (readonly [string, string])[] => (isObject(from)
    ? objectsOf(from.items).map((item) => [textOf(item, 'path'), textOf(from, 'name')] as const) : [])
  const own = isObject(source.downwardAPI) ? objectsOf(source.downwardAPI.items) : []
  return [
    ...named(source.secret), ...named(source.configMap),
    ...own.map((item) => [textOf(item, 'path'), textOf(item, 'path')] as const),
  ].filter(([path]) => path !== '')
}

const kinds = ['secret', 'configMap', 'downwardAPI', 'serviceAccountToken', 'clusterTrustBundle', 'podCertificate']

export function validateProjected(projected: JsonObject, path: string): Errors {
  const taken = new Set<string>()
  return all(
    validateMode(projected.defaultMode, `${path}.defaultMode`),
    each(objectsOf(projected.sources), `${path}.sources`, (source, place) => {
      const { secret, configMap, downwardAPI, serviceAccountToken } = source
      const object = (from: Json | undefined, at: string): Errors => (isObject(from)
        ? all(requiredText(`${at}.name`, textOf(from, 'name')), validateKeys(from, at)) : valid)
      const files = isObject(downwardAPI) ? objectsOf(downwardAPI.items) : []
      return all(
        object(secret, `${place}.secret`),
        object(configMap, `${place}.configMap`),
        ...files.map((file) => validateDownwardFile(file, `${place}.downwardAPI`)),
        isObject(serviceAccountToken)
          ? validateToken(serviceAccountToken, `${place}.serviceAccountToken`, path) : valid,
        ...pathsOf(source).map(([file, told]) => {
          const isTaken = taken.has(file)
          taken.add(file)
          return when(isTaken, () => invalid(path, told, 'conflicting duplicate paths'))
        }),
        forbiddenIf(kinds.filter((kind) => source[kind] !== undefined).length > 1, place,
          'may not specify more than 1 volume type per source'))
    }))
}
