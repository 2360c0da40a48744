/**
 * What the kubelet decides about a pod: back-offs, kills, an end of its own accord, volumes that are waited
 * for.
 */
import { chartKey } from '#machine/chart'
import { podOwner } from '#models/node/cells'
import { specOf } from '#models/node/probe-decisions'
import { api, seconds, type Chronicler, type Happening } from './event.js'
import { hasChanged, kubelet, workerIn } from './worker.js'

/** Back-offs begin with the sync that holds a container back. */
export const chronicleBackoffs: Chronicler = (turn) => {
  const [was, is] = [workerIn(turn.before, turn)?.context, workerIn(turn.after, turn)?.context]
  if (is === undefined || !hasChanged(turn, chartKey(kubelet(turn), podOwner(turn.pod.metadata.uid))))
    return []
  return Object.entries(is.reasons).flatMap(([lane, { reason, message }]): readonly Happening[] => {
    if (was?.reasons[lane]?.reason === reason && was.crashes[lane]?.of === is.crashes[lane]?.of) return []
    const image = specOf(turn.pod, lane)?.image ?? ''
    const waits = (text: string): readonly Happening[] => [{ lane, text, tone: 'bad', becomes: 'waits' }]
    switch (reason) {
      case 'CrashLoopBackOff':
        return waits(
          `waits ${seconds((is.crashes[lane]?.seconds ?? 0) * 1000)} before it is started again: ${reason}`,
        )
      case 'ImagePullBackOff':
        return waits(
          `waits ${seconds((is.pulls[image]?.seconds ?? 0) * 1000)} before its image is pulled again: ${reason}`,
        )
      case 'ErrImagePull':
      case 'RegistryUnavailable':
      case 'SignatureValidationFailed':
        return waits(`its image cannot be pulled: ${reason}`)
      case 'PostStartHookError':
        return [] // was told with the hook
      case 'CreateContainerConfigError':
      case 'CreateContainerError':
      case 'RunContainerError':
        return [
          {
            lane,
            text: `cannot be started: ${reason}, ${message}`,
            tone: 'bad',
            becomes: 'waits',
            tells: ['Created', 'Failed'],
          },
        ]
      default:
        return waits(`waits: ${reason}${message === '' ? '' : `, ${message}`}`)
    }
  })
}

/** The words of the KubeEvent Killing, of a container that was named. */
const whyText = (message: string): string =>
  message === 'FailedPostStartHook' ? 'its hook has failed' : message.replace(/^Container \S+ /, 'it ')

/** Why a container is to be killed. */
export const chronicleKills: Chronicler = (turn) => {
  const [was, is] = [workerIn(turn.before, turn)?.context, workerIn(turn.after, turn)?.context]
  if (is?.evicted !== undefined && was?.evicted === undefined) {
    const { reason, message } = is.evicted
    const text =
      reason === 'DeadlineExceeded'
        ? 'was active for longer than its deadline'
        : `is evicted: ${message.trim().replace(/\.$/, '')}`
    return [{ lane: api, text: `${text}; its containers are to end`, tone: 'bad', tells: [reason] }]
  }
  if (is?.next !== 'exits' || is.plan === undefined || is.plan.kills === was?.plan?.kills) return []
  return is.plan.kills.map(({ name, message }) => ({
    lane: name,
    text: `is to be killed${message === '' ? '' : `: ${whyText(message)}`}`,
    tone: 'bad' as const,
  }))
}

/** Volumes that cannot be set up, from the KubeEvents about them. */
export const chronicleMounts: Chronicler = (turn) => {
  const [was, is] = [workerIn(turn.before, turn)?.context, workerIn(turn.after, turn)?.context]
  if (is?.unmounted !== undefined && is.unmounted !== was?.unmounted) {
    return [
      {
        lane: api,
        text: `waits for its volumes, which are tried again in ${seconds(is.unmounted * 1000)}`,
        tone: 'bad',
        tells: ['FailedMount'],
      },
    ]
  }
  return is?.mounted === true && was?.unmounted !== undefined && was.mounted !== true
    ? [{ lane: api, text: 'has its volumes' }]
    : []
}
