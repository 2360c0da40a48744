/**
 * Models: pkg/scheduler/framework/types.go (PodInfo: what other pods see of a pod; PodsWithAffinity,
 *   PodsWithRequiredAntiAffinity), as counts of pods that look the same
 * Reads: memory
 * Writes: memory
 * Omits: nothing that is observable
 */
import type { Affinity, Labels, Pod } from '#api/types'
import type { Cells, Key } from '#kernel/cells'
import { combine, hashValue, hex } from '#kernel/value'
import { memoryKey } from '../client/memory.js'

/**
 * Pods that look the same to other pods: one namespace, the same labels and pod affinity, terminating or not. The pods
 * of one template are one cohort, so that affinity and spreading count cohorts, not pods.
 */
export interface Cohort {
  readonly namespace: string
  readonly labels: Labels | undefined
  readonly affinity: Affinity | undefined
  readonly terminating: boolean
  /** How many pods of it the cache has. */
  readonly count: number
}

/** Ids of the cohorts there are, oldest first. */
export interface CohortDirectory {
  readonly all: readonly string[]
  /** Those whose pods have any pod affinity or anti-affinity, and required anti-affinity. */
  readonly affine: readonly string[]
  readonly repelling: readonly string[]
}

const none: CohortDirectory = { all: [], affine: [], repelling: [] }

const cohortKey = (process: string, id: string): Key<Cohort> => memoryKey(process, 'cohort', id)
const directoryKey = (process: string): Key<CohortDirectory> => memoryKey(process, 'cohorts')

/** Pod affinity and anti-affinity alone: node affinity is of no interest to other pods. */
export function podAffinityOf(pod: Pod): Affinity | undefined {
  const { affinity } = pod.spec
  if (affinity === undefined || (affinity.podAffinity === undefined && affinity.podAntiAffinity === undefined)) return undefined
  return affinity
}

const isTerminating = (pod: Pod): boolean => pod.metadata.deletionTimestamp !== undefined

/** Which cohort the pod belongs to: its namespace, and a hash of what the others see. */
export function cohortOf(pod: Pod): string {
  const affinity = podAffinityOf(pod)
  const looks = combine(hashValue(pod.metadata.labels), combine(hashValue(affinity?.podAffinity),
    combine(hashValue(affinity?.podAntiAffinity), isTerminating(pod) ? 1 : 0)))
  return `${pod.metadata.namespace}/${hex(looks)}`
}

/** A cohort of one pod. */
export const looksOf = (pod: Pod): Cohort => ({
  namespace: pod.metadata.namespace, labels: pod.metadata.labels, affinity: podAffinityOf(pod),
  terminating: isTerminating(pod), count: 1,
})

export const readCohort = (cells: Cells, process: string, id: string): Cohort | undefined =>
  cells.read(cohortKey(process, id))

export const readCohorts = (cells: Cells, process: string): CohortDirectory =>
  cells.read(directoryKey(process)) ?? none

export function joinCohort(cells: Cells, process: string, id: string, pod: Pod): void {
  const key = cohortKey(process, id)
  const cohort = cells.read(key)
  if (cohort !== undefined) return cells.write(key, { ...cohort, count: cohort.count + 1 })
  const looks = looksOf(pod)
  const { affinity } = looks
  cells.write(key, looks)
  const { all, affine, repelling } = readCohorts(cells, process)
  const repels = (affinity?.podAntiAffinity?.requiredDuringSchedulingIgnoredDuringExecution ?? []).length > 0
  cells.write(directoryKey(process), {
    all: [...all, id],
    affine: affinity === undefined ? affine : [...affine, id],
    repelling: repels ? [...repelling, id] : repelling,
  })
}

export function leaveCohort(cells: Cells, process: string, id: string): void {
  const key = cohortKey(process, id)
  const cohort = cells.read(key)
  if (cohort === undefined) return
  if (cohort.count > 1) return cells.write(key, { ...cohort, count: cohort.count - 1 })
  cells.write(key, undefined)
  const { all, affine, repelling } = readCohorts(cells, process)
  const stays = (other: string): boolean => other !== id
  const left = { all: all.filter(stays), affine: affine.filter(stays), repelling: repelling.filter(stays) }
  cells.write(directoryKey(process), left.all.length === 0 ? undefined : left)
}
