/**
 * Models: pkg/controller/nodelifecycle/node_lifecycle_controller.go (handleDisruption)
 * Reads: store and index through the cache, memory
 * Writes: memory, timer, and what taint conversations write
 * Omits: metrics
 */
import type { ConditionStatus, Node } from '#api/types'
import type { Context } from '#machine/process'
import { reachableJobs } from './node-health.js'
import { computeZoneState, rateOf, setRate, setZone, unmark, zoneOf, zonesIn, type ZoneState } from './zones.js'

const exclusionLabel = 'node.kubernetes.io/exclude-disruption'

export const isExcludedFromDisruptionChecks = (node: Node): boolean =>
  node.metadata.labels?.[exclusionLabel] !== undefined

/**
 * At the end of a round: how fast nodes are tainted follows from how many of a zone are ready. Where none is in
 * the whole cluster, the fault is rather with the control plane, and evictions stop. `forgive` is told each node's
 * name when that is over: what was not heard of it until now does not count.
 */
export function handleDisruption(
  context: Context, ready: (node: Node) => ConditionStatus | undefined, forgive: (node: string) => void,
): void {
  const nodes = context.view.all('nodes')
  const byZone = new Map<string, (ConditionStatus | undefined)[]>()
  for (const node of nodes) {
    if (isExcludedFromDisruptionChecks(node)) continue
    const zone = byZone.get(zoneOf(node))
    if (zone === undefined) byZone.set(zoneOf(node), [ready(node)])
    else zone.push(ready(node))
  }
  const states = new Map<string, ZoneState>([...byZone].map(([zone, statuses]) => [zone, computeZoneState(statuses)]))
  const before = zonesIn(context)
  const areAll = [...states.values()].every((state) => state === 'FullDisruption')
  const wereAll = [...states.keys()].every((zone) => before[zone]?.state === 'FullDisruption')
  if (areAll && wereAll) return
  if (areAll) {
    for (const node of nodes) {
      const jobs = reachableJobs(node)
      const { name } = node.metadata
      unmark(context, node)
      if (jobs.length > 0) {
        const owner = `swap:reach/${name}`
        context.runtime.send({ ...context, owner }, { type: 'swap', node: name, jobs, parent: '' })
      }
    }
    for (const zone of states.keys()) {
      setRate(context, zone, 0)
      setZone(context, zone, { state: 'FullDisruption' })
    }
    return
  }
  if (wereAll) for (const node of nodes) forgive(node.metadata.name)
  for (const [zone, state] of states) {
    if (before[zone]?.state === state) continue
    setZone(context, zone, { state })
    setRate(context, zone, rateOf(state, byZone.get(zone)?.length ?? 0))
  }
}
