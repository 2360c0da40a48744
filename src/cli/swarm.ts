/**
 * A swarm: several bitstate searches that go in other orders and take other Worlds for each other, here or on threads. Each
 * begins anew, and none knows of the others; what they find is put together.
 */
import { Worker } from 'node:worker_threads'
import type { Bounds } from '#checker/explore/bounds'
import { Explorer, type Handed, type Progress } from '#checker/explore/explore'
import { ControllerError } from '#machine/controller-error'
import { withOracle } from '#machine/oracle'
import { mutants } from '#models/mutants/index'
import { systemOf, type Scenario } from '#properties/scenario'
import { runExplorer, type Stop } from './explore-run.js'
import { claimsNamed, type Refused } from './orders.js'
import type { Own } from './own.js'

/** Everything that a thread needs to know: JSON. */
export interface SwarmJob {
  readonly scenario: Scenario
  readonly claims: readonly string[]
  readonly bounds: Bounds
  /** Modules with controllers and claims of the user's own; each thread loads them itself. */
  readonly own: readonly string[]
  /** Of each search: bytes, Worlds, milliseconds. */
  readonly limits: { readonly memory: number; readonly worlds?: number; readonly time?: number }
}

/** What one of them came to. */
export interface Member {
  readonly seed: number
  readonly stopped: Stop | undefined
  readonly handed: Handed
}

/** What a thread says: how far it is, what it came to, or that a controller cannot be run. */
export type Said = { readonly progress: Progress } | { readonly member: Member } | Refused

export interface Watching {
  readonly interruption: { readonly asked: boolean }
  readonly look: (progress: Progress, elapsed: number) => void
}

export const explorerOf = ({ scenario, claims, bounds, limits: { memory, worlds } }: SwarmJob, own: Own, seed: number, bytes = memory / 2): Explorer =>
  new Explorer({
    system: systemOf(scenario, { mutants, controllers: own.controllers }), claims: claimsNamed(claims, own), bounds, memory,
    ...(worlds === undefined ? {} : { most: worlds + 1 }), bitstate: { bytes, seed },
  })

/** One search. */
export async function runMember(job: SwarmJob, own: Own, seed: number, watching: Watching): Promise<Member> {
  const explorer = await withOracle(() => explorerOf(job, own, seed))
  const { memory, time } = job.limits
  const stopped = await runExplorer(explorer, { ...watching, memory, beside: () => 0, ...(time === undefined ? {} : { time }) })
  return { seed, stopped, handed: explorer.hand() }
}

/** So many searches, so many of them at once; those that were not begun when they were interrupted are missing. */
export async function runSwarm(job: SwarmJob, own: Own, searches: number, workers: number, watching: Watching): Promise<readonly Member[]> {
  const started = performance.now()
  const all: Progress[] = []
  const telling = (seed: number) => (progress: Progress): void => {
    all[seed] = progress
    watching.look(all.reduce(together), performance.now() - started)
  }
  const members: Member[] = []
  let next = 0
  const run = async (): Promise<void> => {
    for (let seed = next++; seed < searches && !watching.interruption.asked; seed = next++) {
      const { interruption } = watching
      members[seed] = await (workers > 1 ? onThread : runMember)(job, own, seed, { interruption, look: telling(seed) })
    }
  }
  await Promise.all(Array.from({ length: Math.min(workers, searches) }, run))
  return members.filter((member) => member !== undefined)
}

/** How far several have come, one after the other. */
export const together = (a: Progress, b: Progress): Progress => ({
  worlds: a.worlds + b.worlds, transitions: a.transitions + b.transitions, expanded: a.expanded + b.expanded, depth: Math.max(a.depth, b.depth),
  bytes: a.bytes + b.bytes, evaluations: a.evaluations + b.evaluations, found: Math.max(a.found, b.found), missed: a.missed + b.missed,
  spared: {
    independent: a.spared.independent + b.spared.independent, subsumed: a.spared.subsumed + b.spared.subsumed,
    passed: a.spared.passed + b.spared.passed,
  },
})

/** How often a thread is told whether to go on, in milliseconds. */
const pause = 100

async function onThread(job: SwarmJob, _own: Own, seed: number, { interruption, look }: Watching): Promise<Member> {
  const thread = new Worker(new URL('./swarm-worker.js', import.meta.url), { workerData: { job, seed } })
  const asking = setInterval(() => { if (interruption.asked) thread.postMessage('end') }, pause)
  try {
    return await new Promise<Member>((resolve, reject) => {
      thread.on('message', (said: Said) => {
        if ('refused' in said) reject(new ControllerError(...said.refused))
        else if ('member' in said) resolve(said.member)
        else look(said.progress, 0)
      })
      thread.on('error', reject)
    })
  } finally {
    clearInterval(asking)
    await thread.terminate()
  }
}
