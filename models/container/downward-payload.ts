/**
 * Models: pkg/volume/downwardapi/downwardapi.go (CollectData)
 * Reads: nothing (it is handed a pod and what its node has to give)
 * Writes: nothing
 * Omits: nothing that is observable
 */
import * as either from 'fp-ts/lib/Either.js'
import type { Either } from 'fp-ts/lib/Either.js'
import type { Pod, ResourceList } from '#api/types'
import { extractFieldPathAsString } from './field-path.js'
import { noDefaultMode, type FileProjection, type Payload } from './payload.js'
import {
  extractContainerResourceValue, mergeContainerResourceLimits, type ResourceFieldSelector,
} from './resource-value.js'
import type { DownwardAPIVolumeFile } from './volume-sources.js'

/** filepath.Clean */
export function cleanPath(path: string): string {
  const parts: string[] = []
  const isAbsolute = path.startsWith('/')
  for (const part of path.split('/')) {
    const isUp = part === '..'
    if (part === '' || part === '.') continue
    if (isUp && parts.length > 0 && parts[parts.length - 1] !== '..') parts.pop()
    else if (!isUp || !isAbsolute) parts.push(part)
  }
  return (isAbsolute ? '/' : '') + parts.join('/') || '.'
}

/**
 * ExtractResourceValueByContainerNameAndNodeAllocatable: unlike a variable's, a file's limit is never the
 * pod's own.
 */
function resourceValue(
  selector: ResourceFieldSelector, { spec }: Pod, allocatable: ResourceList,
): Either<string, string> {
  const { containerName = '' } = selector
  const container = [...spec.containers, ...spec.initContainers ?? []]
    .find(({ name }) => name === containerName)
  return container === undefined
    ? either.left(`container ${containerName} not found`)
    : extractContainerResourceValue(selector, mergeContainerResourceLimits(container, allocatable))
}

/** The files, or every reason why not. */
export function collectDownwardApi(
  items: readonly DownwardAPIVolumeFile[], pod: Pod, allocatable: ResourceList,
  defaultMode: number | undefined,
): Either<readonly string[], Payload> {
  if (defaultMode === undefined) return either.left([noDefaultMode])
  const files: Record<string, FileProjection> = {}
  const wrong: string[] = []
  for (const { path, fieldRef, resourceFieldRef, mode = defaultMode } of items) {
    const data = fieldRef !== undefined ? extractFieldPathAsString(pod, fieldRef.fieldPath)
      : resourceFieldRef !== undefined ? resourceValue(resourceFieldRef, pod, allocatable)
        : either.right('')
    if (either.isLeft(data)) wrong.push(data.left)
    else files[cleanPath(path)] = { data: data.right, mode }
  }
  return wrong.length > 0 ? either.left(wrong) : either.right(files)
}
