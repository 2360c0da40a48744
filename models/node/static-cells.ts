/**
 * Models: pkg/kubelet/pod/pod_manager.go (which pods there are on a node, and which mirror pod is of which static pod),
 *   pkg/kubelet/types/pod_update.go (IsMirrorPod)
 * Reads: static, store and index through the cache
 * Writes: nothing
 * Omits: pods from a URL; a mirror pod of an earlier file that is told the status of its successor, just before it goes
 */
import type { Pod } from '#api/types'
import { key, type Cells, type Key } from '#kernel/cells'
import type { View } from '#machine/view'
import { nodeName } from './cells.js'

/** The pod that a file in a node's directory of manifests describes; `name` is `namespace/name` with the node's name in it. */
export const staticPodKey = (node: string, name: string): Key<Pod> => key('static', node, name)

/** The names of a node's static pods, in the order of their files. */
export const staticPodsKey = (node: string): Key<readonly string[]> => key('static', node)

export const mirrorAnnotation = 'kubernetes.io/config.mirror'
export const hashAnnotation = 'kubernetes.io/config.hash'
export const sourceAnnotation = 'kubernetes.io/config.source'

const prefix = 'Static:'

/** Of a static pod, known by what its file says; the mirror pod has another one. */
export const staticUid = (name: string, hash: string): string => `${prefix}${name}~${hash}`

export const isStaticUid = (uid: string): boolean => uid.startsWith(prefix)

export const isMirrorPod = ({ metadata: { annotations } }: Pod): boolean =>
  annotations?.[mirrorAnnotation] !== undefined

export const staticPods = (cells: Cells, node: string): readonly Pod[] =>
  (cells.read(staticPodsKey(node)) ?? []).flatMap((name) => cells.read(staticPodKey(node, name)) ?? [])

/** What the kubelet has to run: static pods, and those that the API has for its node. */
export function podsOn(view: View): readonly Pod[] {
  const node = nodeName(view.process)
  const bound = view.list('pods', 'node', node)
  const own = staticPods(view.cells, node)
  return own.length === 0 && !bound.some(isMirrorPod) ? bound : [...own, ...bound.filter((pod) => !isMirrorPod(pod))]
}

/** The mirror pod of that name, as the kubelet has it in its cache. */
export function mirrorOf(view: View, name: string): Pod | undefined {
  const pod = view.get('pods', name)
  return pod?.spec.nodeName === nodeName(view.process) && isMirrorPod(pod) ? pod : undefined
}

/** The pod in the API by which others see this one: itself, or its mirror pod. */
export function apiPodOf(view: View, { uid, name }: { readonly uid: string; readonly name: string }): Pod | undefined {
  if (isStaticUid(uid)) {
    const mirror = mirrorOf(view, name)
    return mirror?.metadata.annotations?.[mirrorAnnotation] === uid.slice(uid.lastIndexOf('~') + 1) ? mirror : undefined
  }
  const pod = view.get('pods', name)
  return pod?.metadata.uid === uid ? pod : undefined
}
