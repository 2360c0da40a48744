/**
 * Models: pkg/scheduler/framework/plugins/interpodaffinity/filtering.go (topologyToMatchedTermCount),
 *   podtopologyspread/common.go (countPodsMatchSelector): sums over the pods on each node, by cohort
 * Reads: nothing (it is handed the snapshot)
 * Writes: nothing
 * Omits: nothing that is observable
 */
import type { Cohort } from './cohorts.js'
import type { PlacedNode, Snapshot } from './framework.js'

/** Sums by topology: label key, then value. */
export class TopologyCounts {
  private readonly byKey = new Map<string, Map<string, number>>()

  get isEmpty(): boolean {
    return this.byKey.size === 0
  }

  add(key: string, value: string, amount: number): void {
    let values = this.byKey.get(key)
    if (values === undefined) this.byKey.set(key, values = new Map())
    values.set(value, (values.get(value) ?? 0) + amount)
  }

  get(key: string, value: string | undefined): number {
    return value === undefined ? 0 : this.byKey.get(key)?.get(value) ?? 0
  }

  keys(): Iterable<string> {
    return this.byKey.keys()
  }
}

/** What `of` says of each cohort named, where it says anything. */
export function perCohort<T>(
  snapshot: Snapshot, ids: readonly string[], of: (cohort: Cohort) => T | undefined,
): ReadonlyMap<string, T> {
  const found = new Map<string, T>()
  for (const id of ids) {
    const cohort = snapshot.cohort(id)
    const said = cohort === undefined ? undefined : of(cohort)
    if (said !== undefined) found.set(id, said)
  }
  return found
}

/** Calls `visit` with every node that has pods of these cohorts, and how many. */
export function eachPopulation<T>(
  snapshot: Snapshot, cohorts: ReadonlyMap<string, T>, visit: (node: PlacedNode, count: number, of: T) => void,
): void {
  if (cohorts.size === 0) return
  for (let i = 0; i < snapshot.names.length; i++) {
    const node = snapshot.at(i)
    for (const id in node.cohorts) {
      const of = cohorts.get(id)
      if (of !== undefined) visit(node, node.cohorts[id] ?? 0, of)
    }
  }
}
