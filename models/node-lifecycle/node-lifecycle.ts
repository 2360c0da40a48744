/**
 * Models: pkg/controller/nodelifecycle/node_lifecycle_controller.go (monitorNodeHealth, handleDisruption, handlers)
 * Reads: store and index through the cache, memory, queue, timer, cut, down, reflector
 * Writes: queue, chart, request, memory, timer
 * Omits: rounds that find nothing (a round is armed when a node changes, falls silent or is left unfinished); the limit
 *   of 8 nodes looked at in parallel; DaemonSets (the informer is there, nothing asks it)
 */
import type { ConditionStatus, Lease, Node, Pod } from '#api/types'
import { equal } from '#kernel/value'
import type { Key } from '#kernel/cells'
import { chartKey, timerKey } from '#machine/chart'
import type { Context, Effect, Process } from '#machine/process'
import { nameOf } from '#machine/objects'
import type { WatchEvent } from '#machine/watch'
import { controller } from '../client/controller.js'
import { memoryKey } from '../client/memory.js'
import { enqueue } from '../client/workqueue.js'
import { readyStatus } from './conditions.js'
import { handleDisruption } from './disruption.js'
import {
  armExpiry, expiryKey, isSilent, monitorGracePeriod, monitorPeriod, nodeLifecycle, startupGracePeriod,
} from './lease.js'
import { nodeHealthCheck, reachableJobs } from './node-health.js'
import { labelsToUpdate, nodeItem, nodeSync, noScheduleJobs, podItem } from './node-sync.js'
import { taintSwap } from './taint-swap.js'
import { notReadyTaint, taintExists, taintsOf, unreachableTaint } from './taints.js'
import { isQueued, markForTainting, tainted, taintNext, unmark, zoneIn, zoneOf, zonesIn } from './zones.js'

/** What is remembered of a node that is not simply healthy. */
interface Health {
  readonly expired?: true
  readonly retry?: true
  readonly added?: true
  /** What this controller wrote and may not have seen in its cache yet. */
  readonly ready?: ConditionStatus
}

interface Round {
  /** To be looked at in the next round. */
  readonly due: readonly string[]
  /** Being looked at in this one. */
  readonly running: readonly string[]
  /** The next round has its time. */
  readonly isArmed: boolean
}

const noRound: Round = { due: [], running: [], isArmed: false }

const healthKey = (process: string, node: string): Key<Health> => memoryKey(process, 'health', node)
const roundKey = (process: string): Key<Round> => memoryKey(process, 'round')
const roundTimer = (process: string): string => timerKey(process, '', 'round')

const healthOf = ({ cells, process }: Context, node: string): Health => cells.read(healthKey(process, node)) ?? {}

function remember(context: Context, node: string, change: Health): void {
  const cell = healthKey(context.process, node)
  const health: Health = { ...context.cells.read(cell), ...change }
  context.cells.write(cell, Object.values(health).every((value) => value === undefined) ? undefined : health)
}

/** Ready as this process knows it: what it wrote last counts until the cache has caught up. */
export const readyOf = (context: Context, node: Node): ConditionStatus | undefined =>
  healthOf(context, node.metadata.name).ready ?? readyStatus(node)

/** Whether the next round would do something about this node. */
function isUnsettled(context: Context, node: Node): boolean {
  const { expired, retry, added } = healthOf(context, node.metadata.name)
  const ready = readyStatus(node)
  if (retry === true || (added === true && reachableJobs(node).length > 0)) return true
  const taints = taintsOf(node)
  const has = { notReady: taintExists(taints, notReadyTaint), unreachable: taintExists(taints, unreachableTaint) }
  const isWaiting = isQueued(context, node) || zoneIn(context, zoneOf(node)).tainting === node.metadata.name
  if (expired === true && ready !== 'Unknown') return true
  switch (ready) {
    case 'True': return has.notReady || has.unreachable || isWaiting
    case 'False': return has.unreachable || (!has.notReady && !isWaiting)
    case 'Unknown': return has.notReady || (!has.unreachable && !isWaiting)
    case undefined: return false
  }
}

/** The node is looked at in the next round, at most a period from now. */
function look(context: Context, node: string): void {
  const { cells, process } = context
  const round = cells.read(roundKey(process)) ?? noRound
  if (!round.due.includes(node)) cells.write(roundKey(process), { ...round, due: [...round.due, node] })
  if (round.running.length === 0 && !round.isArmed) armRound(context)
}

function armRound({ cells, process }: Context): void {
  const phase = cells.choose(['the controller has just gone round', 'the controller is about to go round'])
  cells.write(roundKey(process), { ...(cells.read(roundKey(process)) ?? noRound), isArmed: true })
  cells.arm(roundTimer(process), phase === 0 ? monitorPeriod : 0)
}

/** monitorNodeHealth, for the nodes about which there is something to do. */
function goRound(context: Context): void {
  const { cells, process, runtime } = context
  const round = cells.read(roundKey(process))
  if (round === undefined || round.running.length > 0) return
  cells.write(roundKey(process), { due: [], running: round.due, isArmed: false })
  for (const node of round.due) {
    const { expired, retry, added } = healthOf(context, node)
    if (added === true) remember(context, node, { added: undefined })
    runtime.send({ ...context, owner: `health:${node}` }, {
      type: 'check', node, expired: expired === true, retry: retry === true, added: added === true,
    })
  }
  if (round.due.length === 0) endRound(context)
}

function checked(
  context: Context, params: { readonly node: string; readonly ready?: ConditionStatus; readonly failed: boolean },
): void {
  const { cells, process, view } = context
  const cached = view.get('nodes', params.node)
  remember(context, params.node, {
    retry: params.failed ? true : undefined,
    ready: cached === undefined || readyStatus(cached) === params.ready ? undefined : params.ready,
  })
  const round = cells.read(roundKey(process))
  if (round === undefined) return
  const running = round.running.filter((other) => other !== params.node)
  cells.write(roundKey(process), { ...round, running })
  if (cached !== undefined && isUnsettled(context, cached)) look(context, params.node)
  if (running.length === 0) endRound(context)
}

function endRound(context: Context): void {
  const { cells, process } = context
  handleDisruption(context, (node) => readyOf(context, node), (node) => {
    remember(context, node, { expired: undefined })
    if (isSilent(cells, node)) armExpiry(cells, node, monitorGracePeriod)
  })
  const round = cells.read(roundKey(process)) ?? noRound
  const due = round.due.filter((name) => {
    const node = context.view.get('nodes', name)
    return node !== undefined && isUnsettled(context, node)
  })
  cells.write(roundKey(process), due.length === 0 && !round.isArmed ? undefined : { ...round, due })
  if (due.length > 0 && !round.isArmed) armRound(context)
}

/** A renewal that ended a silence; the first sight of a lease says something only where its node is waited for. */
function onLease(context: Context, old: Lease | undefined, lease: Lease | undefined): void {
  if (lease === undefined) return
  const { name } = lease.metadata
  const isAwaited = context.cells.pending(expiryKey(name)) || healthOf(context, name).expired !== undefined
  if (old !== undefined || isAwaited) heard(context, name)
}

/** The node was heard of: its lease was renewed, or its kubelet posted its status. */
function heard(context: Context, node: string): void {
  const { cells } = context
  if (healthOf(context, node).expired !== undefined) remember(context, node, { expired: undefined })
  cells.disarm(expiryKey(node))
  if (isSilent(cells, node)) armExpiry(cells, node, monitorGracePeriod)
}

function onNode(context: Context, old: Node | undefined, node: Node | undefined): void {
  const { cells, process } = context
  if (node === undefined) {
    if (old === undefined) return
    cells.write(healthKey(process, old.metadata.name), undefined)
    cells.disarm(expiryKey(old.metadata.name))
    const isDisrupted = Object.values(zonesIn(context)).some(({ state }) => state.endsWith('Disruption'))
    if (isDisrupted) look(context, old.metadata.name)
    return
  }
  const { name } = node.metadata
  if (noScheduleJobs(node).length > 0 || labelsToUpdate(node) !== undefined) enqueue(context, nodeItem(name), workers)
  const [before, after] = [old === undefined ? undefined : readyStatus(old), readyStatus(node)]
  if (old !== undefined && before === after && equal(old.spec.taints, node.spec.taints)) return
  const health = healthOf(context, name)
  if (health.ready !== undefined && before !== after) remember(context, name, { ready: undefined })
  if (old === undefined) {
    if (reachableJobs(node).length > 0) remember(context, name, { added: true })
    if (isSilent(cells, name)) armExpiry(cells, name, after === undefined ? startupGracePeriod : monitorGracePeriod)
  } else if (before !== after && after !== undefined && after !== 'Unknown') heard(context, name)
  const isNews = old !== undefined && before !== after && after !== 'Unknown'
  if (isNews || isUnsettled(context, node)) look(context, name)
}

/** podUpdated: only pods that come to a node which is not ready have to be marked. */
function onPod(context: Context, old: Pod | undefined, pod: Pod | undefined): void {
  const name = pod?.spec.nodeName ?? ''
  if (pod === undefined || name === '' || old?.spec.nodeName === name) return
  const node = context.view.get('nodes', name)
  const ready = node === undefined ? undefined : readyOf(context, node)
  if (ready !== undefined && ready !== 'True') enqueue(context, podItem(nameOf(pod)), workers)
}

function onWatch(context: Context, { resource, object, old }: WatchEvent): void {
  if (resource === 'pods') onPod(context, old as Pod | undefined, object as Pod | undefined) // by resource
  else if (resource === 'nodes') onNode(context, old as Node | undefined, object as Node | undefined) // by resource
  else onLease(context, old as Lease | undefined, object as Lease | undefined) // by resource
}

const effects: Readonly<Record<string, Effect>> = {
  markForTainting: (context: Context, { node }: { readonly node?: Node }) => {
    const ready = node === undefined ? undefined : readyStatus(node)
    if (node !== undefined && ready !== undefined) markForTainting(context, node, ready)
  },
  unmark: (context: Context, { node }: { readonly node?: Node }) => {
    if (node !== undefined) unmark(context, node)
  },
  checked,
  swapped: (context: Context, { parent, ok }: { readonly parent: string; readonly ok: boolean }) => {
    if (parent.startsWith('zone ')) tainted(context, parent.slice('zone '.length), ok)
    else if (parent !== '' && context.cells.read(chartKey(context.process, parent)) !== undefined) {
      context.runtime.send({ ...context, owner: parent }, { type: 'swapped', ok })
    }
  },
}

function onTimer(context: Context, _: string, name: string): void {
  const { cells, process, view } = context
  if (name === 'round') return goRound(context)
  const [what = '', about = ''] = [name.slice(0, name.indexOf(' ')), name.slice(name.indexOf(' ') + 1)]
  if (what === 'token') return taintNext(context, about)
  if (what !== 'expired' || view.get('nodes', about) === undefined) return
  remember(context, about, { expired: true })
  const round = cells.read(roundKey(process)) ?? noRound
  const due = round.due.includes(about) ? round.due : [...round.due, about]
  // The grace period ends as the controller goes round; whatever else ended at this instant is seen in the same round.
  const mayStart = round.running.length === 0
  cells.write(roundKey(process), { ...round, due, isArmed: round.isArmed || mayStart })
  if (mayStart) cells.arm(roundTimer(process), 0)
}

const workers = 12 // 8 for nodes, 4 for pods

const base = controller({
  kind: nodeLifecycle,
  watches: [{ resource: 'leases' }, { resource: 'nodes' }, { resource: 'pods' }],
  sync: nodeSync,
  workers,
  onWatch,
  onTimer,
  effects,
})

export const nodeLifecycleController: Process = {
  ...base, charts: { ...base.charts, health: nodeHealthCheck, swap: taintSwap },
}
