import {
  amountToFree, freeOldImages, freeSpace, imageGcPolicyError, type DetectedImage, type ImageGcPolicy,
} from '#models/node/image-gc'
import { table, type Table } from './table.js'

const source = 'pkg/kubelet/images/image_gc_manager_test.go'

/** Images by number: how large, and what else is known. */
type Image = Partial<DetectedImage> & { readonly size: number }

const detected = (images: readonly Image[]): readonly DetectedImage[] =>
  images.map((image, index) => ({ id: String(index), lastUsed: -1, firstDetected: 0, ...image }))

const ids = (images: readonly DetectedImage[]): string => images.map(({ id }) => id).join(' ')

const policy: ImageGcPolicy = { highThreshold: 90, lowThreshold: 80, minAge: 0, maxAge: 0 }

interface Freeing {
  readonly images: readonly Image[]
  readonly bytes?: number
  readonly now?: number
  readonly minAge?: number
}

/** Which are removed. */
const freed = ({ images, bytes = Infinity, now = 100, minAge = 0 }: Freeing): string =>
  ids(freeSpace(bytes, detected(images), now, { minAge }))

const three = [{ size: 1024 }, { size: 2048 }, { size: 2048, used: true }]

const deleting: readonly Table[] = [
  table(source, 'TestDeleteUnusedImagesExemptSandboxImage', freed, [
    ["the sandbox's own stays", { images: [{ size: 1024, pinned: true }] }, ''],
  ]),
  table(source, 'TestDeletePinnedImage, TestDoNotDeletePinnedImage, TestAllPinnedImages', freed, [
    ['one of two is pinned', { images: [{ size: 1024, pinned: true }, { size: 1024 }] }, '1'],
    ['more is wanted than may be had', { images: [{ size: 1024, pinned: true }, { size: 1024 }], bytes: 4096 }, '1'],
    ['both are pinned', { images: [{ size: 1024, pinned: true }, { size: 1024, pinned: true }], bytes: 2048 }, ''],
  ]),
  table(source, 'TestDeleteUnPinnedImage', freed, [
    ['both go', { images: [{ size: 1024 }, { size: 1024 }], bytes: 2048 }, '0 1'],
  ]),
  table(source, 'TestFreeSpaceImagesInUseContainersAreIgnored', freed, [
    ['one that a container has stays', { images: [{ size: 1024 }, { size: 2048, used: true }], bytes: 2048 }, '0'],
  ]),
  table(source, 'TestDeleteUnusedImagesRemoveAllUnusedImages', freed, [
    ['all others go', { images: three }, '0 1'],
  ]),
  table(source, 'TestDeleteUnusedImagesLimitByImageLiveTime', freed, [
    ['not before they are old enough', { images: three, now: 2, minAge: 3 }, ''],
    ['then they go', { images: three, now: 3, minAge: 3 }, '0 1'],
  ]),
  table(source, 'TestFreeSpaceRemoveByLeastRecentlyUsed', freed, [
    ['the one that was used last stays',
      { images: [{ size: 1024, lastUsed: 1 }, { size: 2048, lastUsed: 2 }], bytes: 1024 }, '0'],
  ]),
  table(source, 'TestFreeSpaceTiesBrokenByDetectedTime', freed, [
    ['one that was never used goes before one that was',
      { images: [{ size: 1024, lastUsed: 1 }, { size: 2048, firstDetected: 1 }], bytes: 1024 }, '1'],
  ]),
  table(source, 'TestGarbageCollectImageNotOldEnough', freed, [
    ['one is in use and the other too young',
      { images: [{ size: 1024 }, { size: 2048, used: true }], bytes: 1024, now: 0, minAge: 60 }, ''],
    ['a minute later it is not too young any more',
      { images: [{ size: 1024 }, { size: 2048, used: true }], bytes: 1024, now: 60, minAge: 60 }, '0'],
  ]),
]

interface Old {
  readonly now: number
  readonly maxAge: number
}

const old = ({ now, maxAge }: Old): string =>
  ids(freeOldImages(detected([{ size: 1024, lastUsed: 0 }, { size: 2048, used: true }]), now, 0, { maxAge }))

interface Disk {
  readonly available: number
  readonly capacity: number
  readonly images?: readonly Image[]
}

const gigabyte = 1024 ** 3

/** What is wanted, and what is freed of it. */
function collected({ images = [], ...disk }: Disk): readonly (number | undefined)[] {
  const wanted = amountToFree(disk, policy)
  const removed = wanted === undefined ? [] : freeSpace(wanted, detected(images), 100, policy)
  return [wanted, removed.reduce((sum, { size }) => sum + size, 0)]
}

const collecting: readonly Table[] = [
  table(source, 'TestGarbageCollectBelowLowThreshold', collected, [
    ['40 % are used', { available: 600, capacity: 1000 }, [undefined, 0]],
  ]),
  table(source, 'TestGarbageCollectBelowSuccess', collected, [
    ['95 % are used', { available: 50, capacity: 1000, images: [{ size: 450 }] }, [150, 450]],
  ]),
  table(source, 'TestGarbageCollectNotEnoughFreed', collected, [
    ['95 % are used, by other things', {
      available: 10 * gigabyte / 20, capacity: 10 * gigabyte, images: [{ size: 500 * 1024 * 1024 }],
    }, [1.5 * gigabyte, 524_288_000]],
  ]),
  table(source, 'TestGarbageCollectImageTooOld', old, [
    ['used just now', { now: 0, maxAge: 60 }, ''], ['not used for more than the longest time', { now: 61, maxAge: 60 }, '0'],
  ]),
  table(source, 'TestGarbageCollectImageMaxAgeDisabled', old, [
    ['used just now, and there is no longest time', { now: 0, maxAge: 0 }, ''],
    ['not used for ages', { now: 2 ** 50, maxAge: 0 }, ''],
  ]),
  table(source, 'TestValidateImageGCPolicy',
    ([highThreshold, lowThreshold]: readonly [number, number]) =>
      imageGcPolicyError({ ...policy, highThreshold, lowThreshold }), [
      ['the low one is lower', [2, 1], undefined],
      ['both are the same', [1, 1], undefined],
      ['the high one is below nothing', [-1, 0], 'invalid HighThresholdPercent -1, must be in range [0-100]'],
      ['the high one is above all', [101, 0], 'invalid HighThresholdPercent 101, must be in range [0-100]'],
      ['the low one is below nothing', [0, -1], 'invalid LowThresholdPercent -1, must be in range [0-100]'],
      ['the low one is above all', [100, 101], 'invalid LowThresholdPercent 101, must be in range [0-100]'],
      ['the low one is higher', [1, 2], 'LowThresholdPercent 2 can not be higher than HighThresholdPercent 1'],
    ]),
]

export const imageGc: readonly Table[] = [...deleting, ...collecting]
