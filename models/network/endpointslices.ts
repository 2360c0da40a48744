/**
 * Models: staging/src/k8s.io/endpointslice/utils.go (newEndpointSlice, setEndpointSliceLabels, ownedBy,
 *   getSliceToFill), trafficdist/trafficdist.go (ReconcileHints)
 * Reads: nothing (it is handed the objects)
 * Writes: nothing
 * Omits: the trigger time annotation; hints of `service.kubernetes.io/topology-mode: Auto`, which need the shares of all
 *   zones: such Services get none
 */
import type { Endpoint, EndpointPort, EndpointSlice, Labels, Service } from '#api/types'
import { newControllerRef } from '#api/meta'
import { equal } from '#kernel/value'
import type { AddressType } from './endpoints.js'

export const controllerName = 'endpointslice-controller.k8s.io'
export const serviceNameLabel = 'kubernetes.io/service-name'
export const managedByLabel = 'endpointslice.kubernetes.io/managed-by'
export const headlessLabel = 'service.kubernetes.io/headless'

const reserved: ReadonlySet<string> = new Set([serviceNameLabel, managedByLabel, headlessLabel])

/** A slice before the API server has named it. */
export type NewSlice = Omit<EndpointSlice, 'metadata'> & { readonly metadata: Partial<EndpointSlice['metadata']> }

/** `namespace/name` of the Service that a slice is of; `undefined` without the label. */
export const serviceOf = ({ metadata }: EndpointSlice): string | undefined => {
  const name = metadata.labels?.[serviceNameLabel] ?? ''
  return name === '' ? undefined : `${metadata.namespace}/${name}`
}

export const isManaged = ({ metadata }: EndpointSlice): boolean => metadata.labels?.[managedByLabel] === controllerName

export const ownedBy = (slice: EndpointSlice, { metadata }: Service): boolean =>
  (slice.metadata.ownerReferences ?? []).some(({ uid, kind, apiVersion }) =>
    uid === metadata.uid && kind === 'Service' && apiVersion === 'v1')

const unreserved = (labels: Labels | undefined): Labels =>
  Object.fromEntries(Object.entries(labels ?? {}).filter(([name]) => !reserved.has(name)))

/** The labels that a slice of this Service has. */
export function sliceLabels({ metadata, spec }: Service): Labels {
  const isHeadless = spec.clusterIP === undefined || spec.clusterIP === '' || spec.clusterIP === 'None'
  return {
    ...unreserved(metadata.labels),
    ...(isHeadless ? { [headlessLabel]: '' } : {}),
    [serviceNameLabel]: metadata.name,
    [managedByLabel]: controllerName,
  }
}

/** Whether the Service's own labels differ from the slice's; the reserved ones do not count. */
export const labelsChanged = (slice: EndpointSlice, { metadata }: Service): boolean =>
  !equal(unreserved(slice.metadata.labels), unreserved(metadata.labels))

export const newEndpointSlice = (
  service: Service, addressType: AddressType, ports: readonly EndpointPort[], endpoints: readonly Endpoint[] = [],
): NewSlice => ({
  apiVersion: 'discovery.k8s.io/v1',
  kind: 'EndpointSlice',
  metadata: {
    generateName: `${service.metadata.name}-`,
    namespace: service.metadata.namespace,
    labels: sliceLabels(service),
    ownerReferences: [newControllerRef(service)],
  },
  addressType,
  endpoints,
  ports,
})

/** Of some slices the one that will be closest to full with so many more; `undefined` where none has the room. */
export function sliceToFill<S extends { readonly endpoints: readonly unknown[] }>(
  slices: readonly S[], count: number, max: number,
): S | undefined {
  let closest: S | undefined
  let least = max
  for (const slice of slices) {
    const left = max - (count + slice.endpoints.length)
    if (left >= 0 && left < least) [closest, least] = [slice, left]
  }
  return closest
}

const close: ReadonlySet<string> = new Set(['PreferClose', 'PreferSameZone', 'PreferSameNode'])

/** What `spec.trafficDistribution` asks for; `''` where it does not count. */
export function trafficDistributionOf({ metadata, spec }: Service): string {
  const mode = metadata.annotations?.['service.kubernetes.io/topology-aware-hints']
    ?? metadata.annotations?.['service.kubernetes.io/topology-mode'] ?? ''
  const wanted = spec.trafficDistribution ?? ''
  return close.has(wanted) && mode !== 'Auto' && mode !== 'auto' ? wanted : ''
}

/** The endpoint with the hints that the Service's traffic distribution asks for; itself where it has them. */
export function withHints(endpoint: Endpoint, distribution: string): Endpoint {
  const isHinted = distribution !== '' && endpoint.conditions?.ready === true
  if (distribution !== '' && !isHinted) return endpoint
  const { hints, ...plain } = endpoint
  const forZones = isHinted && endpoint.zone !== undefined ? [{ name: endpoint.zone }] : undefined
  const forNodes = isHinted && distribution === 'PreferSameNode' && endpoint.nodeName !== undefined
    ? [{ name: endpoint.nodeName }] : undefined
  const wanted = forZones === undefined && forNodes === undefined ? undefined
    : { ...(forZones === undefined ? {} : { forZones }), ...(forNodes === undefined ? {} : { forNodes }) }
  if (equal(hints, wanted)) return endpoint
  return wanted === undefined ? plain : { ...plain, hints: wanted }
}
