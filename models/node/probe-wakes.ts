/**
 * Models: pkg/kubelet/prober/worker.go (run: a probe every period); here only where its answer could change
 *   something
 * Reads: container, sandbox, listener, chart, store, deadlines
 * Writes: timer
 * Omits: probes that would only confirm what is known
 */
import { chartKey, timerKey } from '#machine/chart'
import type { Context } from '#machine/process'
import { nameOf } from '#machine/objects'
import { getContainerStatus, isPodReady } from '#api/pods'
import { kubeletOf, podOwner, probeOwner } from './cells.js'
import { podOf } from './pod-memory.js'
import {
  answerOf, containerOf, firstTick, isAskable, isSettled, isStarted, probeOf, resultOf, specOf, type ProbeMemory,
} from './probe-decisions.js'
import type { ProbeKind } from './profile.js'
import type { Container as ContainerSpec, Pod } from '#api/types'

export const probeKinds: readonly ProbeKind[] = ['startup', 'readiness', 'liveness']

export const tickKey = (process: string, uid: string, name: string, kind: ProbeKind): string =>
  timerKey(process, probeOwner(uid, name, kind), 'tick')

/** Pending while a probe waits for an answer that does not come. */
export const timeoutKey = (process: string, uid: string, name: string, kind: ProbeKind): string =>
  timerKey(process, probeOwner(uid, name, kind), 'timeout')

/** The container answers otherwise from now on: whoever probes it will notice within a period. */
export function answersChanged(
  { cells, runtime }: Context, node: string, uid: string, name: string, container: string,
): void {
  const process = kubeletOf(node)
  // nobody probes: the kubelet is not there
  if (cells.read(chartKey(process, podOwner(uid))) === undefined) return
  const pod = podOf(runtime.context(cells, process, '').view, { uid, name })
  if (pod === undefined) return
  const spec = specOf(pod, container)
  const running = containerOf(cells, node, uid, container)
  if (spec === undefined || running?.state !== 'running') return
  for (const kind of probeKinds) {
    const probe = probeOf(spec, kind)
    if (probe === undefined || !isAskable(spec, probe) || !isProbed(pod, kind)) continue
    if (kind !== 'startup' && !isStarted(cells, process, uid, spec, running)) continue
    const tick = tickKey(process, uid, container, kind)
    if (cells.pending(tick) || cells.pending(timeoutKey(process, uid, container, kind))) continue
    const memory = resultOf(cells, process, uid, container, kind, running.attempt)
    if (isSettled(memory, answerOf(cells, node, uid, spec, running, kind))) continue
    const isSoon =
      cells.choose([`${container} is probed a period later`, `${container} is probed at once`]) === 1
    cells.arm(tick, isSoon ? 0 : probe.periodSeconds * 1000)
  }
}

/** Liveness and startup are not asked of a pod that is being deleted. */
const isProbed = (pod: Pod, kind: ProbeKind): boolean =>
  kind === 'readiness' || pod.metadata.deletionTimestamp === undefined

/**
 * A restarted kubelet finds the container running: what the API says of it holds until a probe says otherwise
 * (the gate ChangeContainerStatusOnKubeletRestart is off).
 */
export function resumeProbes(context: Context, node: string, pod: Pod, spec: ContainerSpec): void {
  const { cells, runtime } = context
  const { uid } = pod.metadata
  const running = containerOf(cells, node, uid, spec.name)
  const status = getContainerStatus(pod.status.containerStatuses, spec.name)
    ?? getContainerStatus(pod.status.initContainerStatuses, spec.name)
  if (running?.state !== 'running' || status?.state.running === undefined) return
  for (const kind of probeKinds) {
    if (probeOf(spec, kind) === undefined || kind === 'liveness') continue
    const value = kind === 'startup'
      ? (status.started === true ? 'success' as const : 'unknown' as const)
      : (isPodReady(pod) ? 'success' as const : 'failure' as const)
    const probed = { uid, pod: nameOf(pod), container: spec.name, kind }
    runtime.send({ ...context, owner: probeOwner(uid, spec.name, kind) },
      { type: 'resume', probed, attempt: running.attempt, value })
  }
}

/**
 * The kubelet has seen the container run, or run far enough for this kind of probe: its worker begins with
 * it.
 */
export function beginProbes(
  context: Context, node: string, pod: Pod, spec: ContainerSpec, kinds: readonly ProbeKind[],
): void {
  const { cells, process } = context
  const running = containerOf(cells, node, pod.metadata.uid, spec.name)
  if (running?.state !== 'running') return
  for (const kind of kinds) {
    if (!isProbed(pod, kind)) continue
    const tick = tickKey(process, pod.metadata.uid, spec.name, kind)
    if (cells.pending(tick)) continue
    const ms = firstTick(cells, node, pod, spec, running, kind)
      // Failures of the container before still count until an answer is a success.
      ?? (hasFailed(context, pod, spec, kind) ? (probeOf(spec, kind)?.periodSeconds ?? 0) * 1000 : undefined)
    if (ms !== undefined) cells.arm(tick, ms)
  }
}

function hasFailed({ cells, process }: Context, pod: Pod, spec: ContainerSpec, kind: ProbeKind): boolean {
  const snapshot = cells.read(chartKey(process, probeOwner(pod.metadata.uid, spec.name, kind)))
  const memory = snapshot?.context as ProbeMemory | undefined // the probe chart's memory
  return memory?.last === 'failure' && memory.run > 0
}
