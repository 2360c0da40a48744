/** What hooks promise: what comes after them waits for them. */
import { part, type Cells } from '#kernel/cells'
import { chartKey, type Snapshot } from '#machine/chart'
import { View } from '#machine/view'
import type { Container as ContainerSpec, Pod } from '#api/types'
import type { Judging, Memory, Step, Verdict } from '#checker/claim'
import { containerKey, kubeletOf, nodeName, podOwner, type Container } from '#models/node/cells'
import { effectiveGracePeriod } from '#models/node/grace-periods'
import { hookSeconds } from '#models/node/hooks'
import { podOf, type PodMemory } from '#models/node/pod-memory'
import { specOf } from '#models/node/probe-decisions'
import { profileOf } from '#models/node/profile'
import { isProgram } from '#models/node/programs'
import { podWith, shortName } from './pods.js'

const isStart = (before: Container | undefined, after: Container | undefined): boolean =>
  after?.state === 'running' && (before?.state !== 'running' || before.attempt !== after.attempt)

/** How long the container's postStart hook takes, in milliseconds; 0 where it has none. */
function postStartMs(cells: Cells, pod: Pod, spec: ContainerSpec): number {
  const hook = spec.lifecycle?.postStart
  // A command that is run takes its own time.
  if (hook === undefined || (hook.exec !== undefined && isProgram(cells, pod, spec))) return 0
  return hookSeconds(hook, spec, profileOf(cells, pod, spec).postStartSeconds) * 1000
}

function preStopMs(cells: Cells, pod: Pod, spec: ContainerSpec): number {
  const hook = spec.lifecycle?.preStop
  if (hook === undefined || (hook.exec !== undefined && isProgram(cells, pod, spec))) return 0
  return hookSeconds(hook, spec, profileOf(cells, pod, spec).preStopSeconds) * 1000
}

/** Since when the kubelet stops the pod; `undefined` where it does not. */
function stoppedSince({ cells, memory, now }: Pick<Judging, 'cells' | 'memory' | 'now'>, node: string, uid: string): number | undefined {
  const known = memory.get(`stops ${node} ${uid}`)
  if (typeof known === 'number') return known
  return cells.read(chartKey(kubeletOf(node), podOwner(uid)))?.value === 'dying' ? now : undefined
}

/** A container began while the postStart hook of another one of its pod was under way. */
function begins({ cells, memory, now, disturbed }: Judging, node: string, pod: Pod, spec: ContainerSpec, attempt: number): Verdict {
  const { uid } = pod.metadata
  memory.set(`began ${uid} ${spec.name} ${attempt}`, now)
  if (disturbed) return undefined // a kubelet that ends forgets the hooks that it waited for
  let isJudged = false
  for (const other of [...pod.spec.initContainers ?? [], ...pod.spec.containers]) {
    const ms = other === spec ? 0 : postStartMs(cells, pod, other)
    const container = ms === 0 ? undefined : cells.read(containerKey(node, uid, other.name))
    const began = container?.state === 'running' ? memory.get(`began ${uid} ${other.name} ${container.attempt}`) : undefined
    if (typeof began !== 'number') continue
    isJudged = true
    if (now >= began + ms) continue
    return {
      message: `Container ${spec.name} of Pod ${shortName(uid)} was started ${(now - began) / 1000} s after container ${other.name}, `
        + `whose postStart hook takes ${ms / 1000} s`,
      objects: [`Pod ${shortName(uid)}`],
      cells: [containerKey(node, uid, spec.name)],
    }
  }
  return isJudged ? 'held' : undefined
}

/** SIGTERM was sent while there was grace left for the preStop hook. */
function isSignalled(judging: Judging, node: string, pod: Pod, spec: ContainerSpec): Verdict {
  const { cells, now } = judging
  const { uid } = pod.metadata
  const since = stoppedSince(judging, node, uid)
  const ms = preStopMs(cells, pod, spec)
  if (since === undefined || ms === 0) return undefined
  const worker = cells.read(chartKey(kubeletOf(node), podOwner(uid)))?.context as PodMemory | undefined // the pod worker's memory
  // As long as its kubelet knows of: the API server may have been told of more or less meanwhile.
  const known = worker === undefined ? pod : podOf(new View(cells, kubeletOf(node)), worker)
  const grace = effectiveGracePeriod(known ?? pod, worker?.grace) * 1000
  if (grace <= 0) return undefined
  if (now >= since + Math.min(ms, grace)) return 'held'
  return {
    message: `Container ${spec.name} of Pod ${shortName(uid)} was sent SIGTERM ${(now - since) / 1000} s after its kubelet began to stop `
      + `it, with a preStop hook of ${ms / 1000} s and a grace period of ${grace / 1000} s`,
    objects: [`Pod ${shortName(uid)}`],
    cells: [containerKey(node, uid, spec.name)],
  }
}

function noteStop(memory: Memory, now: number, key: string, was: Snapshot | undefined, is: Snapshot | undefined): void {
  if (!part(key, 2).startsWith('pod:')) return
  const uid = ((is ?? was)?.context as { readonly uid?: string } | undefined)?.uid ?? '' // a pod worker's memory
  const name = `stops ${nodeName(part(key, 1))} ${uid}`
  if (is?.value === 'dying' && was?.value !== 'dying') memory.set(name, now)
  else if (is === undefined) memory.delete(name)
}

export const hooksAwaited: Step = {
  kind: 'step',
  name: 'hooks-awaited',
  title: 'No container of a pod is started while a postStart hook of another one is under way, and none hears SIGTERM before its '
    + 'preStop hook is over or its grace period is; a kubelet that ends meanwhile aside',
  source: 'kubernetes.io/docs/concepts/containers/container-lifecycle-hooks; pkg/kubelet/kuberuntime/kuberuntime_container.go '
    + '(startContainer, killContainer)',
  on: ['chart|kubelet/', 'container|'],
  check(judging, { key, before, after, process }) {
    if (key.startsWith('chart|')) {
      noteStop(judging.memory, judging.now, key, before as Snapshot | undefined, after as Snapshot | undefined) // the values of such cells
      return undefined
    }
    const [was, is] = [before as Container | undefined, after as Container | undefined] // likewise
    const [node, uid, name] = [part(key, 1), part(key, 2), part(key, 3)]
    const starts = isStart(was, is)
    // What ends at once when it hears SIGTERM is gone in the same Step.
    const hears = is?.stopping === true || (was?.state === 'running' && is?.state === 'exited' && process.startsWith('kubelet/'))
    if (is === undefined || (!starts && (!hears || was?.stopping === true))) return undefined
    const pod = podWith(judging.cells, uid)
    const spec = pod === undefined ? undefined : specOf(pod, name)
    if (pod === undefined || spec === undefined) return undefined
    return starts ? begins(judging, node, pod, spec, is.attempt) : isSignalled(judging, node, pod, spec)
  },
}
