import { expect, it } from 'vitest'
import type { LoadedObject } from '#api/manifests/load'
import type { JsonObject } from '#api/types'
import { noConfiguration, parseConfiguration } from '#cli/configuration'
import { inputText } from '#cli/input-text'
import { unknownImagesOf } from '#cli/unknown-images'

const given = (kind: string, spec: JsonObject): LoadedObject => ({
  object: { kind, spec }, kind, apiVersion: 'v1', name: 'web', namespace: 'default', isBuiltIn: true, file: 'web.yaml',
  locate: () => ({ line: 1, column: 1 }),
} as unknown as LoadedObject) // of which nothing else is read

const pod = (...images: readonly string[]): JsonObject =>
  ({ initContainers: [{ image: images[0] ?? 'busybox' }], containers: images.slice(1).map((image) => ({ image })) })

const loaded = [
  given('Pod', pod('busybox:1.36', 'shop/orders:v1', 'shop/orders:v2')),
  given('Deployment', { template: { spec: pod('shop/orders:v1', 'docker.io/example/web', 'nginx@sha256:0') } }),
]

it('An image that nobody knows is named once, whatever its tags', () => {
  expect(unknownImagesOf(loaded, noConfiguration)).toEqual(['example/web', 'shop/orders'])
})

it('One that has an entry or a profile is known', () => {
  const { configuration } = parseConfiguration(
    'images: { "example/*": {} }\nprofiles: { "shop/*": { startSeconds: 2 } }', 'orrery.yaml', [])
  expect(unknownImagesOf(loaded, configuration)).toEqual([])
})

it('A report lists them', () => {
  expect(inputText({ notModelled: [], assumed: [], unknownImages: ['example/web', 'shop/orders'] })).toEqual([
    'Images that nothing is known of, taken to behave well (docs/images.md):\n  example/web, shop/orders'])
  expect(inputText({ notModelled: [], assumed: [] })).toEqual([])
})
