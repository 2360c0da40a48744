/** Drives a World promptly, for tests of models. */
import { PlainStore } from '#kernel/plain-store'
import type { Store } from '#kernel/store'
import { World } from '#cluster/world'
import { objectKey, type Resource, type Resources, type StoredObject } from '#machine/objects'
import { handle } from '#models/control-plane/api-server'
import { kubernetes, start } from '#models/kubernetes'
import type { Kubernetes } from '#models/kubernetes'

export interface Bench {
  readonly world: World
  readonly kubernetes: Kubernetes
}

/** A World in which the named processes run, all on one API server instance. */
export function build(processes: readonly string[], machinery = kubernetes(), store: Store = new PlainStore()): Bench {
  const world = World.over(store, machinery.channels)
  for (const process of processes) world.perform((cells) => start(cells, machinery.runtime, process, 'api-1'))
  return { world, kubernetes: machinery }
}

/** Creates an object as a user would; the object as stored comes back. */
export function create(world: World, resource: string, object: unknown): StoredObject {
  let stored: StoredObject | undefined
  world.perform((cells) => {
    const { metadata } = object as StoredObject // tests write objects by hand
    const answer = handle(cells, { verb: 'create', resource, key: metadata.namespace ?? '', body: object })
    if (!answer.ok) throw new Error(answer.status.message)
    stored = answer.object as StoredObject // the answer to a create
  })
  return stored!
}

/** The object in etcd. */
export const get = <R extends Resource>(world: World, resource: R, name: string): Resources[R] | undefined =>
  world.store.get(objectKey(resource, name)) as Resources[R] | undefined // by resource

/**
 * Takes what is enabled, in prompt order, then moves the clock, until nothing is left, `until` milliseconds of virtual
 * time have passed, or `limit` Steps were taken (an error). Returns the labels.
 */
export function settle(world: World, { until = Infinity, limit = 100_000 } = {}): string[] {
  const labels: string[] = []
  for (;;) {
    const choice = world.agenda.first()
    if (choice === undefined) {
      const next = world.nextDeadline
      if (next === undefined || next > until) return labels
      world.advance(next)
      continue
    }
    labels.push(world.label(choice))
    world.take(choice)
    if (labels.length > limit) throw new Error(`still busy after ${limit} Steps: ${labels.slice(-20).join('\n')}`)
  }
}
