/**
 * Models: pkg/kubelet/kubelet_pods.go (makeEnvironmentVariables: what each source of a variable comes to)
 * Reads: nothing (it is handed what the kubelet knows)
 * Writes: nothing
 * Omits: bytes that are no UTF-8; a kubelet without an API server
 */
import * as either from 'fp-ts/lib/Either.js'
import type { Either } from 'fp-ts/lib/Either.js'
import type { Container, EnvFromSource, EnvVarSource, Pod, ResourceList, Service } from '#api/types'
import { goQuote } from '#api/validation/field'
import { parseEnv } from './env-file.js'
import { secretTextsOf, textsOf, type NotGot, type Objects, type Texts } from './found.js'
import { podFieldSelectorRuntimeValue, type Addresses } from './pod-field.js'
import { containerResourceRuntimeValue } from './resource-value.js'

/** A file of a pod's volume, by its path on the node; without a text it is not there. */
export interface EnvFile {
  readonly hostPath: string
  readonly text?: string
}

/** What the kubelet knows while it makes a container. */
export interface Known extends Addresses {
  readonly services: readonly Service[]
  /** Its Services have been read at least once. */
  readonly servicesHaveSynced: boolean
  readonly objects: Objects
  /** What the node has to give. */
  readonly allocatable: ResourceList
  /** A file of one of the pod's volumes; none where the pod has no such volume. */
  readonly envFile?: (volume: string, path: string) => EnvFile | undefined
}

/** A value; none where an optional source has none. */
export type Value = Either<string, string | undefined>

/** What is optional may be missing, but not for another reason than that there is none. */
function texts(
  from: Either<NotGot, Texts>, isOptional: boolean | undefined,
): Either<string, Texts | undefined> {
  if (either.isRight(from)) return from
  const { isNotFound, message } = from.left
  return isNotFound && isOptional === true ? either.right(undefined) : either.left(message)
}

const configMapTexts = (objects: Objects, name: string): Either<NotGot, Texts> =>
  either.map(textsOf)(objects.configMap(name))

const secretTexts = (objects: Objects, name: string): Either<NotGot, Texts> =>
  either.map(secretTextsOf)(objects.secret(name))

/** The keys and texts that an `envFrom` brings. */
export function envFromTexts(
  { configMapRef, secretRef }: EnvFromSource, objects: Objects,
): Either<string, Texts | undefined> {
  if (configMapRef !== undefined) {
    return texts(configMapTexts(objects, configMapRef.name ?? ''), configMapRef.optional)
  }
  if (secretRef !== undefined) return texts(secretTexts(objects, secretRef.name ?? ''), secretRef.optional)
  return either.right(undefined)
}

function keyOf(
  kind: 'ConfigMap' | 'Secret', namespace: string, from: Either<NotGot, Texts>,
  { name = '', key, optional }: NonNullable<EnvVarSource['configMapKeyRef']>,
): Value {
  const got = texts(from, optional)
  if (either.isLeft(got) || got.right === undefined) return either.map(() => undefined)(got)
  const value = got.right.get(key)
  return value === undefined && optional !== true
    ? either.left(`couldn't find key ${key} in ${kind} ${namespace}/${name}`)
    : either.right(value)
}

function fileKey(
  { volumeName, path, key, optional }: NonNullable<EnvVarSource['fileKeyRef']>, { envFile }: Known,
): Value {
  const file = envFile?.(volumeName, path)
  if (file === undefined) {
    return either.left(`cannot find the volume ${goQuote(volumeName)} referenced by FileKeyRef`)
  }
  const value = file.text === undefined ? either.left('') : parseEnv(file.text, key)
  if (either.isLeft(value)) return either.left("couldn't parse env file")
  if (value.right !== '') return value
  return optional === true
    ? either.right(undefined)
    : either.left(`environment variable key ${goQuote(key)} not found in file ${goQuote(file.hostPath)}`)
}

/** What `valueFrom` comes to; '' without a source. */
export function valueFrom(from: EnvVarSource, pod: Pod, container: Container, known: Known): Value {
  const { namespace } = pod.metadata
  const { fieldRef, resourceFieldRef, configMapKeyRef, secretKeyRef, fileKeyRef } = from
  if (fieldRef !== undefined) return podFieldSelectorRuntimeValue(fieldRef, pod, known)
  if (resourceFieldRef !== undefined) {
    return containerResourceRuntimeValue(resourceFieldRef, pod, container, known.allocatable)
  }
  if (configMapKeyRef !== undefined) {
    const got = configMapTexts(known.objects, configMapKeyRef.name ?? '')
    return keyOf('ConfigMap', namespace, got, configMapKeyRef)
  }
  if (secretKeyRef !== undefined) {
    return keyOf('Secret', namespace, secretTexts(known.objects, secretKeyRef.name ?? ''), secretKeyRef)
  }
  return fileKeyRef === undefined ? either.right('') : fileKey(fileKeyRef, known)
}
