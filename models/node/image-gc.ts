/**
 * Models: pkg/kubelet/images/image_gc_manager.go (GarbageCollect, DeleteUnusedImages, freeSpace, freeOldImages,
 *   imagesInEvictionOrder, NewImageGCManager)
 * Reads: nothing (it is handed what is known of images)
 * Writes: nothing
 * Omits: runtime handlers; image volumes; a removal that fails
 */

/** Of an image on a node, what its removal is decided by. Times are any measure that grows. */
export interface DetectedImage {
  readonly id: string
  readonly size: number
  /** Some container has it, dead or alive. */
  readonly used?: boolean
  readonly pinned?: boolean
  readonly lastUsed: number
  readonly firstDetected: number
}

/** Percentages of the disk, and ages in the measure of the images' times; a `maxAge` of 0 is no limit. */
export interface ImageGcPolicy {
  readonly highThreshold: number
  readonly lowThreshold: number
  readonly minAge: number
  readonly maxAge: number
}

/** The defaults of the kubelet's configuration; ages in milliseconds. */
export const defaultImageGcPolicy: ImageGcPolicy =
  { highThreshold: 85, lowThreshold: 80, minAge: 120_000, maxAge: 0 }

/** NewImageGCManager: what is wrong with a policy. */
export function imageGcPolicyError({ highThreshold, lowThreshold }: ImageGcPolicy): string | undefined {
  if (highThreshold < 0 || highThreshold > 100) {
    return `invalid HighThresholdPercent ${highThreshold}, must be in range [0-100]`
  }
  if (lowThreshold < 0 || lowThreshold > 100) {
    return `invalid LowThresholdPercent ${lowThreshold}, must be in range [0-100]`
  }
  return lowThreshold > highThreshold
    ? `LowThresholdPercent ${lowThreshold} can not be higher than HighThresholdPercent ${highThreshold}`
    : undefined
}

/** What may be removed, the least recently used first; of those the one that was there first. */
export const imagesInEvictionOrder = (images: readonly DetectedImage[]): readonly DetectedImage[] =>
  images.filter(({ used = false, pinned = false }) => !used && !pinned)
    .sort((a, b) => a.lastUsed - b.lastUsed || a.firstDetected - b.firstDetected)

/** freeSpace: the images to be removed so that so many bytes come free, or as many as may be. */
export function freeSpace(
  bytes: number, images: readonly DetectedImage[], now: number, { minAge }: Pick<ImageGcPolicy, 'minAge'>,
): readonly DetectedImage[] {
  const removed: DetectedImage[] = []
  let freed = 0
  for (const image of imagesInEvictionOrder(images)) {
    if (image.lastUsed >= now || now - image.firstDetected < minAge) continue
    removed.push(image)
    freed += image.size
    if (freed >= bytes) break
  }
  return removed
}

/** freeOldImages: those that nobody has used for too long; none before the kubelet has run as long as that. */
export const freeOldImages = (
  images: readonly DetectedImage[], now: number, began: number, { maxAge }: Pick<ImageGcPolicy, 'maxAge'>,
): readonly DetectedImage[] => (maxAge === 0 || now - began <= maxAge
  ? []
  : imagesInEvictionOrder(images).filter(({ lastUsed }) => now - lastUsed > maxAge))

/** What GarbageCollect wants to free; `undefined` below the high threshold. */
export function amountToFree(
  { available, capacity }: { readonly available: number; readonly capacity: number },
  { highThreshold, lowThreshold }: Pick<ImageGcPolicy, 'highThreshold' | 'lowThreshold'>,
): number | undefined {
  const left = Math.min(available, capacity)
  const usage = 100 - Math.trunc(left * 100 / capacity)
  return usage < highThreshold ? undefined : Math.trunc(capacity * (100 - lowThreshold) / 100) - left
}
