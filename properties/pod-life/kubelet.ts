/** What the kubelet waits for, and what it asks: images, back-offs, hooks, probes, kills. */
import { isRestartableInitContainer } from '#api/pods'
import { chartKey } from '#machine/chart'
import { part } from '#kernel/cells'
import { containerKey, kubeletOf, podId, podOwner, probedBy, type Container } from '#models/node/cells'
import type { PodMemory } from '#models/node/pod-memory'
import { probeOf, specOf, type ProbeMemory } from '#models/node/probe-decisions'
import { begins } from '../kube-events/containers.js'
import { isAnswer, isAwaiting } from '../kube-events/probes.js'
import { api, seconds, type Chronicler, type Happening, type Turn } from './event.js'
import { hookText } from './node.js'

interface Worker {
  readonly value: unknown
  readonly context: PodMemory
}

const kubelet = ({ pod }: Turn): string => kubeletOf(pod.spec.nodeName ?? '')

const workerIn = (read: (key: string) => unknown, turn: Turn): Worker | undefined =>
  read(chartKey(kubelet(turn), podOwner(turn.pod.metadata.uid))) as Worker | undefined // of a pod chart

const hasChanged = ({ step }: Turn, key: string): boolean => step.changes.some((change) => change.key === key)

/** Back-offs begin with the sync that holds a container back. */
export const chronicleBackoffs: Chronicler = (turn) => {
  const [was, is] = [workerIn(turn.before, turn)?.context, workerIn(turn.after, turn)?.context]
  if (is === undefined || !hasChanged(turn, chartKey(kubelet(turn), podOwner(turn.pod.metadata.uid)))) return []
  return Object.entries(is.reasons).flatMap(([lane, { reason, message }]): readonly Happening[] => {
    if (was?.reasons[lane]?.reason === reason && was.crashes[lane]?.of === is.crashes[lane]?.of) return []
    const image = specOf(turn.pod, lane)?.image ?? ''
    const waits = (text: string): readonly Happening[] => [{ lane, text, tone: 'bad', becomes: 'waits' }]
    switch (reason) {
      case 'CrashLoopBackOff': return waits(`waits ${seconds((is.crashes[lane]?.seconds ?? 0) * 1000)} before it is started again: ${reason}`)
      case 'ImagePullBackOff': return waits(`waits ${seconds((is.pulls[image]?.seconds ?? 0) * 1000)} before its image is pulled again: ${reason}`)
      case 'ErrImagePull': return waits(`its image cannot be pulled: ${reason}`)
      case 'PostStartHookError': return [] // was told with the hook
      case 'CreateContainerConfigError': case 'CreateContainerError': case 'RunContainerError':
        return [{ lane, text: `cannot be started: ${reason}, ${message}`, tone: 'bad', becomes: 'waits', tells: ['Created', 'Failed'] }]
      default: return waits(`waits: ${reason}${message === '' ? '' : `, ${message}`}`)
    }
  })
}

/** The containers of the pod that begin with a Step. */
const begun = ({ step, pod }: Turn): readonly string[] => step.changes.filter(({ key, before, after }) =>
  part(key, 0) === 'container' && part(key, 2) === pod.metadata.uid
  && begins(before as Container | undefined, after as Container | undefined)).map(({ key }) => part(key, 3)) // by prefix

/** Hooks after the start hold the worker up, until they are done; one that takes no time is told with the start. */
export const beginPostStarts: Chronicler = (turn) => {
  const worker = workerIn(turn.after, turn)
  return begun(turn).flatMap((lane): readonly Happening[] => {
    const hook = specOf(turn.pod, lane)?.lifecycle?.postStart
    const isAwaited = worker?.value === 'hooking' && worker.context.hooked === lane
    return hook === undefined ? [] : [{ lane, text: `postStart: ${hookText(hook)}${isAwaited ? '' : atOnce}` }]
  })
}

export const endPostStarts: Chronicler = (turn) => {
  const [was, is] = [workerIn(turn.before, turn), workerIn(turn.after, turn)]
  const lane = was?.context.hooked
  if (was?.value !== 'hooking' || lane === undefined || (is?.value === 'hooking' && is.context.hooked === lane)) return []
  const hasFailed = is?.context.reasons[lane]?.reason === 'PostStartHookError'
  return [hasFailed ? { lane, text: 'postStart has failed', tone: 'bad' } : { lane, text: 'postStart is done' }]
}

const atOnce = ', done at once'

/** Hooks before the stop hold up the kill of their container; one that takes no time is told with what ends then. */
export const chronicleStops: Chronicler = (turn) => turn.step.changes.flatMap((change): readonly Happening[] => {
  if (part(change.key, 0) !== 'container' || part(change.key, 2) !== turn.pod.metadata.uid) return ofKill(turn, change)
  const [was, is] = [change.before as Container | undefined, change.after as Container | undefined] // by prefix
  const lane = part(change.key, 3)
  const hook = specOf(turn.pod, lane)?.lifecycle?.preStop
  const isSignalled = was?.state === 'running' && was.stopping !== true && was.attempt === is?.attempt
    && (is.stopping === true || (is.state === 'exited' && turn.step.process === kubelet(turn)))
  const isHeld = turn.step.changes.some(({ key }) => killedBy(key, turn.pod.metadata.uid) === lane)
  return hook === undefined || !isSignalled || isHeld ? [] : [{ lane, text: `preStop: ${hookText(hook)}${atOnce}` }]
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
  const [was, is] = [before, after].map((value) => (value as { readonly value?: unknown } | undefined)?.value) // of a kill chart
  const hook = specOf(turn.pod, lane)?.lifecycle?.preStop
  if (is === 'preStopping' && was !== is && hook !== undefined) return [{ lane, text: `preStop: ${hookText(hook)}` }]
  if (was === 'preStopping' && is !== was) return [{ lane, text: turn.step.choice.endsWith('|expired') ? 'the grace period is over, preStop is not' : 'preStop is done' }]
  return is === 'queueing' && was !== is ? [{ lane, text: 'waits with its end for the containers that it serves' }] : []
}

/** Why a container is to be killed. */
export const chronicleKills: Chronicler = (turn) => {
  const [was, is] = [workerIn(turn.before, turn)?.context, workerIn(turn.after, turn)?.context]
  if (is?.evicted !== undefined && was?.evicted === undefined) {
    const { reason, message } = is.evicted
    const text = reason === 'DeadlineExceeded' ? 'was active for longer than its deadline' : `is evicted: ${message.trim().replace(/\.$/, '')}`
    return [{ lane: api, text: `${text}; its containers are to end`, tone: 'bad', tells: [reason] }]
  }
  if (is?.next !== 'exits' || is.plan === undefined || is.plan.kills === was?.plan?.kills) return []
  return is.plan.kills.map(({ name, message }) => ({
    lane: name, text: `is to be killed${message === '' ? '' : `: ${message.replace(/^Container \S+ /, 'it ').replace('FailedPostStartHook', 'its hook has failed')}`}`, tone: 'bad' as const,
  }))
}

/** A probe's answers, as they count. */
export const chronicleProbes: Chronicler = (turn) => {
  const { choice, process } = turn.step
  if (process !== kubelet(turn) || !isAnswer(choice)) return []
  const { uid, container: lane, kind } = probedBy(part(choice, 2))
  if (uid !== turn.pod.metadata.uid) return []
  const worker = (read: (key: string) => unknown) => read(chartKey(process, part(choice, 2))) as
    { readonly value: unknown; readonly context: ProbeMemory } | undefined // of a probe chart
  if (isAwaiting(worker(turn.after))) return [{ lane, text: `${kind} probe gets no answer yet` }]
  const [was, is] = [worker(turn.before)?.context, worker(turn.after)?.context]
  const spec = specOf(turn.pod, lane)
  const probe = spec === undefined ? undefined : probeOf(spec, kind)
  const running = turn.after(containerKey(turn.pod.spec.nodeName ?? '', uid, lane)) as Container | undefined // by prefix
  if (is?.last === undefined || probe === undefined || spec === undefined || is.attempt !== running?.attempt) return []
  if (is.last === 'success') {
    const isNews = was?.last !== 'success' || was.value !== is.value || was.attempt !== is.attempt
    const then = kind === 'startup' && is.value === 'success'
      ? isRestartableInitContainer(spec) ? ': it has started' : ': it has started, and is probed otherwise from now on' : ''
    return isNews ? [{ lane, text: `${kind} probe succeeds${then}`, tone: 'good' }] : []
  }
  const count = is.hold === true ? probe.failureThreshold : is.run
  const late = part(choice, 3) === 'timeout' ? `, no answer within ${probe.timeoutSeconds}s` : ''
  return [{ lane, text: `${kind} probe fails${late}${probe.failureThreshold > 1 ? `, ${count} of ${probe.failureThreshold}` : ''}`, tone: 'bad' }]
}

/** Volumes that cannot be set up, from the KubeEvents about them. */
export const chronicleMounts: Chronicler = (turn) => {
  const [was, is] = [workerIn(turn.before, turn)?.context, workerIn(turn.after, turn)?.context]
  if (is?.unmounted !== undefined && is.unmounted !== was?.unmounted) {
    return [{ lane: api, text: `waits for its volumes, which are tried again in ${seconds(is.unmounted * 1000)}`, tone: 'bad', tells: ['FailedMount'] }]
  }
  return is?.mounted === true && was?.unmounted !== undefined && was.mounted !== true ? [{ lane: api, text: 'has its volumes' }] : []
}
