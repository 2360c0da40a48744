/** A small cluster for tests of the network: nodes, Services, and pods whose kubelet is the test. */
import type { Pod, PodSpec, Service, ServiceSpec } from '#api/types'
import type { World } from '#cluster/world'
import { PlainStore } from '#kernel/plain-store'
import type { Store } from '#kernel/store'
import { objectKey } from '#machine/objects'
import { handle } from '#models/control-plane/api-server'
import { kubernetes } from '#models/kubernetes'
import { listen } from '#models/node/listeners'
import { backendsOf, routesOf, rulesKey } from '#models/network/routes'
import { build, create, get, type Bench } from '../../support/drive.js'

export const controllerId = 'kube-controller-manager/endpointslice'
export const proxyId = (node: string): string => `kube-proxy/${node}`

export const nodeObject = (name: string): unknown =>
  ({ apiVersion: 'v1', kind: 'Node', metadata: { name }, spec: {}, status: {} })

export const serviceObject = (name: string, spec: Partial<ServiceSpec> = {}): unknown => ({
  apiVersion: 'v1', kind: 'Service', metadata: { name, namespace: 'default' },
  spec: {
    type: 'ClusterIP', sessionAffinity: 'None', internalTrafficPolicy: 'Cluster', selector: { app: name },
    ports: [{ name: 'http', protocol: 'TCP', port: 80, targetPort: 8080 }], ...spec,
  },
  status: {},
})

export const podObject = (name: string, app: string, node: string, spec: Partial<PodSpec> = {}): unknown => ({
  apiVersion: 'v1', kind: 'Pod', metadata: { name, namespace: 'default', labels: { app } },
  spec: {
    containers: [{ name: 'main', image: 'app', ports: [{ name: 'web', containerPort: 8080, protocol: 'TCP' }] }],
    nodeName: node, restartPolicy: 'Always', terminationGracePeriodSeconds: 30, ...spec,
  },
})

/** A World with nodes, their proxies and the EndpointSlice controller. */
export function cluster(
  nodes: readonly string[] = ['node-1', 'node-2'], machinery = kubernetes(), store: Store = new PlainStore(),
): Bench {
  const bench = build([controllerId, ...nodes.map(proxyId)], machinery, store)
  for (const node of nodes) create(bench.world, 'nodes', nodeObject(node))
  return bench
}

/** What a kubelet reports of a pod. */
export function report(world: World, name: string, status: Partial<Pod['status']>): void {
  world.perform((cells) => {
    const pod = cells.read(objectKey('pods', `default/${name}`))
    if (pod === undefined) throw new Error(`no pod ${name}`)
    const body = { ...pod, status: { ...pod.status, ...status } }
    const answer = handle(cells, { verb: 'update', resource: 'pods', subresource: 'status', key: `default/${name}`, body })
    if (!answer.ok) throw new Error(answer.status.message)
  })
}

export const readiness = (isReady: boolean): NonNullable<Pod['status']['conditions']> =>
  [{ type: 'Ready', status: isReady ? 'True' : 'False' }]

/** A pod that runs with an address, listens, and is ready. */
export function runPod(world: World, name: string, app: string, node: string, ip: string, spec: Partial<PodSpec> = {}): void {
  const { metadata } = create(world, 'pods', podObject(name, app, node, spec))
  world.perform((cells) => listen(cells, ip, { pod: metadata.uid, ports: [8080] }))
  report(world, name, { phase: 'Running', podIP: ip, podIPs: [{ ip }], conditions: readiness(true) })
}

export const remove = (world: World, resource: string, name: string, body: unknown = {}): void =>
  world.perform((cells) => {
    const answer = handle(cells, { verb: 'delete', resource, key: name, body })
    if (!answer.ok) throw new Error(answer.status.message)
  })

/** The slices of a Service, oldest first. */
export const slicesOf = (world: World, service: string) =>
  ((world.store.get(`index|endpointslices|service|default/${service}`) ?? []) as readonly string[]) // an index bucket
    .flatMap((name) => get(world, 'endpointslices', name) ?? [])

/** The addresses that a node's rules lead to. */
export function routedTo(world: World, node: string, service: string): readonly string[] {
  const rules = world.read(rulesKey(node, `default/${service}`))
  return rules === undefined ? [] : [...backendsOf(routesOf(rules, node)).keys()]
}

export const serviceIn = (world: World, name: string): Service => get(world, 'services', `default/${name}`)! // the test made it
