/**
 * Models: pkg/controller/clusterroleaggregation/clusterroleaggregation_controller.go (the controller; 5 workers)
 * Reads: store and index through the cache, queue
 * Writes: queue, chart, request
 * Omits: server-side apply: a merge patch of the rules, which nobody else's change can conflict with either; default roles that
 *   nobody stored, which have what they select without it
 */
import { assign } from 'xstate'
import { setup, type Viewed } from '#machine/chart'
import type { Process } from '#machine/process'
import { controller, controllerSayings } from '../../client/controller.js'
import { enqueue } from '../../client/workqueue.js'
import { newRules } from './aggregation.js'
import type { ClusterRole, PolicyRule } from './types.js'

interface Memory {
  readonly key: string
  readonly rules: readonly PolicyRule[] | undefined
}

type Event = Viewed & (
  | { readonly type: 'work'; readonly key: string }
  | { readonly type: 'response.ok' }
  | { readonly type: 'response.error' }
)

const nothing: Memory = { key: '', rules: undefined }

const rolesIn = (view: Viewed['view']): readonly ClusterRole[] => view.all('clusterroles') as unknown as ClusterRole[] // by resource

const rulesFor = (view: Viewed['view'], key: string): readonly PolicyRule[] | undefined => {
  const role = view.get('clusterroles', key) as ClusterRole | undefined // by resource
  return role === undefined ? undefined : newRules(role, rolesIn(view))
}

const sync = setup({
  types: { context: {} as Memory, events: {} as Event }, // XState takes its types from values
  actions: { ...controllerSayings },
  guards: { isDifferent: ({ context }) => context.rules !== undefined },
}).createMachine({
  id: 'syncClusterRole',
  context: nothing,
  initial: 'idle',
  states: {
    idle: { on: { work: { target: 'deciding', actions: assign(({ event }) =>
      ({ key: event.key, rules: rulesFor(event.view, event.key) })) } } },
    deciding: { always: [{ guard: 'isDifferent', target: 'applying' }, { target: 'done' }] },
    applying: {
      entry: { type: 'call', params: ({ context: { key, rules } }) =>
        ({ verb: 'patch', resource: 'clusterroles', key, body: { type: 'merge', patch: { rules } } }) },
      on: { 'response.ok': 'done', 'response.error': 'failing' },
    },
    done: { entry: { type: 'finished', params: { outcome: 'ok' } } },
    failing: { entry: { type: 'finished', params: { outcome: 'error' } } },
  },
})

const workers = 5

/** Whatever happened to a ClusterRole, each that is made of others is looked at. */
export const clusterRoleAggregation: Process = controller({
  kind: 'kube-controller-manager/clusterrole-aggregation',
  watches: [{ resource: 'clusterroles' }],
  sync,
  workers,
  onWatch(context) {
    for (const { aggregationRule, metadata: { name } } of rolesIn(context.view)) {
      if (aggregationRule !== undefined) enqueue(context, name, workers)
    }
  },
})
