/**
 * Models: pkg/controller/nodeipam/ipam/range_allocator.go (AllocateOrOccupyCIDR, ReleaseCIDR, updateCIDRsAllocation)
 * Reads: store through the cache, memory, queue
 * Writes: queue, chart, request, memory
 * Omits: dual stack; cloud allocators; retries while no range is left (a node that waits is queued when one is
 *   released); nodes whose range lies outside of the cluster's
 */
import { assign } from 'xstate'
import type { Node, Status } from '#api/types'
import type { Key } from '#kernel/cells'
import { setup, type Viewed } from '#machine/chart'
import type { Context, Effect, Process } from '#machine/process'
import { Newest } from '#machine/view'
import type { WatchEvent } from '#machine/watch'
import { controller, controllerSayings } from '../client/controller.js'
import { memoryKey } from '../client/memory.js'
import { enqueue } from '../client/workqueue.js'
import { allocateNext, noCidrs, occupy, occupyAll, release, type CidrSet } from './cidr-set.js'

export const nodeIpam = 'kube-controller-manager/node-ipam'

export const cidrsKey = (process: string): Key<CidrSet> => memoryKey(process, 'cidrs')
const waitingKey = (process: string): Key<readonly string[]> => memoryKey(process, 'waiting')

const workers = 30 // cidrUpdateWorkers
const retries = 3 // cidrUpdateRetries

type Event = Viewed & (
  | { readonly type: 'work'; readonly key: string }
  | { readonly type: 'response.ok'; readonly object?: unknown }
  | { readonly type: 'response.error'; readonly status: Status }
)

interface Memory {
  readonly node: string
  /** Absent where there is nothing to allocate. */
  readonly cidr?: string
  readonly needs: boolean
  readonly tries: number
}

export const podCidrs = (node: Node): readonly string[] => node.spec.podCIDRs ?? []

const nodeIpamSync = setup({
  types: { context: {} as Memory, events: {} as Event }, // XState takes its types from values
  actions: {
    ...controllerSayings,
    occupy: (_, _params: { readonly cidr?: string }) => {},
    release: (_, _params: { readonly cidr?: string }) => {},
    /** None is left: until one is released. */
    wait: (_, _params: { readonly node: string }) => {},
  },
  guards: {
    isAllocated: ({ context }) => context.cidr !== undefined,
    needsOne: ({ context }) => context.needs,
    mayRetry: ({ context }) => context.tries + 1 < retries,
  },
}).createMachine({
  id: 'syncNodeCidr',
  context: { node: '', needs: false, tries: 0 },
  initial: 'idle',
  states: {
    idle: { on: { work: {
      target: 'deciding',
      actions: assign(({ event: { view, key } }) => {
        const node = view.get('nodes', key)
        const needs = node !== undefined && node.metadata.deletionTimestamp === undefined && podCidrs(node).length === 0
        const next = needs ? allocateNext(view.cells.read(cidrsKey(view.process)) ?? noCidrs) : undefined
        return { node: key, needs, cidr: next?.[1] }
      }),
    } } },
    deciding: { always: [
      {
        guard: 'isAllocated', target: 'patching',
        actions: { type: 'occupy', params: ({ context: { cidr } }) => ({ cidr }) },
      },
      { guard: 'needsOne', target: 'ending', actions: { type: 'wait', params: ({ context: { node } }) => ({ node }) } },
      { target: 'ending' },
    ] },
    patching: {
      entry: { type: 'call', params: ({ context: { node, cidr } }) => ({
        verb: 'patch', resource: 'nodes', key: node,
        body: { type: 'merge', patch: { spec: { podCIDR: cidr, podCIDRs: [cidr] } } },
      }) },
      on: {
        'response.ok': 'ending',
        'response.error': [
          {
            guard: 'mayRetry', target: 'patching', reenter: true,
            actions: assign(({ context }) => ({ tries: context.tries + 1 })),
          },
          { target: 'failing', actions: { type: 'release', params: ({ context: { cidr } }) => ({ cidr }) } },
        ],
      },
    },
    ending: { entry: { type: 'finished', params: { outcome: 'ok' } } },
    failing: { entry: { type: 'finished', params: { outcome: 'error' } } },
  },
})

function change({ cells, process }: Context, by: (set: CidrSet) => CidrSet): void {
  const before = cells.read(cidrsKey(process)) ?? noCidrs
  const after = by(before)
  if (after !== before) cells.write(cidrsKey(process), after)
}

/** A range is free again: whoever waits for one tries. */
function released(context: Context, cidr: string): void {
  const { cells, process } = context
  change(context, (set) => release(set, cidr))
  const waiting = cells.read(waitingKey(process))
  if (waiting === undefined) return
  cells.write(waitingKey(process), undefined)
  for (const node of waiting) enqueue(context, node, workers)
}

function onWatch(context: Context, { type, key, old, object }: WatchEvent): void {
  const node = object as Node | undefined // it watches nodes alone
  if (node !== undefined && podCidrs(node).length > 0) {
    for (const cidr of podCidrs(node)) change(context, (set) => occupy(set, cidr))
  } else if (type === 'DELETED') {
    for (const cidr of podCidrs(old as Node)) released(context, cidr) // a deleted node
  } else enqueue(context, key, workers)
}

/** Before anything is allocated, the newest nodes are listed, so that what they have is not given again. */
function onStart(context: Context): void {
  const newest = new Newest(context.cells).all('nodes')
  change(context, (set) => occupyAll(set, newest.flatMap(podCidrs)))
  for (const node of context.view.all('nodes')) {
    if (podCidrs(node).length === 0) enqueue(context, node.metadata.name, workers)
  }
}

const effects: Readonly<Record<string, Effect>> = {
  occupy: (context: Context, { cidr }: { readonly cidr?: string }) => {
    const next = allocateNext(context.cells.read(cidrsKey(context.process)) ?? noCidrs)
    if (next !== undefined && next[1] === cidr) context.cells.write(cidrsKey(context.process), next[0])
  },
  release: (context: Context, { cidr }: { readonly cidr?: string }) => {
    if (cidr !== undefined) released(context, cidr)
  },
  wait: ({ cells, process }: Context, { node }: { readonly node: string }) => {
    const waiting = cells.read(waitingKey(process)) ?? []
    if (!waiting.includes(node)) cells.write(waitingKey(process), [...waiting, node])
  },
}

export const nodeIpamController: Process = {
  ...controller({
    kind: nodeIpam,
    watches: [{ resource: 'nodes' }],
    sync: nodeIpamSync,
    workers,
    onWatch,
    effects,
  }),
  onStart,
}
