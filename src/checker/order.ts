/** One order of events from beginning to end, with every claim judged along it. */
import type { World } from '#cluster/world'
import type { Claim, Ending } from './claim.js'
import { Driver, defaultLimits, type Event, type Limits, type Watching } from './driver.js'
import { Judge, type Violation } from './judge.js'
import { Rounds } from './rounds.js'
import type { Schedule } from './schedule.js'
import type { System } from './system.js'

export interface Order {
  readonly ending: Ending
  /** Choices taken, faults included. */
  readonly steps: number
  readonly violations: readonly Violation[]
  readonly exercised: ReadonlyMap<string, number>
  /** The last World. */
  readonly world: World
}

export interface OrderOptions {
  readonly limits?: Limits
  /** Looks on: recording, progress. Called after claims were judged. */
  readonly onEvent?: (event: Event, world: World, driver: Driver) => void
  readonly labels?: boolean
  /** Counts the offers of every channel, for generating schedules. */
  readonly countsAll?: boolean
  /** Stops as soon as this holds of a violation. */
  readonly until?: (violation: Violation) => boolean
}

class Enough extends Error {}

export function runOrder(system: System, claims: readonly Claim[], schedule: Schedule, options: OrderOptions = {}): Order {
  const world = system.boot()
  let looked = 0
  const watching: Watching = {
    get labels() { return options.labels === true || rounds.isGoingRound },
    nextWake: () => judge.nextWake,
    after(event: Event): void {
      switch (event.type) {
        case 'step': judge.after(event.choice, driver.steps); break
        case 'fault': judge.after(`fault|${event.fault}|${event.target}`, driver.steps); break
        case 'clock':
          judge.after('clock', driver.steps)
          judge.wake()
          break
        case 'settled':
          judge.settled(event.ending, rounds.loop)
          rounds.settled()
          break
        default: throw new Error(`unknown event ${JSON.stringify(event satisfies never)}`)
      }
      if (event.type !== 'settled') rounds.after(event)
      options.onEvent?.(event, world, driver)
      if (options.until === undefined) return
      for (; looked < judge.violations.length; looked++) {
        if (options.until(judge.violations[looked]!)) throw new Enough()
      }
    },
  }
  const driver: Driver = new Driver(world, system, schedule, watching, options.limits ?? defaultLimits, options.countsAll)
  const judge: Judge = new Judge(world, claims, () => world.now < driver.disturbedUntil)
  const asksOfEnds = claims.some(({ kind }) => kind === 'finally')
  const rounds: Rounds = new Rounds(world, judge, () => asksOfEnds && driver.isLong)
  let ending: Ending = 'horizon'
  try {
    ending = driver.run()
  } catch (thrown) {
    if (!(thrown instanceof Enough)) throw thrown
  }
  return { ending, steps: driver.steps, violations: judge.violations, exercised: judge.exercised, world }
}
