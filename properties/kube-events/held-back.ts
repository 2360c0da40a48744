/** What kubelets tell about containers that they do not start. */
import type { Pod } from '#api/types'
import type { Reason } from '#models/node/container-statuses'
import { specOf } from '#models/node/probe-decisions'
import { aboutContainer, normal, warning, type Occurrence, type Teller } from './occurrence.js'
import { podNamed, workerOf, workersOf } from './workers.js'

/** What each sync finds anew; everything else that holds a container back has happened once. */
const lasting: readonly string[] = [
  'CrashLoopBackOff',
  'ImagePullBackOff',
  'CreateContainerConfigError',
  'ErrImageNeverPull',
  'InvalidImageName',
  'ImageInspectError',
]

/**
 * Each sync tells once more which containers it did not start, and why; several at one instant tell it once.
 */
export class HeldBack {
  private readonly lastAt = new Map<string, number>()

  readonly tell: Teller = (turn) =>
    workersOf(turn).flatMap(({ process, uid }): readonly Occurrence[] => {
      const [was, is] = [workerOf(turn.before, process, uid), workerOf(turn.after, process, uid)]
      const { memory } = is
      const pod = memory === undefined ? undefined : podNamed(turn, memory.name)
      const hasSynced = is.isIdle && (was.isIdle || memory?.reasons !== was.memory?.reasons)
      if (
        memory === undefined
        || !hasSynced
        || pod?.metadata.uid !== uid
        || pod.metadata.deletionTimestamp !== undefined
      )
        return []
      return Object.entries(memory.reasons).flatMap(([name, reason]) => {
        const id = `${uid} ${name} ${reason.reason}`
        const isTold = lasting.includes(reason.reason)
          ? this.lastAt.get(id) === turn.step.at
          : was.memory?.reasons[name] === reason
        if (isTold) return []
        this.lastAt.set(id, turn.step.at)
        return heldBack(pod, name, reason)
      })
    })
}

function heldBack(pod: Pod, name: string, { reason, message }: Reason): readonly Occurrence[] {
  const where = aboutContainer(pod, name)
  const image = specOf(pod, name)?.image ?? ''
  const { metadata } = pod
  const failed = (text: string): Occurrence => warning(where, 'Failed', text, 'kubelet')
  switch (reason) {
    case 'CrashLoopBackOff': {
      const who = `${metadata.name}_${metadata.namespace}(${metadata.uid})`
      return [
        warning(where, 'BackOff', `Back-off restarting failed container ${name} in pod ${who}`, 'kubelet'),
      ]
    }
    case 'ImagePullBackOff':
      return [
        normal(where, 'BackOff', `Back-off pulling image "${image}"`, 'kubelet'),
        failed(`Error: ${reason}`),
      ]
    case 'ErrImagePull':
    case 'RegistryUnavailable':
    case 'SignatureValidationFailed':
      return [failed(`Failed to pull image "${image}": ${message}`), failed(`Error: ${reason}`)]
    case 'InvalidImageName':
    case 'ImageInspectError':
      return [warning(where, 'InspectFailed', message, 'kubelet'), failed(`Error: ${reason}`)]
    case 'ErrImageNeverPull':
      return [warning(where, reason, message, 'kubelet'), failed(`Error: ${reason}`)]
    case 'PostStartHookError':
      return [] // was told with the kill
    default:
      return [failed(`Error: ${message === '' ? reason : message}`)]
  }
}
