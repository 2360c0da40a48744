/**
 * Models: pkg/proxy/iptables/proxier.go (syncProxyRules), pkg/proxy/runner/bounded_frequency_runner.go (Loop)
 * Reads: store and index through the cache, memory, rules, trouble
 * Writes: memory, rules, queue, timer
 * Omits: the hourly full sync and the monitor's, which would change nothing; partial failures of iptables-restore
 */
import { assign } from 'xstate'
import type { EndpointSlice, Service } from '#api/types'
import { key, type Key } from '#kernel/cells'
import { setup, type Viewed } from '#machine/chart'
import type { View } from '#machine/view'
import { controllerSayings } from '../client/controller.js'
import { memoryKey } from '../client/memory.js'
import { headlessLabel } from './endpointslices.js'
import { programmedKey, rulesOf, type Rules } from './routes.js'
import { shouldSkipService } from './service-ports.js'

/** The one key of the runner's queue. */
export const runnerItem = 'rules'
/** `iptables.minSyncPeriod`, `iptables.syncPeriod`: milliseconds between syncs, and before a failed one is tried again. */
export const minSyncPeriod = 1000
export const syncPeriod = 30_000

/** Services that changed since the last sync, as `namespace/name`; `everything` for a full sync. */
export const everything = '*'
export const changesKey = (process: string): Key<readonly string[]> => memoryKey(process, 'changes')

/** A fault: rule syncs of a node fail, or take so many milliseconds; present while it lasts. */
export interface RuleTrouble {
  readonly fails?: true
  readonly takes?: number
}

export const ruleTroubleKey = (node: string): Key<RuleTrouble> => key('trouble', 'rules', node)

/** `node-1` of `kube-proxy/node-1`. */
export const nodeOfProxy = (process: string): string => process.slice(process.indexOf('/') + 1)

/** What the proxy will program for one Service; no rules where it has none. */
export interface Programming {
  readonly service: string
  readonly rules?: Rules
}

interface Memory {
  readonly next: readonly Programming[]
  /** Milliseconds. */
  readonly takes: number
}

type Event = Viewed & { readonly type: 'work' }

const isProxied = (slice: EndpointSlice): boolean =>
  slice.addressType === 'IPv4' && slice.metadata.labels?.[headlessLabel] === undefined

/** The rules of one Service as the cache has it. */
export function rulesFrom(view: View, name: string): Rules | undefined {
  const service: Service | undefined = view.get('services', name)
  if (service === undefined || shouldSkipService(service)) return undefined
  const zone = view.get('nodes', nodeOfProxy(view.process))?.metadata.labels?.['topology.kubernetes.io/zone'] ?? ''
  return rulesOf(service, view.list('endpointslices', 'service', name).filter(isProxied), zone)
}

/** What is pending, by Service: everything that the cache and the node have where a full sync is due. */
export function checkoutChanges(view: View): readonly Programming[] {
  const changes = view.cells.read(changesKey(view.process)) ?? []
  const names = changes.includes(everything)
    ? new Set([
      ...view.list('services', 'all', '').map(({ metadata }) => `${metadata.namespace}/${metadata.name}`),
      ...view.cells.read(programmedKey(nodeOfProxy(view.process))) ?? [],
    ])
    : changes
  return [...names].map((service) => {
    const rules = rulesFrom(view, service)
    return { service, ...(rules === undefined ? {} : { rules }) }
  })
}

const troubleOf = ({ view }: Event): RuleTrouble | undefined =>
  view.cells.read(ruleTroubleKey(nodeOfProxy(view.process)))

export const syncProxyRules = setup({
  types: { context: {} as Memory, events: {} as Event }, // XState takes its types from values
  actions: {
    ...controllerSayings,
    checkout: assign(({ event }) => ({ next: checkoutChanges(event.view), takes: troubleOf(event)?.takes ?? 0 })),
    /** The trackers are flushed. */
    flush: () => {},
    /** Writes the rules of some Services. */
    program: (_, _params: Pick<Memory, 'next'>) => {},
    forget: assign({ next: [], takes: 0 }),
    /** The next sync is a full one, and not long in coming. */
    retry: () => {},
    /** No retry is needed any more. */
    succeed: () => {},
  },
  guards: {
    isFailing: ({ event }) => troubleOf(event)?.fails === true,
    isSlow: ({ context }) => context.takes > 0,
  },
  delays: { takes: ({ context }) => context.takes, minSyncPeriod },
}).createMachine({
  id: 'syncProxyRules',
  context: { next: [], takes: 0 },
  initial: 'waiting',
  states: {
    waiting: { on: { work: { target: 'syncing', actions: ['checkout', 'flush'] } } },
    syncing: { always: [{ guard: 'isSlow', target: 'restoring' }, { target: 'restored' }] },
    // iptables-restore runs for a while; the rules are those of when it began.
    restoring: { after: { takes: 'restored' } },
    restored: {
      always: [
        { guard: 'isFailing', target: 'pausing', actions: ['retry', 'forget'] },
        {
          target: 'pausing',
          actions: [{ type: 'program', params: ({ context }) => ({ next: context.next }) }, 'succeed', 'forget'],
        },
      ],
    },
    // A sync that is asked for meanwhile waits.
    pausing: {
      after: { minSyncPeriod: { target: 'waiting', actions: { type: 'finished', params: { outcome: 'ok' } } } },
    },
  },
})
