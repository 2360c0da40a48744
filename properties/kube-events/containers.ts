/** What kubelets tell about containers: created, started, killed, held back. */
import type { Pod } from '#api/types'
import { part, type Cells } from '#kernel/cells'
import { chartKey } from '#machine/chart'
import { objectKey } from '#machine/objects'
import {
  containerKey, imagesKey, nodeName, podId, podOwner, sandboxKey, type Container, type Sandbox,
} from '#models/node/cells'
import { mountProblem } from '#models/node/config-sources'
import type { Reason } from '#models/node/container-statuses'
import type { Kill } from '#models/node/pod-actions'
import type { PodMemory } from '#models/node/pod-memory'
import { specOf } from '#models/node/probe-decisions'
import { pulledBy } from './images.js'
import { about, aboutContainer, aboutPod, normal, warning, type Occurrence, type Teller, type Turn } from './occurrence.js'

/** A pod worker's chart before and after a Step. */
interface Worker {
  readonly memory: PodMemory | undefined
  readonly isIdle: boolean
}

export const workerOf = (read: (key: string) => unknown, process: string, uid: string): Worker => {
  const snapshot = read(chartKey(process, podOwner(uid))) as { readonly value: unknown; readonly context: PodMemory } | undefined // of a pod chart
  return { memory: snapshot?.context, isIdle: snapshot?.value === 'idle' }
}

/** The pod as the API has it, or had it just before. */
export const podNamed = ({ before, after }: Turn, name: string): Pod | undefined =>
  (after(objectKey('pods', name)) ?? before(objectKey('pods', name))) as Pod | undefined // by resource

/** A new run of a container, or none. */
export function begins(was: Container | undefined, is: Container | undefined): is is Container {
  return is?.state === 'running' && (was?.state !== 'running' || was.attempt !== is.attempt || was.sandbox !== is.sandbox)
}

/** A container that was created, and of which no process ever ran. */
export const isStillborn = (was: Container | undefined, is: Container | undefined): is is Container =>
  is !== undefined && is.state !== 'running' && (was === undefined || was.attempt !== is.attempt || was.sandbox !== is.sandbox)

/** Containers that begin: their image is there, then they are created and started, as far as that succeeds. */
export const tellStarts: Teller = (turn) => turn.step.changes.flatMap(({ key, before, after }): readonly Occurrence[] => {
  if (part(key, 0) !== 'container') return []
  const [was, is] = [before as Container | undefined, after as Container | undefined] // by prefix
  const hasBegun = begins(was, is)
  if (is === undefined || !(hasBegun || isStillborn(was, is))) return []
  const [node, uid, name] = [part(key, 1), part(key, 2), part(key, 3)]
  const pod = podNamed(turn, workerOf(turn.before, `kubelet/${node}`, uid).memory?.name ?? podId(uid))
  if (pod?.metadata.uid !== uid) return []
  const where = aboutContainer(pod, name)
  const tell = (reason: string, message: string): Occurrence => normal(where, reason, message, 'kubelet')
  const { image } = is
  const isPresent = (turn.before(imagesKey(node)) as readonly string[] | undefined)?.includes(image) === true // by key
  return [
    ...(isPresent && !pulledBy(turn, image) ? [tell('Pulled', `Container image "${image}" already present on machine and can be accessed by the pod`)] : []),
    tell('Created', 'Container created'),
    ...(hasBegun ? [tell('Started', 'Container started')] : []),
  ]
})

/** A sandbox takes the place of another one. */
export const tellSandboxes: Teller = ({ step }) => step.changes.flatMap(({ key, before, after }): readonly Occurrence[] => {
  if (part(key, 0) !== 'sandbox') return []
  const [was, is] = [before as Sandbox | undefined, after as Sandbox | undefined] // by prefix
  if (was === undefined || is === undefined || is.attempt <= was.attempt) return []
  return [normal(aboutPod(is.pod, part(key, 2)), 'SandboxChanged', 'Pod sandbox changed, it will be killed and re-created.', 'kubelet')]
})

/** What a worker of the Step has decided to kill, with its messages. */
export const tellKills: Teller = (turn) => workersOf(turn).flatMap(({ process, uid }): readonly Occurrence[] => {
  const [was, is] = [workerOf(turn.before, process, uid).memory, workerOf(turn.after, process, uid).memory]
  const pod = is === undefined ? undefined : podNamed(turn, is.name)
  if (is === undefined || pod?.metadata.uid !== uid) return []
  const tell = (name: string, message: string): Occurrence =>
    normal(aboutContainer(pod, name), 'Killing', message === '' ? `Stopping container ${name}` : message, 'kubelet')
  const told = evicted(pod, was, is)
  if (is.next === 'exits' && is.plan !== undefined && is.plan.kills !== was?.plan?.kills) {
    const isFailed = ({ name }: Kill): boolean => is.reasons[name]?.reason === 'PostStartHookError' && was?.reasons[name] !== is.reasons[name]
    const failed = is.plan.kills.filter(isFailed).map(({ name }) => warning(aboutContainer(pod, name), 'FailedPostStartHook', 'PostStartHook failed', 'kubelet'))
    return [...told, ...failed, ...is.plan.kills.map(({ name, message }) => tell(name, message))]
  }
  if (is.next !== 'die' || was?.next === 'die') return told
  return [...told, ...runningBefore(turn, nodeName(process), uid).map((name) => tell(name, ''))]
})

/** The kubelet has decided by itself that the pod has to end. */
function evicted(pod: Pod, was: PodMemory | undefined, { evicted: is }: PodMemory): readonly Occurrence[] {
  if (is === undefined || was?.evicted !== undefined) return []
  return [(is.reason === 'Evicted' ? warning : normal)(about(pod), is.reason, is.message, 'kubelet')]
}

/** The volumes of a pod could not be set up, once more. */
export const tellMounts: Teller = (turn) => workersOf(turn).flatMap(({ process, uid }): readonly Occurrence[] => {
  const [was, is] = [workerOf(turn.before, process, uid).memory, workerOf(turn.after, process, uid).memory]
  const pod = is === undefined ? undefined : podNamed(turn, is.name)
  if (is?.unmounted === undefined || is.unmounted === was?.unmounted || pod?.metadata.uid !== uid) return []
  const message = mountProblem({ read: turn.after } as unknown as Cells, pod) // which only reads
  return message === undefined ? [] : [warning(about(pod), 'FailedMount', message, 'kubelet')]
})

function runningBefore({ before }: Turn, node: string, uid: string): readonly string[] {
  const sandbox = before(sandboxKey(node, uid)) as Sandbox | undefined // by prefix
  return (sandbox?.containers ?? []).filter((name) => (before(containerKey(node, uid, name)) as Container | undefined)?.state === 'running') // by prefix
}

/** What each sync finds anew; everything else that holds a container back has happened once. */
const lasting: readonly string[] = ['CrashLoopBackOff', 'ImagePullBackOff', 'CreateContainerConfigError', 'ErrImageNeverPull']

/** Each sync tells once more which containers it did not start, and why; several at one instant tell it once. */
export class HeldBack {
  private readonly lastAt = new Map<string, number>()

  readonly tell: Teller = (turn) => workersOf(turn).flatMap(({ process, uid }): readonly Occurrence[] => {
    const [was, is] = [workerOf(turn.before, process, uid), workerOf(turn.after, process, uid)]
    const { memory } = is
    const pod = memory === undefined ? undefined : podNamed(turn, memory.name)
    const hasSynced = is.isIdle && (was.isIdle || memory?.reasons !== was.memory?.reasons)
    if (memory === undefined || !hasSynced || pod?.metadata.uid !== uid || pod.metadata.deletionTimestamp !== undefined) return []
    return Object.entries(memory.reasons).flatMap(([name, reason]) => {
      const id = `${uid} ${name} ${reason.reason}`
      const isTold = lasting.includes(reason.reason) ? this.lastAt.get(id) === turn.step.at : was.memory?.reasons[name] === reason
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
      return [warning(where, 'BackOff', `Back-off restarting failed container ${name} in pod ${who}`, 'kubelet')]
    }
    case 'ImagePullBackOff': return [normal(where, 'BackOff', `Back-off pulling image "${image}"`, 'kubelet'), failed(`Error: ${reason}`)]
    case 'ErrImagePull': return [failed(`Failed to pull image "${image}": ${message}`), failed(`Error: ${reason}`)]
    case 'ErrImageNeverPull': return [warning(where, reason, message, 'kubelet'), failed(`Error: ${reason}`)]
    case 'PostStartHookError': return [] // was told with the kill
    default: return [failed(`Error: ${message === '' ? reason : message}`)]
  }
}

/** The pod workers that a Step of a kubelet drives, and those that it woke. */
function workersOf({ step: { choice, changes, process } }: Turn): readonly { readonly process: string; readonly uid: string }[] {
  if (!process.startsWith('kubelet/')) return []
  const prefix = `chart|${process}|pod:`
  const driven = choice.startsWith(`timer|${process}|pod:`) ? [part(choice, 2)] : []
  const changed = changes.filter(({ key }) => key.startsWith(prefix)).map(({ key }) => part(key, 2))
  return [...new Set([...driven, ...changed])].map((owner) => ({ process, uid: `Pod:${owner.slice('pod:'.length)}` }))
}
