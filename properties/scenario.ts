/**
 * A scenario: what the World is made of and what the user does to it, as data. It is kept in trace files, sent to
 * workers, and made smaller while shrinking.
 */
import type { JsonObject, Node } from '#api/types'
import { kubernetes, start, apiServers } from '#models/kubernetes'
import { scriptKey, startScript } from '#models/client/script'
import type { UserAction } from '#models/client/user-actions'
import { put } from '#models/control-plane/etcd'
import { faults } from '#models/faults/index'
import type { Mutant } from '#models/mutants'
import { addNode } from '#models/node-lifecycle/nodes'
import type { Catalogue } from '#models/container/image'
import { ownImagesKey } from '#models/node/known-images'
import { elsewhereKey, type SourceResource } from '#models/node/config-sources'
import { resetsKey } from '#models/network/established'
import { profileKey, type Profile } from '#models/node/profile'
import { saturatesKey } from '#models/node/restart-counts'
import { InternedStore } from '#kernel/interned-store'
import type { Store } from '#kernel/store'
import { World } from '#cluster/world'
import type { Scene, System } from '#checker/system'
import type { Interpreter } from '#machine/chart'
import type { StoredObject } from '#machine/objects'
import type { Process } from '#machine/process'
import type { OwnController } from './extensions/controller.js'

export interface Scenario {
  /** Nodes that are there from the beginning, completed as their kubelets would post them. */
  readonly nodes: readonly Node[]
  /** What the user does, one after the other. */
  readonly script: readonly UserAction[]
  /** How containers behave, by image. */
  readonly profiles: Readonly<Record<string, Profile>>
  /** What is known of images, beside the catalogue. */
  readonly images?: Catalogue
  /** Names of the mutants that are on. */
  readonly mutants: readonly string[]
  /** ConfigMaps and Secrets that somebody else brings: `configmaps shop/settings`. */
  readonly assumed?: readonly string[]
  /** The network resets established connections to a backend that its rules lead to no more. */
  readonly resets?: true
  /** Restarts are counted only as far as they differ, so that Worlds repeat. */
  readonly saturates?: true
}

/** Processes of the control plane, by the API server instance that they talk to. */
const controlPlane = (runtime: ReturnType<typeof kubernetes>['runtime'], kinds: readonly string[]): readonly string[] =>
  kinds.filter((kind) => kind !== 'kubelet' && kind !== 'kube-proxy' && runtime.processOf(kind) !== undefined)

export interface SystemOptions {
  readonly mutants?: readonly Mutant[]
  readonly store?: () => Store
  /** How charts are run: quickly, unless said otherwise. */
  readonly interpret?: Interpreter
  /** A user's own, which run beside Kubernetes': whatever takes Steps of such a system goes through `withOracle`. */
  readonly controllers?: readonly OwnController[]
}

/** The clockwork for a scenario. The World with nothing but its nodes is made once, and forked for each order. */
export const systemOf = (scenario: Scenario, options: SystemOptions = {}): System =>
  clockworkOf(scenario.nodes, scenario.mutants, options)(scenario)

/** For scenarios on the same nodes, with the same mutants: what happens before the user acts happens once for all of them. */
export function clockworkOf(
  nodes: readonly Node[], mutantNames: readonly string[],
  { mutants = [], store = () => new InternedStore(), interpret, controllers = [] }: SystemOptions = {},
): (scenario: Scenario) => System {
  const on = mutantNames.map((name) => {
    const mutant = mutants.find((one) => one.name === name)
    if (mutant === undefined) throw new Error(`there is no mutant called ${name}`)
    return mutant
  })
  const kinds: string[] = []
  const { runtime, channels } = kubernetes((all) => {
    const whole: readonly Process[] = [...all, ...controllers.map(({ process }) => process)]
    const changed = on.reduce((processes, mutant) => mutant.apply(processes), whole)
    kinds.push(...changed.map(({ kind }) => kind))
    return changed
  }, (all) => on.reduce((channels, { rewire }) => rewire?.(channels) ?? channels, all), interpret)
  const furnish = (): World => {
    const world = World.over(store(), channels)
    world.perform((cells) => {
      controlPlane(runtime, kinds).forEach((process, index) => start(cells, runtime, process, apiServers[index % 2]!))
      for (const name of ['default', 'kube-system', 'kube-public', 'kube-node-lease']) put(cells, 'namespaces', undefined, namespace(name))
      nodes.forEach((node, index) => {
        addNode(cells, node)
        for (const component of ['kubelet', 'kube-proxy']) {
          const process = `${component}/${node.metadata.name}`
          if (runtime.processOf(process) !== undefined) start(cells, runtime, process, apiServers[index % 2]!)
        }
      })
    })
    settle(world)
    return world
  }
  let furnished: World | undefined
  const ownFaults = faults.map((fault) => {
    const { heal } = fault
    return {
      name: fault.name,
      lasts: fault.lasts,
      recovery: fault.recovery,
      targets: (scene: Scene) => fault.targets({ ...scene, runtime }),
      inject: (scene: Scene, target: string) => fault.inject({ ...scene, runtime }, target),
      ...(heal === undefined ? {} : { heal: (scene: Scene, target: string) => heal({ ...scene, runtime }, target) }),
    }
  })
  return (scenario) => {
    let first: World | undefined
    const begin = (): World => {
      furnished ??= furnish()
      const world = furnished.fork()
      world.perform((cells) => {
        for (const [image, profile] of Object.entries(scenario.profiles)) cells.write(profileKey(image), profile)
        if (scenario.images !== undefined) cells.write(ownImagesKey, scenario.images)
        for (const assumed of scenario.assumed ?? []) {
          const [resource, name = ''] = assumed.split(' ')
          cells.write(elsewhereKey(resource as SourceResource, name), true) // as `assumedOf` and `smaller` write it
        }
        if (scenario.resets === true) cells.write(resetsKey, true)
        if (scenario.saturates === true) cells.write(saturatesKey, true)
        startScript(cells, scenario.script)
      })
      return world
    }
    return {
      channels,
      user: 'user',
      size: sizeOf(scenario),
      boot() {
        first ??= begin()
        return first.fork()
      },
      faults: ownFaults,
    }
  }
}

/** Nodes, objects and pods, of every version that is applied. */
const sizeOf = ({ nodes, script }: Scenario): number => nodes.length + script.reduce((sum, action) => sum
  + ('replicas' in action ? action.replicas : 1)
  + ('objects' in action ? action.objects.reduce((pods, { spec }) => pods + 1 + replicasIn(spec), 0) : 0), 0)

const replicasIn = (spec: unknown): number => {
  const replicas = typeof spec === 'object' && spec !== null && 'replicas' in spec ? spec.replicas : 1
  return typeof replicas === 'number' ? replicas : 1
}

function settle(world: World): void {
  for (let steps = 0; steps < 1_000_000; steps++) {
    const choice = world.agenda.first()
    if (choice !== undefined) world.take(choice)
    else {
      const next = world.nextDeadline
      if (next === undefined) return
      world.advance(next)
    }
  }
  throw new Error('the World does not settle before the user has done anything')
}

const namespace = (name: string): StoredObject & { readonly spec: JsonObject; readonly status: JsonObject } => ({
  apiVersion: 'v1',
  kind: 'Namespace',
  metadata: { name, uid: `Namespace:${name}`, labels: { 'kubernetes.io/metadata.name': name } },
  spec: { finalizers: ['kubernetes'] },
  status: { phase: 'Active' },
})

/** The key of the cell that holds what the user does. */
export const userKey = scriptKey('kubectl')
