/**
 * Models: pkg/kubelet/volumemanager (MarkRemountRequired, RequiresRemount) with pkg/volume/configmap, secret, downwardapi,
 *   projected: which volumes of a pod are written anew with each sync, and which of them show something old
 * Reads: files, elsewhere, memory, store through the cache
 * Writes: nothing
 * Omits: pods none of whose containers do what their command says: nobody looks at their files; the volume that admission
 *   adds for a token, which lasts
 */
import * as either from 'fp-ts/lib/Either.js'
import type { Pod, PodSpec, Volume } from '#api/types'
import type { View } from '#machine/view'
import { atomicWrite, type Writing } from '../container/files/atomic-writer.js'
import type { Tree } from '../container/files/tree.js'
import { nodeName } from './cells.js'
import type { SourceResource } from './config-sources.js'
import { heldToken } from './pod-tokens.js'
import { filesKey } from './process-cells.js'
import { groupOf, objectsIn, payloadOf } from './volumes.js'

// A cache of a pure function of immutable objects.
const known = new WeakMap<PodSpec, readonly Volume[]>()

/** Volumes that the kubelet writes, but for those that admission adds for a token. */
export function writtenVolumes(spec: PodSpec): readonly Volume[] {
  let written = known.get(spec)
  if (written === undefined) {
    written = (spec.volumes ?? []).filter(({ name, configMap, secret, downwardAPI, projected }) =>
      (configMap ?? secret ?? downwardAPI ?? projected) !== undefined && !name.startsWith('kube-api-access-'))
    known.set(spec, written)
  }
  return written
}

interface Source {
  readonly name?: string
  readonly secretName?: string
}

interface Projection {
  readonly configMap?: Source
  readonly secret?: Source
}

const namesOf = ({ configMap, secret }: Projection, resource: SourceResource): readonly string[] => {
  const source = resource === 'configmaps' ? configMap : secret
  return source === undefined ? [] : [source.secretName ?? source.name ?? '']
}

/** Names of the ConfigMaps or Secrets that the pod's volumes show. */
export const shownBy = (spec: PodSpec, resource: SourceResource): readonly string[] =>
  writtenVolumes(spec).flatMap(({ configMap, secret, projected }) => {
    const own = { ...(configMap === undefined ? {} : { configMap }), ...(secret === undefined ? {} : { secret }) } as Projection // as upstream's types have it
    const sources = (projected?.['sources'] ?? []) as readonly Projection[] // likewise
    return [own, ...sources].flatMap((one) => namesOf(one, resource))
  })

export interface Stale {
  readonly volume: string
  readonly tree: Tree
  readonly writing: Writing
}

/** Volumes of a pod that do not show what the kubelet knows by now. What it cannot get or write stays as it is. */
export function staleVolumes(view: View, pod: Pod): readonly Stale[] {
  const volumes = writtenVolumes(pod.spec)
  const files = volumes.length === 0 ? undefined : view.cells.read(filesKey(nodeName(view.process), pod.metadata.uid))
  if (files === undefined) return []
  const objects = objectsIn(view.cells, pod.metadata.namespace, (resource, name) => view.get(resource, name))
  return volumes.flatMap((volume) => {
    const tree = files.volumes[volume.name]
    const payload = payloadOf(objects, pod, volume, heldToken(view.cells, view.process, pod.metadata.uid))
    if (tree === undefined || payload === undefined || either.isLeft(payload)) return []
    const writing = atomicWrite(tree, payload.right, groupOf(pod))
    if (either.isLeft(writing)) return []
    const { write, tidy } = writing.right
    return write.length === 0 && tidy.length === 0 ? [] : [{ volume: volume.name, tree, writing: writing.right }]
  })
}
