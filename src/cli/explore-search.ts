/** How Worlds are searched: by one explorer, by several threads that explore together, or by a swarm. */
import { Crew } from '#checker/explore/crew/crew'
import { threads } from '#checker/explore/crew/threads'
import { Edges } from '#checker/explore/edges'
import { Explorer, type Exploration, type Progress } from '#checker/explore/explore'
import { both } from '#checker/explore/observers'
import { Reach } from '#checker/explore/reach'
import type { Saved } from '#checker/explore/saved'
import type { System } from '#checker/system'
import { withOracle } from '#machine/oracle'
import { processorTime } from './explore-coverage.js'
import { mostWorlds } from './explore-graph.js'
import { sourceOf } from './explore-hand.js'
import type { ExploreOptions, Task } from './explore-input.js'
import { runExplorer, type Stop } from './explore-run.js'
import { explorerOf, runSwarm, together, type Member, type SwarmJob, type Watching } from './swarm.js'

export interface Searched {
  readonly explorer: Explorer
  readonly stopped: Stop | undefined
  /** Milliseconds of processor time. */
  readonly took: number
  /** Those who looked on for the graph and the coverage, where they were asked for. */
  readonly edges?: Edges | undefined
  readonly reach?: Reach | undefined
  /** What each search of a swarm came to. */
  readonly members?: readonly Member[]
}

export async function search(task: Task, system: System, options: ExploreOptions, watching: Watching, taken: Saved | undefined): Promise<Searched> {
  const started = processorTime()
  const searched = await (options.swarm === undefined ? searchOnce(task, system, options, watching, taken) : searchOften(task, options, watching))
  return { ...searched, took: processorTime() - started }
}

async function searchOnce(task: Task, system: System, options: ExploreOptions, watching: Watching, taken: Saved | undefined): Promise<Omit<Searched, 'took'>> {
  const { claims, bounds, memory } = task
  const { worlds: most, time, graph, coverage, strategy, compact = false, bitstate = false } = options
  let edges: Edges | undefined
  let reach: Reach | undefined
  const explorer = await withOracle(() => new Explorer({
    system, claims, bounds, memory, strategy, isCompact: compact, ...(bitstate ? { bitstate: { bytes: memory / 2, seed: 0 } } : {}),
    ...(most === undefined ? {} : { most: most + 1 }), // so many Worlds may be all
    observer(space) {
      edges = graph === undefined ? undefined : new Edges(space, mostWorlds)
      reach = coverage === undefined ? undefined : new Reach(space)
      return both(edges ?? {}, reach ?? {})
    },
  }, taken))
  const crew = crewFor(explorer, task, options)
  const stopped = await runExplorer(explorer, {
    ...watching, memory, crew, beside: () => reach?.bytes ?? 0, ...(time === undefined ? {} : { time }),
  }).finally(() => crew?.end())
  return { explorer, stopped, edges, reach }
}

/** Several who explore; `undefined` where one is enough. */
function crewFor(explorer: Explorer, { scenario, claims, bounds }: Task, { workers = 1 }: ExploreOptions): Crew | undefined {
  if (workers <= 1) return undefined
  return new Crew(explorer, threads(sourceOf({ scenario, claims: claims.map(({ name }) => name), bounds }), workers - 1))
}

async function searchOften(task: Task, options: ExploreOptions, watching: Watching): Promise<Omit<Searched, 'took'>> {
  const { scenario, claims, bounds, own, memory } = task
  const { swarm = 1, workers = 1, worlds, time, controller = [] } = options
  const job: SwarmJob = {
    scenario, claims: claims.map(({ name }) => name), bounds, own: controller,
    limits: { memory, ...(worlds === undefined ? {} : { worlds }), ...(time === undefined ? {} : { time }) },
  }
  const members = await runSwarm(job, own, swarm, workers, watching)
  const explorer = await withOracle(() => explorerOf(job, own, 0, 0))
  for (const { handed } of members) explorer.adopt(handed)
  const isCut = watching.interruption.asked || members.length < swarm
  const isWhole = members.some(({ stopped }) => stopped === undefined)
  return { explorer, members, stopped: isWhole ? undefined : isCut ? 'interrupted' : members[0]?.stopped }
}

/** How far it came. The explorer's own counts are larger by now: what is found is gone through once more. */
export function progressOf(explored: Exploration, { members, reach }: Searched): Progress {
  const { worlds, transitions, expanded, depth, bytes, evaluations, found, spared, missed } = explored
  const alone = { worlds, transitions, expanded, depth, bytes: bytes + (reach?.bytes ?? 0), evaluations, found, spared, missed }
  if (members === undefined) return alone
  const largest = members.map(({ handed: { progress } }) => progress).reduce((a, b) => (a.worlds < b.worlds ? b : a))
  const all = members.map(({ handed: { progress } }) => progress).reduce(together)
  return { ...all, found, worlds: largest.worlds, expanded: largest.expanded, missed: missedByAll(members) }
}

/** How many Worlds were probably missed by each of those that came to the end: they take others for each other. */
function missedByAll(members: readonly Member[]): number {
  const ended = members.filter(({ stopped }) => stopped === undefined).map(({ handed: { progress } }) => progress)
  if (ended.length === 0) return Math.max(...members.map(({ handed: { progress } }) => progress.missed))
  const worlds = Math.max(0, ...ended.map((one) => one.worlds))
  return ended.reduce((left, one) => left * Math.min(1, one.missed / one.worlds), worlds)
}
