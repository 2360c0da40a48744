/**
 * Models: pkg/controller/serviceaccount/serviceaccounts_controller.go, pkg/controller/certificates/rootcacertpublisher
 * Reads: store through the cache, queue
 * Writes: queue, chart, request
 * Omits: tokens; the certificate itself; that a changed ConfigMap is put right (it is only made where it is missing)
 */
import { assign } from 'xstate'
import type { Namespace, Status } from '#api/types'
import { setup, type Viewed } from '#machine/chart'
import { splitName } from '#machine/objects'
import type { Process } from '#machine/process'
import { controller, controllerSayings } from '../client/controller.js'
import { enqueue } from '../client/workqueue.js'
import { isNamespaceTerminating } from './namespace-strategy.js'

interface Memory {
  readonly key: string
  readonly isNeeded: boolean
}

type Event = Viewed & (
  | { readonly type: 'work'; readonly key: string }
  | { readonly type: 'response.ok' }
  | { readonly type: 'response.error'; readonly status: Status }
)

interface Made {
  readonly resource: 'serviceaccounts' | 'configmaps'
  readonly name: string
  readonly make: (namespace: string) => unknown
}

const empty: Memory = { key: '', isNeeded: false }

/** Sees to it that each namespace has one object. */
const syncOf = ({ resource, name, make }: Made) => setup({
  types: { context: {} as Memory, events: {} as Event }, // XState takes its types from values
  actions: { ...controllerSayings },
  guards: {
    isNeeded: ({ context }) => context.isNeeded,
    isHarmless: ({ event }) => {
      if (event.type !== 'response.error') return false
      const { reason } = event.status
      return reason === 'AlreadyExists' || reason === 'NotFound' || isNamespaceTerminating(event.status)
    },
  },
}).createMachine({
  id: `syncNamespace/${resource}`,
  context: empty,
  initial: 'idle',
  states: {
    idle: { on: { work: { target: 'deciding', actions: assign(({ event }) => ({
      key: event.key,
      isNeeded: event.view.get('namespaces', event.key)?.status.phase === 'Active'
        && event.view.get(resource, `${event.key}/${name}`) === undefined,
    })) } } },
    deciding: { always: [{ guard: 'isNeeded', target: 'creating' }, { target: 'done' }] },
    creating: {
      entry: { type: 'call', params: ({ context: { key } }) =>
        ({ verb: 'create', resource, key, body: make(key) }) },
      on: { 'response.ok': 'done', 'response.error': [{ guard: 'isHarmless', target: 'done' }, { target: 'failing' }] },
    },
    done: { entry: { type: 'finished', params: { outcome: 'ok' } } },
    failing: { entry: { type: 'finished', params: { outcome: 'error' } } },
  },
})

const maker = (kind: string, made: Made): Process => controller({
  kind,
  watches: [{ resource: 'namespaces' }, { resource: made.resource }],
  sync: syncOf(made),
  workers: 1,
  onWatch(context, { resource, key, object, type }) {
    if (resource === 'namespaces') {
      const namespace = object as Namespace | undefined // by resource
      if (namespace?.status.phase === 'Active') enqueue(context, key)
    } else if (type === 'DELETED' && splitName(key).name === made.name) enqueue(context, splitName(key).namespace)
  },
})

/** Every namespace has the ServiceAccount `default`. */
export const serviceAccountController = maker('kube-controller-manager/serviceaccount', {
  resource: 'serviceaccounts',
  name: 'default',
  make: (namespace) => ({ apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'default', namespace } }),
})

const description = 'Contains a CA bundle that can be used to verify the kube-apiserver'

/** Every namespace has the ConfigMap by which pods know the API server. */
export const rootCACertPublisher = maker('kube-controller-manager/root-ca-certificate-publisher', {
  resource: 'configmaps',
  name: 'kube-root-ca.crt',
  make: (namespace) => ({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'kube-root-ca.crt', namespace, annotations: { 'kubernetes.io/description': description } },
    data: { 'ca.crt': '' },
  }),
})
