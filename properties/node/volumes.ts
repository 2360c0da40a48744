/** What must be true of the volumes that the kubelet writes. */
import * as either from 'fp-ts/lib/Either.js'
import { part, type Cells } from '#kernel/cells'
import { timerKey } from '#machine/chart'
import { allKey, objectKey } from '#machine/objects'
import { isPodPhaseTerminal } from '#api/pods'
import type { ConfigMap, Pod, Secret, Volume } from '#api/types'
import type { Finally, Judging, Memory, Step, Verdict } from '#checker/claim'
import { objectsOf, type Objects } from '#models/container/found'
import type { Tree } from '#models/container/files/tree'
import { find, inodeAt, isErrno, viewOf } from '#models/container/files/view'
import { kubeletOf, podOwner } from '#models/node/cells'
import { heldToken } from '#models/node/pod-tokens'
import { filesKey, type PodFiles } from '#models/node/process-cells'
import { writtenVolumes } from '#models/node/volume-updates'
import { objectsIn, payloadOf } from '#models/node/volumes'
import { isLost } from '../workloads/workloads.js'
import { podWith, shortName } from './pods.js'

type Texts = Readonly<Record<string, string>>

/** The files below a path of a volume. */
function filesBelow(tree: Tree, path: string, before = ''): Texts {
  const view = viewOf(tree)
  const found = find(view, '/', path, { uid: 0, gid: 0 }, true)
  const inode = isErrno(found) || found.place === undefined ? undefined : inodeAt(view, found.place)
  if (inode?.type === 'file') return { [before]: inode.text }
  if (inode?.type !== 'directory') return {}
  const names = Object.keys(inode.entries).sort()
  return Object.assign({}, ...names.map((name) => filesBelow(tree, `${path}/${name}`, before === '' ? name : `${before}/${name}`))) as Texts // of texts
}

/** In one order. */
const text = (files: Texts): string => JSON.stringify(Object.entries(files).sort(([a], [b]) => (a < b ? -1 : 1)))

/** What the volume would show; `undefined` where it cannot be set up. */
function wanted(cells: Cells, objects: Objects, pod: Pod, volume: Volume): string | undefined {
  const token = heldToken(cells, kubeletOf(pod.spec.nodeName ?? ''), pod.metadata.uid)
  const payload = payloadOf(objects, pod, volume, token)
  if (payload === undefined || either.isLeft(payload)) return undefined
  return text(Object.fromEntries(Object.entries(payload.right).map(([path, { data }]) => [path, data])))
}

const versionsKey = (resource: string, name: string): string => `${resource} ${name}`

/** Every version of the object is remembered. */
function remember(memory: Memory, key: string, object: unknown): void {
  const name = versionsKey(part(key, 1), part(key, 2))
  const before = (memory.get(name) ?? []) as readonly unknown[] // as it is set here
  if (object !== undefined) memory.set(name, [...before, object] as never) // an object of the store is a value
}

/** What a volume of one ConfigMap or Secret may show: whatever that has been. */
function versionsOf({ cells, memory }: Pick<Judging, 'cells' | 'memory'>, pod: Pod, volume: Volume): readonly string[] {
  const { namespace } = pod.metadata
  const of = (resource: string, name: unknown): readonly unknown[] =>
    (typeof name === 'string' ? memory.get(versionsKey(resource, `${namespace}/${name}`)) ?? [] : []) as readonly unknown[] // as they are set above
  const maps = of('configmaps', volume.configMap?.['name']) as readonly ConfigMap[] // by their resource
  const secrets = of('secrets', volume.secret?.['secretName']) as readonly Secret[] // likewise
  const each = [
    ...maps.map((map) => objectsOf(() => map, () => undefined)), ...secrets.map((secret) => objectsOf(() => undefined, () => secret)),
    objectsOf(() => undefined, () => undefined),
  ]
  return each.flatMap((objects) => wanted(cells, objects, pod, volume) ?? [])
}

export const volumesWhole: Step = {
  kind: 'step',
  name: 'volumes-whole',
  title: 'What a volume of a ConfigMap or Secret shows through `..data` is some version of it, whole',
  source: 'pkg/volume/util/atomic_writer.go; kubernetes.io/docs/concepts/configuration/configmap (mounted ConfigMaps are updated automatically)',
  on: ['files|', 'store|configmaps|', 'store|secrets|'],
  check({ cells, memory }, { key, before, after }) {
    if (key.startsWith('store|')) {
      remember(memory, key, after)
      return undefined
    }
    const [was, is] = [before as PodFiles | undefined, after as PodFiles | undefined] // the values of such a cell
    const pod = podWith(cells, part(key, 2))
    if (is === undefined || pod === undefined || was?.volumes === is.volumes) return undefined
    let isJudged = false
    for (const volume of writtenVolumes(pod.spec)) {
      const tree = is.volumes[volume.name]
      if (tree === undefined || tree === was?.volumes[volume.name] || (volume.configMap ?? volume.secret) === undefined) continue
      isJudged = true
      if (versionsOf({ cells, memory }, pod, volume).includes(text(filesBelow(tree, '/..data')))) continue
      return {
        message: `Volume ${volume.name} of Pod ${shortName(pod.metadata.uid)} shows what its source never was: part of one version, or of two`,
        objects: [`Pod ${shortName(pod.metadata.uid)}`], cells: [key],
      }
    }
    return isJudged ? 'held' : undefined
  },
}

/** A kubelet that ended in the middle of a write left a name behind that stands in the way of every other. */
const isStuck = (tree: Tree): boolean => Object.keys(filesBelow(tree, '/..data_tmp')).length > 0

function behind(cells: Cells, pod: Pod, files: PodFiles): Volume | undefined {
  const objects = objectsIn(cells, pod.metadata.namespace)
  return writtenVolumes(pod.spec).find((volume) => {
    const tree = files.volumes[volume.name]
    const should = wanted(cells, objects, pod, volume)
    return tree !== undefined && should !== undefined && !isStuck(tree) && text(filesBelow(tree, '/..data')) !== should
  })
}

export const volumesCurrent: Finally = {
  kind: 'finally',
  name: 'volumes-current',
  title: 'In the end a volume shows what its ConfigMap, its Secret or the fields of its pod are by then; one aside in which a '
    + 'kubelet that ended has left `..data_tmp`',
  source: 'pkg/kubelet/volumemanager (MarkRemountRequired); kubernetes.io/docs/tasks/configure-pod-container/configure-pod-configmap',
  subjects: (cells) => cells.read(allKey('pods')) ?? [],
  check({ cells, disturbed }: Judging, subject: string): Verdict {
    const pod = cells.read(objectKey('pods', subject))
    const node = pod?.spec.nodeName ?? ''
    const files = pod === undefined || node === '' ? undefined : cells.read(filesKey(node, pod.metadata.uid))
    if (pod === undefined || files === undefined || disturbed || isLost(cells, node)) return undefined
    if (pod.metadata.deletionTimestamp !== undefined || isPodPhaseTerminal(pod.status.phase)) return undefined
    if (cells.pending(timerKey(kubeletOf(node), podOwner(pod.metadata.uid), 'resync'))) return undefined // it came just now
    const volume = behind(cells, pod, files)
    if (volume === undefined) return writtenVolumes(pod.spec).length === 0 ? undefined : 'held'
    return {
      message: `Volume ${volume.name} of Pod ${subject} still shows in the end what its source was before.`,
      objects: [`Pod ${subject}`], cells: [filesKey(node, pod.metadata.uid)],
    }
  },
}
