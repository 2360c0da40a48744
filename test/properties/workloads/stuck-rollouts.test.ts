/** Rollouts that stand still: which of them are the fault of the strategy, and which have a reason from elsewhere. */
import { describe, expect, test } from 'vitest'
import type { ContainerStatus, DeploymentSpec, Pod } from '#api/types'
import { Judge } from '#checker/judge'
import type { World } from '#cluster/world'
import { nameOf } from '#machine/objects'
import { put } from '#models/control-plane/etcd'
import { restartsKey, type Restart } from '#models/node/cells'
import { desiredStateReached } from '#properties/workloads/desired-state'
import { rescaleFinishes } from '#properties/workloads/rescale-finishes'
import { rolloutCompletes, surgeAdvice } from '#properties/workloads/rollout-completes'
import { build, get } from '../../support/drive.js'
import { apart, node } from '../../models/scheduling/cluster.js'
import {
  apply, change, cluster, controllers, deployment, pods, progressing, request, run, setImage, sizes, template, type Imagined,
} from '../../models/workloads/cluster.js'

type PodSpec = DeploymentSpec['template']['spec']

const spread = { isScheduled: true }

/** Two versions of a Deployment on three nodes of 4 CPUs, with kube-scheduler. */
function rolledOut(spec: Partial<PodSpec>, replicas: number, next: Partial<PodSpec> = spec): World {
  const { world } = build([...controllers, 'kube-scheduler'])
  for (const name of ['node-1', 'node-2', 'node-3']) world.perform((cells) => put(cells, 'nodes', undefined, node(name)))
  const versioned = (tag: string, own: Partial<PodSpec>): DeploymentSpec['template'] => {
    const base = template(tag)
    return { ...base, spec: { ...base.spec, ...own, containers: (own.containers ?? base.spec.containers).map((one) => ({ ...one, image: tag })) } }
  }
  apply(world, deployment({ replicas, template: versioned('web:1', spec) }))
  run(world, spread)
  change(world, { template: versioned('web:2', next) })
  run(world, spread)
  return world
}

const verdict = (world: World, ending: 'quiescent' | 'horizon' = 'quiescent') => {
  const judge = new Judge(world, [rolloutCompletes, desiredStateReached, rescaleFinishes], () => false)
  judge.settled(ending)
  return judge.violations.map(({ claim, message, advice }) => ({ claim, message, advice }))
}

const asking = (cpu: string, hostPort?: number): Partial<PodSpec> => ({ containers: [{
  name: 'web', image: 'web', imagePullPolicy: 'IfNotPresent', resources: { requests: { cpu } },
  ...(hostPort === undefined ? {} : { ports: [{ containerPort: 80, hostPort, protocol: 'TCP' as const }] }),
}] })

describe('A rollout that waits for what its own old pods hold', () => {
  test.each([
    ['a node of their own each', apart('web'), "3 node(s) didn't match pod anti-affinity rules"],
    ['a port of the node', asking('100m', 8080), "3 node(s) didn't have free ports for the requested pod ports"],
    ['as much as fits exactly', asking('4'), '3 Insufficient cpu'],
  ])('%s', (_, spec, why) => {
    const world = rolledOut(spec, 3)
    expect([progressing(world), sizes(world)]).toEqual(['ProgressDeadlineExceeded', { 'web#1': 3, 'web#2': 1 }])
    const [found, ...others] = verdict(world)
    expect(others).toEqual([])
    expect(found).toMatchObject({ claim: 'rollout-completes', advice: surgeAdvice })
    expect(found?.message).toContain('stands still at 1 of 3 replicas updated, 3 available: Pod default/web#2-0 finds no node while '
      + 'default/web#1-0, default/web#1-1, default/web#1-2 of the old version run')
    expect(found?.message).toContain(why)
  })

  test('ends where the strategy takes one away first', () => {
    const world = rolledOut(apart('web'), 3)
    change(world, { strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: 0, maxUnavailable: 1 } } })
    run(world, spread)
    expect([sizes(world), verdict(world)]).toEqual([{ 'web#1': 0, 'web#2': 3 }, []])
  })
})

describe('A rollout that waits for something else', () => {
  test.each([
    ['nodes that nobody has', { nodeSelector: { disk: 'none' } }],
    ['more than any node has', asking('16')],
  ])('%s', (_, next) => {
    const world = rolledOut({}, 3, next)
    expect([progressing(world), verdict(world)]).toEqual(['ProgressDeadlineExceeded', []])
  })

  test('one pod more than there is room for, with or without a rollout', () => {
    expect(verdict(rolledOut(apart('web'), 4))).toEqual([])
  })
})

/** What a kubelet reports of a container that does not stay up. */
const report = (world: World, pod: Pod, status: Partial<ContainerStatus>, restart?: Restart): void => {
  const [container] = pod.spec.containers
  const full: ContainerStatus = { name: container!.name, image: container!.image, ready: false, restartCount: 0, state: {}, ...status }
  request(world, {
    verb: 'update', resource: 'pods', subresource: 'status', key: nameOf(pod),
    body: { ...pod, status: { ...pod.status, phase: 'Running', containerStatuses: [full] } },
  })
  if (restart !== undefined) world.perform((cells) => cells.write(restartsKey(pod.metadata.uid, container!.name), restart))
}

const isOld: Imagined = { becomesReady: ({ metadata }) => metadata.name.startsWith('web#1') }

describe('Pods of the new version that do not come up', () => {
  const withNewPod = (status: Partial<ContainerStatus>, restart?: Restart): World => {
    const world = cluster()
    apply(world, deployment())
    run(world)
    setImage(world, 'web:2')
    run(world, isOld, world.now + 1000)
    report(world, get(world, 'pods', 'default/web#2-0')!, status, restart)
    run(world, isOld)
    return world
  }

  test.each([
    ['an image that cannot be pulled', { state: { waiting: { reason: 'ImagePullBackOff' } } }, undefined],
    ['a container that ends by itself', { restartCount: 5, state: { waiting: { reason: 'CrashLoopBackOff' } } }, 'exit'],
    ['a container without memory', { restartCount: 5, state: { waiting: { reason: 'CrashLoopBackOff' } } }, 'oom'],
    ['a container that is never ready', { state: { running: {} } }, undefined],
  ] as const)('are excused by %s, once it is reported', (_, status, cause) => {
    const world = withNewPod(status, cause === undefined ? undefined : { cause })
    expect([progressing(world), verdict(world)]).toEqual(['ProgressDeadlineExceeded', []])
  })

  test.each([['liveness', 'startupProbe` that allows'], ['startup', 'raise `failureThreshold`']] as const)(
    'are not excused by a %s probe that kills what only starts slowly', (cause, advice) => {
      const world = withNewPod({ restartCount: 5, state: { waiting: { reason: 'CrashLoopBackOff' } } }, { cause })
      const [found, ...others] = verdict(world, 'horizon')
      expect([found?.claim, others]).toEqual(['desired-state-reached', []])
      expect(found?.message).toBe('Deployment default/web: container web of Pod default/web#2-0 was restarted 5 times by its '
        + `${cause} probe and never became ready: it is killed before it has started.`)
      expect(found?.advice).toContain(advice)
    })
})

describe('A rescale that upstream does not finish (kubernetes/kubernetes#138840)', () => {
  test('holds every rollout to come, and is a claim of its own', () => {
    const world = cluster()
    apply(world, deployment())
    run(world)
    // As it is left where the write to this set conflicted and the others have come to 0 meanwhile.
    request(world, {
      verb: 'patch', resource: 'replicasets', key: 'default/web#1',
      body: { type: 'merge', patch: { metadata: { annotations: { 'deployment.kubernetes.io/desired-replicas': '9' } } } },
    })
    setImage(world, 'web:2')
    run(world)
    expect(sizes(world)).toEqual({ 'web#1': 3 })
    expect(verdict(world).map(({ claim, message }) => [claim, message])).toEqual([['rescale-finishes',
      'Deployment default/web asks for 3 replicas, and ReplicaSet default/web#1 is noted to have been scaled for 9: no rollout '
      + 'will begin.']])
    change(world, { replicas: 4 })
    run(world)
    expect(sizes(world)).toEqual({ 'web#1': 0, 'web#2': 4 })
  })
})

test('A paused Deployment is excused from rolling out', () => {
  const world = cluster()
  apply(world, deployment())
  run(world)
  change(world, { paused: true, template: template('web:2') })
  run(world)
  expect(pods(world).every(({ metadata }) => metadata.name.startsWith('web#1'))).toBe(true)
  expect(verdict(world)).toEqual([])
})
