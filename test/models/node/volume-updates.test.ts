/** Volumes of ConfigMaps, Secrets and the downward API show what changes while their pod runs. */
import { describe, expect, test } from 'vitest'
import type { Container, PodSpec } from '#api/types'
import { timerKey } from '#machine/chart'
import { reflectorKey } from '#machine/watch'
import { fileCall } from '#models/container/files/call'
import { viewOf } from '#models/container/files/view'
import { handle } from '#models/control-plane/api-server'
import { podOwner } from '#models/node/cells'
import { filesKey, outputKey } from '#models/node/process-cells'
import { create, type Bench } from '../../support/drive.js'
import { createPod, deletePod, kubelet, node, oneNode, podIn, restartKubelet, settleFor } from '../../support/node.js'

const uid = 'Pod:default/web'
const configMap = (data: Readonly<Record<string, string>>, name = 'settings') =>
  ({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, namespace: 'default', uid: '' }, data }) as const

const patch = ({ world }: Bench, resource: string, name: string, body: object): void => world.perform((cells) => {
  const answer = handle(cells, { verb: 'patch', resource, key: `default/${name}`, body: { type: 'merge', patch: body } })
  if (!answer.ok) throw new Error(answer.status.message)
})

const spec: Partial<PodSpec> = { volumes: [{ name: 'config', configMap: { name: 'settings', defaultMode: 0o644 } }] }
const mount = (more: object = {}): NonNullable<Container['volumeMounts']> => [{ name: 'config', mountPath: '/etc/config', ...more }]

const looping = (script: string, more: Partial<Container> = {}): Partial<Container> & { readonly name: string } =>
  ({ name: 'app', image: 'busybox:1.36', ports: [], command: ['sh', '-c', `while true; do ${script}; sleep 5; done`], volumeMounts: mount(), ...more })

function running(container: Partial<Container>, data: Readonly<Record<string, string>> = { a: '1', b: '1' }, volumes = spec): Bench {
  const bench = oneNode()
  create(bench.world, 'configmaps', configMap(data))
  createPod(bench, { spec: volumes, containers: [{ name: 'app', ...container }] })
  settleFor(bench, 20)
  return bench
}

const says = ({ world }: Bench): string => (world.read(outputKey(node, uid, 'app'))?.lines ?? []).map(({ text }) => text).join('|')

function fileIn({ world }: Bench, path: string, volume = 'config'): string | undefined {
  const tree = world.read(filesKey(node, uid))?.volumes[volume]
  const [, answer] = fileCall(viewOf(tree ?? {}), '/', { call: 'read', path })
  return answer.ok ? answer.text : undefined
}

const both = 'echo $(cat /etc/config/a) $(cat /etc/config/b)'

describe('a running pod', () => {
  test('sees a changed ConfigMap once its kubelet has synced it again', () => {
    const bench = running(looping(both))
    expect(says(bench)).toBe('1 1')
    patch(bench, 'configmaps', 'settings', { data: { a: '2', b: '2' } })
    settleFor(bench, 50)
    expect(says(bench)).toBe('1 1')
    settleFor(bench, 20)
    expect(says(bench)).toBe('2 2')
  })
  test('sees keys that are new, and none that are gone', () => {
    const bench = running(looping('ls /etc/config'))
    patch(bench, 'configmaps', 'settings', { data: { a: null, c: '3' } })
    settleFor(bench, 70)
    expect(says(bench)).toBe('b|c')
    expect(Object.keys(bench.world.read(filesKey(node, uid))?.volumes['config'] ?? {})).toHaveLength(7)
  })
  test('sees what is optional when it comes', () => {
    const volumes: Partial<PodSpec> = { volumes: [{ name: 'config', configMap: { name: 'late', optional: true, defaultMode: 0o644 } }] }
    const bench = running(looping('ls /etc/config'), {}, volumes)
    expect(says(bench)).toBe('')
    create(bench.world, 'configmaps', configMap({ a: '1' }, 'late'))
    settleFor(bench, 70)
    expect(says(bench)).toBe('a')
  })
  test('sees its own labels as soon as its kubelet does', () => {
    const volumes: Partial<PodSpec> = { volumes: [{ name: 'config', downwardAPI: { defaultMode: 0o644, items: [{ path: 'colour', fieldRef: { apiVersion: 'v1', fieldPath: "metadata.labels['colour']" } }] } }] }
    const bench = running(looping('echo $(cat /etc/config/colour)'), {}, volumes)
    patch(bench, 'pods', 'web', { metadata: { labels: { colour: 'blue' } } })
    settleFor(bench, 6)
    expect(says(bench)).toBe('blue')
  })
  test('sees nothing new by a subPath', () => {
    const bench = running(looping('echo $(cat /etc/config/mine)', { volumeMounts: mount({ mountPath: '/etc/config/mine', subPath: 'a' }) }))
    expect(says(bench)).toBe('1')
    patch(bench, 'configmaps', 'settings', { data: { a: '2' } })
    settleFor(bench, 100)
    expect(says(bench)).toBe('1')
    expect(fileIn(bench, '/a')).toBe('2')
  })
  test('sees nothing new in its variables', () => {
    const bench = running(looping('echo $A $(cat /etc/config/a)', { env: [{ name: 'A', valueFrom: { configMapKeyRef: { name: 'settings', key: 'a' } } }] }))
    patch(bench, 'configmaps', 'settings', { data: { a: '2' } })
    settleFor(bench, 70)
    expect(says(bench)).toBe('1 2')
  })
  test('is left alone where another ConfigMap changes', () => {
    const bench = running(looping(both))
    create(bench.world, 'configmaps', configMap({ a: '1' }, 'other'))
    patch(bench, 'configmaps', 'other', { data: { a: '2' } })
    settleFor(bench, 3)
    expect(bench.world.pending(timerKey(kubelet, podOwner(uid), 'resync'))).toBe(false)
  })
  test('goes on with what it has where the ConfigMap is deleted', () => {
    const bench = running(looping(both))
    bench.world.perform((cells) => void handle(cells, { verb: 'delete', resource: 'configmaps', key: 'default/settings', body: {} }))
    settleFor(bench, 100)
    expect(says(bench)).toBe('1 1')
  })
})

describe('a kubelet', () => {
  test('watches ConfigMaps while a pod shows one', () => {
    const bench = running(looping(both))
    expect(bench.world.read(reflectorKey(kubelet, 'configmaps'))).toBeDefined()
    expect(bench.world.read(reflectorKey(kubelet, 'secrets'))).toBeUndefined()
    deletePod(bench)
    settleFor(bench, 60)
    expect(podIn(bench)).toBeUndefined()
    expect(bench.world.read(reflectorKey(kubelet, 'configmaps'))).toBeUndefined()
  })
  test('that was restarted knows of what changed meanwhile at once', () => {
    const bench = running(looping(both))
    patch(bench, 'configmaps', 'settings', { data: { a: '2', b: '2' } })
    restartKubelet(bench)
    settleFor(bench, 10)
    expect(says(bench)).toBe('2 2')
    expect(bench.world.read(reflectorKey(kubelet, 'configmaps'))).toBeDefined()
  })
  test('that ends between the two halves of a write leaves the volume as it was, and cannot write it any more', () => {
    const bench = running(looping(both))
    patch(bench, 'configmaps', 'settings', { data: { a: '2', b: '2' } })
    const swap = `timer|${kubelet}|volume:default/web/config|swap`
    while (bench.world.agenda.first() !== swap) {
      const choice = bench.world.agenda.first()
      if (choice === undefined) bench.world.advance(bench.world.nextDeadline ?? 0)
      else bench.world.take(choice)
    }
    restartKubelet(bench)
    settleFor(bench, 100)
    expect(says(bench)).toBe('1 1')
    expect(fileIn(bench, '/..data_tmp/a')).toBe('2')
  })
})

describe('a volume', () => {
  const asUser = { securityContext: { runAsUser: 1000 } }
  const writes = (volumes: Partial<PodSpec>, volumeMounts = mount()): string => {
    const bench = running({ ...looping('touch /etc/config/mine && ls /etc/config', { volumeMounts }), ...asUser }, {}, volumes)
    return says(bench)
  }
  test('of the pod itself may be written by any user', () => expect(writes({ volumes: [{ name: 'config', emptyDir: {} }] })).toBe('mine'))
  test('a part of it as well', () => expect(writes({ volumes: [{ name: 'config', emptyDir: {} }] }, mount({ subPath: 'a/b' }))).toBe('mine'))
  test('of a host is root\'s', () => expect(writes({ volumes: [{ name: 'config', hostPath: { path: '/data' } }] })).toMatch(/Permission denied/))
})
