/** The reference model as a system: its processes, its channels, the World it begins in and its claims. */
import { part, type Cells } from '#kernel/cells'
import { InternedStore } from '#kernel/interned-store'
import { rank, type Channel } from '#machine/channel'
import { createRuntime } from '#machine/effects'
import type { Process, Runtime } from '#machine/process'
import { World } from '#cluster/world'
import type { FreeSystem } from '#checker/explore/free-system'
import {
  activeKey, cachedPodOf, indexPod, isActive, isSameSet, must, podAt, podKey, seenAs, seenSetKey, setKey, sets, slotsOf, wantedKey,
  type Parameters, type SetName,
} from './cells.js'
import {
  deploymentChart, isCurrent, manageReplicas, podChart, replicaSetChart, rollingUpdate, statusOf, type Manage,
} from './charts.js'
import type { Snapshot } from '#machine/chart'

const pods: Process = { kind: 'pods', watches: [], charts: { pod: podChart } }

const replicaSetController: Process = {
  kind: 'replicaset',
  watches: [],
  charts: { replicaSet: replicaSetChart },
  effects: {
    manage: (context, { creates, deletes, set }: Manage & { readonly set: SetName }) => {
      const tell = (slot: number, event: { readonly type: string; readonly of?: SetName }): void => {
        context.runtime.send({ ...context, process: 'pods', owner: `pod:${slot}` }, event)
        indexPod(context.cells, slot)
      }
      for (const slot of creates) tell(slot, { type: 'create', of: set })
      for (const slot of deletes) if (isActive(podAt(context.cells, slot))) tell(slot, { type: 'delete' })
    },
  },
}

const deploymentController: Process = { kind: 'deployment', watches: [], charts: { deployment: deploymentChart } }

/** A pod's life goes on. */
const podChannel = (runtime: Runtime): Channel<Snapshot> => ({
  prefix: 'chart',
  rank: rank.node,
  offers: ({ value }) => value !== 'ready',
  process: (cell) => part(cell, 2),
  take(cells, cell) {
    runtime.send(runtime.context(cells, 'pods', part(cell, 2)), { type: 'step' })
    indexPod(cells, Number(part(cell, 2).slice('pod:'.length)))
  },
  label: (cell, { value }) => `${part(cell, 2)} leaves ${String(value)}`,
})

/** A cache takes in how an object is now: `watch|<cache>|<object>`. */
const watchChannel: Channel<true> = {
  prefix: 'watch',
  rank: rank.watch,
  offers: () => true,
  isOpen: (cells, cell) => stale(cells, cell) !== undefined,
  process: (cell) => part(cell, 1),
  take: (cells, cell) => stale(cells, cell)?.(),
  label: (cell) => `${part(cell, 1)} learns of ${part(cell, 2)}`,
}

/** How the cached object is brought up to date, where it is not. */
function stale(cells: Cells, cell: string): (() => void) | undefined {
  const object = part(cell, 2)
  if (part(cell, 1) === 'pods') {
    const slot = Number(object)
    const pod = podAt(cells, slot)
    const changed = sets.filter((set) => cells.read(cachedPodOf(slot, set))?.isReady !== seenAs(pod, set)?.isReady)
    if (changed.length === 0) return undefined
    return () => changed.forEach((set) => cells.write(cachedPodOf(slot, set), seenAs(pod, set)))
  }
  const set = object as SetName // the model's own keys
  const now = must(cells.read(setKey(set)))
  if (part(cell, 1) === 'replicaset') {
    return cells.read(wantedKey(set)) === now.replicas ? undefined : () => cells.write(wantedKey(set), now.replicas)
  }
  return isSameSet(must(cells.read(seenSetKey(set))), now) ? undefined : () => cells.write(seenSetKey(set), now)
}

/** A controller's loop: `work|replicaset|sync|old`, `work|replicaset|status|old`, `work|deployment|sync|`. */
const workChannel = (runtime: Runtime, parameters: Parameters): Channel<true> => ({
  prefix: 'work',
  rank: rank.work,
  offers: () => true,
  isOpen(cells, cell) {
    const set = part(cell, 3) as SetName // the model's own keys
    if (part(cell, 1) === 'deployment') {
      const scale = rollingUpdate(cells, parameters)
      return scale !== undefined && isCurrent(cells, scale.set)
    }
    if (part(cell, 2) === 'sync') return manageReplicas(cells, set, parameters) !== undefined
    return !isSameSet(statusOf(cells, set, parameters), must(cells.read(setKey(set))))
  },
  process: (cell) => part(cell, 1),
  take(cells, cell) {
    const process = part(cell, 1)
    const owner = process === 'deployment' ? 'deployment' : 'replicaSet'
    runtime.send(runtime.context(cells, process, owner), { type: part(cell, 2), set: part(cell, 3), parameters })
  },
  label: (cell) => `${part(cell, 1)}: ${part(cell, 2)} ${part(cell, 3)}`,
})

/** Slots for pods: which is which does not matter. */
export const interchangeable = (parameters: Parameters): readonly (readonly string[])[] =>
  slotsOf(parameters).map((slot) => [podKey(slot), activeKey(slot), ...sets.map((set) => cachedPodOf(slot, set))])

export interface Reference {
  readonly channels: readonly Channel<never>[]
  begin(): World
  /** At most replicas + maxSurge pods, and at least replicas − maxUnavailable ready ones. */
  readonly claims: readonly { readonly name: string; readonly holds: (cells: Pick<Cells, 'read'>) => boolean }[]
}

export function reference(parameters: Parameters): Reference {
  const { replicas, maxSurge, maxUnavailable } = parameters
  const runtime = createRuntime([pods, replicaSetController, deploymentController])
  const channels = [podChannel(runtime), watchChannel, workChannel(runtime, parameters)]
  const slots = slotsOf(parameters)
  const count = (cells: Pick<Cells, 'read'>, is: (phase: string) => boolean): number =>
    slots.filter((slot) => is(String(cells.read(podKey(slot))?.value ?? 'terminating'))).length
  return {
    channels,
    begin: () => {
      const world = World.over(new InternedStore(), channels)
      world.perform((cells) => begin(cells, parameters))
      return world
    },
    claims: [
      { name: 'surge', holds: (cells) => count(cells, (phase) => phase !== 'terminating') <= replicas + maxSurge },
      { name: 'available', holds: (cells) => count(cells, (phase) => phase === 'ready') >= replicas - maxUnavailable },
    ],
  }
}

/** The same for the threads of an exploration. */
export const freeSystem = ({ isReduced, ...parameters }: Parameters & { readonly isReduced: boolean }): FreeSystem => ({
  ...reference(parameters), user: 'user', ...(isReduced ? { interchangeable: interchangeable(parameters) } : {}),
})

/** The old set runs, everybody knows it, and the new one has nothing yet. */
function begin(cells: Cells, parameters: Parameters): void {
  const { replicas } = parameters
  for (const slot of slotsOf(parameters)) {
    if (slot < replicas) {
      cells.write(podKey(slot), { value: 'ready', context: { of: 'old' } })
      indexPod(cells, slot)
      cells.write(cachedPodOf(slot, 'old'), { isReady: true })
    }
    cells.write(`watch|pods|${slot}`, true)
  }
  for (const set of sets) {
    const count = set === 'old' ? replicas : 0
    const object = { replicas: count, created: count, available: count }
    cells.write(setKey(set), object)
    cells.write(seenSetKey(set), object)
    cells.write(wantedKey(set), count)
    for (const choice of [`watch|replicaset|${set}`, `watch|deployment|${set}`, `work|replicaset|sync|${set}`,
      `work|replicaset|status|${set}`]) cells.write(choice, true)
  }
  cells.write('work|deployment|sync|', true)
}
