/**
 * Models: staging/src/k8s.io/endpointslice/reconciler.go (Reconcile, reconcileByAddressType,
 *   reconcileByPortMapping, finalize)
 * Reads: nothing (it is handed the objects)
 * Writes: nothing
 * Omits: upstream goes through endpoints and slices in random order where it fills slices up: here first come, first
 *   placed
 */
import type { Endpoint, EndpointPort, EndpointSlice, Pod, Service } from '#api/types'
import { equal } from '#kernel/value'
import { nameOf } from '#machine/objects'
import type { Call } from '#machine/process'
import {
  addressTypesOf, endpointKey, endpointPortsOf, endpointsEqualBeyondHash, podToEndpoint, portMapKey,
  shouldPodBeInEndpoints, type AddressType,
} from './endpoints.js'
import {
  labelsChanged, newEndpointSlice, ownedBy, sliceLabels, sliceToFill, trafficDistributionOf, withHints, type NewSlice,
} from './endpointslices.js'

/** `--max-endpoints-per-slice` */
export const maxEndpointsPerSlice = 100

/** An existing slice as it will be; `base` is the cached copy, absent where a slice is taken over for another use. */
export interface Change {
  readonly name: string
  readonly base?: EndpointSlice
  readonly slice: NewSlice
}

export interface Changes {
  readonly create: readonly NewSlice[]
  readonly update: readonly Change[]
  readonly remove: readonly EndpointSlice[]
}

interface Draft {
  readonly slice: EndpointSlice
  endpoints: Endpoint[]
  isChanged: boolean
}

/**
 * Fits the desired endpoints of one set of ports into slices: those that are in their slice already stay there, the
 * rest goes into slices that change anyway, then into one with room for all, then into new ones.
 */
export function reconcileByPortMapping(
  service: Service, existing: readonly EndpointSlice[], desired: ReadonlyMap<string, Endpoint>,
  type: AddressType, ports: readonly EndpointPort[], max = maxEndpointsPerSlice,
): Changes {
  const left = new Map(desired)
  const drafts: Draft[] = []
  const remove: EndpointSlice[] = []
  for (const slice of existing) {
    const kept: Endpoint[] = []
    let isUpdated = false
    for (const endpoint of slice.endpoints) {
      const key = endpointKey(endpoint)
      const got = left.get(key)
      if (got === undefined) continue
      kept.push(got)
      isUpdated ||= !endpointsEqualBeyondHash(got, endpoint)
      left.delete(key)
    }
    isUpdated ||= kept.length !== slice.endpoints.length
    if (isUpdated && kept.length === 0) remove.push(slice)
    else if (isUpdated || labelsChanged(slice, service)) {
      drafts.push({ slice, endpoints: isUpdated ? kept : [...slice.endpoints], isChanged: true })
    } else drafts.push({ slice, endpoints: [...slice.endpoints], isChanged: false })
  }

  const rest = [...left.values()]
  const fullestFirst = drafts.filter(({ isChanged }) => isChanged)
    .sort((a, b) => b.endpoints.length - a.endpoints.length)
  for (const draft of fullestFirst) draft.endpoints.push(...rest.splice(0, Math.max(0, max - draft.endpoints.length)))

  const create: NewSlice[] = []
  while (rest.length > 0) {
    const unchanged = drafts.filter(({ isChanged }) => !isChanged)
    const draft = rest.length < max ? sliceToFill(unchanged, rest.length, max) : undefined
    if (draft === undefined) create.push(newEndpointSlice(service, type, ports, rest.splice(0, max)))
    else {
      draft.endpoints.push(...rest.splice(0, max - draft.endpoints.length))
      draft.isChanged = true
    }
  }
  const labels = sliceLabels(service)
  const update = drafts.filter(({ isChanged }) => isChanged).map(({ slice, endpoints }) =>
    ({ name: nameOf(slice), base: slice, slice: { ...slice, metadata: { ...slice.metadata, labels }, endpoints } }))
  return { create, update, remove }
}

/** What there is to know of the cluster beside the Service, its pods and its slices. */
export interface Surroundings {
  /** `--max-endpoints-per-slice`, where it is not as usual. */
  readonly max?: number
  /** The zone of a node, `''` where it has none; `undefined` where the cache has no such node. */
  readonly zoneOf: (node: string) => string | undefined
}

interface Group {
  readonly ports: readonly EndpointPort[]
  readonly endpoints: Map<string, Endpoint>
}

/** The endpoints that the pods should be, by their ports; and whether a pod was left out for want of its node. */
export function desiredEndpoints(
  service: Service, pods: readonly Pod[], type: AddressType, { zoneOf }: Surroundings,
): { readonly groups: ReadonlyMap<string, Group>; readonly hasSkipped: boolean } {
  const groups = new Map<string, Group>()
  const hasNamedPorts = (service.spec.ports ?? []).some(({ targetPort }) => typeof targetPort === 'string')
  let last: Group | undefined
  let hasSkipped = false
  for (const pod of pods) {
    if (!shouldPodBeInEndpoints(pod)) continue
    let group = hasNamedPorts ? undefined : last
    if (group === undefined) {
      const ports = endpointPortsOf(service, pod)
      const key = portMapKey(ports)
      group = groups.get(key)
      if (group === undefined) groups.set(key, group = { ports, endpoints: new Map() })
      last = group
    }
    const zone = zoneOf(pod.spec.nodeName ?? '')
    if (zone === undefined && service.spec.publishNotReadyAddresses !== true) {
      hasSkipped = true
      continue
    }
    const endpoint = podToEndpoint(pod, zone ?? '', service, type)
    if (endpoint.addresses.length > 0) group.endpoints.set(endpointKey(endpoint), endpoint)
  }
  return { groups, hasSkipped }
}

const isPlaceholder = (slice: EndpointSlice, { metadata, addressType }: NewSlice): boolean =>
  slice.endpoints.length === 0 && slice.ports.length === 0 && slice.addressType === addressType
  && equal(slice.metadata.labels, metadata.labels) && equal(slice.metadata.ownerReferences, metadata.ownerReferences)

/** reconcileByAddressType, up to the calls that follow. */
function changesOf(
  service: Service, pods: readonly Pod[], existing: readonly EndpointSlice[], type: AddressType, around: Surroundings,
): Changes & { readonly hasSkipped: boolean } {
  const byPorts = new Map<string, EndpointSlice[]>()
  const create: NewSlice[] = []
  const update: Change[] = []
  const remove: EndpointSlice[] = []
  for (const slice of existing) {
    if (!ownedBy(slice, service)) remove.push(slice)
    else byPorts.set(portMapKey(slice.ports), [...byPorts.get(portMapKey(slice.ports)) ?? [], slice])
  }
  const { groups, hasSkipped } = desiredEndpoints(service, pods, type, around)
  for (const [key, { ports, endpoints }] of groups) {
    const changes = reconcileByPortMapping(service, byPorts.get(key) ?? [], endpoints, type, ports, around.max)
    create.push(...changes.create)
    update.push(...changes.update)
    remove.push(...changes.remove)
  }
  for (const [key, slices] of byPorts) if (!groups.has(key)) remove.push(...slices)
  if (existing.length === remove.length && create.length === 0) {
    const placeholder = newEndpointSlice(service, type, [])
    if (remove.length === 1 && remove[0] !== undefined && isPlaceholder(remove[0], placeholder)) remove.length = 0
    else create.push(placeholder)
  }
  return { ...hinted(service, existing, { create, update, remove }), hasSkipped }
}

/** ReconcileHints: of what is created and updated, and of what would not change otherwise. */
function hinted(service: Service, existing: readonly EndpointSlice[], { create, update, remove }: Changes): Changes {
  const distribution = trafficDistributionOf(service)
  const withAll = <S extends NewSlice>(slice: S): S => {
    const endpoints = slice.endpoints.map((endpoint) => withHints(endpoint, distribution))
    return endpoints.every((endpoint, index) => endpoint === slice.endpoints[index]) ? slice : { ...slice, endpoints }
  }
  const touched = new Set([...update.map(({ name }) => name), ...remove.map(nameOf)])
  const corrected: Change[] = []
  for (const slice of existing) {
    if (touched.has(nameOf(slice))) continue
    const after = withAll(slice)
    if (after !== slice) corrected.push({ name: nameOf(slice), base: slice, slice: after })
  }
  return {
    create: create.map(withAll),
    update: [...update.map((change) => ({ ...change, slice: withAll(change.slice) })), ...corrected],
    remove,
  }
}

/** Calls that are made one after the other; the first that fails ends its group. */
export type Plan = readonly (readonly Call[])[]

const removal = (slice: EndpointSlice): Call => ({ verb: 'delete', resource: 'endpointslices', key: nameOf(slice) })

/** finalize: what would be deleted is used for what would be created; then creations, updates and deletions. */
export function finalize(service: Service, changes: Changes): readonly Call[] {
  const create = [...changes.create]
  const update = [...changes.update]
  const remove: EndpointSlice[] = []
  for (const slice of changes.remove) {
    const instead = create.at(-1)
    if (instead === undefined || slice.addressType !== instead.addressType || !ownedBy(slice, service)) {
      remove.push(slice)
    } else {
      create.pop()
      const metadata = { ...instead.metadata, name: slice.metadata.name }
      update.push({ name: nameOf(slice), slice: { ...instead, metadata } })
    }
  }
  const isDeleted = (service.metadata.deletionTimestamp ?? null) !== null
  return [
    ...(isDeleted ? [] : create).map((body): Call =>
      ({ verb: 'create', resource: 'endpointslices', key: service.metadata.namespace, body })),
    ...update.map(({ name, base, slice }): Call => ({
      verb: 'update', resource: 'endpointslices', key: name, body: slice, ...(base === undefined ? {} : { base }),
    })),
    ...remove.map(removal),
  ]
}

/** Everything that one sync of a Service will ask the API server for. */
export function reconcile(
  service: Service, pods: readonly Pod[], existing: readonly EndpointSlice[], around: Surroundings,
): { readonly plan: Plan; readonly hasSkipped: boolean } {
  const types = addressTypesOf(service)
  const plan: (readonly Call[])[] = []
  let hasSkipped = false
  for (const type of types) {
    const changes = changesOf(service, pods, existing.filter(({ addressType }) => addressType === type), type, around)
    plan.push(finalize(service, changes))
    hasSkipped ||= changes.hasSkipped
  }
  for (const slice of existing) if (!types.includes(slice.addressType)) plan.push([removal(slice)])
  return { plan: plan.filter((calls) => calls.length > 0), hasSkipped }
}
