/** Examples of the pod pages of kubernetes.io come to the state that is written there. */
import { describe, expect, test } from 'vitest'
import type { Container, Pod, PodSpec } from '#api/types'
import { textIn } from '#models/node/container-processes'
import { containerKey, containerOwner, runtimeOf } from '#models/node/cells'
import type { Start } from '#models/node/container-chart'
import { filesKey } from '#models/node/process-cells'
import { chartKey } from '#machine/chart'
import { fileCall } from '#models/container/files/call'
import { viewOf } from '#models/container/files/view'
import { create, type Bench } from '../../support/drive.js'
import { conditionOf, container, createPod, deletePod, node, oneNode, podIn, settleFor } from '../../support/node.js'

const uid = 'Pod:default/web'

function started(spec: Partial<PodSpec>, containers: readonly Partial<Container>[], prepare: (bench: Bench) => void = () => {}): Bench {
  const bench = oneNode()
  prepare(bench)
  createPod(bench, { spec, containers: containers.map((one) => ({ ports: [], ...one })) })
  settleFor(bench, 5)
  return bench
}

const startOf = ({ world }: Bench, name: string): Start | undefined =>
  (world.read(chartKey(runtimeOf(node), containerOwner(uid, name)))?.context as { readonly it?: Start } | undefined)?.it

const fileIn = (bench: Bench, name: string, path: string): string | undefined => {
  const it = startOf(bench, name)
  return it === undefined ? undefined : textIn(bench.world, node, it, path)
}

const volumeFile = ({ world }: Bench, volume: string, path: string): string | undefined => {
  const tree = world.read(filesKey(node, uid))?.volumes[volume]
  const [, answer] = fileCall(viewOf(tree ?? {}), '/', { call: 'read', path })
  return answer.ok ? answer.text : undefined
}

const ready = (bench: Bench): string | undefined => conditionOf(podIn(bench), 'Ready')
const secret = (name: string, data: Readonly<Record<string, string>>) =>
  ({ apiVersion: 'v1', kind: 'Secret', metadata: { name, namespace: 'default', uid: '' }, type: 'Opaque', data }) as const
const configMap = (name: string, data: Readonly<Record<string, string>>) =>
  ({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, namespace: 'default', uid: '' }, data }) as const

describe('pods/init-containers.yaml', () => {
  const bench = started({
    dnsPolicy: 'Default', volumes: [{ name: 'workdir', emptyDir: {} }],
    initContainers: [container({
      name: 'install', image: 'busybox', ports: [], command: ['wget', '-O', '/work-dir/index.html', 'http://info.cern.ch'],
      volumeMounts: [{ name: 'workdir', mountPath: '/work-dir' }],
    })],
  }, [{ name: 'nginx', image: 'nginx', ports: [{ containerPort: 80, protocol: 'TCP' }], volumeMounts: [{ name: 'workdir', mountPath: '/usr/share/nginx/html' }] }])
  test('the application runs once its init container has completed', () => {
    expect(podIn(bench)?.status.initContainerStatuses?.[0]?.state.terminated).toMatchObject({ exitCode: 0, reason: 'Completed' })
    expect(ready(bench)).toBe('True')
  })
  test('what was fetched is in the volume that they share', () => expect(volumeFile(bench, 'workdir', '/index.html')).toBeDefined())
})

describe('pods/lifecycle-events.yaml', () => {
  const bench = started({}, [{ name: 'lifecycle-demo-container', image: 'nginx', lifecycle: {
    postStart: { exec: { command: ['/bin/sh', '-c', 'echo Hello from the postStart handler > /usr/share/message'] } },
    preStop: { exec: { command: ['/bin/sh', '-c', 'nginx -s quit; while killall -0 nginx; do sleep 1; done'] } },
  } }])
  test('the postStart handler has written its message', () => {
    expect(ready(bench)).toBe('True')
    expect(fileIn(bench, 'lifecycle-demo-container', '/usr/share/message')).toBe('Hello from the postStart handler\n')
  })
  test('the preStop handler lets nginx quit, long before the grace period is over', () => {
    deletePod(bench)
    settleFor(bench, 5)
    expect(podIn(bench)).toBeUndefined()
  })
})

describe('pods/probe/exec-liveness.yaml', () => {
  const bench = started({}, [{
    name: 'liveness', image: 'k8s.gcr.io/busybox', args: ['/bin/sh', '-c', 'touch /tmp/healthy; sleep 30; rm -rf /tmp/healthy; sleep 600'],
    livenessProbe: { exec: { command: ['cat', '/tmp/healthy'] }, initialDelaySeconds: 5, periodSeconds: 5, timeoutSeconds: 1, successThreshold: 1, failureThreshold: 3 },
  }])
  const restarts = (): number | undefined => podIn(bench)?.status.containerStatuses?.[0]?.restartCount
  test('within the first 30 seconds no probe has failed', () => {
    settleFor(bench, 24)
    expect([restarts(), ready(bench)]).toEqual([0, 'True'])
  })
  test('after 35 seconds the probe has failed, and another 30 seconds later the container was restarted', () => {
    settleFor(bench, 60)
    expect(restarts()).toBe(1)
  })
})

describe('pods/probe/tcp-liveness-readiness.yaml', () => {
  const tcp = (initialDelaySeconds: number, periodSeconds: number) =>
    ({ tcpSocket: { port: 8080 }, initialDelaySeconds, periodSeconds, timeoutSeconds: 1, successThreshold: 1, failureThreshold: 3 })
  test('is ready after its first probe, and stays alive', () => {
    const bench = started({}, [{ name: 'goproxy', image: 'registry.k8s.io/goproxy:0.1', ports: [{ containerPort: 8080, protocol: 'TCP' }], readinessProbe: tcp(5, 10), livenessProbe: tcp(15, 20) }])
    expect(ready(bench)).toBe('False')
    settleFor(bench, 15)
    expect(ready(bench)).toBe('True')
    settleFor(bench, 100)
    expect(podIn(bench)?.status.containerStatuses?.[0]?.restartCount).toBe(0)
  })
})

describe('pods/storage/projected-secret-downwardapi-configmap.yaml', () => {
  const volumes: Pod['spec']['volumes'] = [{ name: 'all-in-one', projected: { defaultMode: 0o644, sources: [
    { secret: { name: 'mysecret', items: [{ key: 'username', path: 'my-group/my-username' }] } },
    { downwardAPI: { items: [
      { path: 'labels', fieldRef: { apiVersion: 'v1', fieldPath: 'metadata.labels' } },
      { path: 'cpu_limit', resourceFieldRef: { containerName: 'container-test', resource: 'limits.cpu', divisor: '1' } },
    ] } },
    { configMap: { name: 'myconfigmap', items: [{ key: 'config', path: 'my-group/my-config' }] } },
  ] } }]
  const test1 = { name: 'container-test', image: 'busybox', command: ['sleep', '3600'], volumeMounts: [{ name: 'all-in-one', mountPath: '/projected-volume', readOnly: true }] }

  test('all sources are in one directory', () => {
    const bench = started({ volumes }, [test1], ({ world }) => {
      create(world, 'secrets', secret('mysecret', { username: 'YWRtaW4=' }))
      create(world, 'configmaps', configMap('myconfigmap', { config: 'debug' }))
    })
    expect(ready(bench)).toBe('True')
    expect(['my-group/my-username', 'my-group/my-config', 'labels'].map((path) => fileIn(bench, 'container-test', `/projected-volume/${path}`)))
      .toEqual(['admin', 'debug', ''])
  })
  test('the pod waits for those that are not there', () => {
    const bench = started({ volumes }, [test1])
    expect(podIn(bench)?.status.phase).toBe('Pending')
    expect(bench.world.read(containerKey(node, uid, 'container-test'))).toBeUndefined()
  })
})

test('busybox without a command ends at once, again and again', () => {
  const bench = started({}, [{ name: 'container-test', image: 'busybox' }])
  expect(podIn(bench)?.status.containerStatuses?.[0]).toMatchObject({
    state: { waiting: { reason: 'CrashLoopBackOff' } }, lastState: { terminated: { exitCode: 0, reason: 'Completed' } },
  })
})
