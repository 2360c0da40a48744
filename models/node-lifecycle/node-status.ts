/**
 * Models: pkg/kubelet/kubelet_node_status.go (registerWithAPIServer, syncNodeStatus, tryUpdateNodeStatus): a part of
 *   the kubelet, added to it in models/kubernetes.ts
 * Reads: store through the cache, cut, down, memory
 * Writes: request, chart, timer
 * Omits: status posts that change nothing (nodeStatusReportFrequency); a Ready condition that is False for a while
 *   after the kubelet's start
 */
import { assign } from 'xstate'
import type { Node, NodeCondition, Status } from '#api/types'
import { sayings } from '#machine/effects'
import { chartKey, setup, timerKey, type Viewed } from '#machine/chart'
import type { Context, Process } from '#machine/process'
import type { View } from '#machine/view'
import { nodeOf } from '../client/reflector.js'
import { pressuresOf } from '../node/eviction-watch.js'
import { isShuttingDown } from '../node/node-shutdown.js'
import { conditionsUnder, outdatedConditions, whileShuttingDown } from './conditions.js'
import { completeNode } from './nodes.js'

/** --node-status-update-frequency, in milliseconds. */
const updateFrequency = 10_000
const attempts = 5 // nodeStatusUpdateRetry

type Event = Viewed & (
  | { readonly type: 'register'; readonly node: string }
  | { readonly type: 'post'; readonly node: string }
  | { readonly type: 'response.ok'; readonly object?: unknown }
  | { readonly type: 'response.error'; readonly status: Status }
)

interface Memory {
  readonly node: string
  readonly outdated: readonly NodeCondition[]
  readonly tries: number
}

/** What the node has otherwise than its kubelet posts it now. */
function outdated({ cells, process }: View, node: Node): readonly NodeCondition[] {
  const conditions = conditionsUnder(pressuresOf(cells, process))
  return outdatedConditions(node, isShuttingDown(cells, process) ? whileShuttingDown(conditions) : conditions)
}

const initialNode = (name: string): Node =>
  completeNode({ apiVersion: 'v1', kind: 'Node', metadata: { name, uid: '' }, spec: {}, status: {} }, 0)

const nodeStatusChart = setup({
  types: { context: {} as Memory, events: {} as Event }, // XState takes its types from values
  actions: sayings,
  guards: {
    isOutdated: ({ context }) => context.outdated.length > 0,
    mayRetry: ({ context }) => context.tries + 1 < attempts,
  },
}).createMachine({
  id: 'nodeStatus',
  context: { node: '', outdated: [], tries: 0 },
  initial: 'idle',
  states: {
    idle: {
      on: {
        register: { target: 'registering', actions: assign(({ event }) => ({ node: event.node })) },
        post: {
          target: 'deciding',
          actions: assign(({ event }) => {
            const node = event.view.get('nodes', event.node)
            return { node: event.node, outdated: node === undefined ? [] : outdated(event.view, node) }
          }),
        },
      },
    },
    // A node of this name that exists already is taken over.
    registering: {
      entry: { type: 'call', params: ({ context }) => ({
        verb: 'create', resource: 'nodes', key: '', body: initialNode(context.node),
      }) },
      on: { 'response.*': 'done' },
    },
    deciding: { always: [{ guard: 'isOutdated', target: 'patching' }, { target: 'done' }] },
    patching: {
      entry: { type: 'call', params: ({ context }) => ({
        verb: 'patch', resource: 'nodes', subresource: 'status', key: context.node,
        body: { type: 'strategic', patch: { status: { conditions: context.outdated } } },
      }) },
      on: {
        'response.ok': 'done',
        'response.error': [
          { guard: 'mayRetry', target: 'refetching', actions: assign(({ context }) => ({ tries: context.tries + 1 })) },
          { target: 'done' },
        ],
      },
    },
    refetching: {
      entry: { type: 'call', params: ({ context }) => ({ verb: 'get', resource: 'nodes', key: context.node }) },
      on: {
        'response.ok': { target: 'deciding', actions: assign(({ event }) => ({
          outdated: outdated(event.view, event.object as Node), // a get of the node
        })) },
        'response.error': 'done',
      },
    },
    done: { type: 'final' },
  },
})

const timer = 'node-status'
const owner = (node: string): string => `node:${node}`

/** What is stored is not what the kubelet last posted, so it posts again as it next comes round to it. */
function onNodeEvent(context: Context, node: Node | undefined): void {
  if (node !== undefined && outdated(context.view, node).length > 0) postSoon(context)
}

function postSoon({ cells, process }: Context): void {
  const key = timerKey(process, '', timer)
  if (!cells.pending(key)) cells.arm(key, updateFrequency)
}

/** Of those times at which the kubelet may come round to it the first: it refuses pods from now on. */
export const postNow = ({ cells, process }: Pick<Context, 'cells' | 'process'>): void =>
  cells.arm(timerKey(process, '', timer), 0)

function post(context: Context): void {
  const node = nodeOf(context.process) ?? ''
  if (context.cells.read(chartKey(context.process, owner(node))) !== undefined) return
  context.runtime.send({ ...context, owner: owner(node) }, { type: 'post', node })
}

/** Registers the node where it is not known, and posts what is out of date. */
function startNodeStatus(context: Context): void {
  const node = nodeOf(context.process) ?? ''
  const stored = context.view.get('nodes', node)
  if (stored === undefined) context.runtime.send({ ...context, owner: owner(node) }, { type: 'register', node })
  else onNodeEvent(context, stored)
}

/** The kubelet with this part of it. It watches its own Node object anyway. */
export const withNodeStatus = (kubelet: Process): Process => ({
  ...kubelet,
  charts: { ...kubelet.charts, node: nodeStatusChart },
  onWatch(context, event) {
    kubelet.onWatch?.(context, event)
    if (event.resource === 'nodes') onNodeEvent(context, event.object as Node | undefined) // by resource
  },
  onReplaced(context, resource, missed) {
    if (kubelet.onReplaced !== undefined) kubelet.onReplaced(context, resource, missed)
    else for (const event of missed) kubelet.onWatch?.(context, event)
    if (resource !== 'nodes') return
    for (const event of missed) onNodeEvent(context, event.object as Node | undefined) // by resource
  },
  onTimer(context, about, name) {
    if (about === '' && name === timer) post(context)
    else kubelet.onTimer?.(context, about, name)
  },
  onStart(context) {
    kubelet.onStart?.(context)
    startNodeStatus(context)
  },
})
