/**
 * Models: pkg/kubelet/kuberuntime/kuberuntime_manager.go (computePodActions), util/util.go
 *   (PodSandboxChanged)
 * Reads: nothing (it is handed a pod and what the runtime has of it)
 * Writes: nothing
 * Omits: resize, ephemeral containers, several sandboxes of one pod
 */
import type { Container as ContainerSpec, Pod } from '#api/types'
import { shouldContainerBeRestarted } from './container-statuses.js'
import { computeInitContainerActions } from './init-actions.js'

/** A container as the CRI tells of it. */
export interface RuntimeContainer {
  readonly state: 'created' | 'running' | 'exited' | 'unknown'
  readonly exitCode?: number
  readonly image: string
}

export interface RuntimePod {
  readonly sandbox: {
    readonly ready: boolean; readonly attempt: number; readonly ips: readonly string[]
  } | undefined
  readonly container: (name: string) => RuntimeContainer | undefined
  /** Results of probes that ran on the container as it is now; `undefined` where there is none. */
  readonly startup: (spec: ContainerSpec) => 'success' | 'failure' | 'unknown' | undefined
  readonly liveness: (spec: ContainerSpec) => 'success' | 'failure' | 'unknown' | undefined
}

export type KillReason = 'StartupProbe' | 'LivenessProbe' | 'Unknown' | ''

export interface Kill {
  readonly name: string
  readonly message: string
  readonly reason: KillReason
}

export interface PodActions {
  /** Stop every container, and the sandbox. */
  readonly killPod: boolean
  readonly createSandbox: boolean
  /** Of the sandbox to be made, or of the one that is there. */
  readonly attempt: number
  /** Indices into spec.initContainers and spec.containers. */
  readonly initContainersToStart: readonly number[]
  readonly containersToStart: readonly number[]
  readonly containersToKill: readonly Kill[]
}

/** PodSandboxChanged: whether a new sandbox is needed, and which attempt it or the present one is. */
export function podSandboxChanged(
  pod: Pod, { sandbox }: Pick<RuntimePod, 'sandbox'>,
): readonly [changed: boolean, attempt: number] {
  if (sandbox === undefined) return [true, 0]
  const isUsable = sandbox.ready && (pod.spec.hostNetwork === true || sandbox.ips.length > 0)
  return isUsable ? [false, sandbox.attempt] : [true, sandbox.attempt + 1]
}

export function computePodActions(pod: Pod, runtime: RuntimePod): PodActions {
  const [createSandbox, attempt] = podSandboxChanged(pod, runtime)
  if (createSandbox) return actionsForNewSandbox(pod, runtime, attempt)
  const init = computeInitContainerActions(pod, runtime)
  const base = { killPod: false, createSandbox: false, attempt, containersToStart: [] }
  if (init.killPod) return { ...base, killPod: true, initContainersToStart: [], containersToKill: init.kills }
  if (!init.hasInitialized) {
    return { ...base, initContainersToStart: init.starts, containersToKill: init.kills }
  }
  const kills: Kill[] = [...init.kills]
  const starts: number[] = []
  let keepCount = 0
  pod.spec.containers.forEach((spec, index) => {
    const action = actionFor(pod, spec, runtime)
    if (action.keep) keepCount++
    if (action.start) starts.push(index)
    if (action.kill !== undefined) kills.push(action.kill)
  })
  const killPod = keepCount === 0 && starts.length === 0
  return {
    killPod, createSandbox: false, attempt,
    initContainersToStart: killPod ? [] : init.starts,
    containersToStart: starts, containersToKill: kills,
  }
}

function actionsForNewSandbox(pod: Pod, runtime: RuntimePod, attempt: number): PodActions {
  const { spec } = pod
  const all = [...spec.initContainers ?? [], ...spec.containers]
  const kill: PodActions = {
    killPod: true, createSandbox: false, attempt, initContainersToStart: [], containersToStart: [],
    containersToKill: [],
  }
  if (spec.restartPolicy === 'Never' && attempt !== 0
    && all.some(({ name }) => runtime.container(name) !== undefined)) return kill
  const containersToStart = spec.containers.flatMap((container, index) => {
    const runOnce = (container.restartPolicy ?? spec.restartPolicy) === 'OnFailure'
    const found = runtime.container(container.name)
    return runOnce && found?.state === 'exited' && found.exitCode === 0 ? [] : [index]
  })
  const hasInitialized = spec.containers.some(({ name }) => {
    const state = runtime.container(name)?.state
    return state !== undefined && state !== 'unknown'
  })
  if (containersToStart.length === 0 && hasInitialized) return kill
  return (spec.initContainers ?? []).length > 0
    ? { ...kill, createSandbox: true, initContainersToStart: [0] }
    : { ...kill, createSandbox: true, containersToStart }
}

interface Action {
  readonly keep?: true
  readonly start?: boolean
  readonly kill?: Kill
}

function actionFor(pod: Pod, spec: ContainerSpec, runtime: RuntimePod): Action {
  const { name } = spec
  const container = runtime.container(name)
  if (container?.state !== 'running') {
    if (!shouldContainerBeRestarted(spec, pod, container)) return {}
    if (container?.state !== 'unknown') return { start: true }
    const message = 'Container is in "unknown" state, try killing it before restart'
    return { start: true, kill: { name, message, reason: 'Unknown' } }
  }
  const restart = (spec.restartPolicy ?? pod.spec.restartPolicy) !== 'Never'
  const kill = (message: string, reason: KillReason, starts: boolean): Action => ({
    start: starts,
    kill: { name, message: starts ? `${message}, will be restarted` : message, reason },
  })
  if (container.image !== spec.image) return kill(`Container ${name} definition changed`, '', true)
  if (runtime.liveness(spec) === 'failure') {
    return kill(`Container ${name} failed liveness probe`, 'LivenessProbe', restart)
  }
  if (runtime.startup(spec) === 'failure') {
    return kill(`Container ${name} failed startup probe`, 'StartupProbe', restart)
  }
  return { keep: true }
}
