/**
 * Models: what a pod worker asks of the status manager, the runtime, the image manager and the probers
 * Reads: nothing
 * Writes: nothing
 * Omits: nothing that is observable
 */
import type { Container as ContainerSpec, Pod } from '#api/types'
import type { KillReason } from './pod-actions.js'
import type { FullProfile, ProbeKind } from './profile.js'
import type { BrokenStart } from './runtime-start.js'
import type { PullSecret } from './pull-secrets.js'
import type { Saying } from './stage.js'
import type { Wanted } from './pod-tokens.js'
import type { NewStatus } from './status-manager.js'
import type { Stale } from './volume-updates.js'

export interface PodRef {
  readonly uid: string
  /** `namespace/name`. */
  readonly name: string
}

export interface KillContainer {
  readonly name: string
  readonly reason: KillReason
}

export interface KillContainers extends PodRef {
  /** Absent where the kubelet knows only what runs. */
  readonly pod: Pod | undefined
  readonly containers: readonly KillContainer[]
  /** Seconds for all of them; absent: each container's own, by the reason. */
  readonly grace?: number
}

export interface OfContainer extends PodRef {
  readonly pod: Pod
  readonly spec: ContainerSpec
}

export interface BeginProbes extends OfContainer { readonly kinds: readonly ProbeKind[] }
export interface CreateSandbox extends PodRef {
  readonly pod: Pod
  readonly attempt: number
  readonly cidrs: readonly string[]
}
export interface PullImage extends PodRef {
  readonly image: string
  readonly ms: number
  readonly fails: boolean
  /** With whose credentials; absent where it is asked for none. */
  readonly secret?: PullSecret
}
export interface StartContainer extends OfContainer {
  readonly profile: FullProfile
  readonly broken?: BrokenStart
}
export interface SetUp extends PodRef {
  /** Names of the volumes that are mounted. */
  readonly volumes: readonly string[]
}
/** Volumes that show something old. */
export interface Remount extends PodRef { readonly stale: readonly Stale[] }
/** Tokens that it waits for. */
export interface FetchTokens extends PodRef {
  readonly pod: Pod
  readonly wanted: readonly Wanted[]
}
export interface RemoveProbes extends PodRef { readonly containers: readonly ContainerSpec[] }

const say = <P>(type: string) => (params: P): Saying => ({ type, params })

export const says = {
  setStatus: say<NewStatus>('setStatus'),
  beginProbes: say<BeginProbes>('beginProbes'),
  removeProbes: say<RemoveProbes>('removeProbes'),
  killContainers: say<KillContainers>('killContainers'),
  stopSandbox: say<PodRef>('stopSandbox'),
  createSandbox: say<CreateSandbox>('createSandbox'),
  pullImage: say<PullImage>('pullImage'),
  startContainer: say<StartContainer>('startContainer'),
  resetContainers: say<PodRef>('resetContainers'),
  setUp: say<SetUp>('setUp'),
  remount: say<Remount>('remount'),
  fetchTokens: say<FetchTokens>('fetchTokens'),
  unmountVolumes: say<PodRef>('unmountVolumes'),
  removeCgroup: say<PodRef>('removeCgroup'),
  postStart: say<OfContainer>('postStart'),
  leave: say<OfPod>('leave'),
  podStopped: say<PodRef>('podStopped'),
  arm: say<{ readonly name: string; readonly ms: number }>('arm'),
}

export interface OfPod extends PodRef { readonly pod: Pod }

/** For `setup({ actions })`: saying does nothing by itself. */
export const podSayings = {
  setStatus: (_: unknown, _params: NewStatus) => {},
  beginProbes: (_: unknown, _params: BeginProbes) => {},
  removeProbes: (_: unknown, _params: RemoveProbes) => {},
  killContainers: (_: unknown, _params: KillContainers) => {},
  /** A container has ended: a sidecar's turn may have come. */
  takeTurns: (_: unknown, _params: PodRef) => {},
  stopSandbox: (_: unknown, _params: PodRef) => {},
  createSandbox: (_: unknown, _params: CreateSandbox) => {},
  pullImage: (_: unknown, _params: PullImage) => {},
  startContainer: (_: unknown, _params: StartContainer) => {},
  /** All of the pod's containers, which have ended, are removed from the runtime. */
  resetContainers: (_: unknown, _params: PodRef) => {},
  /** The pod's cgroup is there from now on, and so are these of its volumes. */
  setUp: (_: unknown, _params: SetUp) => {},
  /** The command of its postStart hook is run. */
  postStart: (_: unknown, _params: OfContainer) => {},
  remount: (_: unknown, _params: Remount) => {},
  fetchTokens: (_: unknown, _params: FetchTokens) => {},
  unmountVolumes: (_: unknown, _params: PodRef) => {},
  removeCgroup: (_: unknown, _params: PodRef) => {},
  /** It no longer counts among what runs on the node. */
  leave: (_: unknown, _params: OfPod) => {},
  /** The node, which shuts down, waits for this. */
  podStopped: (_: unknown, _params: PodRef) => {},
  forgetPod: (_: unknown, _params: PodRef) => {},
}
