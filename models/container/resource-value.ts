/**
 * Models: pkg/api/v1/resource/helpers.go (ExtractContainerResourceValue, ExtractResourceValueByContainerName,
 *   MergeContainerResourceLimits), pkg/kubelet/kubelet_resources.go (defaultPodLimitsForDownwardAPI),
 *   pkg/kubelet/kubelet_pods.go (containerResourceRuntimeValue)
 * Reads: nothing (it is handed a pod and what its node has to give)
 * Writes: nothing
 * Omits: nothing that is observable
 */
import * as either from 'fp-ts/lib/Either.js'
import type { Either } from 'fp-ts/lib/Either.js'
import type { Container, EnvVarSource, Pod, ResourceList } from '#api/types'
import { milliValueOf, valueOf } from '#api/quantity'
import { hasPodLevelResources } from '../scheduling/requests.js'

export type ResourceFieldSelector = NonNullable<EnvVarSource['resourceFieldRef']>

/** Of the resources that have a value in any case. */
const downward = ['cpu', 'memory', 'ephemeral-storage'] as const

const isZero = (quantity: string | number): boolean => valueOf(quantity) === 0

/** `limits.cpu`, `requests.hugepages-2Mi`, in units of the divisor, rounded up. */
export function extractContainerResourceValue(
  { resource, divisor = 0 }: ResourceFieldSelector, { resources }: Pick<Container, 'resources'>,
): Either<string, string> {
  const [kind = '', name = ''] = splitAtDot(resource)
  const isKnown = downward.some((one) => one === name) || name.startsWith('hugepages-')
  if ((kind !== 'limits' && kind !== 'requests') || !isKnown) {
    return either.left(`unsupported container resource : ${resource}`)
  }
  const amount = resources?.[kind]?.[name] ?? 0
  const unit = isZero(divisor) ? 1 : divisor
  const measure = name === 'cpu' ? milliValueOf : valueOf
  return either.right(String(Math.ceil(measure(amount) / measure(unit))))
}

const splitAtDot = (text: string): readonly string[] => {
  const dot = text.indexOf('.')
  return [text.slice(0, dot), text.slice(dot + 1)]
}

/** App containers come before init containers of the same name. */
export function extractResourceValueByContainerName(
  selector: ResourceFieldSelector, { spec }: Pick<Pod, 'spec'>, containerName: string,
): Either<string, string> {
  const container = [...spec.containers, ...spec.initContainers ?? []]
    .find(({ name }) => name === containerName)
  return container === undefined
    ? either.left(`container ${containerName} not found`)
    : extractContainerResourceValue(selector, container)
}

/** A container that is not limited may use all that there is. */
export function mergeContainerResourceLimits<T extends Pick<Container, 'resources'>>(
  container: T, allocatable: ResourceList,
): T {
  const limits: Record<string, string | number> = {}
  for (const name of downward) {
    const limit = container.resources?.limits?.[name] ?? 0
    const available = allocatable[name]
    if (isZero(limit) && available !== undefined) limits[name] = available
  }
  const { resources } = container
  return { ...container, resources: { ...resources, limits: { ...resources?.limits, ...limits } } }
}

/** What a container without limits may use: what its pod may, else what its node has to give. */
export function allocatableFor({ spec }: Pick<Pod, 'spec'>, allocatable: ResourceList): ResourceList {
  const own = spec.resources?.limits
  if (own === undefined || !hasPodLevelResources(own)) return allocatable
  const merged: Record<string, string | number> = { ...allocatable }
  for (const name of ['cpu', 'memory']) {
    const limit = own[name]
    if (limit !== undefined && !isZero(limit) && name in allocatable) merged[name] = limit
  }
  return merged
}

/** Init containers are left as they are, as upstream leaves them. */
export const defaultPodLimitsForDownwardApi = (pod: Pod, allocatable: ResourceList): Pod => ({
  ...pod,
  spec: {
    ...pod.spec,
    containers: pod.spec.containers.map((one) =>
      mergeContainerResourceLimits(one, allocatableFor(pod, allocatable))),
  },
})

/** What `resourceFieldRef` comes to for a container of a pod on a node. */
export function containerResourceRuntimeValue(
  selector: ResourceFieldSelector, pod: Pod, container: Container, allocatable: ResourceList,
): Either<string, string> {
  const { containerName = '' } = selector
  return containerName === ''
    ? extractContainerResourceValue(selector,
      mergeContainerResourceLimits(container, allocatableFor(pod, allocatable)))
    : extractResourceValueByContainerName(
      selector, defaultPodLimitsForDownwardApi(pod, allocatable), containerName)
}
