/** Deployments on a cluster whose nodes are of the imagination: pods are bound and become ready at once, unless told. */
import type { Deployment, DeploymentSpec, Pod, PodCondition, ReplicaSet } from '#api/types'
import { isPodReady } from '#api/meta'
import type { World } from '#cluster/world'
import { handle } from '#models/control-plane/api-server'
import { kubernetes } from '#models/kubernetes'
import { allKey, nameOf, objectKey } from '#machine/objects'
import type { ApiRequest } from '#machine/request'
import { build, create, get } from '../../support/drive.js'

export const controllers = ['kube-controller-manager/deployment', 'kube-controller-manager/replicaset'] as const

export const template = (image: string): DeploymentSpec['template'] => ({
  metadata: { labels: { app: 'web' } },
  spec: {
    containers: [{ name: 'web', image, imagePullPolicy: 'IfNotPresent' }],
    restartPolicy: 'Always', terminationGracePeriodSeconds: 30, dnsPolicy: 'ClusterFirst',
    securityContext: {}, schedulerName: 'default-scheduler',
  },
})

/** A Deployment as it is after defaulting, with what a test changes. */
export const deployment = (spec: Partial<DeploymentSpec> = {}, name = 'web'): Deployment => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name, uid: '', namespace: 'default' },
  spec: {
    replicas: 3,
    selector: { matchLabels: { app: 'web' } },
    template: template('web:1'),
    strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: '25%', maxUnavailable: '25%' } },
    revisionHistoryLimit: 10,
    progressDeadlineSeconds: 600,
    ...spec,
  },
  status: { replicas: 0, updatedReplicas: 0, readyReplicas: 0, availableReplicas: 0, unavailableReplicas: 0 },
})

export const cluster = (change?: Parameters<typeof kubernetes>[0]): World =>
  build([...controllers], change === undefined ? kubernetes() : kubernetes(change)).world

export function request(world: World, sent: ApiRequest): void {
  world.perform((cells) => {
    const answer = handle(cells, sent)
    if (!answer.ok) throw new Error(answer.status.message)
  })
}

export const apply = (world: World, d: Deployment): void => void create(world, 'deployments', d)

/** A merge patch of the spec, as a user makes it. */
export const change = (world: World, spec: object, name = 'default/web'): void =>
  request(world, { verb: 'patch', resource: 'deployments', key: name, body: { type: 'merge', patch: { spec } } })

export const setImage = (world: World, image: string): void => change(world, { template: template(image) })

export const web = (world: World): Deployment => get(world, 'deployments', 'default/web')!

const all = <T>(world: World, resource: string): T[] =>
  ((world.store.get(allKey(resource)) ?? []) as readonly string[]).map((name) => world.store.get(objectKey(resource, name)) as T)

export const sets = (world: World): ReplicaSet[] => all(world, 'replicasets')
export const pods = (world: World): Pod[] => all(world, 'pods')

/** `{ 'web#1': 3 }`: what is asked for. */
export const sizes = (world: World): Record<string, number> =>
  Object.fromEntries(sets(world).map(({ metadata, spec }) => [metadata.name, spec.replicas]))

export const progressing = (world: World): string | undefined =>
  web(world).status.conditions?.find(({ type }) => type === 'Progressing')?.reason

const withReady = (pod: Pod, status: PodCondition['status']): Pod => ({
  ...pod,
  status: {
    ...pod.status, phase: 'Running',
    containerStatuses: pod.spec.containers.map(({ name, image }) =>
      ({ name, image, ready: status === 'True', restartCount: 0, state: { running: {} } })),
    conditions: [...(pod.status.conditions ?? []).filter(({ type }) => type !== 'Ready'), { type: 'Ready', status }],
  },
})

export const setReady = (world: World, pod: Pod, status: PodCondition['status']): void =>
  request(world, {
    verb: 'update', resource: 'pods', subresource: 'status', key: nameOf(pod), body: withReady(pod, status),
  })

export interface Imagined {
  /** Somebody else binds pods to nodes. */
  readonly isScheduled?: boolean
  /** Whether a pod becomes ready; all do. */
  readonly becomesReady?: (pod: Pod) => boolean
  /** Whether a pod that was asked to stop goes; all do. */
  readonly stops?: (pod: Pod) => boolean
}

/** One thing that nodes do: bind, start, make ready, stop. Whether there was any. */
export function nodesAct(world: World, imagined: Imagined = {}): boolean {
  const { isScheduled = false, becomesReady = () => true, stops = () => true } = imagined
  for (const pod of pods(world)) {
    if (pod.metadata.deletionTimestamp !== undefined) {
      if (!stops(pod)) continue
      request(world, { verb: 'delete', resource: 'pods', key: nameOf(pod), body: { gracePeriodSeconds: 0 } })
      return true
    }
    if ((pod.spec.nodeName ?? '') === '') {
      if (isScheduled) continue
      request(world, {
        verb: 'create', resource: 'pods', subresource: 'binding', key: nameOf(pod), body: { target: { name: 'node-1' } },
      })
      return true
    }
    if (pod.status.phase === 'Pending') {
      setReady(world, pod, 'False')
      return true
    }
    if (!isPodReady(pod) && becomesReady(pod)) {
      setReady(world, pod, 'True')
      return true
    }
  }
  return false
}

/** Everything that is enabled, in prompt order; then nodes act, one pod at a time; then the clock moves. */
export function run(world: World, imagined: Imagined = {}, until = Infinity, each: () => void = () => {}): void {
  for (let steps = 0; steps < 100_000; steps++) {
    const choice = world.agenda.first()
    if (choice !== undefined) {
      world.take(choice)
      each()
    } else if (!nodesAct(world, imagined)) {
      const next = world.nextDeadline
      if (next === undefined || next > until) return
      world.advance(next)
    }
  }
  throw new Error('still busy after 100,000 Steps')
}

/** A ReplicaSet as the decisions see it. */
export const replicaSet = (
  name: string, replicas: number, status: Partial<ReplicaSet['status']> = {}, annotations?: Record<string, string>,
): ReplicaSet => ({
  apiVersion: 'apps/v1',
  kind: 'ReplicaSet',
  metadata: {
    name, uid: `ReplicaSet:default/${name}`, namespace: 'default', generation: 1, labels: { app: 'web' },
    ...(annotations === undefined ? {} : { annotations }),
  },
  spec: { replicas, selector: { matchLabels: { app: 'web' } }, template: template('web:1') },
  status: {
    replicas, fullyLabeledReplicas: 0, readyReplicas: 0, availableReplicas: 0, observedGeneration: 1, ...status,
  },
})

export const rolling = (
  replicas: number, maxSurge: number | string = 0, maxUnavailable: number | string = 0,
): Deployment => deployment({ replicas, strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge, maxUnavailable } } })

export const recreate = (replicas: number): Deployment => deployment({ replicas, strategy: { type: 'Recreate' } })
