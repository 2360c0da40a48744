import { describe, expect, test } from 'vitest'
import { imagesKey } from '#models/node/cells'
import { profileKey, type Profile } from '#models/node/profile'
import { createPod, deletePod, node, oneNode, podIn, settleFor, type PodOptions } from '../../support/node.js'
import type { Bench } from '../../support/drive.js'

const withImages = (profiles: Readonly<Record<string, Profile>>, ...pods: readonly PodOptions[]): Bench => {
  const bench = oneNode()
  bench.world.perform((cells) => {
    for (const [image, profile] of Object.entries(profiles)) cells.write(profileKey(image), profile)
  })
  for (const pod of pods) createPod(bench, pod)
  settleFor(bench, 30)
  return bench
}

const using = (name: string, image: string, more: PodOptions = {}): PodOptions =>
  ({ name, containers: [{ image, imagePullPolicy: 'IfNotPresent' }], ...more })

const images = ({ world }: Bench): readonly string[] => world.store.get(imagesKey(node)) as readonly string[]

const waits = (bench: Bench, name: string): unknown => podIn(bench, name)?.status.containerStatuses?.[0]?.state.waiting

describe('Images that nobody uses', () => {
  const profiles = { 'old:1': { imageSize: '50Gi' }, 'new:1': { imageSize: '35700Mi' } }

  test('are removed where 85 % of the disk are used, five minutes later at most', () => {
    const bench = withImages(profiles, using('a', 'old:1'))
    deletePod(bench, 'a', 0)
    createPod(bench, using('b', 'new:1'))
    settleFor(bench, 20)
    expect(images(bench)).toEqual(['old:1', 'new:1'])
    settleFor(bench, 300)
    expect(images(bench)).toEqual(['new:1'])
  })

  test('are removed at once where the disk is full, before any pod is evicted', () => {
    const bench = withImages(profiles, using('a', 'old:1'))
    settleFor(bench, 120)
    deletePod(bench, 'a', 0)
    createPod(bench, using('b', 'new:1', { profile: { disk: '5Gi' } }))
    settleFor(bench, 30)
    expect(images(bench)).toEqual(['new:1'])
    expect(podIn(bench, 'b')?.status.phase).toBe('Running')
  })

  test('stay while some container has them, dead or alive', () => {
    const bench = withImages(profiles, using('a', 'old:1', {
      spec: { restartPolicy: 'Never' }, profile: { exits: { afterSeconds: 1 } },
    }))
    createPod(bench, using('b', 'new:1'))
    settleFor(bench, 700)
    expect(images(bench)).toEqual(['old:1', 'new:1'])
  })

  test('are pulled again when they are needed again', () => {
    const bench = withImages(profiles, using('a', 'old:1'))
    settleFor(bench, 120)
    deletePod(bench, 'a', 0)
    createPod(bench, using('b', 'new:1', { profile: { disk: '5Gi' } }))
    settleFor(bench, 400) // the node is not under pressure any more
    createPod(bench, { name: 'c', containers: [{ image: 'old:1', imagePullPolicy: 'Never' }] })
    settleFor(bench, 5)
    expect(waits(bench, 'c')).toMatchObject({ reason: 'ErrImageNeverPull' })
  })
})

describe('Dead containers of evicted pods', () => {
  test('give their disk back before another pod is evicted', () => {
    const bench = withImages({},
      using('greedy', 'greedy:1', { profile: { disk: '80Gi' } }), using('modest', 'modest:1', { profile: { disk: '8Gi' } }))
    expect(podIn(bench, 'greedy')?.status).toMatchObject({ phase: 'Failed', reason: 'Evicted' })
    settleFor(bench, 400)
    expect(podIn(bench, 'modest')?.status.phase).toBe('Running')
  })
})

// pkg/kubelet/images/image_manager.go (EnsureImageExists)
describe('An image', () => {
  test('without a tag is the same as with the tag latest', () => {
    const bench = withImages({}, using('a', 'nginx:latest'))
    settleFor(bench, 10)
    expect(images(bench)).toEqual(['nginx:latest'])
    createPod(bench, { name: 'c', containers: [{ image: 'nginx', imagePullPolicy: 'Never' }] })
    settleFor(bench, 5)
    expect(podIn(bench, 'c')?.status.phase).toBe('Running')
  })

  test('whose name no registry can know is not pulled', () => {
    const bench = withImages({}, using('a', 'Wrong:1'))
    expect(waits(bench, 'a')).toEqual({
      reason: 'InvalidImageName',
      message: 'Failed to apply default image tag "Wrong:1": couldn\'t parse image name "Wrong:1": '
        + 'invalid reference format: repository name (library/Wrong) must be lowercase',
    })
  })

  test('of a registry that cannot be reached is held back with that reason', () => {
    const bench = withImages({ 'far:1': { pullFails: true, pullError: 'RegistryUnavailable: timeout' } }, using('a', 'far:1'))
    expect(waits(bench, 'a')).toEqual({
      reason: 'ImagePullBackOff',
      message: 'Back-off pulling image "far:1": RegistryUnavailable: image pull failed for far:1 because the registry is '
        + 'unavailable: timeout',
    })
  })
})
