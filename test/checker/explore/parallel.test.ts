import { execFile } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { promisify } from 'node:util'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { FreeSystem } from '#checker/explore/free-system'
import { inTurn } from '#checker/explore/parallel/team'
import { exploreTogether, type ExploredTogether } from '#checker/explore/parallel/together'
import { built } from '../../support/built.js'
import { plainly, rollout, surprising, systems, type Came } from './free-systems.js'

const cameOf = ({ worlds, transitions, depth, counterexample }: ExploredTogether): Came =>
  (counterexample === undefined ? [worlds, transitions, depth] : counterexample.length)

const together = (system: FreeSystem, hands: number, places?: number): Promise<ExploredTogether> =>
  exploreTogether(system, inTurn(system, hands), places)

describe('Several who expand Worlds in turn find what one alone finds', () => {
  it.each([1, 2, 3])('%i of them, in the reference rollout', async (hands) => {
    for (const system of [rollout(2, 1, 1), rollout(3, 1, 1), rollout(2, 1, 1, { isReduced: true })]) {
      expect(cameOf(await together(system, hands))).toEqual(plainly(system))
    }
  })

  it('with the same counterexample, however many they are', async () => {
    for (const change of [{ isSafe: false }, { expects: false }, { isSafe: false, isReduced: true }]) {
      const system = rollout(3, 1, 1, change)
      const found = await Promise.all([1, 2, 3].map(async (hands) =>
        (await together(system, hands)).counterexample))
      expect(found[0]).toHaveLength(plainly(system) as number) // something is wrong with each
      expect(found).toEqual([found[0], found[0], found[0]])
    }
  })

  it('in generated systems', async () => {
    const count = fc.integer({ min: 1, max: 3 })
    await fc.assert(fc.asyncProperty(systems(1_000), count, async (system, hands) => {
      expect(cameOf(await together(system, hands))).toEqual(plainly(system))
    }), { numRuns: 60 })
  })

  it('where tables are full and make room on the way', async () => {
    expect(cameOf(await together(rollout(3, 1, 1), 2, 1 << 13))).toEqual([22_670, 81_147, 51])
  })

  it('where slots are met that Worlds have no place for, and all begins again', async () => {
    expect(cameOf(await together(surprising([3_000], 70), 2))).toEqual([3_001, 3_000, 3_000])
  })
})

describe('Threads find what one alone finds', () => {
  const command = built()

  /** In a process of its own, as it is when it is built. */
  async function threaded(
    argument: object, count: number, places?: number, module = '../../bench/reference/model.js',
  ): Promise<ExploredTogether> {
    const url = (path: string): string => new URL(path, pathToFileURL(command())).href
    const script = join(dirname(command()), 'threaded.mjs')
    writeFileSync(script, `
      import { exploreTogether } from '${url('../checker/explore/parallel/together.js')}'
      import { threads } from '${url('../checker/explore/parallel/team.js')}'
      import { freeSystem } from '${url('../../bench/reference/model.js')}'
      const source = { module: '${url(module)}', argument: ${JSON.stringify(argument)} }
      const done = await exploreTogether(freeSystem(source.argument), threads(source, ${count}), ${places})
      console.log(JSON.stringify(done))`)
    const { stdout } = await promisify(execFile)(process.execPath, [script])
    return JSON.parse(stdout) as ExploredTogether // as printed above
  }

  const sized = (replicas: number, change: object = {}): object =>
    ({ replicas, maxSurge: 1, maxUnavailable: 1, isSafe: true, expects: true, isReduced: false, ...change })

  it.each([1, 2, 3])('%i of them', async (count) => {
    expect(cameOf(await threaded(sized(3), count))).toEqual([22_670, 81_147, 51])
  }, 60_000)

  it('where tables are full, and where slots are interchangeable', async () => {
    expect(cameOf(await threaded(sized(3), 2, 1 << 13))).toEqual([22_670, 81_147, 51])
    expect(cameOf(await threaded(sized(3, { isReduced: true }), 2))).toEqual([4_956, 17_880, 41])
  }, 60_000)

  it('with the same counterexample', async () => {
    const unsafe = sized(3, { isSafe: false })
    const { counterexample } = await together(rollout(3, 1, 1, { isSafe: false }), 1)
    expect(counterexample).toHaveLength(7)
    expect((await threaded(unsafe, 2)).counterexample).toEqual(counterexample)
    expect((await threaded(unsafe, 3)).counterexample).toEqual(counterexample)
  }, 60_000)

  it('and say so where a module has no system', async () => {
    const other = '../checker/explore/parted-search.js'
    await expect(threaded(sized(1), 2, undefined, other)).rejects.toThrow('exports no freeSystem')
  }, 60_000)
})
