/**
 * Models: pkg/kubelet/images/image_manager.go (EnsureImageExists, imagePullPrecheck, applyDefaultImageTag,
 *   evalCRIPullErr)
 * Reads: nothing (it is handed what is known of an image)
 * Writes: nothing
 * Omits: limits on queries for each second
 */
import type { PullPolicy } from '#api/types'
import { imageTag, imageReferenceError } from '#api/images'
import type { Reason } from './container-statuses.js'

export interface ImageKnown {
  readonly isPresent: boolean
  /** It is there, but the pod has shown no credentials by which it was pulled: the registry has to be asked. */
  readonly mustVerify?: boolean
  /** Why the runtime could not be asked. */
  readonly inspectError?: string
  /** Pulls have failed, and the last failure is not waited out yet: what it said. */
  readonly heldBack?: string
}

export type ImageDecision =
  | { readonly type: 'present' | 'pull' }
  | { readonly type: 'failed'; readonly reason: Reason }

const failed = (reason: string, message: string): ImageDecision =>
  ({ type: 'failed', reason: { reason, message } })

/** A pure function of text, with what it said of the last few hundred. */
function remembering<T>(of: (image: string) => T): (image: string) => T {
  const known = new Map<string, { readonly value: T }>()
  return (image) => {
    const found = known.get(image)
    if (found !== undefined) return found.value
    if (known.size >= 256) known.clear()
    const value = of(image)
    known.set(image, { value })
    return value
  }
}

const referenceError = remembering(imageReferenceError)

/** What follows from an image, its pull policy, and what the node has. */
export function ensureImageExists(image: string, policy: PullPolicy, known: ImageKnown): ImageDecision {
  const wrong = referenceError(image)
  if (wrong !== undefined) {
    const where = `Failed to apply default image tag "${image}": couldn't parse image name "${image}": `
    return failed('InvalidImageName', where + wrong)
  }
  if (policy !== 'Always') {
    if (known.inspectError !== undefined) {
      return failed('ImageInspectError', `Failed to inspect image "": ${known.inspectError}`)
    }
    if (known.isPresent && known.mustVerify !== true) return { type: 'present' }
    if (policy === 'Never') {
      const message = `Container image "${image}" is not present with pull policy of Never`
      return failed('ErrImageNeverPull', message)
    }
  }
  return known.heldBack === undefined
    ? { type: 'pull' }
    : failed('ImagePullBackOff', `Back-off pulling image "${image}": ${known.heldBack}`)
}

/** The name that the runtime is asked for: with `:latest` where it has neither tag nor digest. */
export const withDefaultTag = remembering((image: string): string => {
  const tag = imageTag(image)
  return tag === '' || image.includes('@') || image.endsWith(`:${tag}`) ? image : `${image}:${tag}`
})

const known: Readonly<Record<string, string>> = {
  RegistryUnavailable: 'the registry is unavailable',
  SignatureValidationFailed: 'the signature validation failed',
}

/** What is told of a pull that the runtime says has failed. */
export function pullError(image: string, error: string): Reason {
  for (const [reason, why] of Object.entries(known)) {
    if (error.startsWith(reason)) {
      return { reason, message: `image pull failed for ${image} because ${why}${error.slice(reason.length)}` }
    }
  }
  return { reason: 'ErrImagePull', message: error }
}

/** What a container that is held back is told of the pull that failed. */
export const pullFailure = ({ reason, message }: Reason): string => `${reason}: ${message}`
