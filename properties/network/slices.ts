/** What EndpointSlices say in the end. */
import type { Endpoint, EndpointSlice, Pod, Service } from '#api/types'
import { isPodReady } from '#api/pods'
import { compileLabelMap } from '#api/selectors'
import type { Finally, Finding, Judging } from '#checker/claim'
import type { Cells } from '#kernel/cells'
import { nameOf, objectKey } from '#machine/objects'
import { Newest } from '#machine/view'
import {
  addressesOf, addressTypesOf, endpointKey, endpointsEqualBeyondHash, portMapKey, shouldPodBeInEndpoints,
} from '#models/network/endpoints'
import { isManaged } from '#models/network/endpointslices'
import { desiredEndpoints, maxEndpointsPerSlice, type Surroundings } from '#models/network/endpointslice-reconciler'
import { hasSliceController, isSelecting, serviceNames, serviceText, slicesOf } from './newest.js'

const selectedPods = (cells: Cells, service: Service): readonly Pod[] => {
  const matches = compileLabelMap(service.spec.selector ?? {})
  return new Newest(cells).list('pods', 'namespace', service.metadata.namespace)
    .filter(({ metadata }) => matches(metadata.labels))
}

const nodesIn = (cells: Cells): Surroundings => ({
  zoneOf: (name) => {
    const node = cells.read(objectKey('nodes', name))
    return node === undefined ? undefined : node.metadata.labels?.['topology.kubernetes.io/zone'] ?? ''
  },
})

/** The Service where the controller is there and looks after it; its own slices. */
function subject({ cells }: Judging, name: string): readonly [Service, readonly EndpointSlice[]] | undefined {
  const service = cells.read(objectKey('services', name))
  if (service === undefined || !isSelecting(cells, service) || !hasSliceController(cells)) return undefined
  return [service, slicesOf(cells, name).filter(isManaged)]
}

const describe = ({ addresses, targetRef, conditions }: Endpoint): string =>
  `${addresses.join(', ')} of pod ${targetRef?.name ?? '?'} (ready ${String(conditions?.ready ?? true)}, ` +
  `serving ${String(conditions?.serving ?? true)}, terminating ${String(conditions?.terminating ?? false)})`

/** The first thing in which slices of one set of ports differ from what they should list. */
function difference(wanted: ReadonlyMap<string, Endpoint>, slices: readonly EndpointSlice[]): string | undefined {
  const listed = new Map<string, Endpoint>()
  for (const slice of slices) {
    const { length } = slice.endpoints
    if (length > maxEndpointsPerSlice) return `slice ${slice.metadata.name} has ${length} endpoints`
    for (const endpoint of slice.endpoints) {
      const key = endpointKey(endpoint)
      if (listed.has(key)) return `they list ${describe(endpoint)} twice`
      if (!wanted.has(key)) return `they list ${describe(endpoint)}, which should not be there`
      listed.set(key, endpoint)
    }
  }
  for (const [key, endpoint] of wanted) {
    const found = listed.get(key)
    if (found === undefined) return `they lack ${describe(endpoint)}`
    if (!endpointsEqualBeyondHash(found, endpoint)) return `they list ${describe(found)} instead of ${describe(endpoint)}`
  }
  return undefined
}

export const slicesConverge: Finally = {
  kind: 'finally',
  name: 'slices-converge',
  title: 'In the end the EndpointSlices of a Service list each of its pods once, as it is, and nothing else.',
  source: 'staging/src/k8s.io/endpointslice/reconciler.go; KEP-752',
  subjects: serviceNames,
  check(judging, name, ending) {
    const found = ending === 'quiescent' ? subject(judging, name) : undefined
    if (found === undefined) return undefined
    const [service, slices] = found
    const pods = selectedPods(judging.cells, service)
    for (const type of addressTypesOf(service)) {
      const { groups } = desiredEndpoints(service, pods, type, nodesIn(judging.cells))
      const keys = new Set([...groups.keys(), ...slices.map(({ ports }) => portMapKey(ports))])
      for (const key of keys) {
        const own = slices.filter((slice) => slice.addressType === type && portMapKey(slice.ports) === key)
        const what = difference(groups.get(key)?.endpoints ?? new Map(), own)
        if (what !== undefined) return finding(service, slices, `its EndpointSlices are wrong for good: ${what}`)
      }
    }
    return pods.length === 0 ? undefined : 'held'
  },
}

const finding = (service: Service, slices: readonly EndpointSlice[], what: string, pod?: Pod): Finding => ({
  message: `${serviceText(service)}: ${what}`,
  objects: [serviceText(service), ...(pod === undefined ? [] : [`Pod ${nameOf(pod)}`])],
  cells: [
    ...(pod === undefined ? [] : [objectKey('pods', nameOf(pod))]),
    ...slices.map((slice) => objectKey('endpointslices', nameOf(slice))), objectKey('services', nameOf(service)),
  ],
})

export const endpointReadyIsRouted: Finally = {
  kind: 'finally',
  name: 'endpoint-ready-is-routed',
  title: 'A pod that is Ready is listed as ready, in the end, by the EndpointSlices of each Service that selects it.',
  source: 'kubernetes/kubernetes#125638; pkg/controller/endpointslice/endpointslice_controller.go (StaleSlices)',
  subjects: serviceNames,
  check(judging, name, ending) {
    const found = ending === 'quiescent' ? subject(judging, name) : undefined
    if (found === undefined) return undefined
    const [service, slices] = found
    const { zoneOf } = nodesIn(judging.cells)
    const types = addressTypesOf(service)
    const ready = new Set(slices.flatMap(({ endpoints }) => endpoints)
      .filter(({ conditions }) => conditions?.ready === true)
      .flatMap(({ addresses, targetRef }) => addresses.map((ip) => `${targetRef?.uid ?? ''} ${ip}`)))
    let isExercised = false
    for (const pod of selectedPods(judging.cells, service)) {
      const isListed = shouldPodBeInEndpoints(pod) && zoneOf(pod.spec.nodeName ?? '') !== undefined
      if (!isListed || !isPodReady(pod) || (pod.metadata.deletionTimestamp ?? null) !== null) continue
      isExercised = true
      const ip = addressesOf(pod)
        .filter((address) => types.includes(address.includes(':') ? 'IPv6' : 'IPv4'))
        .find((address) => !ready.has(`${pod.metadata.uid} ${address}`))
      if (ip !== undefined) {
        const what = `pod ${pod.metadata.name} is Ready, but no EndpointSlice lists ${ip} as ready, for good`
        return finding(service, slices, what, pod)
      }
    }
    return isExercised ? 'held' : undefined
  },
}
