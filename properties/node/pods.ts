/** What the claims of this room ask of a node's runtime. */
import type { Pod } from '#api/types'
import type { Cells } from '#kernel/cells'
import { objectKey } from '#machine/objects'
import { nameOfPod, podId, sandboxKey } from '#models/node/cells'

/** `default/web#1-0` of a pod's uid, with the count of a name that was used again. */
export const shortName = (uid: string): string => podId(uid)

/** The pod with that uid in etcd; `undefined` once it is gone from there. */
export function podWith(cells: Cells, uid: string): Pod | undefined {
  const pod = cells.read(objectKey('pods', nameOfPod(podId(uid))))
  return pod?.metadata.uid === uid ? pod : undefined
}

/** Names of the containers that the pod's sandbox on a node may hold. */
export const containersOn = (cells: Cells, node: string, uid: string): readonly string[] =>
  cells.read(sandboxKey(node, uid))?.containers ?? []
