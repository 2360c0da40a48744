/**
 * Models: kubectl/pkg/drain/filters.go (makeFilters), drain.go (filterPods, PodDeleteList)
 * Reads: what it is handed
 * Writes: nothing
 * Omits: `--skip-wait-for-delete-timeout`, selectors
 */
import type { Pod } from '#api/types'
import { getControllerOf } from '#api/meta'
import { isPodTerminal } from '#api/pods'
import { nameOf } from '#machine/objects'
import type { DrainOptions } from './user-actions.js'

export interface PodDeleteStatus {
  readonly delete: boolean
  readonly reason: 'Okay' | 'Skip' | 'Warning' | 'Error'
  readonly message?: string
}

const okay: PodDeleteStatus = { delete: true, reason: 'Okay' }
const warning = (isDeleted: boolean, message: string): PodDeleteStatus =>
  ({ delete: isDeleted, reason: 'Warning', message })
const error = (message: string): PodDeleteStatus => ({ delete: false, reason: 'Error', message })

/** A pod of a DaemonSet, as its owner reference says. */
export function isOfDaemonSet(pod: Pod): boolean {
  const owner = getControllerOf(pod)
  return owner?.kind === 'DaemonSet' && owner.apiVersion === 'apps/v1'
}

/** Why the DaemonSet of a pod could not be read; `undefined` where it was. */
export type DaemonSetError = (pod: Pod) => { readonly isNotFound: boolean; readonly message: string } | undefined

type Filter = (pod: Pod, options: DrainOptions, daemonSetError: DaemonSetError) => PodDeleteStatus

/** Its pods stay whatever the flags say, unless they are orphans and `--force` is given. */
const daemonSetFilter: Filter = (pod, { force, ignoreDaemonSets }, daemonSetError) => {
  if (!isOfDaemonSet(pod) || isPodTerminal(pod)) return okay
  const failure = daemonSetError(pod)
  if (failure !== undefined) {
    return failure.isNotFound && force ? warning(true, failure.message) : error(failure.message)
  }
  return ignoreDaemonSets
    ? warning(false, 'ignoring DaemonSet-managed Pods')
    : error('DaemonSet-managed Pods (use --ignore-daemonsets to ignore)')
}

const mirrorPodFilter: Filter = (pod) =>
  (pod.metadata.annotations?.['kubernetes.io/config.mirror'] === undefined ? okay : { delete: false, reason: 'Skip' })

const localStorageFilter: Filter = (pod, { deleteEmptyDirData }) => {
  const isLocal = pod.spec.volumes?.some((volume) => volume.emptyDir !== undefined) ?? false
  if (!isLocal || isPodTerminal(pod)) return okay
  return deleteEmptyDirData
    ? warning(true, 'deleting Pods with local storage')
    : error('Pods with local storage (use --delete-emptydir-data to override)')
}

const unreplicatedFilter: Filter = (pod, { force }) => {
  if (isPodTerminal(pod) || getControllerOf(pod) !== undefined) return okay
  return force
    ? warning(true, 'deleting Pods that declare no controller')
    : error('Pods that declare no controller (use --force to override)')
}

const filters: readonly Filter[] = [daemonSetFilter, mirrorPodFilter, localStorageFilter, unreplicatedFilter]

/** The word of the last filter, or of the first that keeps the pod. */
export function filterPod(pod: Pod, options: DrainOptions, daemonSetError: DaemonSetError): PodDeleteStatus {
  let status = okay
  for (const filter of filters) {
    status = filter(pod, options, daemonSetError)
    if (!status.delete) return status
  }
  return status
}

/** The pods that go, or why none does. */
export function getPodsForDeletion(
  pods: readonly Pod[], options: DrainOptions, daemonSetError: DaemonSetError,
): { readonly pods: readonly Pod[]; readonly errors: readonly string[] } {
  const kept: Record<string, string[]> = {}
  const going: Pod[] = []
  for (const pod of pods) {
    const status = filterPod(pod, options, daemonSetError)
    if (status.delete) going.push(pod)
    else if (status.reason === 'Error') (kept[status.message ?? 'unexpected error'] ??= []).push(nameOf(pod))
  }
  const errors = Object.entries(kept).map(([why, names]) => `cannot delete ${why}: ${names.join(', ')}`)
  return { pods: going, errors }
}
