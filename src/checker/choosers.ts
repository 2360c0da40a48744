/** Samplers of orders over what is enabled at one instant. Each is a pure function of its seed and what it is shown. */
import { match } from 'ts-pattern'
import { Prng } from '#kernel/prng'
import type { World } from '#cluster/world'

export interface Chooser {
  /** One of `open`, which is not empty and in prompt order. */
  choose(open: readonly string[], world: World): string
  /** The outcome of a tie among `count` options. */
  pick(count: number): number
}

export const strategies = ['random', 'pos', 'pct', 'fair'] as const
export type Strategy = (typeof strategies)[number]

export const chooserFor = (strategy: Strategy, seed: number): Chooser =>
  match(strategy)
    .with('random', () => random(seed))
    .with('pos', () => partialOrderSampling(seed))
    .with('pct', () => probabilisticConcurrencyTesting(seed))
    .with('fair', () => leastRecentlyTaken())
    .exhaustive()

/** Each of the enabled choices with the same probability. */
function random(seed: number): Chooser {
  const prng = new Prng(seed)
  return { choose: (open) => prng.pick(open), pick: (count) => prng.below(count) }
}

/**
 * Partial order sampling (Yuan, Yang, Gu, "Partial Order Aware Concurrency Sampling", CAV 2018): every offer gets a
 * random priority, the highest is taken, and what raced with it (touched a cell that it wrote) is drawn anew.
 */
function partialOrderSampling(seed: number): Chooser {
  const prng = new Prng(seed)
  const priorities = new Map<string, number>()
  let last: string | undefined
  return {
    choose(open, world) {
      if (last !== undefined) {
        const process = world.processOf(last)
        for (const choice of priorities.keys()) if (world.processOf(choice) === process) priorities.delete(choice)
      }
      let best = open[0]!
      let highest = -1
      for (const choice of open) {
        let priority = priorities.get(choice)
        if (priority === undefined) {
          priority = prng.unit()
          priorities.set(choice, priority)
        }
        if (priority > highest) [best, highest] = [choice, priority]
      }
      priorities.delete(best)
      last = best
      return best
    },
    pick: (count) => prng.below(count),
  }
}

/**
 * Probabilistic concurrency testing (Burckhardt et al., ASPLOS 2010): a random priority for each process, lowered below
 * all others at a few random steps.
 */
function probabilisticConcurrencyTesting(seed: number, depth = 3, length = 2_000): Chooser {
  const prng = new Prng(seed)
  const priorities = new Map<string, number>()
  const changes = new Set(Array.from({ length: depth - 1 }, () => prng.below(length)))
  let steps = 0
  return {
    choose(open, world) {
      let best = open[0]!
      let highest = -Infinity
      for (const choice of open) {
        const process = world.processOf(choice)
        let priority = priorities.get(process)
        if (priority === undefined) {
          priority = 1 + prng.unit()
          priorities.set(process, priority)
        }
        if (priority > highest) [best, highest] = [choice, priority]
      }
      if (changes.has(steps++)) priorities.set(world.processOf(best), -steps)
      return best
    },
    pick: (count) => prng.below(count),
  }
}

/** The choice whose channel was taken longest ago: no one waits for ever. */
function leastRecentlyTaken(): Chooser {
  const takenAt = new Map<string, number>()
  let steps = 0
  return {
    choose(open) {
      let best = open[0]!
      let oldest = Infinity
      for (const choice of open) {
        const at = takenAt.get(choice) ?? -1
        if (at < oldest) [best, oldest] = [choice, at]
      }
      takenAt.set(best, steps++)
      return best
    },
    pick: () => 0,
  }
}
