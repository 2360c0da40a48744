/**
 * Models: pkg/kubelet/pod_workers.go (podSyncStatus), reason_cache.go, client-go/util/flowcontrol (Backoff)
 * Reads: store through the cache, sandbox, container, chart, static
 * Writes: nothing
 * Omits: restarts of a pod with the same uid
 */
import type { Container as ContainerSpec, Node, NodeAddress, Pod, PodStatus } from '#api/types'
import type { Cells } from '#kernel/cells'
import { chartKey } from '#machine/chart'
import type { View } from '#machine/view'
import { containerKey, nodeName, sandboxKey, statusOwner, type Container, type Sandbox } from './cells.js'
import type { Reason, Seen } from './container-statuses.js'
import type { Kill, RuntimePod } from './pod-actions.js'
import type { Evicted } from './pod-status.js'
import { isStarted, resultOf, type Result } from './probe-decisions.js'
import type { ProbeKind } from './profile.js'
import { saturatesIn, type Saturates } from './restart-counts.js'
import { isStaticUid, staticPodKey } from './static-cells.js'
import type { StatusMemory } from './status-manager.js'

/** The back-off of a container that ends again and again. */
export interface Crash {
  /** How long it is held back, in seconds; doubles with each restart. */
  readonly seconds: number
  /** The attempt whose end it was last asked about. */
  readonly of: number
  /** That end is being waited out. */
  readonly waits: boolean
}

export interface FailedPull {
  readonly seconds: number
  readonly reason: string
  readonly message: string
  /** How many pulls have failed; saturates. */
  readonly count: number
}

/** What is left to do in the sync under way. */
export interface Plan {
  readonly kills: readonly Kill[]
  readonly stopsSandbox: boolean
  readonly createsSandbox: boolean
  readonly attempt: number
  /** Names of the containers to start, in order. */
  readonly starts: readonly string[]
  /** All containers are removed once they have ended, and the pod begins anew in its sandbox. */
  readonly resets?: true
}

/** What one pod worker remembers. */
export interface PodMemory {
  readonly uid: string
  /** `namespace/name`. */
  readonly name: string
  readonly plan?: Plan
  /**
   * What the worker does next: waits for containers to end, an image or a hook; rests; or sees the pod to its
   * end.
   */
  readonly next: 'rest' | 'exits' | 'image' | 'hook' | 'die' | 'dead'
  /** The container whose hook is waited for. */
  readonly hooked?: string
  /** The image that the first container to start waited for has come, or could not be had. */
  readonly answered?: 'pulled' | 'failed'
  /** Something was done in this sync, so the pod is looked at again after it. */
  readonly acted: boolean
  /** Something happened during the sync under way. */
  readonly pending: boolean
  /** The pod as it was when the API lost it. */
  readonly removed?: Pod
  /** Containers without a pod, from before the kubelet was started. */
  readonly orphan?: true
  readonly evicted?: Evicted
  /** The node is shutting down, and gives it so many seconds. */
  readonly shutdown?: number
  /** Seconds that its containers are given at most, where that was asked for. */
  readonly grace?: number
  /** It was admitted, so that it counts among what runs here. */
  readonly admitted?: true
  /** Its volumes are set up. */
  readonly mounted?: true
  /** They are not: how long the next attempt is waited for, in seconds. */
  readonly unmounted?: number
  readonly reasons: Readonly<Record<string, Reason>>
  readonly crashes: Readonly<Record<string, Crash>>
  /** By image. */
  readonly pulls: Readonly<Record<string, FailedPull>>
}

export const emptyMemory: PodMemory = {
  uid: '', name: '', next: 'rest', acted: false, pending: false, reasons: {}, crashes: {}, pulls: {},
}

/** The pod as the kubelet knows it: in its cache with that uid and on this node, or as it was last. */
export function podOf(
  view: View, { uid, name, removed }: Pick<PodMemory, 'uid' | 'name' | 'removed'>,
): Pod | undefined {
  if (removed !== undefined) return removed
  if (isStaticUid(uid)) {
    const own = view.cells.read(staticPodKey(nodeName(view.process), name))
    return own?.metadata.uid === uid ? own : undefined
  }
  const pod = view.get('pods', name)
  return pod?.metadata.uid === uid && pod.spec.nodeName === nodeName(view.process) ? pod : undefined
}

/** What the status manager has of a pod; `undefined` where it has nothing. */
export function statusMemory(cells: Cells, process: string, uid: string): StatusMemory | undefined {
  // the status chart's memory
  return cells.read(chartKey(process, statusOwner(uid)))?.context as StatusMemory | undefined
}

/** One look at a pod on its node, for the generation of its status and for the decision what to do. */
export class Look implements Seen, RuntimePod {
  readonly sandbox: Sandbox | undefined
  private readonly found = new Map<string, Container | undefined>()
  private readonly node: string

  constructor(private readonly view: View, private readonly uid: string, readonly reasons: Seen['reasons']) {
    this.node = nodeName(view.process)
    this.sandbox = view.cells.read(sandboxKey(this.node, uid))
  }

  readonly container = (name: string): Container | undefined => {
    if (this.found.has(name)) return this.found.get(name)
    // Nothing can run where there is no sandbox.
    const container = this.sandbox === undefined
      ? undefined
      : this.view.cells.read(containerKey(this.node, this.uid, name))
    this.found.set(name, container)
    return container
  }

  readonly saturates: Saturates = () => saturatesIn(this.view.cells)()

  readonly isStarted = (spec: ContainerSpec, container: Container): boolean =>
    isStarted(this.view.cells, this.view.process, this.uid, spec, container)

  readonly isReady = ({ name }: ContainerSpec, container: Container): boolean =>
    this.result(name, 'readiness', container) === 'success'

  readonly startup = ({ name, startupProbe }: ContainerSpec): Result | undefined =>
    (startupProbe === undefined ? undefined : this.result(name, 'startup', this.container(name)))

  readonly liveness = ({ name, livenessProbe }: ContainerSpec): Result | undefined =>
    (livenessProbe === undefined ? undefined : this.result(name, 'liveness', this.container(name)))

  private result(name: string, kind: ProbeKind, container: Container | undefined): Result | undefined {
    const { cells, process } = this.view
    return container === undefined
      ? undefined
      : resultOf(cells, process, this.uid, name, kind, container.attempt).value
  }
}

/** What the kubelet said last, or what the API has where it said nothing yet. */
export const lastStatus = ({ cells, process }: View, pod: Pod): PodStatus =>
  statusMemory(cells, process, pod.metadata.uid)?.status ?? pod.status

export interface NodeLook {
  /** The node's own addresses. */
  readonly hostIPs: readonly string[]
  /** The ranges from which its pods get addresses; none while no range was given to the node. */
  readonly cidrs: readonly string[]
}

/**
 * GetNodeHostIPs: the first address, internal ones before external ones, and the first one of the other
 * family.
 */
export function hostIPsOf(addresses: readonly NodeAddress[]): readonly string[] {
  const [first, ...others] = ['InternalIP', 'ExternalIP'].flatMap((kind) =>
    addresses.filter(({ type }) => type === kind).map(({ address }) => address))
  if (first === undefined) return []
  const second = others.find((one) => one.includes(':') !== first.includes(':'))
  return second === undefined ? [first] : [first, second]
}

// A cache of a pure function of an immutable object.
const nodes = new WeakMap<Node, NodeLook>()
const unregistered: NodeLook = { hostIPs: [], cidrs: [] }

/** The kubelet's own node, as it has it in its cache. */
export function lookAtNode(view: View): NodeLook {
  const node = view.get('nodes', nodeName(view.process))
  if (node === undefined) return unregistered
  let look = nodes.get(node)
  if (look === undefined) {
    const { podCIDRs, podCIDR } = node.spec
    look = {
      hostIPs: hostIPsOf(node.status.addresses ?? []),
      cidrs: podCIDRs ?? (podCIDR === undefined || podCIDR === '' ? [] : [podCIDR]),
    }
    nodes.set(node, look)
  }
  return look
}