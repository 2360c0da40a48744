/** The hooks of containers: what they do, and what waits for them. */
import { part } from '#kernel/cells'
import { podId, type Container } from '#models/node/cells'
import { specOf } from '#models/node/probe-decisions'
import { begins } from '../kube-events/containers.js'
import type { Chronicler, Happening, Turn } from './event.js'
import { hookText } from './node.js'
import { kubelet, workerIn } from './worker.js'

/** The containers of the pod that begin with a Step. */
const begun = ({ step, pod }: Turn): readonly string[] =>
  step.changes
    .filter(
      ({ key, before, after }) =>
        part(key, 0) === 'container'
        && part(key, 2) === pod.metadata.uid
        && begins(before as Container | undefined, after as Container | undefined),
    )
    .map(({ key }) => part(key, 3)) // by prefix

/**
 * Hooks after the start hold the worker up, until they are done; one that takes no time is told with the
 * start.
 */
export const beginPostStarts: Chronicler = (turn) => {
  const worker = workerIn(turn.after, turn)
  return begun(turn).flatMap((lane): readonly Happening[] => {
    const hook = specOf(turn.pod, lane)?.lifecycle?.postStart
    const isAwaited = worker?.value === 'hooking' && worker.context.hooked === lane
    return hook === undefined
      ? []
      : [{ lane, text: `postStart: ${hookText(hook)}${isAwaited ? '' : atOnce}` }]
  })
}

export const endPostStarts: Chronicler = (turn) => {
  const [was, is] = [workerIn(turn.before, turn), workerIn(turn.after, turn)]
  const lane = was?.context.hooked
  if (
    was?.value !== 'hooking'
    || lane === undefined
    || (is?.value === 'hooking' && is.context.hooked === lane)
  )
    return []
  const hasFailed = is?.context.reasons[lane]?.reason === 'PostStartHookError'
  return [
    hasFailed ? { lane, text: 'postStart has failed', tone: 'bad' } : { lane, text: 'postStart is done' },
  ]
}

const atOnce = ', done at once'

/**
 * Hooks before the stop hold up the kill of their container; one that takes no time is told with what ends
 * then.
 */
export const chronicleStops: Chronicler = (turn) =>
  turn.step.changes.flatMap((change): readonly Happening[] => {
    if (part(change.key, 0) !== 'container' || part(change.key, 2) !== turn.pod.metadata.uid)
      return ofKill(turn, change)
    // by prefix
    const [was, is] = [change.before as Container | undefined, change.after as Container | undefined]
    const lane = part(change.key, 3)
    const hook = specOf(turn.pod, lane)?.lifecycle?.preStop
    const isSignalled =
      was?.state === 'running'
      && was.stopping !== true
      && was.attempt === is?.attempt
      && (is.stopping === true || (is.state === 'exited' && turn.step.process === kubelet(turn)))
    const isHeld = turn.step.changes.some(({ key }) => killedBy(key, turn.pod.metadata.uid) === lane)
    return hook === undefined || !isSignalled || isHeld
      ? []
      : [{ lane, text: `preStop: ${hookText(hook)}${atOnce}` }]
  })

/** The container that a cell is about which holds how one is killed; undefined for all other cells. */
function killedBy(key: string, uid: string): string | undefined {
  const prefix = `kill:${podId(uid)}/`
  const owner = part(key, 0) === 'chart' ? part(key, 2) : ''
  return owner.startsWith(prefix) ? owner.slice(prefix.length) : undefined
}

function ofKill(turn: Turn, { key, before, after }: Turn['step']['changes'][number]): readonly Happening[] {
  const lane = killedBy(key, turn.pod.metadata.uid)
  if (lane === undefined) return []
  // of a kill chart
  const [was, is] = [before, after].map((value) => (value as { readonly value?: unknown } | undefined)?.value)
  const hook = specOf(turn.pod, lane)?.lifecycle?.preStop
  if (is === 'preStopping' && was !== is && hook !== undefined)
    return [{ lane, text: `preStop: ${hookText(hook)}` }]
  if (was === 'preStopping' && is !== was)
    return [
      {
        lane,
        text: turn.step.choice.endsWith('|expired')
          ? 'the grace period is over, preStop is not'
          : 'preStop is done',
      },
    ]
  return is === 'queueing' && was !== is
    ? [{ lane, text: 'waits with its end for the containers that it serves' }]
    : []
}
