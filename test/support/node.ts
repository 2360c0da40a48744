/** One node with its kubelet, and pods on it: for tests of models/node. */
import type { Container, Pod, PodSpec } from '#api/types'
import { addNode, buildNode, nodeName } from '#models/node-lifecycle/nodes'
import { handle } from '#models/control-plane/api-server'
import type { Scene } from '#models/faults'
import { powerLoss } from '#models/faults/power-loss'
import { restart } from '#models/faults/restart'
import { kubernetes } from '#models/kubernetes'
import type { Kubernetes } from '#models/kubernetes'
import { profileAnnotation, type PodProfile } from '#models/node/profile'
import { build, create, get, settle, type Bench } from './drive.js'

export const node = nodeName(0)
export const kubelet = `kubelet/${node}`

/** A World with one node that has its pod range, and its kubelet. */
export function oneNode(
  machinery: Kubernetes = kubernetes(), options: { podCidr?: boolean | string } = {},
): Bench {
  const bench = build([], machinery)
  const { podCidr = true } = options
  const built = buildNode(0, { podCidr: podCidr === true })
  const spec = typeof podCidr === 'string'
    ? { ...built.spec, podCIDR: podCidr, podCIDRs: [podCidr] }
    : built.spec
  bench.world.perform((cells) => addNode(cells, { ...built, spec }))
  return build([kubelet], bench.kubernetes, bench.world.store)
}

type Loose = Partial<Container> & { readonly name?: string }

export const container = (one: Loose = {}): Container => ({
  name: 'app', image: 'app:v1', imagePullPolicy: 'IfNotPresent',
  ports: [{ containerPort: 8080, protocol: 'TCP' }], ...one,
})

type Probe = NonNullable<Container['readinessProbe']>

export const probe = (one: Partial<Probe> = {}): Probe => ({
  httpGet: { port: 8080, path: '/', scheme: 'HTTP' },
  periodSeconds: 10, timeoutSeconds: 1, successThreshold: 1, failureThreshold: 3, ...one,
})

export interface PodOptions {
  readonly name?: string
  readonly profile?: PodProfile
  readonly spec?: Partial<PodSpec>
  readonly containers?: readonly Loose[]
  readonly init?: readonly Loose[]
  readonly metadata?: Partial<Pod['metadata']>
}

/** A pod that is bound to the node, defaulted as the API server would. */
export const podOn = (
  { name = 'web', profile, spec, containers = [{}], init, metadata }: PodOptions = {},
): Pod => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: {
    name, namespace: 'default', uid: '',
    ...(profile === undefined ? {} : { annotations: { [profileAnnotation]: JSON.stringify(profile) } }),
    ...metadata,
  },
  spec: {
    nodeName: node,
    containers: containers.map(container),
    ...(init === undefined ? {} : { initContainers: init.map(container) }),
    restartPolicy: 'Always',
    terminationGracePeriodSeconds: 30,
    dnsPolicy: 'ClusterFirst',
    securityContext: {},
    schedulerName: 'default-scheduler',
    ...spec,
  },
  status: { phase: 'Pending' },
})

export const createPod = ({ world }: Bench, options: PodOptions = {}): Pod =>
  create(world, 'pods', podOn(options)) as Pod // the answer to the create of a pod

export const podIn = ({ world }: Bench, name = 'web'): Pod | undefined =>
  get(world, 'pods', `default/${name}`)

export const conditionOf = (pod: Pod | undefined, type: string): string | undefined =>
  pod?.status.conditions?.find((one) => one.type === type)?.status

export { settle }

/** Deletes a pod as a user would. */
export const deletePod = ({ world }: Bench, name = 'web', gracePeriodSeconds?: number): void =>
  world.perform((cells) => {
    const body = gracePeriodSeconds === undefined ? {} : { gracePeriodSeconds }
    handle(cells, { verb: 'delete', resource: 'pods', key: `default/${name}`, body })
  })

/** What faults are handed. */
export const sceneOf = ({ world, kubernetes: { runtime } }: Bench): Scene => ({
  cells: world,
  runtime,
  *keys() {
    yield* world.store.keys()
    for (const [key] of world.store.deadlines.entries()) yield key
  },
})

/** The kubelet ends and begins anew in the same instant. */
export function restartKubelet(bench: Bench): void {
  bench.world.perform(() => {
    restart.inject(sceneOf(bench), kubelet)
    restart.heal?.(sceneOf(bench), kubelet)
  })
}

/** The node is without power for so many seconds. */
export function losePowerFor(bench: Bench, seconds: number): void {
  bench.world.perform(() => powerLoss.inject(sceneOf(bench), node))
  settleFor(bench, seconds)
  bench.world.perform(() => powerLoss.heal?.(sceneOf(bench), node))
}

/** Goes on for so many seconds of virtual time. Returns the labels. */
export function settleFor({ world }: Bench, seconds: number): string[] {
  const until = world.now + seconds * 1000
  const labels = settle(world, { until })
  if (world.now < until) world.advance(until)
  return labels
}
