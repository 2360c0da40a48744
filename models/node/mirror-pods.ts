/**
 * Models: pkg/kubelet/pod/mirror_client.go (CreateMirrorPod, DeleteMirrorPod), pkg/kubelet/kubelet.go
 *   (tryReconcileMirrorPods), kubelet_pods.go (deleteOrphanedMirrorPods)
 * Reads: static, store through the cache, memory
 * Writes: chart, request, timer
 * Omits: a name that another pod has in the API (no mirror pod is made until something changes)
 */
import { assign } from 'xstate'
import type { Pod, Status } from '#api/types'
import type { Key } from '#kernel/cells'
import { setup, type Viewed } from '#machine/chart'
import { sayings } from '#machine/effects'
import type { Call } from '#machine/process'
import type { View } from '#machine/view'
import { memoryKey } from '../client/memory.js'
import { nodeName } from './cells.js'
import { hashAnnotation, mirrorAnnotation, mirrorOf, staticPodKey } from './static-cells.js'

type Event = Viewed & (
  | { readonly type: 'reconcile'; readonly name: string }
  | { readonly type: 'response.ok'; readonly object?: unknown }
  | { readonly type: 'response.error'; readonly status: Status }
)

interface Memory {
  /** `namespace/name` of both. */
  readonly name: string
  /** Something happened meanwhile. */
  readonly pending: boolean
}

export const mirrorOwner = (name: string): string => `mirror:${name}`

/** The status of a sync that failed is looked at again with the next one; ms. */
const syncFrequency = 60_000

/** The mirror pod as it is to be. */
export function mirrorFor(view: View, pod: Pod): Pod | undefined {
  const node = view.get('nodes', nodeName(view.process))
  const hash = pod.metadata.annotations?.[hashAnnotation]
  if (node === undefined || hash === undefined) return undefined
  return {
    ...pod,
    metadata: {
      ...pod.metadata, uid: '', annotations: { ...pod.metadata.annotations, [mirrorAnnotation]: hash },
      ownerReferences: [
        { apiVersion: 'v1', kind: 'Node', name: node.metadata.name, uid: node.metadata.uid, controller: true },
      ],
    },
  }
}

/** IsPodForMirrorPodTerminatingByFullName: the uid of the static pod of an earlier file that has not come to its end. */
export const endingKey = (process: string, name: string): Key<string> => memoryKey(process, 'ending', name)

/** What is to be done now. IsMirrorPodOf: one with another hash is of an earlier file. */
export function mirrorStep(view: View, name: string): Call | undefined {
  const { cells, process } = view
  if (cells.read(endingKey(process, name)) !== undefined) return undefined
  const pod = cells.read(staticPodKey(nodeName(process), name))
  const mirror = mirrorOf(view, name)
  if (mirror !== undefined) {
    const isRight = pod !== undefined && mirror.metadata.deletionTimestamp === undefined
      && mirror.metadata.annotations?.[mirrorAnnotation] === pod.metadata.annotations?.[hashAnnotation]
    return isRight ? undefined : {
      verb: 'delete', resource: 'pods', key: name, uid: mirror.metadata.uid, body: { gracePeriodSeconds: 0 },
    }
  }
  const body = pod === undefined ? undefined : mirrorFor(view, pod)
  return body === undefined || view.get('pods', name) !== undefined
    ? undefined
    : { verb: 'create', resource: 'pods', key: body.metadata.namespace, body }
}

const call = { type: 'call' as const, params: ({ context, event }: { context: Memory; event: Event }): Call =>
  mirrorStep(event.view, context.name) ?? { verb: 'get', resource: 'pods', key: context.name } }

export const mirrorChart = setup({
  types: { context: {} as Memory, events: {} as Event }, // XState takes its types from values
  actions: {
    ...sayings,
    remember: assign(({ event }) => (event.type === 'reconcile' ? { name: event.name, pending: false } : {})),
    postpone: assign({ pending: true }),
    calm: assign({ pending: false }),
  },
  guards: {
    mustAct: ({ context, event }) => mirrorStep(event.view, context.name) !== undefined,
    isPending: ({ context }) => context.pending,
    isOtherTrouble: ({ event }) => event.type === 'response.error'
      && !['NotFound', 'Conflict', 'AlreadyExists'].includes(event.status.reason ?? ''),
  },
}).createMachine({
  id: 'mirror',
  context: { name: '', pending: false },
  initial: 'idle',
  states: {
    idle: { on: { reconcile: { target: 'deciding', actions: 'remember' } } },
    deciding: { always: [{ guard: 'mustAct', target: 'calling' }, { target: 'done' }] },
    calling: {
      entry: call,
      on: {
        reconcile: { actions: 'postpone' },
        'response.error': [
          { guard: 'isOtherTrouble', target: 'done', actions: {
            type: 'arm', params: { name: 'retry', ms: syncFrequency },
          } },
          { guard: 'isPending', target: 'deciding', actions: 'calm' },
          { target: 'done' },
        ],
        'response.ok': [{ guard: 'isPending', target: 'deciding', actions: 'calm' }, { target: 'done' }],
      },
    },
    done: { type: 'final' },
  },
})
