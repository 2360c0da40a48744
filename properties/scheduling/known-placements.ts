/** What kube-scheduler knows to be on which node: its informer's pods, and those that it assumed and has not seen bound. */
import type { Node } from '#api/types'
import { isPodTerminal } from '#api/pods'
import type { Cells } from '#kernel/cells'
import { nameOf } from '#machine/objects'
import { Newest, type View } from '#machine/view'
import { assumedKey, type Assumed } from '#models/scheduling/cache'
import type { Snapshot } from '#models/scheduling/framework'
import { newSnapshot, type Placed } from '#models/scheduling/snapshot'

export const process = 'kube-scheduler'

type Source = Pick<View, 'all' | 'get'> | Newest

const assigned = (source: Source): readonly Placed[] => source.all('pods')
  .flatMap((pod) => ((pod.spec.nodeName ?? '') === '' || isPodTerminal(pod) ? [] : [{ node: pod.spec.nodeName!, pod }]))

export const assumedPods = (cells: Cells): readonly Assumed[] => Object.values(cells.read(assumedKey(process)) ?? {})

/** Pods on nodes as the scheduler knows them, by its caches alone: not by the sums that it keeps. */
export function knownPlacements(view: View): readonly Placed[] {
  const bound = assigned(view)
  const names = new Set(bound.map(({ pod }) => nameOf(pod)))
  return [...bound, ...assumedPods(view.cells).filter(({ pod }) => !names.has(nameOf(pod)))]
}

/** What the scheduler decides by, worked out anew from its caches; without the pod named. */
export function knownSnapshot(view: View, without: string): Snapshot {
  const pods = knownPlacements(view).filter(({ pod }) => nameOf(pod) !== without)
  return newSnapshot(view.all('nodes'), pods, (namespace) => view.get('namespaces', namespace)?.metadata.labels)
}

/** The same of the newest state. */
export function newestSnapshot(cells: Cells): Snapshot {
  const newest = new Newest(cells)
  const nodes: readonly Node[] = newest.all('nodes')
  return newSnapshot(nodes, assigned(newest), (namespace) => newest.get('namespaces', namespace)?.metadata.labels)
}
