/**
 * Models: pkg/scheduler/framework/plugins/helper/spread.go (DefaultSelector, GetPodServices)
 * Reads: store, index
 * Writes: nothing
 * Omits: the lag of the scheduler's caches of Services and ReplicaSets (their selectors hardly ever change, and only weigh in
 *   scores), ReplicationControllers and StatefulSets
 */
import type { LabelSelector, Labels, Pod, ReplicaSet, Service } from '#api/types'
import { getControllerOf } from '#api/meta'
import { compileSelector, type LabelMatcher } from '#api/selectors'
import type { Cells, Projection } from '#kernel/cells'
import { indexKey, objectKey } from '#machine/objects'

const selectorOfService: Projection<Service, Labels | null> =
  { name: 'selector', of: (service) => service?.spec.selector ?? null }

const selectorOfSet: Projection<ReplicaSet, LabelSelector | null> =
  { name: 'selector', of: (set) => set?.spec.selector ?? null }

/** What selects the pods of the same Services and ReplicaSet; `undefined` where the pod has none, or spreads itself. */
export function defaultSelector(cells: Cells, pod: Pod): LabelMatcher | undefined {
  if ((pod.spec.topologySpreadConstraints ?? []).length > 0) return undefined
  const wanted = servicesLabels(cells, pod)
  const owner = getControllerOf(pod)
  const set = owner?.kind === 'ReplicaSet' && owner.apiVersion === 'apps/v1'
    ? cells.project(objectKey('replicasets', `${pod.metadata.namespace}/${owner.name}`), selectorOfSet) : null
  const names = Object.keys(wanted)
  if (names.length === 0) return set === null ? undefined : compileSelector(set)
  const ofSet = set === null ? undefined : compileSelector(set)
  return (labels = {}) => names.every((name) => labels[name] === wanted[name]) && (ofSet === undefined || ofSet(labels))
}

/** The selectors of all Services of the pod, merged. */
function servicesLabels(cells: Cells, { metadata: { namespace, labels = {} } }: Pod): Labels {
  let merged: Labels = {}
  for (const [name, value] of Object.entries(labels)) {
    for (const service of cells.read(indexKey('services', 'selector', `${namespace}/${name}=${value}`)) ?? []) {
      const selector = cells.project(objectKey('services', service), selectorOfService)
      const isOfPod = selector !== null && Object.entries(selector).every(([key, text]) => labels[key] === text)
      if (isOfPod) merged = { ...merged, ...selector }
    }
  }
  return merged
}
