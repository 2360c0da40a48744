import { describe, expect, test } from 'vitest'
import { handle } from '#models/control-plane/api-server'
import { objectKey } from '#machine/objects'
import {
  conditionOf, createPod, deletePod, kubelet, oneNode, podIn, probe, settle, settleFor, type PodOptions,
} from '../../support/node.js'
import { get, type Bench } from '../../support/drive.js'

const cells = ({ world }: ReturnType<typeof oneNode>, prefix: string): readonly string[] =>
  [...world.store.keys()].filter((key) => key.startsWith(`${prefix}|`)).sort()

const isStatusWrite = (label: string): boolean =>
  label.startsWith('kube-apiserver') && label.includes('patch pods/status')
const statusWrites = (labels: readonly string[]): number => labels.filter(isStatusWrite).length

describe('a pod that comes to its node', () => {
  const bench = oneNode()
  createPod(bench, { containers: [{ readinessProbe: probe() }] })
  const labels = settle(bench.world)

  test('is ready in fewer than 25 Steps and three status writes', () => {
    expect(labels.length).toBeLessThan(25)
    expect(statusWrites(labels)).toBe(3)
  })
  test('has a sandbox with one address of the node', () => {
    expect(bench.world.store.get('sandbox|node-1|Pod:default/web'))
      .toEqual({ pod: 'default/web', ips: ['10.244.0.2'], ready: true, attempt: 0, containers: ['app'] })
    expect(podIn(bench)?.status)
      .toMatchObject({ podIP: '10.244.0.2', podIPs: [{ ip: '10.244.0.2' }], hostIP: '172.18.0.2' })
  })
  test('listens on its declared port once it is up', () => {
    expect(bench.world.store.get('listener|10.244.0.2')).toEqual({ pod: 'Pod:default/web', ports: [8080] })
  })
  test('has the conditions that upstream writes, in its order', () => {
    expect(podIn(bench)?.status.conditions?.map(({ type, status }) => `${type}=${status}`)).toEqual([
      'PodReadyToStartContainers=True', 'Initialized=True', 'Ready=True', 'ContainersReady=True',
      'PodScheduled=True',
    ])
  })
  test('rests: nothing is pending', () => {
    expect(bench.world.nextDeadline).toBeUndefined()
  })
})

test('a container that declares no port, in a pod where none does, is taken to listen on any', () => {
  const bench = oneNode()
  createPod(bench, { containers: [{ ports: [] }] })
  settle(bench.world)
  expect(bench.world.store.get('listener|10.244.0.2')).toEqual({ pod: 'Pod:default/web', ports: [0] })
})

test("a pod in the node's network has the node's address, and shares its listener", () => {
  const bench = oneNode()
  createPod(bench, { name: 'a', spec: { hostNetwork: true } })
  createPod(bench, { name: 'b', spec: { hostNetwork: true }, containers: [{ ports: [{ containerPort: 9090, protocol: 'TCP' }] }] })
  settle(bench.world)
  expect(podIn(bench, 'b')?.status.podIP).toBe('172.18.0.2')
  expect(bench.world.store.get('listener|172.18.0.2')).toEqual({ pod: 'Pod:default/a', ports: [8080, 9090] })
  deletePod(bench, 'a')
  settle(bench.world)
  expect(bench.world.store.get('listener|172.18.0.2')).toEqual({ pod: 'Pod:default/a', ports: [9090] })
})

test('a pod waits for the range of its node, and goes on when the node has one', () => {
  const bench = oneNode(undefined, { podCidr: false })
  createPod(bench)
  settle(bench.world)
  expect(podIn(bench)?.status.containerStatuses?.[0]?.state.waiting?.reason).toBe('ContainerCreating')
  expect(conditionOf(podIn(bench), 'PodReadyToStartContainers')).toBe('False')
  bench.world.perform((c) => {
    const node = c.read(objectKey('nodes', 'node-1'))!
    const spec = { ...node.spec, podCIDR: '10.244.7.0/24', podCIDRs: ['10.244.7.0/24'] }
    handle(c, { verb: 'update', resource: 'nodes', key: 'node-1', body: { ...node, spec } })
  })
  settle(bench.world)
  expect(podIn(bench)?.status.podIP).toBe('10.244.7.2')
})

describe('init containers', () => {
  const init = [{ name: 'first' }, { name: 'second' }, { name: 'proxy', restartPolicy: 'Always' as const }]
  const profile =
    { containers: { first: { exits: { afterSeconds: 5 } }, second: { exits: { afterSeconds: 5 } } } }

  test('run one after the other, sidecars stay, then come the app containers', () => {
    const bench = oneNode()
    createPod(bench, { init, profile })
    const states: string[] = []
    for (let second = 1; second < 20; second += 3) {
      settleFor(bench, second === 1 ? 1 : 3)
      const { phase, initContainerStatuses = [], containerStatuses = [] } =
        podIn(bench)?.status ?? { phase: 'Unknown' }
      states.push(`${phase} ${[...initContainerStatuses, ...containerStatuses].map(({ state }) => Object.keys(state)[0]?.[0]).join('')}`)
    }
    expect(states).toEqual(['Pending rwww', 'Pending rwww', 'Pending trww', 'Pending trww', 'Running ttrr', 'Running ttrr', 'Running ttrr'])
    expect(podIn(bench)?.status.containerStatuses?.[0]?.ready).toBe(true)
  })
  test('a failed one is restarted, and the pod is told not to be initialized', () => {
    const bench = oneNode()
    createPod(bench, { init: [{ name: 'first' }], profile: { containers: { first: { exits: { afterSeconds: 1, code: 1, times: 2 } } } } })
    settleFor(bench, 5)
    expect(podIn(bench)?.status.conditions?.find(({ type }) => type === 'Initialized')).toMatchObject({
      status: 'False', reason: 'ContainersNotInitialized',
      message: 'containers with incomplete status: [first]',
    })
    expect(podIn(bench)?.status.initContainerStatuses?.[0]?.state.waiting?.reason).toBe('CrashLoopBackOff')
  })
  test('with restart policy Never a failed one fails the pod', () => {
    const bench = oneNode()
    createPod(bench, {
      init: [{ name: 'first' }], spec: { restartPolicy: 'Never' },
      profile: { containers: { first: { exits: { afterSeconds: 1, code: 1 } } } },
    })
    settle(bench.world)
    expect(podIn(bench)?.status.phase).toBe('Failed')
    expect(cells(bench, 'listener')).toEqual([])
  })
  test('the next sidecar waits for the startup probe of the one before', () => {
    const bench = oneNode()
    createPod(bench, {
      init: [
        { name: 'proxy', restartPolicy: 'Always', startupProbe: probe({ periodSeconds: 5 }) },
        { name: 'late', restartPolicy: 'Always', ports: [] },
      ],
      profile: { containers: { proxy: { startSeconds: 12 } } },
    })
    settleFor(bench, 14)
    expect(podIn(bench)?.status.initContainerStatuses?.map(({ state }) => Object.keys(state)[0]))
      .toEqual(['running', 'waiting'])
    settleFor(bench, 3)
    expect(podIn(bench)?.status.phase).toBe('Running')
  })
})

describe('a pod that runs to its end', () => {
  const ended = (code: number, restartPolicy: 'Never' | 'OnFailure'): ReturnType<typeof oneNode> => {
    const bench = oneNode()
    createPod(bench, { spec: { restartPolicy }, profile: { exits: { afterSeconds: 5, code, times: 1 } } })
    settle(bench.world)
    return bench
  }

  test('succeeds, gives its address back, and stays', () => {
    const bench = ended(0, 'Never')
    expect(podIn(bench)?.status.phase).toBe('Succeeded')
    expect(podIn(bench)?.status.conditions?.find(({ type }) => type === 'Ready'))
      .toMatchObject({ status: 'False', reason: 'PodCompleted' })
    expect(bench.world.store.get('ipam|node-1')).toMatchObject({ held: {} })
    expect(bench.world.nextDeadline).toBeUndefined()
  })
  test('fails', () => {
    expect(podIn(ended(3, 'Never'))?.status).toMatchObject({
      phase: 'Failed', containerStatuses: [{ state: { terminated: { exitCode: 3, reason: 'Error' } } }],
    })
  })
  test('is restarted on failure', () => {
    expect(podIn(ended(3, 'OnFailure'))?.status)
      .toMatchObject({ phase: 'Running', containerStatuses: [{ restartCount: 1 }] })
  })
  test('is not restarted on success', () => {
    expect(podIn(ended(0, 'OnFailure'))?.status.phase).toBe('Succeeded')
  })
  test('goes from the API at once when it is deleted, and from the node with that', () => {
    const bench = ended(0, 'Never')
    deletePod(bench)
    settle(bench.world)
    expect(podIn(bench)).toBeUndefined()
    expect([...cells(bench, 'sandbox'), ...cells(bench, 'container'), ...cells(bench, 'restarts')])
      .toEqual([])
  })
  test('takes its sidecars with it', () => {
    const bench = oneNode()
    createPod(bench, {
      init: [{ name: 'proxy', restartPolicy: 'Always', ports: [] }], spec: { restartPolicy: 'Never' },
      profile: { containers: { app: { exits: { afterSeconds: 5, code: 0 } } } },
    })
    settle(bench.world)
    expect(podIn(bench)?.status.phase).toBe('Succeeded')
  })
  test('fails when its active deadline has passed', () => {
    const bench = oneNode()
    createPod(bench, { spec: { restartPolicy: 'Never', activeDeadlineSeconds: 60 } })
    settle(bench.world)
    expect(bench.world.now).toBe(60_000)
    expect(podIn(bench)?.status).toMatchObject({
      phase: 'Failed', reason: 'DeadlineExceeded',
      message: 'Pod was active on the node longer than the specified deadline',
    })
  })
})

test('a container that the kernel kills for want of memory says so, and is restarted', () => {
  const bench = oneNode()
  createPod(bench, { profile: { exits: { afterSeconds: 5, oom: true, times: 1 } } })
  settle(bench.world)
  expect(podIn(bench)?.status.containerStatuses?.[0]).toMatchObject({
    restartCount: 1, lastState: { terminated: { exitCode: 137, reason: 'OOMKilled' } },
  })
  expect(bench.world.store.get('restarts|Pod:default/web|app')).toEqual({ cause: 'oom' })
})

test('a new image of a container restarts it', () => {
  const bench = oneNode()
  createPod(bench)
  settle(bench.world)
  bench.world.perform((c) => {
    const pod = c.read(objectKey('pods', 'default/web'))!
    const containers = pod.spec.containers.map((one) => ({ ...one, image: 'app:v2' }))
    handle(c, { verb: 'update', resource: 'pods', key: 'default/web', body: { ...pod, spec: { ...pod.spec, containers } } })
  })
  settle(bench.world)
  expect(podIn(bench)?.status.containerStatuses?.[0])
    .toMatchObject({ restartCount: 1, image: 'app:v2', ready: true })
})

test('a postStart hook is waited for before the pod is told to run', () => {
  const bench = oneNode()
  createPod(bench, { containers: [{ lifecycle: { postStart: { exec: { command: ['sh', '-c', 'sleep 20'] } } } }] })
  settleFor(bench, 15)
  expect(podIn(bench)?.status.phase).toBe('Pending')
  settleFor(bench, 10)
  expect(podIn(bench)?.status.phase).toBe('Running')
})

test('a status that somebody else overwrites is written again within ten seconds', () => {
  const bench = oneNode()
  createPod(bench)
  settle(bench.world)
  bench.world.perform((c) => {
    const patch = { status: { conditions: [{ type: 'Ready', status: 'False' }] } }
    handle(c, { verb: 'patch', resource: 'pods', subresource: 'status', key: 'default/web', body: { type: 'strategic', patch } })
  })
  settleFor(bench, 9)
  expect(conditionOf(podIn(bench), 'Ready')).toBe('False')
  settleFor(bench, 2)
  expect(conditionOf(podIn(bench), 'Ready')).toBe('True')
  expect(bench.world.nextDeadline).toBeUndefined()
})

test('readiness gates count', () => {
  const bench = oneNode()
  createPod(bench, { spec: { readinessGates: [{ conditionType: 'example.com/ok' }] } })
  settle(bench.world)
  expect(podIn(bench)?.status.conditions?.find(({ type }) => type === 'Ready')).toMatchObject({
    status: 'False', reason: 'ReadinessGatesNotReady',
    message: 'corresponding condition of pod readiness gate "example.com/ok" does not exist.',
  })
  bench.world.perform((c) => {
    const patch = { status: { conditions: [{ type: 'example.com/ok', status: 'True' }] } }
    handle(c, { verb: 'patch', resource: 'pods', subresource: 'status', key: 'default/web', body: { type: 'strategic', patch } })
  })
  settle(bench.world)
  expect(conditionOf(podIn(bench), 'Ready')).toBe('True')
})

test('while a status is on its way newer ones wait, and the last word alone follows', () => {
  const bench = oneNode()
  createPod(bench, { profile: { exits: { afterSeconds: 3, code: 1, times: 1 } } })
  const held = (choice: string): boolean => choice.startsWith(`request|${kubelet}|status:`)
  while (bench.world.now < 10_000) {
    const choice = [...bench.world.agenda].find((one) => !held(one))
    if (choice !== undefined) bench.world.take(choice)
    else bench.world.advance(Math.min(bench.world.nextDeadline ?? 10_000, 10_000))
  }
  expect(statusWrites(settle(bench.world))).toBe(2)
  expect(get(bench.world, 'pods', 'default/web')?.status)
    .toMatchObject({ phase: 'Running', containerStatuses: [{ restartCount: 1 }] })
})

describe('a postStart hook that fails', () => {
  const hooked = (options: PodOptions): Bench => {
    const bench = oneNode()
    createPod(bench, options)
    settleFor(bench, 6)
    return bench
  }
  const exec = { postStart: { exec: { command: ['/setup', 'now'] } } }
  const statusOf = (bench: Bench) => podIn(bench)?.status.containerStatuses?.[0]

  test('has its container killed, which is then held back', () => {
    expect(statusOf(hooked({ profile: { postStartFails: true }, containers: [{ lifecycle: exec }] }))).toMatchObject({
      restartCount: 1, state: { waiting: { reason: 'CrashLoopBackOff' } }, lastState: { terminated: { exitCode: 0 } },
    })
  })
  test('says why', () => {
    const bench = hooked({
      profile: { postStartFails: true, postStartSeconds: 1, ignoresSigterm: true }, containers: [{ lifecycle: exec }],
      spec: { terminationGracePeriodSeconds: 1 },
    })
    expect(statusOf(bench)?.state.waiting?.message).toBe(
      'Exec lifecycle hook ([/setup now]) for Container "app" in Pod "web_default(Pod:default/web)" failed - error: '
      + 'command \'/setup now\' exited with 1: , message: ""')
  })
  test('does not keep the containers after it from being started', () => {
    const bench = hooked({
      profile: { containers: { first: { postStartFails: true } } }, containers: [{ name: 'first', lifecycle: exec }, { name: 'second' }],
    })
    expect(podIn(bench)?.status.containerStatuses?.map(({ name, ready }) => [name, ready])).toEqual([['first', false], ['second', true]])
  })
  test('is over with its container', () => {
    const bench = hooked({
      profile: { postStartSeconds: 3, exits: { afterSeconds: 1, code: 1 } }, containers: [{ lifecycle: exec }], spec: { restartPolicy: 'Never' },
    })
    expect(podIn(bench)?.status.phase).toBe('Failed')
  })
  test('is forgotten once it succeeds', () => {
    const bench = hooked({ profile: { postStartFails: 1 }, containers: [{ lifecycle: exec }] })
    expect(statusOf(bench)).toMatchObject({ ready: true, restartCount: 1 })
  })
})
