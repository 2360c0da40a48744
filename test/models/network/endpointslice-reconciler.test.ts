import { describe, expect, test } from 'vitest'
import type { EndpointSlice, Pod, Service } from '#api/types'
import type { Call } from '#machine/process'
import { nameOf } from '#machine/objects'
import { podToEndpoint, endpointPortsOf } from '#models/network/endpoints'
import { newEndpointSlice } from '#models/network/endpointslices'
import { finalize, reconcile, type Surroundings } from '#models/network/endpointslice-reconciler'
import { podObject, readiness, serviceObject } from './cluster.js'

const service = (spec: Partial<Service['spec']> = {}, metadata: Partial<Service['metadata']> = {}): Service => {
  const made = serviceObject('web', { clusterIP: '10.96.4.1', ipFamilies: ['IPv4'], ...spec }) as Service // written in full
  return { ...made, metadata: { ...made.metadata, uid: 'Service:default/web', ...metadata } }
}

const pod = (index: number, isReady = true, node = 'node-1'): Pod => {
  const made = podObject(`web-${index}`, 'web', node) as Pod // written in full
  return {
    ...made,
    metadata: { ...made.metadata, uid: `Pod:default/web-${index}` },
    status: { phase: 'Running', podIPs: [{ ip: `10.0.${index >> 8}.${index & 255}` }], conditions: readiness(isReady) },
  }
}

const pods = (from: number, to: number): readonly Pod[] =>
  Array.from({ length: to - from }, (_, index) => pod(from + index, index % 3 !== 0))

const slice = (name: string, of: readonly Pod[], owner = service()): EndpointSlice => {
  const ports = of[0] === undefined ? [] : endpointPortsOf(owner, of[0])
  const made = newEndpointSlice(owner, 'IPv4', ports, of.map((one) => podToEndpoint(one, '', owner, 'IPv4')))
  return { ...made, metadata: { ...made.metadata, name, namespace: 'default', uid: `EndpointSlice:default/${name}` } }
}

const oneNode: Surroundings = { zoneOf: (name) => (name === 'node-1' ? '' : undefined) }

/** The slices after the calls took effect, and how often each verb was used. */
function carryOut(existing: readonly EndpointSlice[], calls: readonly Call[]) {
  const slices = new Map(existing.map((one) => [nameOf(one), one]))
  const verbs: string[] = []
  for (const { verb, key, body } of calls) {
    verbs.push(verb)
    const sent = body as EndpointSlice // these are calls about slices
    if (verb === 'delete') slices.delete(key)
    else slices.set(verb === 'update' ? key : `new-${slices.size}`, sent)
  }
  return { slices: [...slices.values()], verbs, lengths: [...slices.values()].map(({ endpoints }) => endpoints.length).sort() }
}

const after = (owner: Service, of: readonly Pod[], existing: readonly EndpointSlice[], around = oneNode) => {
  const { plan, hasSkipped } = reconcile(owner, of, existing, around)
  return { ...carryOut(existing, plan.flat()), hasSkipped }
}

const sorted = (lengths: readonly number[]): readonly number[] => [...lengths].sort()

// Rewritten from endpointslice/reconciler_test.go.
describe('how endpoints are fitted into slices', () => {
  test('a Service without pods has a placeholder, once', () => {
    const first = after(service(), [], [])
    expect(first.verbs).toEqual(['create'])
    expect(first.slices[0]).toMatchObject({ endpoints: [], ports: [] })
    const stored = { ...first.slices[0]!, metadata: { ...first.slices[0]!.metadata, name: 'web-0', uid: 'x' } }
    expect(after(service(), [], [stored]).verbs).toEqual([])
  })

  test('many pods fill slices one after the other', () => {
    const { verbs, lengths } = after(service(), pods(0, 250), [])
    expect(verbs).toEqual(['create', 'create', 'create'])
    expect(lengths).toEqual(sorted([100, 100, 50]))
  })

  test.each([
    [50, [50, 50, 50, 50, 50]], [80, [80, 80, 80, 10]], [150, [150, 100]], [250, [250]], [500, [250]],
  ])('at most %i endpoints a slice', (max, lengths) => {
    expect(after(service(), pods(0, 250), [], { ...oneNode, max }).lengths).toEqual(sorted(lengths))
  })

  test('a new full slice, and the rest into the slice that it fits best', () => {
    const all = pods(0, 250)
    const quarter = (from: number): readonly Pod[] => all.filter((_, index) => index < 246 && index % 4 === from)
    const existing = [slice('web-0', quarter(1)), slice('web-1', quarter(3))]
    const { verbs, lengths } = after(service(), all, existing)
    expect(verbs).toEqual(['create', 'update'])
    expect(lengths).toEqual(sorted([89, 61, 100]))
  })

  test('slices that change anyway are filled up first, the fullest of them', () => {
    const before = [...Array.from({ length: 80 }, (_, i) => pod(i)), ...Array.from({ length: 20 }, (_, i) => pod(100 + i))]
    const existing = [slice('web-0', before.slice(0, 80)), slice('web-1', before.slice(80))]
    const changed = before.map((one, index) => (index % 10 === 0 ? pod(index < 80 ? index : index + 20, false) : one))
    const { verbs, lengths } = after(service(), [...changed, ...Array.from({ length: 15 }, (_, i) => pod(200 + i))], existing)
    expect(verbs).toEqual(['update', 'update'])
    expect(lengths).toEqual(sorted([95, 20]))
  })

  test('another target port means other slices, which take the place of the old ones', () => {
    const all = pods(0, 300)
    const existing = Array.from({ length: 10 }, (_, i) => slice(`web-${i}`, all.slice(i * 30, i * 30 + 30)))
    expect(after(service(), all, existing).verbs).toEqual([])
    const moved = service({ ports: [{ name: 'http', protocol: 'TCP', port: 80, targetPort: 81 }] })
    const { verbs, lengths } = after(moved, all, existing)
    expect(verbs).toEqual([...Array<string>(3).fill('update'), ...Array<string>(7).fill('delete')])
    expect(lengths).toEqual([100, 100, 100])
  })

  test('pods whose named port differs are in slices of their own', () => {
    const named = service({ ports: [{ name: '', protocol: 'TCP', port: 80, targetPort: 'http' }] })
    const all = pods(0, 300).map((one, index): Pod => ({
      ...one,
      spec: {
        ...one.spec,
        containers: [{ ...one.spec.containers[0]!, ports: [{ name: 'http', containerPort: 8080 + index % 5, protocol: 'TCP' }] }],
      },
    }))
    const { slices, lengths } = after(named, all, [])
    expect(lengths).toEqual([60, 60, 60, 60, 60])
    expect(slices.map(({ ports }) => ports[0]?.port)).toEqual([8080, 8081, 8082, 8083, 8084])
  })

  test('nothing changes where nothing changed', () => {
    const all = pods(0, 30)
    expect(after(service(), all, [slice('web-0', all)]).verbs).toEqual([])
  })

  test('a pod that is no longer there leaves its slice; an empty slice becomes the placeholder', () => {
    const all = pods(0, 3)
    const fewer = after(service(), all.slice(1), [slice('web-0', all)])
    expect([fewer.verbs, fewer.lengths]).toEqual([['update'], [2]])
    const none = after(service(), [], [slice('web-0', all)])
    expect([none.verbs, none.slices[0]?.ports]).toEqual([['update'], []])
  })

  test('labels of the Service are carried over', () => {
    const all = pods(0, 3)
    const labelled = service({}, { labels: { team: 'a' } })
    const { verbs, slices } = after(labelled, all, [slice('web-0', all)])
    expect(verbs).toEqual(['update'])
    expect(slices[0]?.metadata.labels).toMatchObject({ team: 'a' })
  })

  test('slices of a former Service of that name are deleted, not used', () => {
    const all = pods(0, 3)
    const former = slice('web-0', all, service({}, { uid: 'Service:default/web~0' }))
    expect(after(service(), all, [former]).verbs).toEqual(['create', 'delete'])
  })

  test('slices of a family that the Service has not are deleted', () => {
    const all = pods(0, 3)
    const other: EndpointSlice = { ...slice('web-1', []), addressType: 'IPv6' }
    const { verbs, slices } = after(service(), all, [slice('web-0', all), other])
    expect(verbs).toEqual(['delete'])
    expect(slices.map(({ addressType }) => addressType)).toEqual(['IPv4'])
  })

  // TestReconcilerPodMissingNode
  test('a pod of a node that the cache lacks is left out and the sync fails, unless unready addresses are published', () => {
    const all = [pod(0), pod(1, true, 'node-9')]
    const left = after(service(), all, [])
    expect([left.lengths, left.hasSkipped]).toEqual([[1], true])
    const published = after(service({ publishNotReadyAddresses: true }), all, [])
    expect([published.lengths, published.hasSkipped]).toEqual([[2], false])
  })

  // TestReconcilerFinalizeSvcDeletionTimestamp
  test('a Service that is being deleted gets no new slices', () => {
    const changes = { create: [newEndpointSlice(service(), 'IPv4', [])], update: [], remove: [] }
    expect(finalize(service({}, { deletionTimestamp: 'set' }), changes)).toEqual([])
    expect(finalize(service(), changes).map(({ verb }) => verb)).toEqual(['create'])
    const reused = finalize(service({}, { deletionTimestamp: 'set' }), { ...changes, remove: [slice('web-0', [])] })
    expect(reused.map(({ verb, base }) => [verb, base])).toEqual([['update', undefined]])
  })

  // TestReconcile_TrafficDistribution
  test('close traffic is hinted, in slices that would not change otherwise too', () => {
    const all = pods(0, 3)
    const around: Surroundings = { zoneOf: () => 'zone-a' }
    const zoned = after(service(), all, [], around).slices
    const stored = zoned.map((one) => ({ ...one, metadata: { ...one.metadata, name: 'web-0', uid: 'x' } }))
    const { verbs, slices } = after(service({ trafficDistribution: 'PreferClose' }), all, stored, around)
    expect(verbs).toEqual(['update'])
    expect(slices[0]?.endpoints.map(({ hints }) => hints?.forZones?.[0]?.name)).toEqual([undefined, 'zone-a', 'zone-a'])
  })
})
