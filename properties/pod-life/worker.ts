/** The kubelet's worker of the pod, before and after a Step. */
import { chartKey } from '#machine/chart'
import { kubeletOf, podOwner } from '#models/node/cells'
import type { PodMemory } from '#models/node/pod-memory'
import type { Turn } from './event.js'

interface Worker {
  readonly value: unknown
  readonly context: PodMemory
}

export const kubelet = ({ pod }: Turn): string => kubeletOf(pod.spec.nodeName ?? '')

export const workerIn = (read: (key: string) => unknown, turn: Turn): Worker | undefined =>
  read(chartKey(kubelet(turn), podOwner(turn.pod.metadata.uid))) as Worker | undefined // of a pod chart

export const hasChanged = ({ step }: Turn, key: string): boolean =>
  step.changes.some((change) => change.key === key)
