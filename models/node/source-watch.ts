/**
 * Models: pkg/kubelet/configmap/configmap_manager.go and pkg/kubelet/secret/secret_manager.go
 *   (configMapAndSecretChangeDetectionStrategy: Watch), as far as volumes show ConfigMaps and Secrets that change
 * Reads: reflector, endpoint, files, store through the cache
 * Writes: reflector, watch, watchers, watched, timer
 * Omits: a watch of each object by itself: a kubelet watches all of them from its first pod on that shows one; pods none
 *   of whose containers do what their command says
 */
import type { Pod } from '#api/types'
import { timerKey } from '#machine/chart'
import type { Context } from '#machine/process'
import { endpointKey, reflectorKey, type WatchEvent } from '#machine/watch'
import { connect, disconnect } from '../client/reflector.js'
import { nodeName, podOwner } from './cells.js'
import type { SourceResource } from './config-sources.js'
import { filesKey } from './process-cells.js'
import { podsOn } from './static-cells.js'
import { shownBy } from './volume-updates.js'

const resources: readonly SourceResource[] = ['configmaps', 'secrets']

export const isSource = (resource: string): resource is SourceResource => resources.some((one) => one === resource)

/** What the pod's volumes show is watched from now on. */
export function watchSources({ cells, process }: Pick<Context, 'cells' | 'process'>, { spec }: Pod): void {
  for (const resource of resources) {
    if (shownBy(spec, resource).length === 0 || cells.read(reflectorKey(process, resource)) !== undefined) continue
    const apiServer = cells.read(endpointKey(process))
    if (apiServer !== undefined) connect(cells, process, resource, apiServer, '')
  }
}

const isShown = ({ cells, process }: Pick<Context, 'cells' | 'process'>, { metadata, spec }: Pod, resource: SourceResource): boolean =>
  shownBy(spec, resource).length > 0 && cells.read(filesKey(nodeName(process), metadata.uid)) !== undefined

/** A pod is gone: what no other pod shows is not watched any more. */
export function unwatchSources(context: Pick<Context, 'cells' | 'process' | 'view'>): void {
  const { cells, process, view } = context
  for (const resource of resources) {
    if (cells.read(reflectorKey(process, resource)) === undefined) continue
    if (!podsOn(view).some((pod) => isShown(context, pod, resource))) disconnect(cells, process, resource)
  }
}

/** How long it may be until a pod is synced the next time: `syncFrequency`, up to half as long again. In seconds. */
const untilSync = [60, 1, 90] as const

/** A ConfigMap or Secret has changed: the pods that show it do so with their next sync. */
export function sourceChanged(context: Pick<Context, 'cells' | 'process' | 'view'>, resource: SourceResource, { key }: WatchEvent): void {
  const { cells, process, view } = context
  for (const pod of podsOn(view)) {
    const { namespace, uid } = pod.metadata
    if (!shownBy(pod.spec, resource).some((name) => `${namespace}/${name}` === key) || !isShown(context, pod, resource)) continue
    const timer = timerKey(process, podOwner(uid), 'resync')
    if (cells.pending(timer)) continue
    const picked = cells.choose(untilSync.map((seconds) => `${namespace}/${pod.metadata.name} is synced the next time in ${seconds} s`))
    cells.arm(timer, (untilSync[picked] ?? 60) * 1000)
  }
}
