/**
 * Models: what the kubelet's pod workers carry out: kuberuntime (createPodSandbox, startContainer,
 *   killContainer, StopPodSandbox), the status manager's cache, the probe manager (AddPod, RemovePod)
 * Reads: store through the cache, sandbox, sandboxes, container, ipam, chart, profile
 * Writes: chart, sandbox, sandboxes, container, ipam, restarts, timer, what the runtime writes
 * Omits: nothing beyond what is omitted where it is decided
 */
import type { Container as ContainerSpec, Pod } from '#api/types'
import { isRestartableInitContainer } from '#api/pods'
import { valueOf } from '#api/quantity'
import { chartKey, timerKey } from '#machine/chart'
import type { Context, Effect } from '#machine/process'
import { equal } from '#kernel/value'
import {
  containerKey, isRunning, nodeName, podOwner, probeOwner, restartsKey, runningContainers, sandboxKey,
  sandboxesKey,
  statusOwner, type Container, type Sandbox,
} from './cells.js'
import { programOf } from './container-start.js'
import { forgetPod, relist, runHook, sendToContainer, startInRuntime } from './containerd.js'
import { terminationGracePeriod } from './grace-periods.js'
import { hookSeconds } from './hooks.js'
import { pullOwner } from './image-pull.js'
import { allocate, hasRoom, release } from './ipam.js'
import { killOwner, minimumGracePeriod, type KillOrder } from './kill.js'
import { anyPort } from './listeners.js'
import { leaveNode } from './node-load.js'
import { lookAtNode, podOf, statusMemory } from './pod-memory.js'
import type {
  BeginProbes, CreateSandbox, KillContainers, OfContainer, OfPod, PodRef, PullImage, RemoveProbes,
  SetUp, StartContainer,
} from './pod-says.js'
import { removeCgroup, setUp, unmountVolumes } from './pod-directory.js'
import { probeOf, specOf } from './probe-decisions.js'
import { beginProbes, probeKinds, tickKey, timeoutKey } from './probe-wakes.js'
import { defaultProfile, profileOf, timesIn, type Profile } from './profile.js'
import { isProgram } from './programs.js'
import { nextCount, saturatesIn } from './restart-counts.js'
import { startTroubleKey } from './runtime-start.js'
import { servingOf } from './serving.js'
import { unwatchSources } from './source-watch.js'
import { forgetTokensOf, forgetVolumes, setUpFiles, volumeEffects } from './volume-effects.js'
import { removeContainers } from './prune.js'
import { podsOn } from './static-cells.js'
import { isLegalTransition } from './state-transitions.js'
import type { NewStatus } from './status-manager.js'

/** updateStatusInternal: what says nothing new goes no further. */
export function setStatus(context: Context, said: NewStatus): void {
  const { cells, process, runtime } = context
  const cached = statusMemory(cells, process, said.uid)
  const isNews = cached === undefined || said.finished === true
    || cached.couldRun !== said.couldRun || !equal(cached.status, said.status)
  if (!isNews) return
  const pod = podOf(context.view, said)
  if (pod !== undefined
    && !isLegalTransition(pod.spec, cached?.status ?? pod.status, said.status)) return
  runtime.send({ ...context, owner: statusOwner(said.uid) }, { type: 'set', said })
}

function createSandbox({ cells, process }: Context, { uid, name, pod, attempt, cidrs }: CreateSandbox): void {
  const node = nodeName(process)
  const isHost = pod.spec.hostNetwork === true
  const { initContainers = [], containers } = pod.spec
  const [first] = initContainers
  const last = first === undefined || attempt === 0 ? undefined : cells.read(containerKey(node, uid, first.name))
  const pruned = cells.read(sandboxKey(node, uid))?.pruned
  // A new sandbox begins with the first init container (purgeInitContainers).
  if (attempt > 0) {
    for (const init of initContainers) cells.write(containerKey(node, uid, init.name), undefined)
  }
  cells.write(sandboxKey(node, uid), {
    pod: name,
    ips: isHost ? [] : allocate(cells, node, uid, cidrs),
    ...(isHost ? { hostNetwork: true as const } : {}),
    ready: true,
    attempt,
    ...(last === undefined ? {} : { counted: nextCount(last.attempt, saturatesIn(cells)) }),
    ...(pruned === undefined ? {} : { pruned }),
    containers: [...initContainers, ...containers].map((one) => one.name),
  })
  const uids = cells.read(sandboxesKey(node)) ?? []
  if (!uids.includes(uid)) cells.write(sandboxesKey(node), [...uids, uid])
}

function stopSandbox({ cells, process, view }: Context, { uid }: PodRef): void {
  const node = nodeName(process)
  const cell = sandboxKey(node, uid)
  const sandbox = cells.read(cell)
  if (sandbox === undefined || (!sandbox.ready && sandbox.ips.length === 0)) return
  const wasFull = sandbox.ips.length > 0 && !hasRoom(cells, node, lookAtNode(view).cidrs)
  release(cells, node, sandbox.ips)
  cells.write(cell, { ...sandbox, ips: [], ready: false })
  if (!wasFull) return
  for (const pod of podsOn(view)) {
    const waits = pod.metadata.uid !== uid && cells.read(sandboxKey(node, pod.metadata.uid))?.ready !== true
    if (waits && cells.read(chartKey(process, podOwner(pod.metadata.uid))) !== undefined) {
      relist(cells, node, pod.metadata.uid)
    }
  }
}

function startContainer(context: Context, { uid, name, pod, spec, profile, broken }: StartContainer): void {
  const { cells, process, view } = context
  const node = nodeName(process)
  const sandbox = cells.read(sandboxKey(node, uid))
  if (sandbox === undefined) return
  dropKill(context, uid, spec.name) // the SIGKILL that its predecessor did not wait for is not for this one
  const before = cells.read(containerKey(node, uid, spec.name))
  if (broken?.interrupted === true) cells.write(startTroubleKey(node), undefined)
  const addresses = sandbox.hostNetwork === true ? lookAtNode(view).hostIPs : sandbox.ips
  const started = broken === undefined && isProgram(cells, pod, spec)
    ? programOf(cells, node, pod, spec, { podIPs: addresses, hostIPs: lookAtNode(view).hostIPs }) : undefined
  const serving = broken === undefined ? servingOf(cells, pod, spec) : undefined
  if (started !== undefined) setUpFiles(context, pod, started.volumes)
  startInRuntime(context, node, {
    uid, pod: name, name: spec.name, image: spec.image,
    attempt: attemptOf(sandbox, spec.name, before, (count) => nextCount(count, saturatesIn(cells), timesIn(profile))),
    sandbox: sandbox.attempt,
    profile,
    ...memoryLimitOf(spec),
    ...(spec.terminationMessagePolicy === 'FallbackToLogsOnError' ? { fallsBackToLogs: true as const } : {}),
    hostNetwork: sandbox.hostNetwork === true,
    addresses,
    ports: portsOf(pod, spec, profile),
    ...(serving === undefined ? {} : { serving }),
    ...(broken === undefined ? {} : { broken }),
    ...(started === undefined ? {} : { program: started.program }),
  })
}

/** The next number of a container: by its record, or by its logs where that was removed (calcRestartCountByLogDir). */
function attemptOf(
  { containers, counted, pruned }: Sandbox, name: string, before: Container | undefined, next: (count: number) => number,
): number {
  if (before !== undefined) return next(before.attempt)
  const logged = next(pruned?.[name]?.attempt ?? -1)
  return Math.max(logged, name === containers[0] ? counted ?? 0 : 0)
}

/** memory.max of its cgroup. */
const memoryLimitOf = ({ resources }: ContainerSpec): { readonly memoryLimit?: number } => {
  const limit = resources?.limits?.['memory']
  return limit === undefined ? {} : { memoryLimit: valueOf(limit) }
}

/**
 * Ports on which a container will listen: as its profile says, or those that it declares and those that its
 * probes ask. An app container of a pod that names no port at all is taken to listen wherever it is asked to.
 */
export function portsOf(pod: Pod, spec: ContainerSpec, profile: Profile): readonly number[] {
  if (profile.listens !== undefined) return profile.listens
  const own = namedPorts(spec)
  const isApp = pod.spec.containers.includes(spec)
  return own.length === 0 && isApp && pod.spec.containers.every((one) => namedPorts(one).length === 0)
    ? [anyPort]
    : own
}

function namedPorts(spec: ContainerSpec): readonly number[] {
  const ports = new Set((spec.ports ?? []).map(({ containerPort }) => containerPort))
  for (const probe of [spec.startupProbe, spec.readinessProbe, spec.livenessProbe]) {
    const asked = probe?.httpGet ?? probe?.tcpSocket ?? probe?.grpc
    if (typeof asked?.port === 'number' && !('host' in asked && asked.host !== undefined)) {
      ports.add(asked.port)
    }
  }
  return [...ports]
}

/** Sidecars end after the app containers, the last of them first; only where the whole pod is stopped. */
export function endsAfter(pod: Pod | undefined, name: string, isWholePod: boolean): readonly string[] {
  const inits = pod?.spec.initContainers ?? []
  const at = inits.findIndex((one) => one.name === name && isRestartableInitContainer(one))
  if (pod === undefined || at < 0 || !isWholePod) return []
  const later = inits.find((one, index) => index > at && isRestartableInitContainer(one))
  return [...pod.spec.containers.map((one) => one.name), ...(later === undefined ? [] : [later.name])]
}

export function killContainers(context: Context, { uid, pod, containers, grace }: KillContainers): void {
  const { cells, process } = context
  const node = nodeName(process)
  const isWholePod = runningContainers(cells, node, uid).length === containers.length
  for (const kill of containers) {
    const spec = pod === undefined ? undefined : specOf(pod, kill.name)
    if (kill.reason === 'LivenessProbe') cells.write(restartsKey(uid, kill.name), { cause: 'liveness' })
    if (kill.reason === 'StartupProbe') cells.write(restartsKey(uid, kill.name), { cause: 'startup' })
    const hook = spec?.lifecycle?.preStop
    const profile = pod === undefined || spec === undefined ? defaultProfile : profileOf(cells, pod, spec)
    const execs = pod !== undefined && spec !== undefined && isProgram(cells, pod, spec) ? hook?.exec?.command : undefined
    const seconds = hook === undefined || spec === undefined || execs !== undefined
      ? 0
      : hookSeconds(hook, spec, profile.preStopSeconds)
    stop(context, {
      uid, name: kill.name, grace: grace ?? terminationGracePeriod(pod, spec, kill.reason),
      ...(seconds === 0 ? {} : { hookSeconds: seconds }),
      ...(execs === undefined ? {} : { execs }),
      after: endsAfter(pod, kill.name, isWholePod),
    })
  }
  // Containers that are gone at once have reported it; a sidecar's turn may have come already.
  if (!containers.some((kill) => isRunning(cells, node, uid, kill.name))) relist(cells, node, uid)
}

/**
 * Without a hook to run or a turn to wait for, SIGTERM is sent at once, and SIGKILL when the grace period is
 * over.
 */
function stop(context: Context, order: KillOrder): void {
  const { cells, process, runtime } = context
  const { uid, name, grace, hookSeconds: hook, execs, after } = order
  const node = nodeName(process)
  const owner = killOwner(uid, name)
  if (((hook !== undefined || execs !== undefined) && grace > 0) || after.some((other) => isRunning(cells, node, uid, other))) {
    runtime.send({ ...context, owner }, { type: 'kill', order })
    return
  }
  sendToContainer(context, node, uid, name, { type: 'terminate' })
  if (isRunning(cells, node, uid, name)) {
    cells.arm(timerKey(process, owner, 'expired'), Math.max(grace, minimumGracePeriod) * 1000)
  }
}

const sigterm = (context: Context, { order: { uid, name } }: { readonly order: KillOrder }): void => {
  const node = nodeName(context.process)
  if (isRunning(context.cells, node, uid, name)) {
    sendToContainer(context, node, uid, name, { type: 'terminate' })
  }
}

export const sigkill = (context: Context, uid: string, name: string): void => {
  const node = nodeName(context.process)
  if (isRunning(context.cells, node, uid, name)) sendToContainer(context, node, uid, name, { type: 'kill' })
}

/** Some container has ended: no SIGKILL for it any more, and perhaps a sidecar's turn. */
function takeTurns(context: Context, { uid }: PodRef): void {
  const { cells, process, runtime } = context
  const node = nodeName(process)
  for (const name of cells.read(sandboxKey(node, uid))?.containers ?? []) {
    if (!isRunning(cells, node, uid, name)) dropKill(context, uid, name)
    else if (cells.read(chartKey(process, killOwner(uid, name))) !== undefined) {
      runtime.send({ ...context, owner: killOwner(uid, name) }, { type: 'turn' })
    }
  }
}

function dropKill({ cells, process }: Context, uid: string, name: string): void {
  const owner = killOwner(uid, name)
  if (cells.read(chartKey(process, owner)) !== undefined) cells.write(chartKey(process, owner), undefined)
  for (const timer of ['expired', 'late', 'hooked']) cells.disarm(timerKey(process, owner, timer))
}

function removeProbes({ cells, process }: Context, { uid, containers }: RemoveProbes): void {
  for (const spec of containers) {
    for (const kind of probeKinds) {
      if (probeOf(spec, kind) === undefined) continue
      const chart = chartKey(process, probeOwner(uid, spec.name, kind))
      if (cells.read(chart) !== undefined) cells.write(chart, undefined)
      cells.disarm(tickKey(process, uid, spec.name, kind))
      cells.disarm(timeoutKey(process, uid, spec.name, kind))
    }
  }
}

export const podEffects: Readonly<Record<string, Effect>> = {
  setStatus,
  beginProbes: (context: Context, { pod, spec, kinds }: BeginProbes) =>
    beginProbes(context, nodeName(context.process), pod, spec, kinds),
  removeProbes,
  killContainers,
  takeTurns,
  stopSandbox,
  createSandbox,
  startContainer,
  postStart: (context: Context, { uid, spec }: OfContainer) =>
    runHook(context, nodeName(context.process), uid, spec.name, 'postStart', spec.lifecycle?.postStart?.exec?.command ?? []),
  preStop: (context: Context, { order: { uid, name, execs } }: { readonly order: KillOrder }) =>
    runHook(context, nodeName(context.process), uid, name, 'preStop', execs ?? []),
  sigterm,
  sigkill: (context: Context, { order: { uid, name } }: { readonly order: KillOrder }) =>
    sigkill(context, uid, name),
  pullImage: (context: Context, { uid, name: _, ...wanted }: PullImage) =>
    context.runtime.send(
      { ...context, owner: pullOwner }, { type: 'want', want: { ...wanted, owner: podOwner(uid) } },
    ),
  resetContainers: ({ cells, process }: Context, { uid }: PodRef) => void removeContainers(cells, nodeName(process), uid, 'all'),
  setUp: ({ cells, process }: Context, { uid, volumes }: SetUp) => setUp(cells, nodeName(process), uid, volumes),
  ...volumeEffects,
  unmountVolumes: ({ cells, process }: Context, { uid }: PodRef) => unmountVolumes(cells, nodeName(process), uid),
  removeCgroup: ({ cells, process }: Context, { uid }: PodRef) => removeCgroup(cells, nodeName(process), uid),
  leave: (context: Context, { pod }: OfPod) => leaveNode(context, pod),
  forgetPod: (context: Context, { uid, removed }: PodRef & { readonly removed?: Pod }) => {
    const { cells, process } = context
    const node = nodeName(process)
    for (const name of cells.read(sandboxKey(node, uid))?.containers ?? []) {
      dropKill(context, uid, name)
      for (const timer of ['stable', 'backoff']) {
        cells.disarm(timerKey(process, podOwner(uid), `${timer}.${name}`))
      }
    }
    for (const timer of ['relist', 'deadline', 'hooked', 'mount', 'retry', 'resync']) {
      cells.disarm(timerKey(process, podOwner(uid), timer))
    }
    const status = chartKey(process, statusOwner(uid))
    if (cells.read(status) !== undefined) cells.write(status, undefined)
    cells.disarm(timerKey(process, statusOwner(uid), 'reconcile'))
    forgetVolumes(context, uid)
    forgetTokensOf(context, uid, removed)
    forgetPod(cells, node, uid)
    unwatchSources(context)
  },
}
