/**
 * Models: pkg/scheduler/schedule_one.go (schedulePod, findNodesThatFitPod, findNodesThatPassFilters,
 *   numFeasibleNodesToFind, prioritizeNodes)
 * Reads: what the snapshot reads
 * Writes: nothing
 * Omits: nominated nodes; reuse of the last pod's scores (OpportunisticBatching: no pod has a signature under the
 *   default spreading constraints); nodes are looked at one after the other, not 16 at once
 */
import type { LabelMatcher } from '#api/selectors'
import type { Pod } from '#api/types'
import { nodeFilters } from './filters.js'
import { fitError, noNodesAvailable, type Unfit } from './fit-error.js'
import type {
  Candidates, Cycle, Filter, FilterPlugin, PlacedNode, Plugin, Rejection, ScorePlugin, Snapshot,
} from './framework.js'
import { interPodAffinity } from './inter-pod-affinity.js'
import { nodeNamesOf } from './node-affinity.js'
import { perNode } from './per-node.js'
import { podTopologySpread } from './pod-topology-spread.js'
import { scorePlugins } from './scores.js'

/** What decides: a mutant hands in others. */
export interface Profile {
  readonly filters: readonly FilterPlugin[]
  readonly scores: readonly ScorePlugin[]
}

export const defaultProfile: Profile = { filters: [...nodeFilters, podTopologySpread, interPodAffinity], scores: scorePlugins }

const minFeasibleNodesToFind = 100
const minFeasibleNodesPercentageToFind = 5

/** How many nodes that fit are enough: all of up to 100, then 50 % less 1 % for each 125 nodes, at least 5 % and 100. */
export function numFeasibleNodesToFind(nodes: number): number {
  if (nodes < minFeasibleNodesToFind) return nodes
  const percentage = Math.max(50 - Math.floor(nodes / 125), minFeasibleNodesPercentageToFind)
  return Math.max(Math.floor((nodes * percentage) / 100), minFeasibleNodesToFind)
}

/** RunPreFilterPlugins: the filters that have something to say about this pod. */
export function prepareFilters(cycle: Cycle, filters: readonly FilterPlugin[]): readonly Filter[] {
  const prepared: Filter[] = []
  for (const plugin of filters) {
    const filter = plugin.prepare(cycle)
    if (filter !== undefined) prepared.push(filter)
  }
  return prepared
}

/** RunFilterPlugins: what the first plugin that objects says. */
export function runFilters(filters: readonly Filter[], node: PlacedNode): Rejection | undefined {
  for (let i = 0; i < filters.length; i++) {
    const rejection = filters[i]!(node)
    if (rejection !== undefined) return rejection
  }
  return undefined
}

/** What the filters say of the node at a place of the list; what follows from the spec alone is remembered. */
function filterAt(cycle: Cycle, plugins: readonly FilterPlugin[], size: number) {
  const global = plugins.findIndex(({ isLocal }) => isLocal !== true)
  const locals = global < 0 ? plugins : plugins.slice(0, global)
  const prepared = prepareFilters(cycle, locals)
  const local = perNode(cycle.pod.spec, size, 'filters', plugins, (node) => runFilters(prepared, node))
  const others = prepareFilters(cycle, plugins.slice(locals.length))
  return (place: number, node: PlacedNode): Rejection | undefined => local.at(place, node) ?? runFilters(others, node)
}

/** Looks at the nodes from `start` on, round the list, until one more than `enough` fits. */
function findNodesThatPassFilters(
  cycle: Cycle, plugins: readonly FilterPlugin[], names: readonly string[], at: (index: number) => PlacedNode, start: number,
): { readonly feasible: Candidates; readonly rejections: readonly Rejection[] } {
  const size = names.length
  const enough = numFeasibleNodesToFind(size)
  const filter = filterAt(cycle, plugins, size)
  const found: { readonly nodes: PlacedNode[]; readonly places: number[] } = { nodes: [], places: [] }
  const rejections: Rejection[] = []
  for (let i = 0, place = start % Math.max(size, 1); i < size; i++, place++) {
    if (place === size) place = 0
    const node = at(place)
    const rejection = filter(place, node)
    if (rejection !== undefined) rejections.push(rejection)
    else if (found.nodes.length === enough) break
    else {
      found.nodes.push(node)
      found.places.push(place)
    }
  }
  return { feasible: found, rejections }
}

/** The weighted scores of the plugins that look at one node at a time; they are remembered. */
function sumsOfEach({ pod, snapshot }: Cycle, { nodes, places }: Candidates, plugins: readonly ScorePlugin[]): number[] {
  const known = perNode(pod.spec, snapshot.names.length, 'scores', plugins, (node) => {
    let sum = 0
    for (const { each, weight } of plugins) sum += weight * (each?.(pod)?.(node) ?? 0)
    return sum
  })
  return nodes.map((node, at) => known.at(places[at]!, node))
}

/** prioritizeNodes: the places in the list of the nodes with the highest sum of weighted scores. */
export function bestNodes(
  cycle: Cycle, candidates: Candidates, plugins: readonly ScorePlugin[] = scorePlugins,
): readonly number[] {
  const totals = sumsOfEach(cycle, candidates, plugins)
  for (const plugin of plugins) {
    if (plugin.each !== undefined) continue
    const scores = plugin.score(cycle, candidates)
    if (scores === undefined) continue
    for (let i = 0; i < totals.length; i++) totals[i]! += scores[i]! * plugin.weight
  }
  let best = -1
  let places: number[] = []
  for (let i = 0; i < totals.length; i++) {
    const total = totals[i]!
    if (total < best) continue
    if (total > best) [best, places] = [total, []]
    places.push(i)
  }
  return places
}

export type Placement =
  /** `next`: where the search for nodes begins next time. */
  | { readonly fits: true; readonly node: string; readonly next: number }
  | { readonly fits: false; readonly unfit: Unfit; readonly next: number }

/** Finds the node for a pod. `choose` decides between nodes that score the same; `start` is where the last search ended. */
export function schedulePod(
  pod: Pod, snapshot: Snapshot, start: number, choose: (options: readonly string[]) => number,
  profile: Profile = defaultProfile, spreads?: LabelMatcher,
): Placement {
  const { names } = snapshot
  const size = names.length
  if (size === 0) return { fits: false, unfit: noNodesAvailable, next: start }
  const cycle: Cycle = { pod, snapshot, spreads }
  const only = nodeNamesOf(pod.spec)
  if (only?.length === 0) {
    const message = fitError(pod, { nodes: size, rejections: [], preFilter: 'pod affinity terms conflict' })
    return { fits: false, unfit: { message, rejectedBy: ['NodeAffinity'] }, next: start }
  }
  const places = only?.filter((name) => snapshot.find(name) !== undefined) ?? names
  const at = only === undefined ? (index: number) => snapshot.at(index) : (index: number) => snapshot.find(places[index]!)!
  const { feasible, rejections } = findNodesThatPassFilters(cycle, profile.filters, places, at, start)
  const next = (start + feasible.nodes.length + rejections.length) % size
  const [first] = feasible.places
  if (first === undefined) {
    const absent = only === undefined ? {} : { absent: "node(s) didn't satisfy plugin(s) [NodeAffinity]" }
    const rejectedBy = new Set<Plugin>(only === undefined ? [] : ['NodeAffinity'])
    for (const { plugin } of rejections) rejectedBy.add(plugin)
    const message = fitError(pod, { nodes: size, rejections, ...absent })
    return { fits: false, unfit: { message, rejectedBy: [...rejectedBy].sort() }, next }
  }
  if (feasible.nodes.length === 1) return { fits: true, node: places[first]!, next }
  const best = bestNodes(cycle, feasible, profile.scores).map((one) => places[feasible.places[one]!]!)
  return { fits: true, node: best[best.length === 1 ? 0 : choose(best)]!, next }
}
