/**
 * Models: pkg/volume/configmap/configmap.go and pkg/volume/secret/secret.go (MakePayload, and SetUpAt down to
 *   the payload), apimachinery util/errors (Aggregate)
 * Reads: nothing (it is handed the objects)
 * Writes: nothing
 * Omits: bytes that are no UTF-8; what the atomic writer makes of a payload
 */
import * as either from 'fp-ts/lib/Either.js'
import type { Either } from 'fp-ts/lib/Either.js'
import type { ConfigMap, Secret } from '#api/types'
import { binariesOf, secretTextsOf, textsOf, type NotGot, type Objects, type Texts } from './found.js'
import type { ConfigMapVolumeSource, KeyToPath, SecretVolumeSource } from './volume-sources.js'

/** A file of a volume. `fsUser` owns it, root where absent. */
export interface FileProjection {
  readonly data: string
  readonly mode: number
  readonly fsUser?: number
}

/** Files by their path in the volume. */
export interface Payload { readonly [path: string]: FileProjection }

export const noDefaultMode = 'no defaultMode used, not even the default value for it'

/** Aggregate.Error: each message once; several of them in brackets. */
export function aggregate(messages: readonly string[]): string {
  const [first = '', ...others] = [...new Set(messages)]
  return others.length === 0 ? first : `[${[first, ...others].join(', ')}]`
}

interface Wanted {
  readonly items?: readonly KeyToPath[]
  readonly optional?: boolean
  readonly defaultMode?: number
}

function payloadOf(
  texts: Texts, { items = [], optional, defaultMode }: Wanted, missing: (key: string) => string,
): Either<string, Payload> {
  if (defaultMode === undefined) return either.left(noDefaultMode)
  const files: Record<string, FileProjection> = {}
  if (items.length === 0) for (const [key, data] of texts) files[key] = { data, mode: defaultMode }
  for (const { key, path, mode = defaultMode } of items) {
    const data = texts.get(key)
    if (data !== undefined) files[path] = { data, mode }
    else if (optional !== true) return either.left(missing(key))
  }
  return either.right(files)
}

/** configmap.MakePayload */
export const configMapPayload = (configMap: ConfigMap, wanted: Wanted): Either<string, Payload> =>
  payloadOf(new Map([...binariesOf(configMap), ...textsOf(configMap)]), wanted,
    (key) => `configmap references non-existent config key: ${key}`)

/** secret.MakePayload */
export const secretPayload = (secret: Secret, wanted: Wanted): Either<string, Payload> =>
  payloadOf(secretTextsOf(secret), wanted, (key) => `references non-existent secret key: ${key}`)

/** What is optional and missing is as good as empty. */
function setUp<T>(
  got: Either<NotGot, T>, wanted: Wanted, make: (object: T, wanted: Wanted) => Either<string, Payload>,
): Either<string, Payload> {
  if (either.isRight(got)) return make(got.right, wanted)
  const isEmpty = got.left.isNotFound && wanted.optional === true
  return isEmpty ? payloadOf(new Map(), wanted, String) : either.left(got.left.message)
}

export const configMapVolume = (
  { name = '', ...wanted }: ConfigMapVolumeSource, { configMap }: Objects,
): Either<string, Payload> => setUp(configMap(name), wanted, configMapPayload)

export const secretVolume = (
  { secretName = '', ...wanted }: SecretVolumeSource, { secret }: Objects,
): Either<string, Payload> => setUp(secret(secretName), wanted, secretPayload)
