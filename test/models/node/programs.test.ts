/** Containers do what their commands say. */
import { describe, expect, test } from 'vitest'
import type { ContainerStatus } from '#api/types'
import { isRunning } from '#models/node/cells'
import { ownImagesKey } from '#models/node/known-images'
import { outputKey, processesKey } from '#models/node/process-cells'
import { create, type Bench } from '../../support/drive.js'
import { conditionOf, createPod, deletePod, node, oneNode, podIn, probe, settleFor, type PodOptions } from '../../support/node.js'

const busybox = { image: 'busybox:1.36', ports: [] } as const

function started(options: PodOptions, seconds = 3): Bench {
  const bench = oneNode()
  createPod(bench, options)
  settleFor(bench, seconds)
  return bench
}

const sh = (...script: readonly string[]) => ({ ...busybox, command: ['/bin/sh', '-c', script.join('; ')] })
const statusOf = (bench: Bench, at = 0): ContainerStatus | undefined => podIn(bench)?.status.containerStatuses?.[at]
const lines = ({ world }: Bench, name = 'app') => world.read(outputKey(node, 'Pod:default/web', name))?.lines.map(({ text }) => text)

describe('a container with a command', () => {
  test('ends as its command does', () => {
    expect(statusOf(started({ containers: [sh('exit 3')], spec: { restartPolicy: 'Never' } }))?.state.terminated)
      .toMatchObject({ exitCode: 3, reason: 'Error' })
    expect(podIn(started({ containers: [sh('echo done')], spec: { restartPolicy: 'Never' } }))?.status.phase).toBe('Succeeded')
  })
  test('ends when its time is over', () => {
    const bench = started({ containers: [sh('sleep 20', 'exit 1')], spec: { restartPolicy: 'Never' } }, 19)
    expect(podIn(bench)?.status.phase).toBe('Running')
    settleFor(bench, 5)
    expect(podIn(bench)?.status.phase).toBe('Failed')
  })
  test('is held back where it fails again and again', () =>
    expect(statusOf(started({ containers: [sh('exit 1')] }, 5))).toMatchObject({ restartCount: 1, state: { waiting: { reason: 'CrashLoopBackOff' } } }))
  test('writes, and the last is kept', () =>
    expect(lines(started({ containers: [sh('echo one', 'sleep 1', 'echo two', 'sleep 600')] }, 5))).toEqual(['two']))
  test('has the variables of its spec, in order', () => {
    const env = [{ name: 'A', value: 'a' }, { name: 'B', value: '$(A)-b' }, { name: 'NAME', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } }]
    expect(lines(started({ containers: [{ ...sh('echo $A $B $NAME', 'sleep 600'), env }] }))).toEqual(['a a-b web'])
  })
  test('as PID 1 does not hear SIGTERM, and is killed when its grace period is over', () => {
    const bench = started({ containers: [sh('sleep 600')], spec: { terminationGracePeriodSeconds: 7 } })
    deletePod(bench)
    settleFor(bench, 6)
    expect(podIn(bench)).toBeDefined()
    settleFor(bench, 3)
    expect(podIn(bench)).toBeUndefined()
    expect(bench.world.read(processesKey(node, 'Pod:default/web', 'app'))).toBeUndefined()
  })
  test('with a trap hears it, and ends when it says', () => {
    const bench = started({ containers: [sh('trap "exit 0" TERM', 'sleep 600 & wait')] })
    deletePod(bench)
    settleFor(bench, 2)
    expect(podIn(bench)).toBeUndefined()
  })
  test('that is not there is not started', () => {
    const bench = started({ containers: [{ ...busybox, command: ['sh', '-c', 'nosuch'] }], spec: { restartPolicy: 'Never' } })
    expect(statusOf(bench)?.state.terminated).toMatchObject({ exitCode: 127 })
  })
  test('does what a profile says where there is one', () =>
    expect(podIn(started({ containers: [sh('exit 1')], profile: { startSeconds: 1 } }))?.status.phase).toBe('Running'))
  test('leaves its termination message in its file', () =>
    expect(statusOf(started({ containers: [sh('echo gone wrong > /dev/termination-log', 'exit 1')], spec: { restartPolicy: 'Never' } }))?.state.terminated)
      .toMatchObject({ message: 'gone wrong\n' }))
  test('or in what it wrote last', () =>
    expect(statusOf(started({
      containers: [{ ...sh('echo no database', 'exit 1'), terminationMessagePolicy: 'FallbackToLogsOnError' }], spec: { restartPolicy: 'Never' },
    }))?.state.terminated).toMatchObject({ message: 'no database\n' }))
})

describe('exec probes', () => {
  const exec = (...command: readonly string[]) => ({ ...probe({ periodSeconds: 5, initialDelaySeconds: 5, failureThreshold: 3 }), httpGet: undefined, exec: { command } })

  test('look at the files of the container: the liveness example of kubernetes.io restarts after 35 seconds and its grace period', () => {
    const bench = started({ containers: [{
      ...sh('touch /tmp/healthy', 'sleep 30', 'rm -f /tmp/healthy', 'sleep 600'), livenessProbe: exec('cat', '/tmp/healthy') as never,
    }] }, 35)
    expect(statusOf(bench)).toMatchObject({ restartCount: 0, ready: true })
    settleFor(bench, 50)
    expect(statusOf(bench)).toMatchObject({ restartCount: 1, lastState: { terminated: { exitCode: 137 } } })
  })
  test('make a pod ready when its file is there', () => {
    const bench = started({ containers: [{
      ...sh('sleep 12', 'touch /tmp/ready', 'sleep 600'), readinessProbe: exec('test', '-f', '/tmp/ready') as never,
    }] }, 11)
    expect(conditionOf(podIn(bench), 'Ready')).toBe('False')
    settleFor(bench, 12)
    expect(conditionOf(podIn(bench), 'Ready')).toBe('True')
  })
  test('that take longer than their timeout fail', () => {
    const bench = started({ containers: [{ ...sh('sleep 600'), readinessProbe: exec('sleep', '3') as never }] }, 60)
    expect(conditionOf(podIn(bench), 'Ready')).toBe('False')
  })
})

describe('hooks', () => {
  test('of postStart are run in the container, and keep the next one waiting', () => {
    const bench = started({ containers: [
      { ...sh('sleep 600'), name: 'first', lifecycle: { postStart: { exec: { command: ['sh', '-c', 'sleep 4; echo up > /tmp/up'] } } } },
      { ...sh('sleep 600'), name: 'second' },
    ] }, 3)
    const runs = (name: string): boolean => isRunning(bench.world, node, 'Pod:default/web', name)
    expect([runs('first'), runs('second')]).toEqual([true, false])
    settleFor(bench, 5)
    expect(conditionOf(podIn(bench), 'Ready')).toBe('True')
  })
  test('of postStart that fail have their container killed', () => {
    const bench = started({ spec: { terminationGracePeriodSeconds: 1 }, containers: [
      { ...sh('sleep 600'), lifecycle: { postStart: { exec: { command: ['test', '-f', '/nothing'] } } } },
    ] }, 20)
    expect(statusOf(bench)?.restartCount).toBeGreaterThan(0)
  })
  test('of preStop are over before SIGTERM', () => {
    const bench = started({ containers: [{
      ...sh('trap "exit 0" TERM', 'sleep 600 & wait'), lifecycle: { preStop: { exec: { command: ['sleep', '5'] } } },
    }] })
    deletePod(bench)
    settleFor(bench, 4)
    expect(podIn(bench)).toBeDefined()
    settleFor(bench, 2)
    expect(podIn(bench)).toBeUndefined()
  })
})

describe('volumes', () => {
  const mounted = (mountPath: string) => [{ name: 'data', mountPath }]
  test('are shared by the containers of a pod', () => {
    const bench = started({ spec: { volumes: [{ name: 'data', emptyDir: {} }] }, containers: [
      { ...sh('sleep 2', 'echo hello > /out/file', 'sleep 600'), name: 'writer', volumeMounts: mounted('/out') },
      { ...sh('until test -f /in/file', 'do sleep 1', 'done', 'cat /in/file', 'sleep 600'), name: 'reader', volumeMounts: mounted('/in') },
    ] }, 8)
    expect(lines(bench, 'reader')).toEqual(['hello'])
  })
  test('outlive a container, whose own files do not', () => {
    const bench = started({ spec: { volumes: [{ name: 'data', emptyDir: {} }] }, containers: [{
      ...sh('echo x >> /data/runs', 'echo x >> /own', 'cat /data/runs /own | wc -l', 'exit 1'), volumeMounts: mounted('/data'),
    }] }, 30)
    expect(lines(bench)).toEqual(['4'])
  })
  test('of a ConfigMap are its keys', () => {
    const bench = oneNode()
    create(bench.world, 'configmaps', {
      apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'settings', namespace: 'default', uid: '' }, data: { colour: 'blue' },
    } as never)
    createPod(bench, { spec: { volumes: [{ name: 'data', configMap: { name: 'settings', defaultMode: 0o644 } }] }, containers: [{
      ...sh('cat /etc/config/colour', 'ls /etc/config', 'sleep 600'), volumeMounts: mounted('/etc/config'),
    }] })
    settleFor(bench, 3)
    expect(lines(bench)).toEqual(['bluecolour'])
  })
})

describe('init containers', () => {
  test('wait for a Service as the example of kubernetes.io does', () => {
    const bench = started({ init: [{ ...sh('until nslookup myservice.default.svc.cluster.local', 'do echo waiting for myservice', 'sleep 2', 'done'), name: 'wait' }] }, 9)
    expect(podIn(bench)?.status.initContainerStatuses?.[0]?.state.running).toBeDefined()
    expect(lines(bench, 'wait')?.at(-1)).toBe('waiting for myservice')
    create(bench.world, 'services', {
      apiVersion: 'v1', kind: 'Service', metadata: { name: 'myservice', namespace: 'default', uid: '' }, spec: { ports: [{ port: 80 }] },
    } as never)
    settleFor(bench, 5)
    expect(podIn(bench)?.status.initContainerStatuses?.[0]?.state.terminated).toMatchObject({ exitCode: 0 })
  })
})

test('what an image starts may be said by the user', () => {
  const bench = oneNode()
  bench.world.perform((cells) => cells.write(ownImagesKey, { 'docker.io/shop/migrate': { entrypoint: ['sh', '-c', 'echo $LEVEL'], env: { LEVEL: 'info' } } }))
  createPod(bench, { containers: [{ image: 'shop/migrate:2', ports: [] }], spec: { restartPolicy: 'Never' } })
  settleFor(bench, 3)
  expect(podIn(bench)?.status.phase).toBe('Succeeded')
  expect(lines(bench)).toEqual(['info'])
})

test('a container finds its hosts, its aliases and its resolver', () => {
  const bench = started({
    containers: [sh('cat /etc/hosts | tail -n 1', 'head -n 2 /etc/resolv.conf', 'hostname', 'sleep 600')],
    spec: { hostAliases: [{ ip: '10.1.2.3', hostnames: ['foo.local', 'bar.local'] }], hostname: 'db', subdomain: 'data' },
  })
  expect(lines(bench)).toEqual([
    '10.1.2.3\tfoo.local\tbar.local', 'search default.svc.cluster.local svc.cluster.local cluster.local', 'nameserver 10.96.0.10', 'db',
  ])
})
