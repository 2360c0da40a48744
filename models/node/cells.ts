/**
 * Models: what the container runtime of a node and its network plugin keep: sandboxes, containers, images,
 *   addresses
 * Reads: sandbox, container, sandboxes, images, ipam, cgroups, mounts
 * Writes: nothing
 * Omits: of dead containers of a name all but the newest, which is all that garbage collection leaves, and all that
 *   statuses tell of
 */
import type { Cells, Key } from '#kernel/cells'
import type { ProbeKind } from './profile.js'
import type { Serving } from './serving.js'

/** A pod sandbox. It outlives the kubelet; the runtime forgets it once its pod is gone from the API. */
export interface Sandbox {
  /** `namespace/name` of its pod. */
  readonly pod: string
  /** One address for each family; none where the pod uses the node's network. */
  readonly ips: readonly string[]
  readonly hostNetwork?: true
  readonly ready: boolean
  /** How many sandboxes of this pod came before it. */
  readonly attempt: number
  /** What its first init container counts from: the sync that made the sandbox knew the one before, which it removed. */
  readonly counted?: number
  /** How the containers ended that somebody else than the kubelet removed: their logs are still there, and count. */
  readonly pruned?: Readonly<Record<string, Pruned>>
  /** Names of the containers that it may hold. */
  readonly containers: readonly string[]
}

export interface Pruned {
  readonly attempt: number
  readonly exitCode: number
}

export type Answer = 'success' | 'failure'

/** What a container does about a probe; one that hangs gives no answer. */
export type Answering = Answer | 'hangs'

/** A container as the runtime has it. Restarted, it keeps its cell, with the next attempt. */
export interface Container {
  /** Counts from 0: the number of restarts. */
  readonly attempt: number
  readonly image: string
  /** The attempt of the sandbox that it was started in. */
  readonly sandbox: number
  /** Created: its start was begun and never came to its end. */
  readonly state: 'created' | 'running' | 'exited'
  /** The application in it has come up. */
  readonly up?: true
  /** Ports on which it accepts connections now. */
  readonly ports?: readonly number[]
  /** What probes are answered, where a profile says otherwise than the ports do. */
  readonly answers?: Readonly<Partial<Record<ProbeKind, Answering>>>
  /** What it answers to HTTP, where that is known, and the second after its start at which that changed last. */
  readonly serving?: Serving
  readonly since?: number
  /** Bytes that it uses, where its profile says so; what it has on disk stays until it is removed. */
  readonly memory?: number
  readonly disk?: number
  /** SIGTERM was sent. */
  readonly stopping?: true
  /** How the command of its postStart hook ended. */
  readonly hookCode?: number
  /** How the command of its preStop hook ended, where that has failed. */
  readonly preStopCode?: number
  readonly exitCode?: number
  readonly reason?: string
  /** Its termination message, or what the runtime says of a start that failed. */
  readonly message?: string
  /** How the attempt before ended. */
  readonly last?: { readonly exitCode: number; readonly reason: string; readonly message?: string }
}

export interface Ipam {
  /** The offset in each range that was handed out last. */
  readonly last: readonly number[]
  /** Who holds an address: the pod's uid. */
  readonly held: Readonly<Record<string, string>>
  /** The address that was given back last. */
  readonly freed?: string
}

/** Why a container was last restarted. */
export interface Restart {
  readonly cause: 'exit' | 'liveness' | 'startup' | 'oom'
}

// Written out, since every Step asks for several of them.
export const sandboxKey = (node: string, uid: string): Key<Sandbox> => `sandbox|${node}|${uid}`

export const containerKey = (node: string, uid: string, name: string): Key<Container> =>
  `container|${node}|${uid}|${name}`

/** The uids of the pods of which the node's runtime has a sandbox, alive or dead. */
export const sandboxesKey = (node: string): Key<readonly string[]> => `sandboxes|${node}`

/** The uids of the pods that have a cgroup on the node. */
export const cgroupsKey = (node: string): Key<readonly string[]> => `cgroups|${node}`

/** Volumes of pods that are mounted on the node, as `uid volume`. */
export const mountsKey = (node: string): Key<readonly string[]> => `mounts|${node}`

/** Images that were pulled. */
export const imagesKey = (node: string): Key<readonly string[]> => `images|${node}`

export const ipamKey = (node: string): Key<Ipam> => `ipam|${node}`

export const restartsKey = (uid: string, container: string): Key<Restart> => `restarts|${uid}|${container}`

/**
 * `default/web#1-0` of `Pod:default/web#1-0`: names the chart instances about a pod. A name used again has
 * `~1`.
 */
export const podId = (uid: string): string => uid.slice(uid.indexOf(':') + 1)

export const runtimeOf = (node: string): string => `containerd/${node}`

export const kubeletOf = (node: string): string => `kubelet/${node}`

export const containerOwner = (uid: string, name: string): string => `container:${podId(uid)}/${name}`

export const podOwner = (uid: string): string => `pod:${podId(uid)}`

export const statusOwner = (uid: string): string => `status:${podId(uid)}`

export const probeOwner = (uid: string, name: string, kind: ProbeKind): string =>
  `probe:${podId(uid)}/${name}/${kind}`

/** Which worker a probe is of. */
export interface Probed {
  readonly uid: string
  /** `namespace/name` of the pod. */
  readonly pod: string
  readonly container: string
  readonly kind: ProbeKind
}

/** What `probeOwner` names. */
export function probedBy(owner: string): Probed {
  const kindAt = owner.lastIndexOf('/')
  const containerAt = owner.lastIndexOf('/', kindAt - 1)
  const id = owner.slice(owner.indexOf(':') + 1, containerAt)
  return {
    uid: `Pod:${id}`,
    pod: nameOfPod(id),
    container: owner.slice(containerAt + 1, kindAt),
    kind: owner.slice(kindAt + 1) as ProbeKind, // as probeOwner wrote it
  }
}

/** `namespace/name` of an id: less the count of a name that was used again. */
export function nameOfPod(id: string): string {
  const again = id.lastIndexOf('~')
  return again < 0 ? id : id.slice(0, again)
}

/** `node-1` of `kubelet/node-1`. */
export const nodeName = (process: string): string => process.slice(process.indexOf('/') + 1)

export const isRunning = (cells: Cells, node: string, uid: string, name: string): boolean =>
  cells.read(containerKey(node, uid, name))?.state === 'running'

/** Names of the containers of a pod that run now. */
export function runningContainers(cells: Cells, node: string, uid: string): readonly string[] {
  const sandbox = cells.read(sandboxKey(node, uid))
  return sandbox === undefined ? [] : sandbox.containers.filter((name) => isRunning(cells, node, uid, name))
}
