/** What a report of `orrery explore` says where an exploration of real manifests rarely ends so; signals; what the picture leaves out. */
import { setTimeout } from 'node:timers/promises'
import { stripVTControlCharacters } from 'node:util'
import { describe, expect, it, vi } from 'vitest'
import { graphOf } from '#checker/graph/graph'
import { contract } from '#cli/explore-graph'
import { ExploreProgress } from '#cli/explore-progress'
import { exploreText } from '#cli/explore-text'
import { concludeExploration, type ExploreVerdict } from '#cli/explore-verdict'
import { directory, orrery, web } from '../support/cli.js'

const claims = [{ claim: 'rollout-completes', held: true, exercised: true }]
const verdict: ExploreVerdict = {
  verdict: 'pass', bounds: { delays: 2, faults: 1, maxLag: { watch: 2_000 }, kinds: ['restart', 'lag'] }, strategy: 'breadth-first', compact: false, bitstate: false, missed: 0,
  stopped: undefined,
  limits: { memory: 2 ** 31 }, worlds: 153_791, transitions: 160_021, expanded: 153_791, depth: 512, bytes: 41 * 2 ** 20,
  evaluations: 8_101, spared: { independent: 0, subsumed: 0, passed: 0 }, found: 0, claims, violations: [], unconfirmed: [], notModelled: [], assumed: [], errors: [],
}
const text = (more: Partial<ExploreVerdict>): string => stripVTControlCharacters(exploreText({ ...verdict, ...more }, 'error'))
const unconfirmed = [{ claim: 'rollout-completes', message: 'Deployment default/web does not complete', objects: ['Deployment default/web'] }]

describe('A verdict on every order', () => {
  it('counts the Worlds, and names the bounds and the faults', () => {
    expect(text({})).toContain('✓ All 153,791 Worlds within 2 delays and 1 fault (restart, lag): every claim held\n'
      + '  160,021 transitions, at most 512 actions deep, 41 MiB; 8,101 Steps worked out, 94.9% known from other Worlds\n'
      + '  A delay lasts at most: watch 2s. Nothing is said of orders outside these bounds.')
  })

  it('does not speak of Worlds that were not expanded', () => {
    const stopped = text({ verdict: 'inconclusive', stopped: 'memory', worlds: 1_204_113, expanded: 903_112 })
    expect(stopped).toContain('? Inconclusive: stopped at the memory limit (2 GiB)\n'
      + '  1,204,113 Worlds within 2 delays and 1 fault (restart, lag) reached, 903,112 of them expanded;')
    expect(stopped).toContain('rollout-completes  held so far')
  })

  it('tells what each reduction left out, and that some Worlds are not counted', () => {
    const spared = { independent: 12_340, subsumed: 1, passed: 98_000 }
    expect(text({ spared }).replace(/\s+/g, ' ')).toContain('Left out: 12,340 moments to end a delay or to break something that come to '
      + 'the same as others (dependence); 1 World met again with fewer delays or faults left than before (subsumption); 98,000 Worlds gone '
      + 'through in which only one thing can happen: judged, not kept, not counted above (passing).')
    expect(text({ spared: { ...spared, independent: 0, passed: 0 } })).toContain('Left out: 1 World met again')
    expect(text({ spared, bounds: { ...verdict.bounds, reduce: false, subsume: false, pass: false } })).not.toContain('Left out')
    expect(text({})).not.toContain('Left out')
  })

  it('says what to do where the process has no more memory', () => {
    expect(text({ verdict: 'inconclusive', stopped: 'exhausted' })).toMatch(/no more memory\n.*\n.*Or allow more:\s+NODE_OPTIONS=--max-old-space-size/s)
  })

  it('says what it is worth that bits alone were kept of Worlds', () => {
    expect(text({ bitstate: true, missed: 1 / 4_100 })).toMatch(/Three bits were kept of each World: the chance that one was missed is\s+about 1 in 4,100/)
    const said = text({ verdict: 'inconclusive', bitstate: true, missed: 12_345 })
    expect(said).toContain('? Inconclusive: some 12,000 Worlds were probably taken for others, and missed\n  All 153,791 Worlds')
    expect(said).toContain('but those were explored')
    expect(text({ verdict: 'inconclusive', bitstate: true, missed: 0.5 })).toContain('? Inconclusive: a World was probably taken for another one')
  })

  it('warns of what could not be confirmed, and does not pass', () => {
    const said = text({ verdict: 'inconclusive', unconfirmed, claims: [{ ...claims[0]!, held: false }] })
    expect(said).toMatch(/^! rollout-completes {2}found broken while exploring, but not in the order that leads there\n/)
    expect(said).toMatch(/\n {4}orrery check … --claim rollout-completes --delays 2 --faults 1/)
    expect(said).toContain('rollout-completes  unsure')
    expect(said).toContain('? Inconclusive: 1 finding could not be confirmed\n  All 153,791 Worlds')
  })
})

describe('An exploration passes', () => {
  const judged = { stopped: undefined, missed: 0, claims, violations: [], unconfirmed: [] }
  it('where everything was explored', () => expect(concludeExploration(judged, 'error')).toBe('pass'))
  it('not where it stopped', () => expect(concludeExploration({ ...judged, stopped: 'memory' }, 'error')).toBe('inconclusive'))
  it('where a World was missed with a chance of one in a thousand', () => expect(concludeExploration({ ...judged, missed: 0.001 }, 'error')).toBe('pass'))
  it('not where Worlds were probably missed', () => expect(concludeExploration({ ...judged, missed: 0.5 }, 'error')).toBe('inconclusive'))
  it('not where something is in doubt', () => expect(concludeExploration({ ...judged, unconfirmed }, 'error')).toBe('inconclusive'))
  it('not where nothing was exercised', () =>
    expect(concludeExploration({ ...judged, claims: [{ ...claims[0]!, exercised: false }] }, 'error')).toBe('inconclusive'))
})

describe('The progress of an exploration', () => {
  const printed = (isTTY: boolean): string => {
    const written: string[] = []
    const stream = { isTTY, columns: 200, write: (chunk: string) => written.push(chunk) > 0 }
    const progress = new ExploreProgress(stream as unknown as NodeJS.WriteStream) // all of it that is used
    progress.update({ ...verdict, worlds: 1_000, expanded: 900, transitions: 2_000, evaluations: 100 }, 1_000)
    progress.update({ ...verdict, worlds: 3_000, expanded: 2_500, transitions: 6_000, evaluations: 120, found: 1 }, 2_000)
    progress.clear()
    return stripVTControlCharacters(written.join(''))
  }

  it('tells Worlds, rates, the frontier, depth, memory and what was remembered', () => {
    expect(printed(true)).toContain('2s  3,000 Worlds  frontier 500  found 1 (Ctrl-C shows)  2,000/s, 4,000 transitions/s'
      + '  depth 512  41 MiB  98.0% remembered')
  })

  it('is nothing where nobody looks', () => expect(printed(false)).toBe(''))
})

describe('A picture without the Worlds where only one thing can be done', () => {
  it('has an arrow for each chain', () => {
    // 0 → 1 → 2, then 2 → 3 → 5 and 2 → 4 → 5, and 5 → 6
    const moves = [[0, 1], [1, 2], [2, 3], [2, 4], [3, 5], [4, 5], [5, 6]].map(([from = 0, to = 0], choice) => ({ from, to, choice }))
    const { graph, nodes, chains } = contract(graphOf(7, moves))
    expect(nodes).toEqual([0, 2, 5, 6])
    expect([...graph.to]).toEqual([1, 2, 2, 3])
    expect(chains).toEqual([{ choice: 0, moves: 2 }, { choice: 2, moves: 2 }, { choice: 3, moves: 2 }, { choice: 6, moves: 1 }])
  })

  it('keeps a loop', () => {
    const { graph, nodes } = contract(graphOf(3, [{ from: 0, to: 1, choice: 0 }, { from: 1, to: 2, choice: 1 }, { from: 2, to: 1, choice: 2 }]))
    expect(nodes).toEqual([0, 1])
    expect([...graph.to]).toEqual([1, 1])
  })
})

describe('Ctrl-C', () => {
  const { write } = directory()

  it('ends an exploration with what is known by then', async () => {
    write({ 'many.yaml': web({ replicas: '5' }) })
    const before = new Set(process.listeners('SIGINT'))
    const running = orrery('explore', '-f', 'many.yaml', '--delays', '3')
    const listener = await vi.waitUntil(() => process.listeners('SIGINT').find((one) => !before.has(one)), { timeout: 20_000 })
    await setTimeout(300)
    listener('SIGINT') // as the signal would
    const { code, stdout } = await running
    expect(code).toBe(3)
    expect(stdout).toMatch(/\? Inconclusive: interrupted\n {2}[\d,]+ Worlds? within 3 delays and no fault reached/)
  })
})
