/**
 * Models: pkg/controller/nodelifecycle/node_lifecycle_controller.go (doNoScheduleTaintingPass, reconcileNodeLabels,
 *   processPod), one API call a Step
 * Reads: store through the cache
 * Writes: request, queue
 * Omits: the read before labels are patched (the patch does not depend on it)
 */
import { assign } from 'xstate'
import type { Labels, Node, Pod, Status, Taint } from '#api/types'
import { setup, type Viewed } from '#machine/chart'
import { controllerSayings } from '../client/controller.js'
import { swapJobs, type TaintJob } from './taint-swap.js'
import { podsToMark, withReadyFalse } from './node-health.js'
import { taintExists, taintKeys, taintsOf } from './taints.js'

/** nodeConditionToTaintKeyStatusMap. */
const conditionTaints: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  Ready: { False: taintKeys.notReady, Unknown: taintKeys.unreachable },
  MemoryPressure: { True: taintKeys.memoryPressure },
  DiskPressure: { True: taintKeys.diskPressure },
  NetworkUnavailable: { True: taintKeys.networkUnavailable },
  PIDPressure: { True: taintKeys.pidPressure },
}

const managed = new Set<string>([
  taintKeys.notReady, taintKeys.unreachable, taintKeys.networkUnavailable, taintKeys.memoryPressure,
  taintKeys.diskPressure, taintKeys.pidPressure, taintKeys.unschedulable,
])

const noSchedule = (key: string): Taint => ({ key, effect: 'NoSchedule' })

/** doNoScheduleTaintingPass: the NoSchedule taints that say what the conditions and `spec.unschedulable` say. */
export function noScheduleJobs(node: Node): readonly TaintJob[] {
  const wanted = (node.status.conditions ?? []).flatMap(({ type, status }) => {
    const taint = conditionTaints[type]?.[status]
    return taint === undefined ? [] : [noSchedule(taint)]
  })
  if (node.spec.unschedulable === true) wanted.push(noSchedule(taintKeys.unschedulable))
  const present = taintsOf(node).filter(({ effect, key }) => effect === 'NoSchedule' && managed.has(key))
  return swapJobs(node,
    wanted.filter((taint) => !taintExists(present, taint)),
    present.filter((taint) => !taintExists(wanted, taint)))
}

const stableAndBeta: readonly (readonly [stable: string, beta: string])[] = [
  ['kubernetes.io/os', 'beta.kubernetes.io/os'], ['kubernetes.io/arch', 'beta.kubernetes.io/arch'],
]

/** reconcileNodeLabels: the beta labels follow the stable ones. `undefined` where nothing is to be done. */
export function labelsToUpdate({ metadata: { labels } }: Node): Labels | undefined {
  if (labels === undefined) return undefined
  const changed: Record<string, string> = {}
  for (const [stable, beta] of stableAndBeta) {
    const value = labels[stable]
    if (value !== undefined && labels[beta] !== value) changed[beta] = value
  }
  return Object.keys(changed).length === 0 ? undefined : changed
}

/** Keys of the workqueue: `node node-1` and `pod default/web#1-0`. */
export const nodeItem = (node: string): string => `node ${node}`
export const podItem = (pod: string): string => `pod ${pod}`

type Event = Viewed & (
  | { readonly type: 'work'; readonly key: string }
  | { readonly type: 'swapped'; readonly ok: boolean }
  | { readonly type: 'response.ok'; readonly object?: unknown }
  | { readonly type: 'response.error'; readonly status: Status }
)

interface Memory {
  readonly key: string
  readonly name: string
  readonly node?: Node
  readonly pod?: Pod
}

export const nodeSync = setup({
  types: { context: {} as Memory, events: {} as Event }, // XState takes its types from values
  actions: {
    ...controllerSayings,
    remember: assign(({ event }) => {
      if (event.type !== 'work') return {}
      const name = event.key.slice(event.key.indexOf(' ') + 1)
      return event.key.startsWith('node ')
        ? { key: event.key, name, node: event.view.get('nodes', name) }
        : { key: event.key, name, pod: event.view.get('pods', name) }
    }),
  },
  guards: {
    mustTaint: ({ context }) => context.node !== undefined && noScheduleJobs(context.node).length > 0,
    mustLabel: ({ context }) => context.node !== undefined && labelsToUpdate(context.node) !== undefined,
    mustMark: ({ context }) => context.pod !== undefined && podsToMark([context.pod]).length > 0,
    isNotFound: ({ event }) => event.type === 'response.error' && event.status.reason === 'NotFound',
  },
}).createMachine({
  id: 'syncNode',
  context: { key: '', name: '' },
  initial: 'idle',
  states: {
    idle: { on: { work: { target: 'deciding', actions: 'remember' } } },
    deciding: { always: [
      { guard: 'mustTaint', target: 'tainting' }, { guard: 'mustMark', target: 'marking' }, { target: 'labelling' },
    ] },
    tainting: {
      entry: { type: 'tell', params: ({ context: { key, name, node } }) => ({
        owner: `swap:schedule/${name}`,
        event: {
          type: 'swap', node: name, jobs: node === undefined ? [] : noScheduleJobs(node), parent: `sync:${key}`,
        },
      }) },
      on: { swapped: 'labelling' }, // a failure is not tried again before the node changes
    },
    labelling: { always: [{ guard: 'mustLabel', target: 'patchingLabels' }, { target: 'ending' }] },
    patchingLabels: {
      entry: { type: 'call', params: ({ context: { name, node } }) => ({
        verb: 'patch', resource: 'nodes', key: name,
        body: { type: 'merge', patch: { metadata: { labels: node === undefined ? {} : labelsToUpdate(node) ?? {} } } },
      }) },
      on: { 'response.*': 'ending' },
    },
    marking: {
      entry: { type: 'call', params: ({ context: { name, pod } }) => ({
        verb: 'update', resource: 'pods', subresource: 'status', key: name, base: pod,
        body: pod === undefined ? undefined : withReadyFalse(pod),
      }) },
      on: {
        'response.ok': 'ending',
        'response.error': [{ guard: 'isNotFound', target: 'ending' }, { target: 'requeueing' }],
      },
    },
    ending: { entry: { type: 'finished', params: { outcome: 'ok' } } },
    requeueing: { entry: { type: 'finished', params: { outcome: 'requeue' } } },
  },
})
