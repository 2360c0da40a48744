/**
 * Which pod of a workload or a Service logs are of. Upstream: kubectl pkg/polymorphichelpers/helpers.go,
 * pkg/util/podutils/podutils.go (ByLogging).
 */
import type { LabelSelector, Pod } from '#api/types'
import { isPodReady, isRestartableInitContainer } from '#api/pods'
import { selectorMatches } from '#api/selectors'
import { byText } from './describe/selectors.js'
import type { Scene } from './describe/scene.js'

const selected = ['deployments', 'replicasets', 'services'] as const

/** What has pods by a selector. */
export type Selected = (typeof selected)[number]

export const isSelected = (resource: string): resource is Selected => selected.some((one) => one === resource)

/** The selector of a workload or a Service; undefined where there is none of that name. */
function selectorIn(scene: Scene, resource: Selected, full: string): LabelSelector | undefined {
  if (resource !== 'services') return scene.get(resource, full)?.spec.selector
  const service = scene.get('services', full)
  return service === undefined ? undefined : { matchLabels: service.spec.selector ?? {} }
}

/** The pods that it selects, the best to read first; undefined where it is not there. */
export function podsToRead(scene: Scene, resource: Selected, full: string): readonly Pod[] | undefined {
  const selector = selectorIn(scene, resource, full)
  if (selector === undefined) return undefined
  const namespace = full.slice(0, full.indexOf('/'))
  return scene
    .list('pods')
    .filter((pod) => pod.metadata.namespace === namespace && selectorMatches(selector, pod.metadata.labels))
    .map((pod) => ({ pod, rank: rankOf(scene, pod) }))
    .sort((a, b) => compare(a.rank, b.rank) || byText(a.pod.metadata.name, b.pod.metadata.name))
    .map(({ pod }) => pod)
}

const phases: Readonly<Record<string, number>> = { Running: 0, Unknown: 1, Pending: 2 }

/** Assigned, running, ready, ready for longer, restarted more often, older: each counts before the next. */
function rankOf(scene: Scene, pod: Pod): readonly number[] {
  const { spec, status } = pod
  const isReady = isPodReady(pod)
  const sidecars = (spec.initContainers ?? []).filter(isRestartableInitContainer).map(({ name }) => name)
  const most = (counts: readonly number[]): number => Math.max(0, ...counts)
  return [
    (spec.nodeName ?? '') === '' ? 1 : 0,
    phases[status.phase] ?? 0,
    isReady ? 0 : 1,
    isReady ? (scene.transitionOf(pod, 'Ready') ?? Infinity) : 0,
    -most((status.containerStatuses ?? []).map(({ restartCount }) => restartCount)),
    -most(
      (status.initContainerStatuses ?? [])
        .filter(({ name }) => sidecars.includes(name))
        .map(({ restartCount }) => restartCount),
    ),
    scene.createdAt(pod) ?? Infinity,
  ]
}

const compare = (a: readonly number[], b: readonly number[]): number =>
  a.map((one, index) => one - (b[index] ?? 0)).find((difference) => difference !== 0) ?? 0
