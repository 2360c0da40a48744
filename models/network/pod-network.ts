/**
 * Models: what a process in a pod meets when it looks up a name or connects: cluster DNS (kubernetes/dns
 *   docs/specification.md), kube-proxy's rules on its node, sockets of pods; a world outside that answers
 * Reads: store, index, rules, listener, down, cut, sandbox, container, and what the API server reads
 * Writes: nothing
 * Omits: the lag and the pods of the DNS server, records of pods, SRV records; UDP; what an application answers of which
 *   nothing is known (200)
 */
import type { EndpointSlice, Service } from '#api/types'
import type { Cells } from '#kernel/cells'
import { allKey, indexKey, objectKey } from '#machine/objects'
import type { NetworkAnswer, NetworkCall } from '../container/processes/system.js'
import { cutKey, downKey } from '../client/reflector.js'
import { containerKey, nameOfPod, podId, sandboxKey } from '../node/cells.js'
import { accepts, listenerKey } from '../node/listeners.js'
import { pageOf } from '../node/serving.js'
import type { Backend } from './categorize-endpoints.js'
import { apiAnswer, kubernetesService } from './kubernetes-service.js'
import { routesOf, rulesKey } from './routes.js'

/** Where a process runs. */
export interface Place {
  readonly node: string
  readonly namespace: string
  /** The pod's addresses, or its node's where it uses that network. */
  readonly ips: readonly string[]
}

const clusterDomain = 'cluster.local'

const isAddress = (host: string): boolean => /^\d+\.\d+\.\d+\.\d+$/.test(host) || host.includes(':')

/** The Service that a name is of, by the search paths of a pod's resolver. */
function serviceNamed(cells: Cells, { namespace }: Place, host: string): Service | undefined {
  const short = host.replace(/\.$/, '').replace(new RegExp(`\\.${clusterDomain}$`), '')
  const isFull = short.endsWith('.svc')
  const [name = '', own, ...more] = short.replace(/\.svc$/, '').split('.')
  if (more.length > 0 || (isFull && own === undefined)) return undefined
  const full = `${own ?? namespace}/${name}`
  return cells.read(objectKey('services', full)) ?? (full === 'default/kubernetes' ? kubernetesService : undefined)
}

/** A name that can only be one of the cluster's. */
function isOfCluster(cells: Cells, host: string): boolean {
  const parts = host.replace(/\.$/, '').split('.')
  const [, second = ''] = parts
  return parts.length === 1 || host.includes('.svc') || host.endsWith(clusterDomain)
    || (parts.length === 2 && cells.read(objectKey('namespaces', second)) !== undefined)
}

const unknownHost: NetworkAnswer = { ok: false, why: 'unknown host' }
const refused = { ok: false, why: 'refused' } as const
const silent = { ok: false, why: 'silent' } as const

/** An address for whatever is not of the cluster. */
const outside = '203.0.113.1'

/** The ready addresses of a headless Service. */
function endpointsOf(cells: Cells, { metadata: { namespace, name }, spec }: Service): readonly string[] {
  const names = cells.read(indexKey('endpointslices', 'service', `${namespace}/${name}`)) ?? []
  const found = names.flatMap((slice) => {
    const { endpoints = [] } = cells.read(objectKey('endpointslices', slice)) ?? {} as Partial<EndpointSlice>
    return (endpoints ?? []).filter(({ conditions }) => conditions?.ready !== false || spec.publishNotReadyAddresses === true)
      .flatMap(({ addresses }) => addresses)
  })
  return [...new Set(found)].sort()
}

function resolve(cells: Cells, place: Place, host: string): NetworkAnswer {
  if (isAddress(host)) return { ok: true, addresses: [host] }
  if (host === 'localhost') return { ok: true, addresses: ['127.0.0.1'] }
  const service = serviceNamed(cells, place, host)
  if (service === undefined) return isOfCluster(cells, host) ? unknownHost : { ok: true, addresses: [outside] }
  const { clusterIP = '', type, externalName = '' } = service.spec
  if (type === 'ExternalName') return externalName === '' ? unknownHost : resolve(cells, place, externalName)
  const addresses = clusterIP === 'None' ? endpointsOf(cells, service) : [clusterIP]
  return addresses.length === 0 ? unknownHost : { ok: true, addresses }
}

function serviceAt(cells: Cells, ip: string): string | undefined {
  return (cells.read(allKey('services')) ?? [])
    .find((name) => cells.read(objectKey('services', name))?.spec.clusterIP === ip)
}

type Refusal = Extract<NetworkAnswer, { readonly ok: false }>

/** A connection, and which of a pod's ports it has come to; none where it leads out of the cluster. */
type Connected = { readonly ok: true; readonly at?: { readonly ip: string; readonly port: number } } | Refusal

function toListener(cells: Cells, ip: string, port: number): Connected {
  const listener = cells.read(listenerKey(ip))
  return listener !== undefined && accepts(listener, port) ? { ok: true, at: { ip, port } } : refused
}

/** What is answered to a request that has come to a pod's port, as far as its image is known. */
function pageAt(cells: Cells, ip: string, port: number, path: string): NetworkAnswer {
  const fine: NetworkAnswer = { ok: true, status: 200, body: '' }
  const pod = cells.read(listenerKey(ip))?.pod
  const node = pod === undefined ? undefined : cells.read(objectKey('pods', nameOfPod(podId(pod))))?.spec.nodeName
  if (pod === undefined || node === undefined) return fine
  for (const name of cells.read(sandboxKey(node, pod))?.containers ?? []) {
    const { serving, since = 0, ports = [] } = cells.read(containerKey(node, pod, name)) ?? {}
    const page = serving !== undefined && accepts({ pod, ports }, port) ? pageOf(serving, port, path, since) : undefined
    if (page !== undefined) return { ok: true, status: page.code, body: page.body }
  }
  return fine
}

function toBackend(cells: Cells, { ip, port, node }: Backend): Connected {
  if (node !== undefined && cells.read(downKey(node)) !== undefined) return silent
  return toListener(cells, ip, port)
}

/** Through the rules of the node; which backend takes the connection is a Choice. */
function throughRules(cells: Cells, { node }: Place, service: string, port: number): Connected {
  const rules = cells.read(rulesKey(node, service))
  const route = rules === undefined ? undefined : routesOf(rules, node).find((one) => one.port.port === port)
  if (route === undefined || route.internal === 'DROP') return silent
  if (route.internal === 'REJECT') return refused
  const backends = route.internal
  const picked = backends[cells.choose(backends.map((one) => `${service} leads to ${one.ip}:${one.port}`))]
  return picked === undefined ? refused : toBackend(cells, picked)
}

function connect(cells: Cells, place: Place, ip: string, port: number): Connected {
  if (ip.startsWith('127.') || ip === '::1') return toListener(cells, place.ips[0] ?? '', port)
  if (ip === outside) return { ok: true }
  const service = serviceAt(cells, ip)
  return service === undefined ? toListener(cells, ip, port) : throughRules(cells, place, service, port)
}

/** What comes of a call, as things are now. */
export function networkAnswer(cells: Cells, place: Place, call: NetworkCall): NetworkAnswer {
  const found = resolve(cells, place, call.host)
  if (call.call === 'resolve' || !found.ok) return found
  const [first = ''] = found.addresses ?? []
  if (first === kubernetesService.spec.clusterIP) {
    if (cells.read(cutKey(place.node)) !== undefined) return silent
    if (call.port !== 443) return refused
    return call.call === 'http' ? apiAnswer(cells, call) : { ok: true }
  }
  const connected = connect(cells, place, first, call.port)
  if (!connected.ok) return connected
  if (call.call !== 'http') return { ok: true }
  const { at } = connected
  return at === undefined ? { ok: true, status: 200, body: '' } : pageAt(cells, at.ip, at.port, call.path)
}
