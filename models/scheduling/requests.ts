/**
 * Models: staging/src/k8s.io/component-helpers/resource/helpers.go (PodRequests, AggregateContainerRequests,
 *   PodLimits),
 *   pkg/scheduler/framework/types.go (Resource, PodInfo.CalculateResource), pkg/scheduler/util/pod_resources.go
 * Reads: nothing (it is handed the pod)
 * Writes: nothing
 * Omits: in-place resize (what status reports), resource claims
 */
import type { Container, PodSpec, ResourceList } from '#api/types'
import { isRestartableInitContainer } from '#api/pods'
import { milliValueOf, valueOf } from '#api/quantity'

/** Amounts of what can be counted: thousandths of a CPU, bytes, and whole units of any other resource. */
export interface Resources {
  readonly cpu: number
  readonly memory: number
  readonly ephemeral: number
  /** Extended resources, huge pages, attachable volumes; `undefined` where there are none. */
  readonly scalars: Readonly<Record<string, number>> | undefined
}

/** What a pod asks for: as it says, and (for scoring) with a guess for the containers that do not say. */
export interface Requests extends Resources {
  readonly nonZeroCpu: number
  readonly nonZeroMemory: number
}

/** DefaultMilliCPURequest and DefaultMemoryRequest: what a container that does not ask for any counts as, when scoring. */
export const defaultCpu = 100
export const defaultMemory = 200 * 1024 * 1024

const nothing: Resources = { cpu: 0, memory: 0, ephemeral: 0, scalars: undefined }

/** IsScalarResourceName: extended resources, huge pages, and what is native with a prefix. */
const isScalar = (name: string): boolean => name.includes('/') || name.startsWith('hugepages-')
  || name.startsWith('attachable-volumes-')

// A cache of a pure function: containers of one template share their lists.
const parsed = new WeakMap<ResourceList, Resources>()

/** Resource.Add: the parts of a list that the scheduler counts. */
export function parseResources(list: ResourceList | undefined): Resources {
  if (list === undefined) return nothing
  let resources = parsed.get(list)
  if (resources === undefined) {
    let scalars: Record<string, number> | undefined
    for (const name of Object.keys(list)) if (isScalar(name)) (scalars ??= {})[name] = valueOf(list[name] ?? 0)
    resources = {
      cpu: list['cpu'] === undefined ? 0 : milliValueOf(list['cpu']),
      memory: list['memory'] === undefined ? 0 : valueOf(list['memory']),
      ephemeral: list['ephemeral-storage'] === undefined ? 0 : valueOf(list['ephemeral-storage']),
      scalars,
    }
    parsed.set(list, resources)
  }
  return resources
}

const scalarsOf = (
  a: Resources['scalars'], b: Resources['scalars'], combine: (a: number, b: number) => number,
): Resources['scalars'] => {
  if (a === undefined && b === undefined) return undefined
  const both: Record<string, number> = { ...a }
  for (const name in b) both[name] = combine(both[name] ?? 0, b[name] ?? 0)
  return both
}

const plus = (a: number, b: number): number => a + b
const larger = (a: number, b: number): number => Math.max(a, b)

const add = (a: Resources, b: Resources): Resources => ({
  cpu: a.cpu + b.cpu, memory: a.memory + b.memory, ephemeral: a.ephemeral + b.ephemeral,
  scalars: scalarsOf(a.scalars, b.scalars, plus),
})

const max = (a: Resources, b: Resources): Resources => ({
  cpu: Math.max(a.cpu, b.cpu), memory: Math.max(a.memory, b.memory), ephemeral: Math.max(a.ephemeral, b.ephemeral),
  scalars: scalarsOf(a.scalars, b.scalars, larger),
})

type OfContainer = (container: Container) => Resources

const requested: OfContainer = (container) => parseResources(container.resources?.requests)

/**
 * Containers run side by side, so they add up; sidecars run beside them from when they start; init containers run one
 * after the other beside the sidecars before them. Whatever is larger at some time counts.
 */
function aggregate(spec: PodSpec, of: OfContainer): Resources {
  const { containers, initContainers } = spec
  let sum = containers.length === 1 ? of(containers[0]!) : containers.reduce((total, one) => add(total, of(one)), nothing)
  if (initContainers === undefined || initContainers.length === 0) return sum
  let sidecars = nothing
  let starting = nothing
  for (const container of initContainers) {
    const own = of(container)
    if (isRestartableInitContainer(container)) {
      sum = add(sum, own)
      sidecars = add(sidecars, own)
      starting = max(starting, sidecars)
    } else starting = max(starting, add(own, sidecars))
  }
  return max(sum, starting)
}

/** AggregateContainerRequests. */
export const summedRequests = (spec: PodSpec): Resources => aggregate(spec, requested)

/** IsSupportedPodLevelResource. */
export const isPodLevelResource = (name: string): boolean =>
  name === 'cpu' || name === 'memory' || name.startsWith('hugepages-')

/** IsPodLevelRequestsSet. */
export const hasPodLevelRequests = (spec: PodSpec): boolean => hasPodLevelResources(spec.resources?.requests)

const withPodLevel = (spec: PodSpec, sum: Resources): Resources => withLevel(spec.resources?.requests, sum)

/** What is said of the pod as a whole stands in place of the containers' sum, for CPU, memory and huge pages. */
function withLevel(own: ResourceList | undefined, sum: Resources): Resources {
  if (own === undefined) return sum
  const level = parseResources(own)
  const pages = Object.entries(level.scalars ?? {}).filter(([name]) => name.startsWith('hugepages-'))
  return {
    cpu: own['cpu'] === undefined ? sum.cpu : level.cpu,
    memory: own['memory'] === undefined ? sum.memory : level.memory,
    ephemeral: sum.ephemeral,
    scalars: pages.length === 0 ? sum.scalars : { ...sum.scalars, ...Object.fromEntries(pages) },
  }
}

const withOverhead = (spec: PodSpec, sum: Resources): Resources =>
  (spec.overhead === undefined ? sum : add(sum, parseResources(spec.overhead)))

const limited: OfContainer = (container) => parseResources(container.resources?.limits)

/** IsPodLevelResourcesSet, IsPodLevelLimitsSet: whether these lists of the pod as a whole say anything that counts. */
export const hasPodLevelResources = (...lists: readonly (ResourceList | undefined)[]): boolean =>
  lists.some((list) => Object.keys(list ?? {}).some(isPodLevelResource))

/** PodLimits: what a pod may use. Overhead is added only to what is limited; 0 is no limit. */
export function podLimits(spec: PodSpec): Resources {
  const level = spec.resources?.limits
  const sum = withLevel(level, aggregate(spec, limited))
  const over = parseResources(spec.overhead)
  const plusOver = (limit: number, more: number): number => (limit === 0 ? 0 : limit + more)
  return {
    cpu: plusOver(sum.cpu, over.cpu), memory: plusOver(sum.memory, over.memory),
    ephemeral: plusOver(sum.ephemeral, over.ephemeral),
    scalars: sum.scalars === undefined ? undefined : Object.fromEntries(Object.entries(sum.scalars)
      .map(([name, limit]) => [name, plusOver(limit, over.scalars?.[name] ?? 0)])),
  }
}

/** The containers' requests, with the defaults for CPU and memory where they say nothing. */
const guessed = (cpu: boolean, memory: boolean): OfContainer => (container) => {
  const list = container.resources?.requests
  const own = parseResources(list)
  const guess = { cpu: cpu && list?.['cpu'] === undefined, memory: memory && list?.['memory'] === undefined }
  if (!guess.cpu && !guess.memory) return own
  return { ...own, cpu: guess.cpu ? defaultCpu : own.cpu, memory: guess.memory ? defaultMemory : own.memory }
}
const guessedBoth = guessed(true, true)

/** What a pod counts as on its node. */
export function podRequests(spec: PodSpec): Requests {
  const exact = withOverhead(spec, withPodLevel(spec, aggregate(spec, requested)))
  const guess = hasPodLevelRequests(spec) ? guessed(exact.cpu === 0, exact.memory === 0) : guessedBoth
  const nonZero = withOverhead(spec, withPodLevel(spec, aggregate(spec, guess)))
  return { ...exact, nonZeroCpu: nonZero.cpu, nonZeroMemory: nonZero.memory }
}

/**
 * What NodeResourcesFit scores with: guesses where containers say nothing, and no pod-level requests
 * (resourceAllocationScorer.calculatePodResourceRequest).
 */
export const scoredRequests = (spec: PodSpec): Resources => withOverhead(spec, aggregate(spec, guessedBoth))
