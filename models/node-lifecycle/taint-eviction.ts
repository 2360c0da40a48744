/**
 * Models: pkg/controller/tainteviction/taint_eviction.go (PodUpdated, NodeUpdated, handlePodUpdate, handleNodeUpdate,
 *   processPodOnNode): pods and nodes come through two informers, each with its own lag
 * Reads: store and index through the cache, memory, queue, chart
 * Writes: memory, queue, chart, timer, request
 * Omits: KubeEvents; a pod that is evicted a second time while it still is the first time is so one after the other.
 *   Not as in v1.36: see pod-eviction.ts
 */
import type { Node, Pod, Taint, Toleration } from '#api/types'
import { equal } from '#kernel/value'
import type { Key } from '#kernel/cells'
import { has } from '#kernel/list'
import { chartKey, setup, type Viewed } from '#machine/chart'
import type { Context, Effect, Process } from '#machine/process'
import { nameOf } from '#machine/objects'
import type { WatchEvent } from '#machine/watch'
import { controller, controllerSayings } from '../client/controller.js'
import { memoryKey } from '../client/memory.js'
import { enqueue, workqueueKey } from '../client/workqueue.js'
import { podEviction } from './pod-eviction.js'
import { getNoExecuteTaints, tolerationTime } from './taints.js'

export const taintEviction = 'kube-controller-manager/taint-eviction'

/** The NoExecute taints of the nodes that have some, as last handled. */
type TaintedNodes = Readonly<Record<string, readonly Taint[]>>

const noNodes: TaintedNodes = {}
export const taintedNodesKey = (process: string): Key<TaintedNodes> => memoryKey(process, 'tainted')
const taintedNodes = ({ cells, process }: Context): TaintedNodes => cells.read(taintedNodesKey(process)) ?? noNodes

const workers = 8 // UpdateWorkerSize
const evictionOwner = (pod: string): string => `evict:${pod}`
const nodeItem = (node: string): string => `node ${node}`
/** The node belongs to the key: workers are chosen by it. */
const podItem = (pod: string, node: string): string => `pod ${pod} ${node}`

const hasWork = ({ cells, process }: Context, pod: string): boolean =>
  cells.read(chartKey(process, evictionOwner(pod))) !== undefined

const tell = (context: Context, pod: string, event: { readonly type: string; readonly ms?: number }): void =>
  context.runtime.send({ ...context, owner: evictionOwner(pod) }, { pod, ...event })

const cancelWork = (context: Context, pod: string): void => {
  if (hasWork(context, pod)) tell(context, pod, { type: 'cancel' })
}

/** PodUpdated. Where neither the node has taints nor the pod a time, nothing would come of it. */
function podUpdated(context: Context, old: Pod | undefined, pod: Pod | undefined): void {
  const subject = pod ?? old
  if (subject === undefined) return
  if (old !== undefined && pod !== undefined && old.spec.nodeName === pod.spec.nodeName
    && equal(old.spec.tolerations, pod.spec.tolerations)) return
  const node = subject.spec.nodeName ?? ''
  const name = nameOf(subject)
  const matters = taintedNodes(context)[node] !== undefined || hasWork(context, name)
  if (matters) enqueue(context, podItem(name, node), workers)
}

/** NodeUpdated. */
function nodeUpdated(context: Context, old: Node | undefined, node: Node | undefined): void {
  const before = getNoExecuteTaints(old?.spec.taints)
  const after = getNoExecuteTaints(node?.spec.taints)
  if (old !== undefined && node !== undefined && equal(before, after)) return
  const name = (node ?? old)?.metadata.name ?? ''
  if (after.length > 0 || taintedNodes(context)[name] !== undefined) enqueue(context, nodeItem(name), workers)
}

function setTaints({ cells, process }: Context, node: string, taints: readonly Taint[]): void {
  const cell = taintedNodesKey(process)
  const { [node]: before, ...others } = cells.read(cell) ?? noNodes
  if (taints.length > 0) cells.write(cell, { ...others, [node]: taints })
  else if (before !== undefined) cells.write(cell, Object.keys(others).length === 0 ? undefined : others)
}

export type ProcessPod = (
  context: Context, pod: string, tolerations: readonly Toleration[] | undefined, taints: readonly Taint[],
) => void

/** processPodOnNode; `taints` is not empty. */
export const processPodOnNode: ProcessPod = (context, pod, tolerations, taints) => {
  const time = tolerationTime(taints, tolerations)
  if (time === undefined) tell(context, pod, { type: 'evict' })
  else if (time === Infinity) cancelWork(context, pod)
  else if (time === 0) { if (!hasWork(context, pod)) tell(context, pod, { type: 'evict' }) }
  else tell(context, pod, { type: 'schedule', ms: time })
}

function handleNodeUpdate(context: Context, name: string, process: ProcessPod): void {
  const { view } = context
  const node = view.get('nodes', name)
  const taints = getNoExecuteTaints(node?.spec.taints)
  setTaints(context, name, taints)
  if (node === undefined) return
  for (const pod of view.list('pods', 'node', name)) {
    if (taints.length === 0) cancelWork(context, nameOf(pod))
    else process(context, nameOf(pod), pod.spec.tolerations, taints)
  }
}

function handlePodUpdate(context: Context, name: string, nodeName: string, process: ProcessPod): void {
  const pod = context.view.get('pods', name)
  if (pod === undefined) return cancelWork(context, name)
  if ((pod.spec.nodeName ?? '') !== nodeName || nodeName === '') return
  const taints = taintedNodes(context)[nodeName]
  if (taints !== undefined) process(context, name, pod.spec.tolerations, taints)
}

/** What a worker does with one key: updates of the node come first. `process` is what a mutant replaces. */
export function handle(context: Context, key: string, process: ProcessPod): void {
  const [kind, name = '', node = ''] = key.split(' ')
  if (kind === 'node') return handleNodeUpdate(context, name, process)
  const queue = context.cells.read(workqueueKey(context.process))?.queue
  if (has(queue, nodeItem(node))) handleNodeUpdate(context, node, process)
  handlePodUpdate(context, name, node, process)
}

type Event = Viewed & { readonly type: 'work'; readonly key: string }

const taintSync = setup({
  types: { events: {} as Event }, // XState takes its types from values
  actions: { ...controllerSayings, handle: (_, _params: { readonly key: string }) => {} },
}).createMachine({
  id: 'syncTaints',
  initial: 'idle',
  states: { idle: { on: { work: { actions: [
    { type: 'handle', params: ({ event }) => ({ key: event.key }) }, { type: 'finished', params: { outcome: 'ok' } },
  ] } } } },
})

export const effects = (process: ProcessPod): Readonly<Record<string, Effect>> => ({
  handle: (context: Context, { key }: { readonly key: string }) => handle(context, key, process),
})

function onWatch(context: Context, { resource, old, object }: WatchEvent): void {
  if (resource === 'pods') podUpdated(context, old as Pod | undefined, object as Pod | undefined) // by resource
  else nodeUpdated(context, old as Node | undefined, object as Node | undefined) // by resource
}

const base = controller({
  kind: taintEviction,
  watches: [{ resource: 'pods' }, { resource: 'nodes' }],
  sync: taintSync,
  workers,
  onWatch,
  effects: effects(processPodOnNode),
})

export const taintEvictionController: Process = { ...base, charts: { ...base.charts, evict: podEviction } }
