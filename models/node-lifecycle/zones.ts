/**
 * Models: pkg/controller/nodelifecycle/node_lifecycle_controller.go (ComputeZoneState, setLimiterInZone,
 *   markNodeForTainting, doNoExecuteTaintingPass), scheduler/rate_limited_queue.go (RateLimitedTimedQueue)
 * Reads: memory, timer, store through the cache
 * Writes: memory, timer, and what a taint conversation writes
 * Omits: the 100 ms between two looks at the queue; retries for a node that has lost its Ready condition
 */
import type { ConditionStatus, Node } from '#api/types'
import type { Key } from '#kernel/cells'
import { timerKey } from '#machine/chart'
import type { Context } from '#machine/process'
import { memoryKey } from '../client/memory.js'
import { readyStatus } from './conditions.js'
import { swapJobs, type Swap } from './taint-swap.js'
import { notReadyTaint, taintExists, taintsOf, unreachableTaint } from './taints.js'

export type ZoneState = 'Initial' | 'Normal' | 'FullDisruption' | 'PartialDisruption'

export interface Zone {
  readonly state: ZoneState
  /** How many nodes may be tainted for eviction, per second. */
  readonly qps: number
  /** Waiting to be tainted, oldest first. */
  readonly queue: readonly string[]
  /** Added and not removed since: such a node is not added again. */
  readonly known: readonly string[]
  /** Being tainted at this moment. */
  readonly tainting?: string
}
export type Zones = Readonly<Record<string, Zone>>

/** --node-eviction-rate, --secondary-node-eviction-rate, --large-cluster-size-threshold, --unhealthy-zone-threshold. */
export const evictionRate = 0.1
const secondaryEvictionRate = 0.01
const largeClusterThreshold = 50
const unhealthyZoneThreshold = 0.55

const fresh: Zone = { state: 'Initial', qps: evictionRate, queue: [], known: [] }
const noZones: Zones = {}

/** GetZoneKey. */
export function zoneOf({ metadata: { labels } }: Node): string {
  const zone = labels?.['failure-domain.beta.kubernetes.io/zone'] ?? labels?.['topology.kubernetes.io/zone'] ?? ''
  const region = labels?.['failure-domain.beta.kubernetes.io/region'] ?? labels?.['topology.kubernetes.io/region'] ?? ''
  return zone === '' && region === '' ? '' : `${region}:${zone}`
}

export function computeZoneState(ready: readonly (ConditionStatus | undefined)[]): ZoneState {
  const readyNodes = ready.filter((status) => status === 'True').length
  const notReadyNodes = ready.length - readyNodes
  if (readyNodes === 0 && notReadyNodes > 0) return 'FullDisruption'
  return notReadyNodes > 2 && notReadyNodes / ready.length >= unhealthyZoneThreshold ? 'PartialDisruption' : 'Normal'
}

/** HealthyQPSFunc and ReducedQPSFunc: how fast nodes of a zone in this state are tainted. */
export function rateOf(state: ZoneState, nodes: number): number {
  if (state !== 'PartialDisruption') return evictionRate
  return nodes > largeClusterThreshold ? secondaryEvictionRate : 0
}

export const zonesKey = (process: string): Key<Zones> => memoryKey(process, 'zones')
const tokenKey = (process: string, zone: string): string => timerKey(process, '', `token ${zone}`)

export const zonesIn = ({ cells, process }: Context): Zones => cells.read(zonesKey(process)) ?? noZones

export const zoneIn = (context: Context, zone: string): Zone => zonesIn(context)[zone] ?? fresh

/** A zone in which all is well again is as if it had never been otherwise. */
const isFresh = ({ state, qps, queue, known, tainting }: Zone): boolean =>
  !state.endsWith('Disruption') && qps === evictionRate && tainting === undefined
  && queue.length === 0 && known.length === 0

export function setZone(context: Context, name: string, change: Partial<Zone>): void {
  const zone: Zone = { ...zoneIn(context, name), ...change }
  const { [name]: _, ...others } = zonesIn(context)
  const zones: Zones = isFresh(zone) ? others : { ...others, [name]: zone }
  context.cells.write(zonesKey(context.process), Object.keys(zones).length === 0 ? undefined : zones)
}

/** SwapLimiter: where the old one had nothing to give, the new one begins empty. */
export function setRate(context: Context, name: string, qps: number): void {
  const before = zoneIn(context, name).qps
  if (before === qps) return
  const token = tokenKey(context.process, name)
  const hadNone = before === 0 || context.cells.pending(token)
  setZone(context, name, { qps })
  context.cells.disarm(token)
  if (hadNone && qps > 0) context.cells.arm(token, 1000 / qps)
  taintNext(context, name)
}

const without = (names: readonly string[], name: string): readonly string[] => names.filter((other) => other !== name)

export function unmark(context: Context, node: Node): void {
  const name = zoneOf(node)
  const { queue, known } = zoneIn(context, name)
  if (!known.includes(node.metadata.name)) return
  setZone(context, name, { queue: without(queue, node.metadata.name), known: without(known, node.metadata.name) })
}

/** markNodeForTainting: queued anew where it does not carry the taint yet. */
export function markForTainting(context: Context, node: Node, status: ConditionStatus): void {
  if (!taintExists(taintsOf(node), status === 'False' ? notReadyTaint : unreachableTaint)) unmark(context, node)
  const name = zoneOf(node)
  const { queue, known } = zoneIn(context, name)
  if (known.includes(node.metadata.name)) return
  setZone(context, name, { queue: [...queue, node.metadata.name], known: [...known, node.metadata.name] })
  taintNext(context, name)
}

export const isQueued = (context: Context, node: Node): boolean =>
  zoneIn(context, zoneOf(node)).queue.includes(node.metadata.name)

/** Taints the first node of the zone's queue, as soon as the rate allows; goes on when that is done. */
export function taintNext(context: Context, name: string): void {
  const { cells, process, view, runtime } = context
  for (;;) {
    const { queue, qps, tainting } = zoneIn(context, name)
    const [first] = queue
    if (first === undefined || tainting !== undefined || qps === 0 || cells.pending(tokenKey(process, name))) return
    cells.arm(tokenKey(process, name), 1000 / qps)
    const node = view.get('nodes', first)
    const ready = node === undefined ? undefined : readyStatus(node)
    if (node === undefined || ready === undefined || ready === 'True') {
      setZone(context, name, { queue: without(queue, first) })
      continue
    }
    setZone(context, name, { tainting: first })
    const [add, remove] = ready === 'False' ? [notReadyTaint, unreachableTaint] : [unreachableTaint, notReadyTaint]
    const swap: Swap = { type: 'swap', node: first, jobs: swapJobs(node, [add], [remove]), parent: `zone ${name}` }
    runtime.send({ ...context, owner: `swap:execute/${first}` }, { ...swap })
    return
  }
}

/** The conversation about the first node has ended; one that failed stays where it is. */
export function tainted(context: Context, name: string, ok: boolean): void {
  const { queue, tainting } = zoneIn(context, name)
  const isDone = ok && tainting !== undefined
  setZone(context, name, { queue: isDone ? without(queue, tainting) : queue, tainting: undefined })
  taintNext(context, name)
}
