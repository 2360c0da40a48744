import { describe, expect, test } from 'vitest'
import type { EndpointSlice } from '#api/types'
import { PlainStore } from '#kernel/plain-store'
import { World } from '#cluster/world'
import { objectKey } from '#machine/objects'
import { View } from '#machine/view'
import { watchKey } from '#machine/watch'
import {
  expectDeletion, forgetService, handleDeletion, shouldSync, staleSlices, trackedKey, trackWrite,
} from '#models/network/endpointslice-tracker'

const process = 'kube-controller-manager/endpointslice'
const service = 'ns1/svc1'

const slice = (name: string, ready = true): EndpointSlice => ({
  apiVersion: 'discovery.k8s.io/v1', kind: 'EndpointSlice', addressType: 'IPv4', ports: [],
  metadata: { name, uid: `uid of ${name}`, namespace: 'ns1', labels: { 'kubernetes.io/service-name': 'svc1' } },
  endpoints: [{ addresses: ['10.0.0.1'], conditions: { ready } }],
})

const older = slice('example-1')
const newer = slice('example-1', false)

/** A World in which the controller's cache has `cached`, and `stored` is what etcd has. */
function world(cached?: EndpointSlice, stored = cached): World {
  const made = World.over(new PlainStore(), [])
  if (stored !== undefined) made.write(objectKey('endpointslices', 'ns1/example-1'), stored)
  if (stored !== cached) {
    made.write(watchKey(process, 'endpointslices'), [{
      type: cached === undefined ? 'ADDED' : 'MODIFIED', resource: 'endpointslices', key: 'ns1/example-1',
      ...(cached === undefined ? {} : { old: cached }), object: stored,
    }])
  }
  return made
}

const stale = (in_: World, cached: readonly EndpointSlice[]): boolean => staleSlices(new View(in_, process), service, cached)

// Rewritten from endpointslice/util/endpointslice_tracker_test.go (TestEndpointSliceTrackerStaleSlices).
describe('the cached slices are stale', () => {
  test('not where nothing is tracked', () => {
    expect(stale(world(older), [older])).toBe(false)
    expect(stale(world(), [])).toBe(false)
  })

  test('not where the cache has what was written last', () => {
    const in_ = world(older)
    trackWrite(in_, process, service, older)
    expect(stale(in_, [older])).toBe(false)
  })

  test('where what was written last is still on its way', () => {
    const in_ = world(older, newer)
    trackWrite(in_, process, service, newer)
    expect(stale(in_, [older])).toBe(true)
  })

  test('not where somebody else wrote after this controller', () => {
    const in_ = world(newer)
    trackWrite(in_, process, service, older)
    expect(stale(in_, [newer])).toBe(false)
  })

  test('where a slice is still there that was deleted', () => {
    const in_ = world(older)
    expectDeletion(in_, process, service, 'ns1/example-1')
    expect(stale(in_, [older])).toBe(true)
    expect(stale(in_, [])).toBe(false)
  })

  test('where a slice that was written is not there', () => {
    const in_ = world(undefined, older)
    trackWrite(in_, process, service, older)
    expect(stale(in_, [])).toBe(true)
  })
})

// Rewritten from TestEndpointSliceTrackerUpdate and TestEndpointSliceTrackerDeletion.
describe('an event of a slice asks for a sync', () => {
  const syncs = (in_: World, of: EndpointSlice): boolean => shouldSync(new View(in_, process), service, of)

  test('where the slice is not tracked', () => expect(syncs(world(older), older)).toBe(true))

  test('not where it is this controller\'s own last write', () => {
    const in_ = world(older)
    trackWrite(in_, process, service, older)
    expect(syncs(in_, older)).toBe(false)
  })

  test('not where it is older than that', () => {
    const in_ = world(older, newer)
    trackWrite(in_, process, service, newer)
    expect(syncs(in_, older)).toBe(false)
  })

  test('where somebody else wrote it', () => {
    const in_ = world(newer)
    trackWrite(in_, process, service, older)
    expect(syncs(in_, newer)).toBe(true)
  })

  test('where it was to be deleted', () => {
    const in_ = world(older)
    expectDeletion(in_, process, service, 'ns1/example-1')
    expect(syncs(in_, older)).toBe(true)
  })
})

test('a deletion is expected once it was asked for, or the slice was never tracked', () => {
  const in_ = world()
  trackWrite(in_, process, service, older)
  expect(handleDeletion(in_, process, service, 'ns1/example-1')).toBe(false)
  expect(handleDeletion(in_, process, service, 'ns1/example-1')).toBe(true)
  expectDeletion(in_, process, service, 'ns1/example-1')
  expect(handleDeletion(in_, process, service, 'ns1/example-1')).toBe(true)
})

test('a Service that is gone is forgotten', () => {
  const in_ = world()
  trackWrite(in_, process, service, older)
  forgetService(in_, process, service)
  expect(in_.read(trackedKey(process, service))).toBeUndefined()
})
