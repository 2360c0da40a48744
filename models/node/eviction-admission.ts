/**
 * Models: pkg/kubelet/eviction/eviction_manager.go (Admit)
 * Reads: nothing (it is handed conditions and a pod)
 * Writes: nothing
 * Omits: the order of several conditions in the message, which upstream leaves to chance
 */
import type { Pod } from '#api/types'
import { toleratesTaint } from '#api/taints'
import type { Rejection } from './admission.js'
import { isCriticalPod } from './eviction-ranking.js'
import type { PressureCondition } from './eviction-thresholds.js'
import { podQos } from './qos.js'

/** Admit: `undefined` where the pod is welcome under these conditions. */
export function admitUnderPressure(pressures: readonly PressureCondition[], pod: Pod): Rejection | undefined {
  if (pressures.length === 0 || isCriticalPod(pod)) return undefined
  if (pressures.length === 1 && pressures[0] === 'MemoryPressure') {
    const taint = { key: 'node.kubernetes.io/memory-pressure', effect: 'NoSchedule' } as const
    if (podQos(pod) !== 'BestEffort' || pod.spec.tolerations?.some((one) => toleratesTaint(one, taint)) === true) {
      return undefined
    }
  }
  return { reason: 'Evicted', message: `The node had condition: [${pressures.join(' ')}]. ` }
}
