/**
 * Models: pkg/kubelet/kubelet_pods.go (makeMounts), pkg/volume/emptydir, hostpath, configmap, secret, downwardapi,
 *   projected (SetUpAt): what a pod's volumes hold when it begins, and where its containers have them
 * Reads: store, elsewhere
 * Writes: nothing
 * Omits: hosts of the node's file system that other pods share, claims that are filled before; SELinux, recursive
 *   read-only mounts, propagation of mounts
 */
import * as either from 'fp-ts/lib/Either.js'
import type { Either } from 'fp-ts/lib/Either.js'
import type { Container as ContainerSpec, Pod, Volume } from '#api/types'
import type { Cells } from '#kernel/cells'
import { objectKey, type Resources } from '#machine/objects'
import { objectsOf, type Objects } from '../container/found.js'
import { applied, atomicWrite, groupMode } from '../container/files/atomic-writer.js'
import { directory, held, root, rootIno, type Tree } from '../container/files/tree.js'
import { find, isErrno, viewOf, type Mount } from '../container/files/view.js'
import type { FileCall } from '../container/calls.js'
import type { Payload } from '../container/payload.js'
import { fsUserFrom, volumePayload, type VolumeKnown } from '../container/volume-payload.js'
import { elsewhereKey, type SourceResource } from './config-sources.js'
import { heldToken } from './pod-tokens.js'

type Get = <R extends SourceResource>(resource: R, name: string) => Resources[R] | undefined

const stored = (cells: Pick<Cells, 'read'>): Get => (resource, name) => cells.read(objectKey(resource, name))

/** What somebody else brings is there, with nothing that is known in it. */
export function objectsIn(cells: Pick<Cells, 'read'>, namespace: string, get: Get = stored(cells)): Objects {
  const metadata = (name: string) => ({ name, namespace, uid: '' })
  const isElsewhere = (resource: SourceResource, name: string): boolean =>
    cells.read(elsewhereKey(resource, `${namespace}/${name}`)) !== undefined
  return objectsOf(
    (name) => get('configmaps', `${namespace}/${name}`)
      ?? (isElsewhere('configmaps', name) ? { apiVersion: 'v1', kind: 'ConfigMap', metadata: metadata(name) } : undefined),
    (name) => get('secrets', `${namespace}/${name}`)
      ?? (isElsewhere('secrets', name) ? { apiVersion: 'v1', kind: 'Secret', metadata: metadata(name), type: 'Opaque' } : undefined),
  )
}

export const groupOf = ({ spec }: Pod): number | undefined => {
  const group = spec.securityContext['fsGroup']
  return typeof group === 'number' ? group : undefined
}

type TokenFor = VolumeKnown['token']

/** What the kubelet writes into the volume itself, or why it cannot; nothing for other volumes. */
export function payloadOf(objects: Objects, pod: Pod, volume: Volume, token: TokenFor): Either<string, Payload> | undefined {
  const [fsGroup, fsUser] = [groupOf(pod), fsUserFrom(pod)]
  return volumePayload(volume, pod, { objects, allocatable: {}, token }, {
    ...(fsGroup === undefined ? {} : { fsGroup }), ...(fsUser === undefined ? {} : { fsUser }),
  })
}

/** A directory of the kubelet's: everybody may write, and the pod's group owns it where it has one. */
function freshTree(pod: Pod, { hostPath }: Volume): Tree {
  if (hostPath !== undefined) return { [rootIno]: directory() }
  const open = directory(0o777)
  const gid = groupOf(pod)
  return { [rootIno]: gid === undefined ? open : { ...open, gid, mode: groupMode(open, false) } }
}

/** What an atomic write comes to when nothing interrupts it. */
export function afterWrite(tree: Tree, pod: Pod, payload: Payload): Tree {
  const writing = atomicWrite(tree, payload, groupOf(pod))
  if (either.isLeft(writing)) return tree
  const { write, swap, tidy } = writing.right
  return applied(tree, [...write, ...swap, ...tidy])
}

/** What a volume holds when the pod begins. */
export function volumeTree(cells: Cells, process: string, pod: Pod, volume: Volume): Tree {
  const payload = payloadOf(objectsIn(cells, pod.metadata.namespace), pod, volume, heldToken(cells, process, pod.metadata.uid))
  const tree = freshTree(pod, volume)
  return payload === undefined || either.isLeft(payload) ? tree : afterWrite(tree, pod, payload.right)
}

export type Volumes = Readonly<Record<string, Tree>>

/** What the volumes of a pod hold when its first container is started. */
export const volumesOf = (cells: Cells, process: string, pod: Pod): Volumes =>
  Object.fromEntries((pod.spec.volumes ?? []).map((volume) => [volume.name, volumeTree(cells, process, pod, volume)]))

/** SafeMakeDir: each directory that is not there, with the mode and group of the volume's own. */
function withFolder(tree: Tree, path: string): Tree {
  const { mode = 0o755, gid = 0 } = tree[rootIno] ?? {}
  const names = path.split('/').filter((name) => name !== '' && name !== '.')
  return applied(tree, names.flatMap((_, at): readonly FileCall[] => {
    const folder = `/${names.slice(0, at + 1).join('/')}`
    const found = find(viewOf(tree), '/', folder, root, true)
    return !isErrno(found) && found.place !== undefined ? []
      : [{ call: 'mkdir', path: folder, mode }, { call: 'chown', path: folder, uid: 0, gid }]
  }))
}

const normal = (path: string): string => `/${path.split('/').filter((part) => part !== '' && part !== '.').join('/')}`

/**
 * Where its volumes are in a container that is started now, and the volumes with the directories of subPaths that were not
 * there. A subPath is looked for once: what is in its place later is not seen, what was there then stays as it is.
 */
export function mounted(spec: ContainerSpec, before: Volumes): { readonly volumes: Volumes; readonly mounts: readonly Mount[] } {
  let volumes = before
  const mounts: Mount[] = []
  for (const { name, mountPath, subPath = '', readOnly } of spec.volumeMounts ?? []) {
    const tree = volumes[name]
    if (tree === undefined) continue
    const mount: Mount = { path: normal(mountPath), tree: name, ...(readOnly === true ? { readOnly } : {}) }
    if (subPath === '') {
      mounts.push(mount)
      continue
    }
    const made = withFolder(tree, subPath)
    const found = find(viewOf(made), '/', subPath, root, true)
    const ino = isErrno(found) ? undefined : found.place?.ino
    volumes = { ...volumes, [name]: ino === undefined ? made : held(made, `${spec.name} ${mountPath}`, ino) }
    mounts.push(ino === undefined ? mount : { ...mount, ino })
  }
  return { volumes, mounts }
}
