/** What containers write, derived from a recording as KubeEvents are: output, not cells. */
import { part } from '#kernel/cells'
import { chartKey } from '#machine/chart'
import { containerOwner, runtimeOf, type Container } from '#models/node/cells'
import type { Start } from '#models/node/container-chart'
import type { Output } from '#models/node/process-cells'
import type { Recorded, Recording } from '#trace/record'

/** One line that a container has written, without its end. */
export interface OutputLine {
  /** Milliseconds of virtual time. */
  readonly at: number
  /** The Step in which it was written. */
  readonly n: number
  readonly text: string
}

/**
 * What one run of a container has written, in order: `attempt` counts its restarts. Of containers that do what their
 * profiles say only what is logged last is known: it is written as the container ends.
 */
export function outputOf(
  recording: Recording,
  uid: string,
  container: string,
  attempt: number,
): readonly OutputLine[] {
  return recording.steps.flatMap((step) => {
    const logs = logsAtEnd(step, uid, container, attempt)
    const lines = logs === undefined ? written(step, uid, container, attempt) : logs.replace(/\n$/, '').split('\n')
    return lines.map((text) => ({ at: step.at, n: step.n, text }))
  })
}

/** What the processes of a run write in this Step. */
const written = ({ changes }: Recorded, uid: string, name: string, attempt: number): readonly string[] =>
  changes.flatMap(({ key, before, after }) => {
    if (part(key, 0) !== 'output' || part(key, 2) !== uid || part(key, 3) !== name) return []
    const output = after as Output | undefined // by prefix
    return output === undefined || output === before || output.attempt !== attempt ? [] : output.lines.map(({ text }) => text)
  })

/** What the profile of a run that ends by itself in this Step has it log last. */
function logsAtEnd(
  { choice, changes }: Recorded,
  uid: string,
  name: string,
  attempt: number,
): string | undefined {
  if (part(choice, 0) !== 'timer' || part(choice, 3) !== 'exits') return undefined
  const ended = changes.find(
    ({ key, before }) =>
      part(key, 0) === 'container'
      && part(key, 2) === uid
      && part(key, 3) === name
      && (before as Container | undefined)?.attempt === attempt, // by prefix
  )
  if (ended === undefined) return undefined
  const chart = chartKey(runtimeOf(part(ended.key, 1)), containerOwner(uid, name))
  const snapshot = changes.find(({ key }) => key === chart)?.before as Running | undefined // of a container chart
  return snapshot?.context.it?.profile.exits?.logs
}

interface Running {
  readonly context: { readonly it?: Start }
}
