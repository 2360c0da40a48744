/** A World with real kubelets and kube-proxies, and a scene for faults to strike. */
import type { World } from '#cluster/world'
import type { Fault, Scene } from '#models/faults'
import { kubernetes, start, type Kubernetes } from '#models/kubernetes'
import { addNode, buildNode } from '#models/node-lifecycle/nodes'
import { build } from '../../support/drive.js'

export interface Bench {
  readonly world: World
  readonly machinery: Kubernetes
  targets(fault: Fault): readonly string[]
  inject(fault: Fault, target: string): void
  heal(fault: Fault, target: string): void
}

const controllers = [
  'kube-scheduler', 'kube-controller-manager/replicaset', 'kube-controller-manager/deployment',
  'kube-controller-manager/endpointslice', 'kube-controller-manager/node-lifecycle', 'kube-controller-manager/taint-eviction',
  'kube-controller-manager/pod-gc', 'kube-controller-manager/node-ipam',
]

export function bench(nodes: number, machinery: Kubernetes = kubernetes()): Bench {
  const { world } = build([], machinery)
  const begin = (process: string): void => world.perform((cells) => start(cells, machinery.runtime, process, 'api-1'))
  for (let index = 0; index < nodes; index++) {
    world.perform((cells) => addNode(cells, buildNode(index, { podCidr: true })))
  }
  for (let index = 1; index <= nodes; index++) for (const kind of ['kubelet', 'kube-proxy']) begin(`${kind}/node-${index}`)
  controllers.forEach(begin)
  const scene = (cells: Scene['cells']): Scene => ({
    cells, runtime: machinery.runtime,
    keys: () => [...world.store.keys(), ...world.store.deadlines.entries().map(([key]) => key)],
  })
  return {
    world, machinery,
    targets: (fault) => fault.targets(scene(world)),
    inject: (fault, target) => world.perform((cells) => fault.inject(scene(cells), target)),
    heal: (fault, target) => world.perform((cells) => fault.heal?.(scene(cells), target)),
  }
}
