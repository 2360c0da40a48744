import { describe, expect, test } from 'vitest'
import type { Container, Pod } from '#api/types'
import { handle } from '#models/control-plane/api-server'
import { elsewhereKey, environmentProblem, mountProblem } from '#models/node/config-sources'
import { create, get, type Bench } from '../../support/drive.js'
import { conditionOf, createPod, oneNode, podIn, podOn, settleFor } from '../../support/node.js'

const configMap = (data: Readonly<Record<string, string>> = { colour: 'blue' }) => (
  { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'settings', namespace: 'default', uid: '' }, data }) as const
const secret = (data: Readonly<Record<string, string>> = { password: 'c2VjcmV0' }) => (
  { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'keys', namespace: 'default', uid: '' }, type: 'Opaque', data }) as const

const bring = (bench: Bench, ...objects: readonly (ReturnType<typeof configMap> | ReturnType<typeof secret>)[]): void => {
  for (const object of objects) create(bench.world, object.kind === 'Secret' ? 'secrets' : 'configmaps', object)
}

const waiting = (pod: Pod | undefined) => pod?.status.containerStatuses?.[0]?.state.waiting

describe('a container whose variables name a ConfigMap or Secret', () => {
  const rows: readonly (readonly [title: string, container: Partial<Container>, problem: string])[] = [
    ['all of a ConfigMap that is not there', { envFrom: [{ configMapRef: { name: 'gone' } }] }, 'configmap "gone" not found'],
    ['all of a Secret that is not there', { envFrom: [{ secretRef: { name: 'gone' } }] }, 'secret "gone" not found'],
    ['a key of a ConfigMap that is not there', { env: [{ name: 'A', valueFrom: { configMapKeyRef: { name: 'gone', key: 'a' } } }] },
      'configmap "gone" not found'],
    ['a key that a ConfigMap has not', { env: [{ name: 'A', valueFrom: { configMapKeyRef: { name: 'settings', key: 'a' } } }] },
      "couldn't find key a in ConfigMap default/settings"],
    ['a key that a Secret has not', { env: [{ name: 'A', valueFrom: { secretKeyRef: { name: 'keys', key: 'a' } } }] },
      "couldn't find key a in Secret default/keys"],
    ['all before one by one', {
      env: [{ name: 'A', valueFrom: { secretKeyRef: { name: 'keys', key: 'a' } } }], envFrom: [{ secretRef: { name: 'gone' } }],
    }, 'secret "gone" not found'],
  ]
  test.each(rows)('is not started: %s', (_, container, message) => {
    const bench = oneNode()
    bring(bench, configMap(), secret())
    createPod(bench, { containers: [container] })
    settleFor(bench, 5)
    expect(waiting(podIn(bench))).toEqual({ reason: 'CreateContainerConfigError', message })
  })
  test.each<readonly [string, Partial<Container>]>([
    ['that may be absent', { envFrom: [{ configMapRef: { name: 'gone', optional: true } }] }],
    ['whose key may be absent', { env: [{ name: 'A', valueFrom: { secretKeyRef: { name: 'keys', key: 'a', optional: true } } }] }],
    ['that has the key', { env: [{ name: 'A', valueFrom: { secretKeyRef: { name: 'keys', key: 'password' } } }] }],
  ])('is started: one %s', (_, container) => {
    const bench = oneNode()
    bring(bench, secret())
    createPod(bench, { containers: [container] })
    settleFor(bench, 5)
    expect(conditionOf(podIn(bench), 'Ready')).toBe('True')
  })
  test('is started within ten seconds of its coming', () => {
    const bench = oneNode()
    createPod(bench, { containers: [{ envFrom: [{ configMapRef: { name: 'settings' } }] }] })
    settleFor(bench, 5)
    bring(bench, configMap())
    settleFor(bench, 10)
    expect(conditionOf(podIn(bench), 'Ready')).toBe('True')
  })
  test('keeps what it was given: a ConfigMap that goes stops nothing that runs', () => {
    const bench = oneNode()
    bring(bench, configMap())
    createPod(bench, { containers: [{ envFrom: [{ configMapRef: { name: 'settings' } }] }] })
    settleFor(bench, 5)
    bench.world.perform((cells) => void handle(cells, { verb: 'delete', resource: 'configmaps', key: 'default/settings', body: {} }))
    settleFor(bench, 60)
    expect(get(bench.world, 'configmaps', 'default/settings')).toBeUndefined()
    expect(conditionOf(podIn(bench), 'Ready')).toBe('True')
  })
})

describe('a pod whose volumes name a ConfigMap or Secret', () => {
  const settings = { name: 'settings', configMap: { name: 'settings' } }

  test('has no sandbox until it is there, and is tried after half a second, then twice as long', () => {
    const bench = oneNode()
    createPod(bench, { spec: { volumes: [settings] } })
    settleFor(bench, 3)
    expect(podIn(bench)?.status.phase).toBe('Pending')
    expect(waiting(podIn(bench))).toEqual({ reason: 'ContainerCreating' })
    bring(bench, configMap())
    settleFor(bench, 0.4) // tried at 0, 0.5, 1.5 and 3.5 s
    expect(podIn(bench)?.status.podIP).toBeUndefined()
    settleFor(bench, 3)
    expect(conditionOf(podIn(bench), 'Ready')).toBe('True')
  })
  test('can be deleted while it waits', () => {
    const bench = oneNode()
    createPod(bench, { spec: { volumes: [settings] } })
    settleFor(bench, 3)
    bench.world.perform((cells) => void handle(cells, { verb: 'delete', resource: 'pods', key: 'default/web', body: {} }))
    settleFor(bench, 200)
    expect(podIn(bench)).toBeUndefined()
  })

  const cells = (): Bench => {
    const bench = oneNode()
    bring(bench, configMap(), secret())
    return bench
  }
  const failed = (volume: string, message: string): string => `MountVolume.SetUp failed for volume "${volume}" : ${message}`
  test.each<readonly [string, NonNullable<Pod['spec']['volumes']>[number], string | undefined]>([
    ['a ConfigMap', settings, undefined],
    ['a ConfigMap that is not there', { name: 'v', configMap: { name: 'gone' } }, failed('v', 'configmap "gone" not found')],
    ['one that may be absent', { name: 'v', configMap: { name: 'gone', optional: true } }, undefined],
    ['a key that it has', { name: 'v', configMap: { name: 'settings', items: [{ key: 'colour', path: 'c' }] } }, undefined],
    ['a key that it has not', { name: 'v', configMap: { name: 'settings', items: [{ key: 'size', path: 's' }] } },
      failed('v', 'references non-existent config key: size')],
    ['a Secret that is not there', { name: 'v', secret: { secretName: 'gone' } }, failed('v', 'secret "gone" not found')],
    ['a key that a Secret has not', { name: 'v', secret: { secretName: 'keys', items: [{ key: 'user', path: 'u' }] } },
      failed('v', 'references non-existent secret key: user')],
    ['sources of a projected volume', {
      name: 'v', projected: { sources: [{ secret: { name: 'keys' } }, { downwardAPI: {} }, { configMap: { name: 'gone' } }] },
    }, failed('v', 'configmap "gone" not found')],
    ['nothing of the kind', { name: 'v', emptyDir: {} }, undefined],
  ])('%s', (_, volume, problem) => {
    expect(mountProblem(cells().world, podOn({ spec: { volumes: [volume] } }))).toBe(problem)
  })
})

test('what somebody else brings has every key', () => {
  const bench = oneNode()
  const pod = podOn({
    spec: { volumes: [{ name: 'v', configMap: { name: 'theirs', items: [{ key: 'a', path: 'a' }] } }] },
    containers: [{ env: [{ name: 'A', valueFrom: { secretKeyRef: { name: 'theirs', key: 'a' } } }] }],
  })
  bench.world.perform((cells) => {
    cells.write(elsewhereKey('configmaps', 'default/theirs'), true)
    cells.write(elsewhereKey('secrets', 'default/theirs'), true)
  })
  expect(mountProblem(bench.world, pod)).toBeUndefined()
  expect(environmentProblem(bench.world, pod, pod.spec.containers[0]!)).toBeUndefined()
})
