/** Containers of one PID namespace (kubernetes.io/docs/tasks/configure-pod-container/share-process-namespace). */
import { describe, expect, test } from 'vitest'
import type { Container, PodSpec } from '#api/types'
import { outputKey, processesKey } from '#models/node/process-cells'
import type { Bench } from '../../support/drive.js'
import { conditionOf, createPod, deletePod, node, oneNode, podIn, restartKubelet, settleFor } from '../../support/node.js'

const uid = 'Pod:default/web'
const lines = ({ world }: Bench, name: string): readonly string[] =>
  (world.read(outputKey(node, uid, name))?.lines ?? []).map(({ text }) => text.replace(/ +/g, ' ').trim())

const sh = (name: string, script: string, more: Partial<Container> = {}): Partial<Container> & { readonly name: string } =>
  ({ name, image: 'busybox:1.28', ports: [], command: ['sh', '-c', script], ...more })

function running(containers: readonly (Partial<Container> & { readonly name: string })[], seconds = 10, spec: Partial<PodSpec> = {}): Bench {
  const bench = oneNode()
  createPod(bench, { spec: { shareProcessNamespace: true, ...spec }, containers })
  settleFor(bench, seconds)
  return bench
}

const nginx: Partial<Container> & { readonly name: string } = { name: 'nginx', image: 'nginx', ports: [{ containerPort: 80, protocol: 'TCP' }], lifecycle: { postStart: { exec: { command: ['true'] } } } }
const statuses = (bench: Bench) => Object.fromEntries((podIn(bench)?.status.containerStatuses ?? []).map((one) => [one.name, one]))

describe('pods/share-process-namespace.yaml', () => {
  test('the shell sees pause as process 1, and nginx', () => {
    const bench = running([nginx, sh('shell', 'sleep 3; ps ax; sleep 1000')])
    const seen = lines(bench, 'shell')
    expect(seen[1]).toMatch(/^1 .*\/pause$/)
    expect(seen.filter((line) => line.includes('nginx')).length).toBeGreaterThan(0)
    expect(conditionOf(podIn(bench), 'Ready')).toBe('True')
  })
  test('it may signal nginx, which reads its files again and goes on', () => {
    const bench = running([nginx, sh('shell', 'sleep 3; kill -HUP $(pidof nginx); sleep 1000')])
    expect(statuses(bench)['nginx']?.restartCount).toBe(0)
    expect(statuses(bench)['nginx']?.state.running).toBeDefined()
  })
  test('and end it: the kubelet starts that container again, and this one goes on', () => {
    const bench = running([nginx, sh('shell', 'sleep 3; kill $(pidof nginx); sleep 1000')])
    expect(statuses(bench)['nginx']?.restartCount).toBe(1)
    expect(statuses(bench)['shell']?.restartCount).toBe(0)
  })
})

describe('in a namespace that is shared', () => {
  test('each container ends by itself, with what is left of it', () => {
    const bench = running([sh('brief', 'sleep 100 & sleep 2; exit 3'), sh('shell', 'sleep 6; ps ax; sleep 1000')], 8, { restartPolicy: 'Never' })
    expect(statuses(bench)['brief']?.state.terminated).toMatchObject({ exitCode: 3 })
    expect(lines(bench, 'shell').filter((line) => line.includes('sleep 100')).length).toBe(1) // its own, later
    expect(lines(bench, 'shell').some((line) => line.includes('sleep 2'))).toBe(false)
  })
  test('a shell without a trap hears SIGTERM, since it is not the first', () => {
    const bench = running([sh('shell', 'sleep 1000')])
    deletePod(bench)
    settleFor(bench, 3)
    expect(podIn(bench)).toBeUndefined()
  })
  test('of the node the first process is its init', () => {
    const bench = running([sh('shell', 'sleep 1; ps ax; sleep 1000')], 5, { shareProcessNamespace: false, hostPID: true })
    expect(lines(bench, 'shell')[1]).toMatch(/^1 .*\/sbin\/init$/)
    deletePod(bench)
    settleFor(bench, 3)
    expect(podIn(bench)).toBeUndefined()
  })
  test('files are each container\'s own, and volumes are shared', () => {
    const mount = { volumeMounts: [{ name: 'data', mountPath: '/data' }] }
    const bench = running([
      sh('one', 'echo mine > /own; echo shared > /data/file; sleep 1000', mount),
      sh('two', 'sleep 3; cat /data/file; test -e /own || echo none; sleep 1000', mount),
    ], 8, { volumes: [{ name: 'data', emptyDir: {} }] })
    expect(lines(bench, 'two')).toEqual(['shared', 'none'])
  })
  test('exec probes and hooks run in their own container', () => {
    const bench = running([
      sh('app', 'sleep 4; touch /tmp/healthy; sleep 1000', {
        readinessProbe: { exec: { command: ['cat', '/tmp/healthy'] }, periodSeconds: 1, timeoutSeconds: 1, successThreshold: 1, failureThreshold: 3 },
        lifecycle: { postStart: { exec: { command: ['sh', '-c', 'echo begun > /tmp/begun'] } } },
      }),
      sh('other', 'sleep 6; test -e /tmp/begun || echo none; sleep 1000'),
    ])
    expect(conditionOf(podIn(bench), 'Ready')).toBe('True')
    expect(lines(bench, 'other')).toEqual(['none'])
  })
  test('nothing is left when the pod is gone, whatever became of its kubelet', () => {
    const bench = running([nginx, sh('shell', 'sleep 1000')])
    restartKubelet(bench)
    settleFor(bench, 5)
    deletePod(bench)
    settleFor(bench, 60)
    expect(podIn(bench)).toBeUndefined()
    expect([...bench.world.store.keys()].filter((key) => key.startsWith('processes|'))).toEqual([])
    expect(bench.world.read(processesKey(node, uid, ''))).toBeUndefined()
  })
})
