/** The pod workers of kubelets, before and after a Step. */
import type { Pod } from '#api/types'
import { part } from '#kernel/cells'
import { chartKey } from '#machine/chart'
import { objectKey } from '#machine/objects'
import { podOwner } from '#models/node/cells'
import type { PodMemory } from '#models/node/pod-memory'
import type { Turn } from './occurrence.js'

/** A pod worker's chart before and after a Step. */
interface Worker {
  readonly memory: PodMemory | undefined
  readonly isIdle: boolean
}

export const workerOf = (read: (key: string) => unknown, process: string, uid: string): Worker => {
  const snapshot = read(chartKey(process, podOwner(uid))) as
    { readonly value: unknown; readonly context: PodMemory } | undefined // of a pod chart
  return { memory: snapshot?.context, isIdle: snapshot?.value === 'idle' }
}

/** The pod as the API has it, or had it just before. */
export const podNamed = ({ before, after }: Turn, name: string): Pod | undefined =>
  (after(objectKey('pods', name)) ?? before(objectKey('pods', name))) as Pod | undefined // by resource

/** The pod workers that a Step of a kubelet drives, and those that it woke. */
export function workersOf({
  step: { choice, changes, process },
}: Turn): readonly { readonly process: string; readonly uid: string }[] {
  if (!process.startsWith('kubelet/')) return []
  const prefix = `chart|${process}|pod:`
  const driven = choice.startsWith(`timer|${process}|pod:`) ? [part(choice, 2)] : []
  const changed = changes.filter(({ key }) => key.startsWith(prefix)).map(({ key }) => part(key, 2))
  return [...new Set([...driven, ...changed])].map((owner) => ({
    process,
    uid: `Pod:${owner.slice('pod:'.length)}`,
  }))
}
