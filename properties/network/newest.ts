/** What claims about the network look at: the newest Services and slices, and who can act on them. */
import type { EndpointSlice, Service } from '#api/types'
import type { Cells } from '#kernel/cells'
import { allKey, nameOf, objectKey } from '#machine/objects'
import { Newest } from '#machine/view'
import { reflectorKey } from '#machine/watch'
import { cutKey, downKey } from '#models/client/reflector'
import { headlessLabel } from '#models/network/endpointslices'
import { rulesOf, type Rules } from '#models/network/routes'
import { shouldSkipService } from '#models/network/service-ports'

export const serviceNames = (cells: Cells): readonly string[] => cells.read(allKey('services')) ?? []

export const nodeNames = (cells: Cells): readonly string[] => cells.read(allKey('nodes')) ?? []

/** Whether a node has power and hears from the control plane. */
export const isConnected = (cells: Cells, node: string): boolean =>
  cells.read(cutKey(node)) === undefined && cells.read(downKey(node)) === undefined

export const hasProxy = (cells: Cells, node: string): boolean =>
  cells.read(reflectorKey(`kube-proxy/${node}`, 'endpointslices')) !== undefined

export const hasSliceController = (cells: Cells): boolean =>
  cells.read(reflectorKey('kube-controller-manager/endpointslice', 'endpointslices')) !== undefined

/** Every slice of a Service, whoever made it. */
export const slicesOf = (cells: Cells, service: string): readonly EndpointSlice[] =>
  new Newest(cells).list('endpointslices', 'service', service)

const isProxied = ({ addressType, metadata }: EndpointSlice): boolean =>
  addressType === 'IPv4' && metadata.labels?.[headlessLabel] === undefined

/** The rules that a proxy would have that knows everything; none for a Service that is not proxied. */
export function newestRules(cells: Cells, service: string, node: string): Rules | undefined {
  const object = cells.read(objectKey('services', service))
  if (object === undefined || shouldSkipService(object)) return undefined
  const zone = cells.read(objectKey('nodes', node))?.metadata.labels?.['topology.kubernetes.io/zone'] ?? ''
  return rulesOf(object, slicesOf(cells, service).filter(isProxied), zone)
}

/** Whether the EndpointSlice controller looks after the Service. */
export function isSelecting(cells: Cells, service: Service): boolean {
  const home = cells.read(objectKey('namespaces', service.metadata.namespace))
  return service.spec.type !== 'ExternalName' && Object.keys(service.spec.selector ?? {}).length > 0
    && (service.metadata.deletionTimestamp ?? null) === null && (home?.metadata.deletionTimestamp ?? null) === null
}

export const serviceText = (service: Service): string => `Service ${nameOf(service)}`
