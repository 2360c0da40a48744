import { part, type Cells } from '#kernel/cells'
import { getContainerStatus, isPodReady } from '#api/pods'
import type { Container as ContainerSpec, ContainerStatus, Pod } from '#api/types'
import type { Memory, Step } from '#checker/claim'
import { containerKey, type Restart } from '#models/node/cells'
import { answerOf, probeOf, specOf } from '#models/node/probe-decisions'
import type { ProbeKind } from '#models/node/profile'
import { podWith, shortName } from './pods.js'

const allSpecs = ({ spec }: Pod): readonly ContainerSpec[] =>
  [...spec.containers, ...spec.initContainers ?? []]

const successKey = (kind: ProbeKind, uid: string, name: string, attempt: number): string =>
  `${kind} ${uid} ${name} ${attempt}`

/**
 * Remembers which attempts of the pod's containers would have answered a kind of probe with success at some
 * time.
 */
function remember(memory: Memory, cells: Cells, key: string, kind: ProbeKind): void {
  const [node, uid] = [part(key, 1), part(key, 2)]
  const pod = podWith(cells, uid)
  if (pod === undefined) return
  for (const spec of allSpecs(pod)) {
    if (probeOf(spec, kind) === undefined) continue
    const container = cells.read(containerKey(node, uid, spec.name))
    if (container?.state !== 'running') continue
    const success = successKey(kind, uid, spec.name, container.attempt)
    if (memory.has(success) || answerOf(cells, node, uid, spec, container, kind) === 'failure') continue
    memory.set(success, true)
  }
}

const becameReady = (
  was: ContainerStatus | undefined, is: ContainerStatus | undefined,
): is is ContainerStatus =>
  is?.ready === true && (was?.ready !== true || was.restartCount !== is.restartCount)

export const readyOnlyAfterProbe: Step = {
  kind: 'step',
  name: 'ready-only-after-probe',
  title: 'A container with a readiness probe is told to be ready only once that probe could have succeeded; pods in the '
    + "node's network aside",
  source: 'kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle (readiness probe; before the initial delay it is Failure)',
  on: ['container|', 'store|pods|'],
  check({ cells, memory }, { key, before, after }) {
    if (key.startsWith('container|')) {
      remember(memory, cells, key, 'readiness')
      return undefined
    }
    const [was, is] = [before as Pod | undefined, after as Pod | undefined] // the values of a pod's cell
    if (is === undefined || was === undefined || was.status === is.status || is.spec.hostNetwork === true) {
      return undefined
    }
    if (was.metadata.uid !== is.metadata.uid) return undefined
    const { uid } = is.metadata
    let isJudged = false
    for (const spec of allSpecs(is)) {
      if (spec.readinessProbe === undefined) continue
      const status = statusOf(is, spec.name)
      if (!becameReady(statusOf(was, spec.name), status)) continue
      const container = cells.read(containerKey(is.spec.nodeName ?? '', uid, spec.name))
      if (container?.attempt !== status.restartCount) continue
      isJudged = true
      if (memory.has(successKey('readiness', uid, spec.name, status.restartCount))) continue
      return {
        message: `Container ${spec.name} of Pod ${shortName(uid)} (restart ${status.restartCount}) was told to be ready before its `
          + 'readiness probe could succeed',
        objects: [`Pod ${shortName(uid)}`],
        cells: [key],
      }
    }
    return isJudged ? 'held' : undefined
  },
}

const statusOf = ({ status }: Pod, name: string): ContainerStatus | undefined =>
  getContainerStatus(status.containerStatuses, name) ?? getContainerStatus(status.initContainerStatuses, name)

export const livenessWaitsForStartup: Step = {
  kind: 'step',
  name: 'liveness-waits-for-startup',
  title: 'No container is restarted for its liveness before its startup probe could have succeeded',
  source: 'kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle (startup probe: all other probes are disabled until it succeeds)',
  on: ['container|', 'restarts|'],
  check({ cells, memory }, { key, after }) {
    if (key.startsWith('container|')) {
      memory.set(`at ${part(key, 2)} ${part(key, 3)}`, part(key, 1))
      remember(memory, cells, key, 'startup')
      return undefined
    }
    if ((after as Restart | undefined)?.cause !== 'liveness') return undefined // the value of such a cell
    const [uid, name] = [part(key, 1), part(key, 2)]
    const pod = podWith(cells, uid)
    const spec = pod === undefined ? undefined : specOf(pod, name)
    const container = cells.read(containerKey(String(memory.get(`at ${uid} ${name}`) ?? ''), uid, name))
    if (spec?.startupProbe === undefined || container === undefined) return undefined
    if (memory.has(successKey('startup', uid, name, container.attempt))) return 'held'
    return {
      message: `Container ${name} of Pod ${shortName(uid)} (restart ${container.attempt}) was stopped for its liveness before its `
        + 'startup probe could succeed',
      objects: [`Pod ${shortName(uid)}`],
      cells: [key],
    }
  },
}

/** Remembers attempts of which an answer to the readiness probe was a failure after a success. */
function rememberFailures(memory: Memory, cells: Cells, key: string): void {
  const [node, uid] = [part(key, 1), part(key, 2)]
  const pod = podWith(cells, uid)
  if (pod === undefined) return
  for (const spec of allSpecs(pod)) {
    const container = spec.readinessProbe === undefined
      ? undefined
      : cells.read(containerKey(node, uid, spec.name))
    if (container?.state !== 'running') continue
    const success = successKey('readiness', uid, spec.name, container.attempt)
    const isSuccess = answerOf(cells, node, uid, spec, container, 'readiness') === 'success'
    if (isSuccess) memory.set(success, true)
    else if (memory.has(success)) memory.set(`failed ${success}`, true)
  }
}

export const readyUntilProbeFails: Step = {
  kind: 'step',
  name: 'ready-until-probe-fails',
  title: 'A container of a ready pod stays ready while it runs and answers its readiness probe, whatever becomes of its kubelet; '
    + "one that its kubelet's restart finds younger than ten seconds, and pods in the node's network, aside",
  source: 'pkg/kubelet/prober/prober_manager.go (setReadyStateOnKubeletRestart); kubernetes/kubernetes#100277',
  on: ['container|', 'store|pods|'],
  check({ cells, memory }, { key, before, after, choice }) {
    if (key.startsWith('container|')) {
      rememberFailures(memory, cells, key)
      return undefined
    }
    const [was, is] = [before as Pod | undefined, after as Pod | undefined] // the values of a pod's cell
    if (is === undefined || was === undefined || was.status === is.status || is.spec.hostNetwork === true) {
      return undefined
    }
    if (was.metadata.uid !== is.metadata.uid || !isPodReady(was) || !choice.startsWith('request|kubelet/')) {
      return undefined
    }
    const { uid } = is.metadata
    for (const spec of allSpecs(is)) {
      if (spec.readinessProbe === undefined) continue
      const [a, b] = [statusOf(was, spec.name), statusOf(is, spec.name)]
      if (a?.ready !== true || b?.ready !== false || b.state.running === undefined
        || a.restartCount !== b.restartCount) continue
      const container = cells.read(containerKey(is.spec.nodeName ?? '', uid, spec.name))
      const success = successKey('readiness', uid, spec.name, b.restartCount)
      if (container?.state !== 'running' || container.attempt !== b.restartCount) continue
      if (!memory.has(success) || memory.has(`failed ${success}`)) return 'held'
      return {
        message: `Container ${spec.name} of Pod ${shortName(uid)} was told to be not ready though it runs and has answered its `
          + 'readiness probe all the time',
        objects: [`Pod ${shortName(uid)}`],
        cells: [key],
      }
    }
    return isPodReady(is) ? 'held' : undefined
  },
}
