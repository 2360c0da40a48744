/**
 * Models: pkg/kubelet/kubelet.go (SyncPod), pkg/kubelet/active_deadline.go
 * Reads: store, elsewhere, store through the cache, sandbox, container, files, images, ipam, chart, deadlines
 * Writes: nothing (it says what is to be done)
 * Omits: how long it takes to mount volumes whose ConfigMaps and Secrets are there; the status of a pod just before its sandbox is ready
 */
import type { Container as ContainerSpec, ContainerStatus, Pod, PodStatus } from '#api/types'
import { getContainerStatus, isPodPhaseTerminal, isRestartableInitContainer } from '#api/pods'
import { timerKey } from '#machine/chart'
import type { View } from '#machine/view'
import { nodeName, podOwner } from './cells.js'
import { mountProblem } from './config-sources.js'
import { hasRoom } from './ipam.js'
import { computePodActions, type PodActions } from './pod-actions.js'
import { Look, lookAtNode, podOf, statusMemory, type Plan, type PodMemory } from './pod-memory.js'
import { says as say } from './pod-says.js'
import { advance, rest } from './pod-starts.js'
import { generateStatus, withSandboxReady } from './pod-status.js'
import {
  containersToReset, couldAllContainersRestart, isRestartingAllContainers, shouldAllContainersRestart,
} from './restart-all.js'
import { beginTermination, isTerminationRequested } from './pod-termination.js'
import { awaitedTokens } from './pod-tokens.js'
import type { ProbeKind } from './profile.js'
import type { Outcome, Saying } from './stage.js'
import { staleVolumes } from './volume-updates.js'

export const deadlineExceeded = {
  reason: 'DeadlineExceeded', message: 'Pod was active on the node longer than the specified deadline',
} as const

/** How a sync looks at its pod, and what it decides on. */
export interface SyncWays {
  readonly look: (view: View, memory: PodMemory) => Look
  readonly decide: typeof computePodActions
}

const usual: SyncWays = { look: (view, { uid, reasons }) => new Look(view, uid, reasons), decide: computePodActions }

/**
 * SyncPod, up to where something has to be waited for; or the pod's end, where that is asked for or has come.
 */
export function syncPod(view: View, memory: PodMemory, ways: Partial<SyncWays> = {}): Outcome<PodMemory> {
  const { look: lookAtPod, decide } = { ...usual, ...ways }
  if (isTerminationRequested(view, memory)) return beginTermination(view, memory)
  const pod = podOf(view, memory)
  if (pod === undefined) return { memory: { next: 'rest', pending: false } }
  const { uid, name } = memory
  const cached = statusMemory(view.cells, view.process, uid)
  const old = cached?.status ?? pod.status
  const look = lookAtPod(view, memory)
  const restartsAll = couldAllContainersRestart(pod) && shouldAllContainersRestart(pod, look, old)
  const seen = restartsAll ? { ...look, restartsAll } : look
  const status = generateStatus(pod, old, seen, lookAtNode(view), false, memory.evicted)
  if (isPodPhaseTerminal(status.phase)) return beginTermination(view, memory, status)
  const plan = isRestartingAllContainers(status) ? resetPlan(pod, look) : planOf(view, pod, look, decide(pod, look))
  // The first status and that of a sandbox that is ready follow so closely that only the second is told.
  const hasSandbox = plan?.createsSandbox === true && plan.kills.length === 0
  const says = [
    say.setStatus({ uid, name, status: hasSandbox ? withSandboxReady(pod, status) : status, couldRun: true }),
  ]
  probesToBegin(pod, memory, old, status, says)
  const { activeDeadlineSeconds } = pod.spec
  if (cached === undefined && activeDeadlineSeconds !== undefined) {
    says.push(say.arm({ name: 'deadline', ms: activeDeadlineSeconds * 1000 }))
  }
  const mounting = mount(view, pod, memory, says)
  if (mounting.mounted === undefined) return { memory: { ...mounting, ...rest(memory.pending, says) }, says }
  if (plan === undefined) return { memory: { ...mounting, ...rest(memory.pending, says) }, says }
  if (plan.kills.length === 0) {
    const { memory: advanced } = advance(view, pod, look, memory, plan, says)
    return { memory: { ...mounting, ...advanced }, says }
  }
  const containers = plan.kills.map(({ name: container, reason }) => ({ name: container, reason }))
  says.push(say.killContainers({ uid, name, pod, containers, ...(plan.resets === true ? { grace: 0 } : {}) }))
  return { memory: { ...mounting, next: 'exits', plan, acted: true, pending: false }, says }
}

/** Every container that runs is killed without grace, then all of them are removed; the next sync begins with the first. */
const resetPlan = (pod: Pod, look: Look): Plan => ({
  kills: containersToReset(pod, look).flatMap(({ name }) =>
    (look.container(name)?.state === 'running' ? [{ name, message: '', reason: '' as const }] : [])),
  stopsSandbox: false, createsSandbox: false, attempt: look.sandbox?.attempt ?? 0, starts: [], resets: true,
})

type Mounting = Pick<PodMemory, 'mounted' | 'unmounted'>

/** goroutinemap/exponentialbackoff: half a second, doubling up to two minutes and two seconds. */
const [firstMountDelay, maxMountDelay] = [0.5, 122]

/** WaitForAttachAndMount: whether the pod's volumes are set up, or when that is tried again. */
function mount(view: View, pod: Pod, { uid, name, mounted, unmounted }: PodMemory, says: Saying[]): Mounting {
  if (mounted !== true && view.cells.pending(timerKey(view.process, podOwner(uid), 'mount'))) return {}
  const tokens = mounted === true ? [] : awaitedTokens(view.cells, view.process, pod)
  if (tokens.length > 0) {
    says.push(say.fetchTokens({ uid, name, pod, wanted: tokens }))
    return {}
  }
  if (mounted === true || mountProblem(view.cells, pod) === undefined) {
    const stale = staleVolumes(view, pod)
    if (stale.length > 0) says.push(say.remount({ uid, name, stale }))
    if (mounted !== true) says.push(say.setUp({ uid, name, volumes: (pod.spec.volumes ?? []).map((volume) => volume.name) }))
    return { mounted: true, unmounted: undefined }
  }
  if (unmounted === undefined) says.push(say.setUp({ uid, name, volumes: [] }))
  const seconds = unmounted === undefined ? firstMountDelay : Math.min(unmounted * 2, maxMountDelay)
  says.push(say.arm({ name: 'mount', ms: seconds * 1000 }))
  return { unmounted: seconds }
}

/** The containers to be killed are gone, an image has come or a hook is done: the sync goes on. */
export function goOn(view: View, memory: PodMemory): Outcome<PodMemory> {
  const pod = podOf(view, memory)
  const says: Saying[] = []
  if (pod === undefined || memory.plan === undefined) return { memory: rest(true, says), says }
  const look = new Look(view, memory.uid, memory.reasons)
  return advance(view, pod, look, memory, memory.plan, says)
}

/** What is to be done, where it can be done; `undefined` for nothing. */
function planOf(view: View, pod: Pod, { sandbox, container }: Look, actions: PodActions): Plan | undefined {
  const { killPod, createSandbox, attempt, initContainersToStart, containersToStart } = actions
  if (!killPod && initContainersToStart.length === 0 && containersToStart.length === 0
    && actions.containersToKill.length === 0) {
    return undefined
  }
  const starts = [
    ...initContainersToStart.map((index) => pod.spec.initContainers?.[index]?.name ?? ''),
    ...containersToStart.map((index) => pod.spec.containers[index]?.name ?? ''),
  ]
  const kills = !killPod ? actions.containersToKill : (sandbox?.containers ?? [])
    .filter((name) => container(name)?.state === 'running')
    .map((name) => ({ name, message: '', reason: '' as const }))
  if (createSandbox && pod.spec.hostNetwork !== true && !hasNetwork(view, sandbox?.ips ?? [])) {
    return undefined
  }
  const stopsSandbox = killPod && sandbox !== undefined && (sandbox.ready || sandbox.ips.length > 0)
  if (kills.length === 0 && starts.length === 0 && !stopsSandbox && !createSandbox) return undefined
  return { kills, starts, stopsSandbox, createsSandbox: createSandbox, attempt }
}

/** Whether the node's network is ready, and has an address left; `own` is what the pod will give back. */
function hasNetwork(view: View, own: readonly string[]): boolean {
  const { cidrs } = lookAtNode(view)
  return cidrs.length > 0 && (own.length > 0 || hasRoom(view.cells, nodeName(view.process), cidrs))
}

/**
 * Probe workers begin with a container once it is seen to run; readiness and liveness once it has started.
 */
function probesToBegin(
  pod: Pod, { uid, name }: PodMemory, old: PodStatus, status: PodStatus, says: Saying[],
): void {
  const look = (
    spec: ContainerSpec, was: ContainerStatus | undefined, is: ContainerStatus | undefined,
  ): void => {
    if (is?.state.running === undefined) return
    const isSame = was?.state.running !== undefined && was.restartCount === is.restartCount
    const kinds: ProbeKind[] = []
    if (spec.startupProbe !== undefined && !isSame && is.started !== true) kinds.push('startup')
    if (is.started === true && !(isSame && was.started === true)) {
      if (spec.readinessProbe !== undefined) kinds.push('readiness')
      if (spec.livenessProbe !== undefined) kinds.push('liveness')
    }
    if (kinds.length > 0) says.push(say.beginProbes({ uid, name, pod, spec, kinds }))
  }
  for (const spec of pod.spec.containers) {
    const was = getContainerStatus(old.containerStatuses, spec.name)
    look(spec, was, getContainerStatus(status.containerStatuses, spec.name))
  }
  for (const spec of pod.spec.initContainers ?? []) {
    if (!isRestartableInitContainer(spec)) continue
    const was = getContainerStatus(old.initContainerStatuses, spec.name)
    look(spec, was, getContainerStatus(status.initContainerStatuses, spec.name))
  }
}
