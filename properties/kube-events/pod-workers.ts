/** What kubelets tell about what their pod workers decide: kills, ends, volumes that are waited for. */
import type { Pod } from '#api/types'
import type { Cells } from '#kernel/cells'
import { part } from '#kernel/cells'
import { containerKey, nodeName, podId, sandboxKey, type Container, type Sandbox } from '#models/node/cells'
import { mountProblem } from '#models/node/config-sources'
import type { Kill } from '#models/node/pod-actions'
import type { PodMemory } from '#models/node/pod-memory'
import {
  about,
  aboutContainer,
  normal,
  warning,
  type Occurrence,
  type Teller,
  type Turn,
} from './occurrence.js'
import { podNamed, workerOf, workersOf } from './workers.js'

/** What a worker of the Step has decided to kill, with its messages. */
export const tellKills: Teller = (turn) =>
  workersOf(turn).flatMap(({ process, uid }): readonly Occurrence[] => {
    const [was, is] = [workerOf(turn.before, process, uid).memory, workerOf(turn.after, process, uid).memory]
    const pod = is === undefined ? undefined : podNamed(turn, is.name)
    if (is === undefined || pod?.metadata.uid !== uid) return []
    const tell = (name: string, message: string): Occurrence =>
      normal(
        aboutContainer(pod, name),
        'Killing',
        message === '' ? `Stopping container ${name}` : message,
        'kubelet',
      )
    const told = evicted(pod, was, is)
    if (is.next === 'exits' && is.plan !== undefined && is.plan.kills !== was?.plan?.kills) {
      const isFailed = ({ name }: Kill): boolean =>
        is.reasons[name]?.reason === 'PostStartHookError' && was?.reasons[name] !== is.reasons[name]
      const failed = is.plan.kills
        .filter(isFailed)
        .map(({ name }) =>
          warning(aboutContainer(pod, name), 'FailedPostStartHook', 'PostStartHook failed', 'kubelet'),
        )
      return [...told, ...failed, ...is.plan.kills.map(({ name, message }) => tell(name, message))]
    }
    if (is.next !== 'die' || was?.next === 'die') return told
    return [...told, ...runningBefore(turn, nodeName(process), uid).map((name) => tell(name, ''))]
  })

/** Commands of preStop hooks that have failed: their containers are stopped all the same. */
export const tellPreStops: Teller = (turn) =>
  turn.step.changes.flatMap(({ key, before, after }): readonly Occurrence[] => {
    if (part(key, 0) !== 'container') return []
    const [was, is] = [before as Container | undefined, after as Container | undefined] // by prefix
    if (is?.preStopCode === undefined || (was?.preStopCode !== undefined && was.attempt === is.attempt)) return []
    const [node, uid, name] = [part(key, 1), part(key, 2), part(key, 3)]
    const pod = podNamed(turn, workerOf(turn.before, `kubelet/${node}`, uid).memory?.name ?? podId(uid))
    if (pod?.metadata.uid !== uid) return []
    return [warning(aboutContainer(pod, name), 'FailedPreStopHook', 'PreStopHook failed', 'kubelet')]
  })

/** The kubelet has decided by itself that the pod has to end. */
function evicted(pod: Pod, was: PodMemory | undefined, { evicted: is }: PodMemory): readonly Occurrence[] {
  if (is === undefined || was?.evicted !== undefined) return []
  return [(is.reason === 'Evicted' ? warning : normal)(about(pod), is.reason, is.message, 'kubelet')]
}

/** The volumes of a pod could not be set up, once more. */
export const tellMounts: Teller = (turn) =>
  workersOf(turn).flatMap(({ process, uid }): readonly Occurrence[] => {
    const [was, is] = [workerOf(turn.before, process, uid).memory, workerOf(turn.after, process, uid).memory]
    const pod = is === undefined ? undefined : podNamed(turn, is.name)
    if (is?.unmounted === undefined || is.unmounted === was?.unmounted || pod?.metadata.uid !== uid) return []
    const message = mountProblem({ read: turn.after } as unknown as Cells, pod) // which only reads
    return message === undefined ? [] : [warning(about(pod), 'FailedMount', message, 'kubelet')]
  })

function runningBefore({ before }: Turn, node: string, uid: string): readonly string[] {
  const sandbox = before(sandboxKey(node, uid)) as Sandbox | undefined // by prefix
  return (sandbox?.containers ?? []).filter(
    (name) => (before(containerKey(node, uid, name)) as Container | undefined)?.state === 'running',
  ) // by prefix
}
