/** One order of events drawn at random, delays, user and restarts included, with the claims about workloads judged along it. */
import { Judge, type Violation } from '#checker/judge'
import type { Claim } from '#checker/claim'
import { Prng } from '#kernel/prng'
import type { World } from '#cluster/world'
import { restart } from '#models/faults/restart'
import { kubernetes } from '#models/kubernetes'
import type { Mutant } from '#models/mutants'
import { claims } from '#properties/workloads/index'
import { build } from '../../support/drive.js'
import { controllers, nodesAct, type Imagined } from '../../models/workloads/cluster.js'

export interface Storm {
  /** What the user does, one after the other. */
  readonly actions: readonly ((world: World) => void)[]
  readonly imagined?: Imagined
  readonly mutant?: Mutant
  /** How often a controller ends at a random point and starts again. */
  readonly restarts?: number
  /** Whether the user waits until things have settled; half of the times where absent. */
  readonly waits?: boolean
}

export interface Outcome {
  readonly violations: readonly Violation[]
  readonly exercised: ReadonlyMap<string, number>
  readonly world: World
}

/** Claims that are on by default, and one that upstream hardly ever breaks; running pods need nodes. */
const judged: readonly Claim[] = claims.filter(({ name, optIn }) => optIn !== true || name === 'rescale-finishes')

export function storm({ actions, imagined = {}, mutant, restarts = 0, waits }: Storm, seed: number): Outcome {
  const prng = new Prng(seed)
  const machinery = mutant === undefined ? kubernetes() : kubernetes(mutant.apply)
  const { world } = build([...controllers], machinery)
  world.picker = (options) => prng.below(options.length)
  let disturbedUntil = -1
  const judge = new Judge(world, judged, () => world.now < disturbedUntil)
  let steps = 0
  // What comes from outside is judged as well.
  const perform = world.perform.bind(world)
  world.perform = (change) => {
    perform(change)
    judge.after('', ++steps)
  }
  const scene = (cells: Parameters<Parameters<World['perform']>[0]>[0]) =>
    ({ cells, runtime: machinery.runtime, keys: () => [...world.store.keys(), ...world.store.deadlines.entries().map(([key]) => key)] })
  const crash = (): void => {
    const process = prng.pick(controllers)
    world.perform((cells) => restart.inject(scene(cells), process))
    world.perform((cells) => restart.heal?.(scene(cells), process))
    disturbedUntil = world.now + 30_000
  }
  const waitsFor = actions.map(() => waits ?? prng.below(2) === 0)
  let next = 0
  let crashes = restarts
  // For a while some channel stands still: a lagging watch, a slow request.
  let slow = ''
  for (;;) {
    if (steps > 20_000) throw new Error(`seed ${seed} does not settle`)
    if (prng.below(20) === 0) slow = prng.below(3) === 0 ? '' : prng.pick([...world.agenda, ''])
    if (crashes > 0 && prng.below(60) === 0) {
      crashes--
      crash()
    }
    const isEager = next < actions.length && waitsFor[next] === false && prng.below(40) === 0
    if (isEager) actions[next++]!(world)
    const open = [...world.agenda].filter((choice) => choice !== slow)
    if (open.length > 0 && prng.below(8) > 0) {
      const choice = prng.below(2) === 0 ? open[0]! : prng.pick(open)
      world.take(choice)
      judge.after(choice, ++steps)
    } else if (!nodesAct(world, imagined) && open.length === 0) {
      if (slow !== '') slow = ''
      else if (world.nextDeadline !== undefined) {
        world.advance(world.nextDeadline)
        judge.after('clock', steps)
      } else if (next < actions.length) {
        judge.settled('quiescent')
        actions[next++]!(world)
      } else break
    }
  }
  judge.settled('quiescent')
  return { violations: judge.violations, exercised: judge.exercised, world }
}

/** The first seed from 0 on under which the mutant breaks the claim; `undefined` where none of so many does. */
export function killedAt(scenario: Storm, mutant: Mutant, claim: string, seeds = 100): number | undefined {
  for (let seed = 0; seed < seeds; seed++) {
    if (storm({ ...scenario, mutant }, seed).violations.some((violation) => violation.claim === claim)) return seed
  }
  return undefined
}
