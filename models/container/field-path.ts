/**
 * Models: pkg/fieldpath/fieldpath.go (FormatMap, ExtractFieldPathAsString, SplitMaybeSubscriptedPath),
 *   pkg/apis/core/pods/helpers.go (ConvertDownwardAPIFieldLabel)
 * Reads: nothing (it is handed a pod)
 * Writes: nothing
 * Omits: nothing that is observable
 */
import * as either from 'fp-ts/lib/Either.js'
import type { Either } from 'fp-ts/lib/Either.js'
import type { Labels, ObjectMeta } from '#api/types'
import { goQuote } from '#api/validation/field'
import { isLabelKey } from '#api/validation/names'

/** `key="value"`, a line each, in the order of the keys. */
export const formatMap = (map: Labels = {}): string =>
  Object.keys(map).sort().map((key) => `${key}=${goQuote(map[key] ?? '')}`).join('\n')

/** `metadata.labels['app']` is `metadata.labels` and `app`. */
export function splitMaybeSubscriptedPath(
  fieldPath: string,
): readonly [path: string, key: string] | undefined {
  const opened = fieldPath.indexOf("['")
  if (!fieldPath.endsWith("']") || opened <= 0 || opened + 2 > fieldPath.length - 2) return undefined
  return [fieldPath.slice(0, opened), fieldPath.slice(opened + 2, -2)]
}

const fields: Readonly<Record<string, (metadata: ObjectMeta) => string>> = {
  'metadata.annotations': ({ annotations }) => formatMap(annotations),
  'metadata.labels': ({ labels }) => formatMap(labels),
  'metadata.name': ({ name }) => name,
  'metadata.namespace': ({ namespace = '' }) => namespace,
  'metadata.uid': ({ uid }) => uid,
}

/** What a field of an object's metadata says; a key that is not there says nothing. */
export function extractFieldPathAsString(
  { metadata }: { readonly metadata: ObjectMeta }, fieldPath: string,
): Either<string, string> {
  const [path, key] = splitMaybeSubscriptedPath(fieldPath) ?? []
  if (path !== undefined && key !== undefined) {
    const isAnnotation = path === 'metadata.annotations'
    if (!isAnnotation && path !== 'metadata.labels') {
      return either.left(`fieldPath ${goQuote(fieldPath)} does not support subscript`)
    }
    const wrong = isLabelKey(isAnnotation ? key.toLowerCase() : key)
    if (wrong.length > 0) return either.left(`invalid key subscript in ${fieldPath}: ${wrong.join(';')}`)
    const map = (isAnnotation ? metadata.annotations : metadata.labels) ?? {}
    return either.right(Object.hasOwn(map, key) ? map[key] ?? '' : '')
  }
  const field = Object.hasOwn(fields, fieldPath) ? fields[fieldPath] : undefined
  return field === undefined
    ? either.left(`unsupported fieldPath: ${fieldPath}`)
    : either.right(field(metadata))
}

const ofPod: ReadonlySet<string> = new Set([
  ...Object.keys(fields),
  'spec.nodeName', 'spec.restartPolicy', 'spec.serviceAccountName', 'spec.schedulerName',
  'status.phase', 'status.hostIP', 'status.hostIPs', 'status.podIP', 'status.podIPs',
])

/** The field of a pod that users may name, by the name that the kubelet knows it by. */
export function convertDownwardApiFieldLabel(version: string, label: string): Either<string, string> {
  if (version !== 'v1') return either.left(`unsupported pod version: ${version}`)
  const path = splitMaybeSubscriptedPath(label)?.[0]
  if (path !== undefined) {
    return path === 'metadata.annotations' || path === 'metadata.labels'
      ? either.right(label)
      : either.left(`field label does not support subscript: ${label}`)
  }
  if (label === 'spec.host') return either.right('spec.nodeName')
  return ofPod.has(label) ? either.right(label) : either.left(`field label not supported: ${label}`)
}
