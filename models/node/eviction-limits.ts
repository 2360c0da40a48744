/**
 * Models: pkg/kubelet/eviction/eviction_manager.go (localStorageEviction)
 * Reads: sandbox, container
 * Writes: nothing
 * Omits: the size limits of emptyDir volumes
 */
import type { Pod } from '#api/types'
import { formatQuantity, quantityOf } from '#api/quantity'
import type { View } from '#machine/view'
import { podLimits } from '../scheduling/requests.js'
import { useOf } from './eviction-observations.js'

/** localStorageEviction: why a pod has to go that has more on disk than it may have. */
export function beyondItsDisk(view: View, pod: Pod): string | undefined {
  const use = useOf(view, pod)
  if (use?.disk === undefined || use.disk === 0) return undefined
  const limit = podLimits(pod.spec).ephemeral
  if (limit > 0 && use.disk > limit) {
    const text = formatQuantity(quantityOf(String(limit)))
    return `Pod ephemeral local storage usage exceeds the total limit of containers ${binary(limit, text)}. `
  }
  for (const { name, resources } of pod.spec.containers) {
    const own = resources?.limits?.['ephemeral-storage']
    const used = use.containers.find((one) => one.name === name)?.disk ?? 0
    if (own === undefined || BigInt(used) * 1_000_000_000n <= quantityOf(own).nanos) continue
    return `Container ${name} exceeded its local ephemeral storage limit "${formatQuantity(quantityOf(own))}". `
  }
  return undefined
}

const binary = (amount: number, otherwise: string): string =>
  (amount % 1024 === 0 ? formatQuantity({ ...quantityOf(amount), format: 'BinarySI' }) : otherwise)
