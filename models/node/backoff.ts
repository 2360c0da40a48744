/**
 * Models: pkg/kubelet/kuberuntime/kuberuntime_manager.go (doBackOff), kubelet.go (newCrashLoopBackOff, the
 *   back-off of image pulls), client-go/util/flowcontrol/backoff.go (Next, IsInBackOffSince)
 * Reads: deadlines
 * Writes: nothing
 * Omits: the jitter of the pod worker's own queue (up to half as long again)
 */
import type { Crash, FailedPull } from './pod-memory.js'

export const initialBackoff = 10
export const maxBackoff = 300

/** Next: doubles up to the longest one. `before` is absent where none was, or it is forgotten. */
export const nextBackoff = (
  before: number | undefined, limits = { initial: initialBackoff, max: maxBackoff },
): number => (before === undefined ? limits.initial : Math.min(before * 2, limits.max))

/** A container that ran for so long, in ms, since it was last started again has recovered. */
export const crashRecovery = 600_000

export type BackoffStep =
  /** It may be started. `next` is the back-off from then on; absent where none begins. */
  | { readonly type: 'start'; readonly next?: Crash }
  /** It is held back; `begins` where the wait begins with this look. */
  | { readonly type: 'wait'; readonly seconds: number; readonly begins?: Crash }

/**
 * Whether a container that has ended (its `attempt`; `undefined` where it never ran) may be started again.
 * `isWaiting`: its back-off is not over; `isRecent`: it was started again less than ten minutes ago.
 */
export function doBackOff(
  crash: Crash | undefined, attempt: number | undefined, isWaiting: boolean, isRecent: boolean,
): BackoffStep {
  if (attempt === undefined) return { type: 'start' }
  if (crash === undefined) {
    return { type: 'start', next: { seconds: initialBackoff, of: attempt, waits: false } }
  }
  if (crash.of !== attempt) {
    return isRecent
      ? { type: 'wait', seconds: crash.seconds, begins: { ...crash, of: attempt, waits: true } }
      : { type: 'start', next: { seconds: initialBackoff, of: attempt, waits: false } }
  }
  if (!crash.waits) return { type: 'start' } // it could not be started, for another reason
  if (isWaiting) return { type: 'wait', seconds: crash.seconds }
  return {
    type: 'start', next: { seconds: nextBackoff(crash.seconds), of: attempt, waits: false },
  }
}

/** One more pull of an image has failed. */
export const failedPull = (
  before: FailedPull | undefined, message: string, reason = 'ErrImagePull',
): FailedPull => ({
  seconds: nextBackoff(before?.seconds),
  reason,
  message,
  count: Math.min((before?.count ?? 0) + 1, 1000),
})

/** As Go writes a duration: 10s, 1m20s, 5m0s. */
export const goDuration = (seconds: number): string =>
  (seconds < 60 ? `${seconds}s` : `${Math.floor(seconds / 60)}m${seconds % 60}s`)
