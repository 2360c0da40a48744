/**
 * Models: pkg/kubelet/container/container_gc.go (DeleteAllUnusedContainers), pkg/kubelet/images/image_gc_manager.go as far as
 *   profiles say how large images are: a part of the kubelet, beside the eviction manager
 * Reads: store through the cache, chart, container, sandbox, sandboxes, images, profile, timer
 * Writes: container, sandbox, sandboxes, restarts, images, timer
 * Omits: images whose size no profile tells (they stay); when an image was used last (the order in which they were pulled
 *   stands for it); the look for new images every five minutes; the collection of containers every minute, which nobody but
 *   a full disk would notice
 */
import type { Node } from '#api/types'
import { quantityOf, quantityValue } from '#api/quantity'
import type { Cells } from '#kernel/cells'
import { chartKey, timerKey } from '#machine/chart'
import type { Context } from '#machine/process'
import { parseResources } from '../scheduling/requests.js'
import {
  containerKey, imagesKey, kubeletOf, nodeName, podOwner, restartsKey, sandboxesKey, sandboxKey,
} from './cells.js'
import { defaultGcPolicy, evictContainers, evictSandboxes, type DeadContainer, type PodStates } from './container-gc.js'
import { withDefaultTag } from './image-decision.js'
import { amountToFree, defaultImageGcPolicy, freeSpace, type DetectedImage } from './image-gc.js'
import { profileKey } from './profile.js'
import { pulledRecordKey } from './pull-secrets.js'
import { watchUse } from './eviction-watch.js'

export const imagesOwner = 'images'

const gcKey = (process: string): string => timerKey(process, imagesOwner, 'gc')
const youngKey = (process: string, image: string): string => timerKey(process, imagesOwner, `young.${image}`)

/** ImageGCPeriod, in milliseconds. */
const imageGcPeriod = 300_000

/** Bytes; `undefined` where no profile says so. */
function sizeOf(cells: Cells, image: string): number | undefined {
  const profile = cells.read(profileKey(image))
    ?? (image.endsWith(':latest') ? cells.read(profileKey(image.slice(0, -':latest'.length))) : undefined)
  return profile?.imageSize === undefined ? undefined : quantityValue(quantityOf(profile.imageSize))
}

/** What the images take of a node's disk. */
export const imagesOn = (cells: Cells, node: string): number =>
  (cells.read(imagesKey(node)) ?? []).reduce((sum, image) => sum + (sizeOf(cells, image) ?? 0), 0)

/** An image is on the node from now on. */
export function imageStored({ cells, process }: Context, image: string): void {
  if (sizeOf(cells, image) === undefined) return
  cells.arm(youngKey(process, image), defaultImageGcPolicy.minAge)
  collectLater(cells, process)
  watchUse(cells, nodeName(process))
}

/** A kubelet that begins takes every image for new. */
export function imagesFound(context: Context): void {
  for (const image of context.cells.read(imagesKey(nodeName(context.process))) ?? []) imageStored(context, image)
}

function collectLater(cells: Cells, process: string): void {
  if (!cells.pending(gcKey(process))) cells.arm(gcKey(process), imageGcPeriod)
}

/** A pod has left the node: its images may be in nobody's use. */
export function imagesFreed({ cells, process }: Context): void {
  if ((cells.read(imagesKey(nodeName(process))) ?? []).some((image) => sizeOf(cells, image) !== undefined)) {
    collectLater(cells, process)
  }
}

/** Images whose size is known, in the order in which they were pulled; those that are old enough, as times 0 and 1 tell. */
function imagesIn(cells: Cells, node: string): readonly DetectedImage[] {
  const process = kubeletOf(node)
  const used = new Set<string>()
  for (const uid of cells.read(sandboxesKey(node)) ?? []) {
    for (const name of cells.read(sandboxKey(node, uid))?.containers ?? []) {
      const container = cells.read(containerKey(node, uid, name))
      if (container !== undefined) used.add(withDefaultTag(container.image))
    }
  }
  return (cells.read(imagesKey(node)) ?? []).flatMap((id) => {
    const size = sizeOf(cells, id)
    return size === undefined ? [] : [{
      id, size, used: used.has(id), lastUsed: 0, firstDetected: cells.pending(youngKey(process, id)) ? 1 : 0,
    }]
  })
}

function removeImages({ cells, process }: Context, bytes: number): void {
  const node = nodeName(process)
  const gone = new Set(freeSpace(bytes, imagesIn(cells, node), 1, { minAge: 1 }).map(({ id }) => id))
  if (gone.size === 0) return
  for (const image of gone) cells.write(pulledRecordKey(node, image), undefined)
  cells.write(imagesKey(node), (cells.read(imagesKey(node)) ?? []).filter((image) => !gone.has(image)))
  watchUse(cells, node)
}

/** GarbageCollect, every five minutes; not again while there is nothing that it could remove one day. */
export function collectImages(context: Context, node: Node, used: number): void {
  const { cells, process } = context
  const capacity = parseResources(node.status.capacity).ephemeral
  const wanted = amountToFree({ available: Math.max(0, capacity - used), capacity }, defaultImageGcPolicy)
  if (wanted === undefined) return
  removeImages(context, wanted)
  if (imagesIn(cells, nodeName(process)).some((image) => image.used !== true)) collectLater(cells, process)
}

/** What the pod workers say: of an evicted pod nothing is kept. */
const podStates = ({ cells, process }: Context): PodStates => {
  const ended = (uid: string): boolean => cells.read(chartKey(process, podOwner(uid)))?.value === 'finished'
  return { isRemoved: ended, isTerminated: ended }
}

/** DeleteAllUnusedContainers, then DeleteUnusedImages: what a kubelet does about a full disk before it evicts pods. */
export function reclaimDisk(context: Context): void {
  const { cells, process } = context
  const node = nodeName(process)
  const states = podStates(context)
  const dead: DeadContainer[] = []
  for (const uid of cells.read(sandboxesKey(node)) ?? []) {
    for (const name of cells.read(sandboxKey(node, uid))?.containers ?? []) {
      const found = cells.read(containerKey(node, uid, name))
      if (found !== undefined) {
        dead.push({ id: name, uid, name, state: found.state, createdAt: found.attempt, isOld: true })
      }
    }
  }
  for (const { uid, name } of evictContainers(dead, defaultGcPolicy, states, true, true)) {
    cells.write(containerKey(node, uid, name), undefined)
    cells.write(restartsKey(uid, name), undefined)
    watchUse(cells, node)
  }
  const sandboxes = (cells.read(sandboxesKey(node)) ?? []).map((uid) => {
    const sandbox = cells.read(sandboxKey(node, uid))
    const hasContainers = sandbox?.containers.some((name) => cells.read(containerKey(node, uid, name)) !== undefined)
    return { id: uid, uid, ready: sandbox?.ready === true, hasContainers: hasContainers === true, createdAt: 0 }
  })
  const gone = new Set(evictSandboxes(sandboxes, states, true).map(({ uid }) => uid))
  for (const uid of gone) cells.write(sandboxKey(node, uid), undefined)
  if (gone.size > 0) {
    const rest = sandboxes.map(({ uid }) => uid).filter((uid) => !gone.has(uid))
    cells.write(sandboxesKey(node), rest.length === 0 ? undefined : rest)
  }
  removeImages(context, Infinity)
}
