/**
 * Models: cmd/kube-proxy/app/server.go (what it watches), pkg/proxy/iptables/proxier.go (event handlers),
 *   pkg/proxy/servicechangetracker.go and endpointschangetracker.go (Update, EndpointSliceUpdate)
 * Reads: store and index through the cache, memory, queue, rules, client, clients, routed, trouble, resets
 * Writes: memory, queue, chart, timer, rules, index, client, routed
 * Omits: the runner is a queue of one key, being processed until minSyncPeriod is over; IPv6; ipvs and nftables modes;
 *   a change of a Service that is taken back before the next sync still leads to one
 */
import type { EndpointSlice, Node, Service } from '#api/types'
import { equal } from '#kernel/value'
import { allKey, proxiedServices, proxiedSlices } from '#machine/objects'
import type { Context, Effect, Process } from '#machine/process'
import type { WatchEvent } from '#machine/watch'
import { controller } from '../client/controller.js'
import { delayedKey, emptyQueue, enqueue, enqueueAfter, workqueueKey } from '../client/workqueue.js'
import { rulesChanged } from './client.js'
import { serviceOf } from './endpointslices.js'
import {
  changesKey, everything, nodeOfProxy, runnerItem, syncPeriod, syncProxyRules, type Programming,
} from './kube-proxy-sync.js'
import { programmedKey, rulesKey } from './routes.js'
import { servicePortsOf } from './service-ports.js'

/** A tracker has a change; the runner is asked to run, if it was not. */
function changed(context: Context, service: string): void {
  const { cells, process } = context
  const changes = cells.read(changesKey(process)) ?? []
  if (!changes.includes(service)) cells.write(changesKey(process), [...changes, service])
  if (changes.length === 0 || cells.pending(delayedKey(process, runnerItem))) enqueue(context, runnerItem)
}

const portsIn = (service: Service | undefined): unknown => (service === undefined ? [] : servicePortsOf(service))

const zoneIn = (node: Node | undefined): string | undefined => node?.metadata.labels?.['topology.kubernetes.io/zone']

function onWatch(context: Context, event: WatchEvent): void {
  switch (event.resource) {
    case 'endpointslices': {
      const slice = (event.object ?? event.old) as EndpointSlice // by resource
      const service = serviceOf(slice)
      if (service !== undefined && slice.addressType === 'IPv4') changed(context, service)
      return
    }
    case 'services': {
      const [old, service] = [event.old as Service | undefined, event.object as Service | undefined] // by resource
      if (!equal(portsIn(old), portsIn(service))) changed(context, event.key)
      return
    }
    case 'nodes': {
      const [old, node] = [event.old as Node | undefined, event.object as Node | undefined] // by resource
      if (zoneIn(old) !== zoneIn(node)) changed(context, everything)
    }
  }
}

/** After the caches are synced everything is programmed anew; the kernel kept the rules of before. */
function onStart(context: Context): void {
  const { cells, process } = context
  if (cells.read(workqueueKey(process)) === undefined) cells.write(workqueueKey(process), emptyQueue(1))
  const isIdle = (cells.read(allKey('services')) ?? []).length === 0
    && (cells.read(programmedKey(nodeOfProxy(process))) ?? []).length === 0
  if (!isIdle) changed(context, everything)
}

function program({ cells, process }: Context, { next }: { readonly next: readonly Programming[] }): void {
  const node = nodeOfProxy(process)
  for (const { service, rules } of next) {
    const cell = rulesKey(node, service)
    const old = cells.read(cell)
    if (equal(old, rules)) continue
    cells.write(cell, rules)
    if (old === undefined || rules === undefined) index(cells, node, service, rules !== undefined)
    rulesChanged(cells, node, service, old, rules)
  }
}

function index(cells: Context['cells'], node: string, service: string, isProgrammed: boolean): void {
  const services = cells.read(programmedKey(node)) ?? []
  const rest = isProgrammed ? [...services, service] : services.filter((other) => other !== service)
  cells.write(programmedKey(node), rest.length === 0 ? undefined : rest)
}

const effects: Readonly<Record<string, Effect>> = {
  flush: ({ cells, process }: Context) => cells.write(changesKey(process), undefined),
  program,
  retry: (context: Context) => {
    // What the trackers had is lost, so all of it is programmed next time.
    context.cells.write(changesKey(context.process), [everything])
    enqueueAfter(context, runnerItem, syncPeriod)
  },
  succeed: ({ cells, process }: Context) => cells.disarm(delayedKey(process, runnerItem)),
}

export const kubeProxy: Process = {
  ...controller({
    kind: 'kube-proxy',
    watches: [
      { resource: 'services', selector: () => proxiedServices },
      { resource: 'endpointslices', selector: () => proxiedSlices },
      { resource: 'nodes', selector: (process) => `metadata.name=${nodeOfProxy(process)}` },
    ],
    sync: syncProxyRules,
    workers: 1,
    onWatch,
    effects,
  }),
  onStart,
}
