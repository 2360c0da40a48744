/**
 * Models: what stops a component or a stream: a partition, a node without power, a lagging or broken watch
 * Reads: nothing (gates are read by the World)
 * Writes: nothing
 * Omits: half-open connections
 */
import { key, type Key } from '#kernel/cells'

/** The node that a component runs on; `undefined` for those of the control plane. */
export function nodeOf(process: string): string | undefined {
  const slash = process.indexOf('/')
  const component = process.slice(0, Math.max(0, slash))
  return component === 'kubelet' || component === 'kube-proxy' ? process.slice(slash + 1) : undefined
}

/** Present while a node is cut off from the control plane: nothing passes between its components and the API server. */
export const cutKey = (node: string): Key<true> => key('cut', node)

/** Present while a node has no power: nothing on it moves. Such a node is cut off as well. */
export const downKey = (node: string): Key<true> => key('down', node)

/** Present while an API server's watch caches get nothing from etcd. */
export const lagKey = (apiServer: string): Key<true> => key('cut', `kube-apiserver/${apiServer}`)

/** Present while the stream of one reflector of the control plane is broken and not yet listed again. */
export const brokenKey = (process: string, resource: string): Key<true> => key('cut', process, resource)

export function networkGate(process: string): Key<true> | undefined {
  const node = nodeOf(process)
  return node === undefined ? undefined : cutKey(node)
}

export function powerGate(process: string): Key<true> | undefined {
  const node = nodeOf(process)
  return node === undefined ? undefined : downKey(node)
}
