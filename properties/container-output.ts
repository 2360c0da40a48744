/** What containers write, derived from a recording as KubeEvents are: output, not cells. */
import type { Recording } from '#trace/record'

/** One line that a container has written, without its end. */
export interface OutputLine {
  /** Milliseconds of virtual time. */
  readonly at: number
  /** The Step in which it was written. */
  readonly n: number
  readonly text: string
}

/**
 * What one run of a container has written, in order: `attempt` counts its restarts. Containers do what their
 * profiles say,
 * and profiles write nothing.
 */
export function outputOf(
  _recording: Recording,
  _uid: string,
  _container: string,
  _attempt: number,
): readonly OutputLine[] {
  return []
}
