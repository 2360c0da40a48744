import type { Deployment } from '#api/types'
import { setup, type Viewed } from '#machine/chart'
import type { Call } from '#machine/process'
import { controller, controllerSayings } from '../client/controller.js'
import { enqueueAfter } from '../client/workqueue.js'
import type { Mutant } from '../mutants.js'

type Event = Viewed & ({ readonly type: 'work'; readonly key: string } | { readonly type: 'response.ok' } | { readonly type: 'response.error' })

/** How long after a change it looks at a Deployment, in milliseconds. */
const pause = 10_000

const counted = (d: Deployment): Deployment => ({ ...d, status: { ...d.status, unavailableReplicas: d.spec.replicas } })

const deploymentOf = (event: Event): Deployment | undefined => (event.type === 'work' ? event.view.get('deployments', event.key) : undefined)

function write(d: Deployment | undefined): Call {
  if (d === undefined) throw new Error('only a Deployment that is there is written')
  const key = `${d.metadata.namespace}/${d.metadata.name}`
  return { verb: 'update', resource: 'deployments', subresource: 'status', key, base: d, body: counted(d) }
}

const sync = setup({
  types: { events: {} as Event }, // XState takes its types from values
  actions: { ...controllerSayings },
  guards: {
    isContested: ({ event }) => {
      const d = deploymentOf(event)
      return d !== undefined && d.status.unavailableReplicas !== d.spec.replicas
    },
  },
}).createMachine({
  id: 'contend',
  initial: 'idle',
  states: {
    idle: { on: { work: [{ guard: 'isContested', target: 'writing' }, { target: 'done' }] } },
    writing: {
      entry: { type: 'call', params: ({ event }) => write(deploymentOf(event)) },
      on: { 'response.*': 'done' },
    },
    done: { entry: { type: 'finished', params: { outcome: 'ok' } } },
  },
})

const contender = controller({
  kind: 'status-counter',
  watches: [{ resource: 'deployments' }],
  sync,
  workers: 1,
  onWatch(context, event) {
    if (event.object !== undefined) enqueueAfter(context, event.key, pause)
  },
})

export const deploymentStatusContested: Mutant = {
  name: 'deployment-status-contested',
  title: 'A second controller holds all replicas of a Deployment to be unavailable, and each of the two writes its own number',
  breaks: ['writes-end'],
  apply: (processes) => [...processes, contender],
}
