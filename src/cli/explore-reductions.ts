/** What an exploration leaves out because it comes to the same, each way by the name that `--reduction` gives it. */
import type { Bounds } from '#checker/explore/bounds'
import type { Progress } from '#checker/explore/explore'
import type { Naming } from './asked-for.js'
import { plural } from './words.js'

type Switch = 'reduce' | 'subsume' | 'pass'

interface Means {
  readonly bound: Switch
  readonly count: keyof Progress['spared']
  /** So many were left out. */
  readonly told: (count: number) => string
}

const all = {
  dependence: {
    bound: 'reduce', count: 'independent',
    told: (count) => `${plural(count, 'moment')} to end a delay or to break something that come to the same as others`,
  },
  subsumption: {
    bound: 'subsume', count: 'subsumed',
    told: (count) => `${plural(count, 'World')} met again with fewer delays or faults left than before`,
  },
  passing: {
    bound: 'pass', count: 'passed',
    told: (count) => `${plural(count, 'World')} gone through in which only one thing can happen: judged, not kept, not counted above`,
  },
} as const satisfies Readonly<Record<string, Means>>

export type Reduction = keyof typeof all

/** In the order in which they are told. */
export const reductions = Object.keys(all) as readonly Reduction[] // its own keys

export const reductionNaming: Naming = {
  what: 'reduction', code: 'E_UNKNOWN_REDUCTION', otherwise: `There are ${reductions.join(', ')}; --no-reduction switches all of them off.`,
}

/** What of bounds says that only these are on. */
export const withReductions = (on: readonly string[]): Pick<Bounds, Switch> =>
  Object.fromEntries(reductions.filter((name) => !on.includes(name)).map((name) => [all[name].bound, false]))

export interface LeftOut {
  readonly reduction: Reduction
  readonly leftOut: number
}

/** The reductions that are on, and what each left out. */
export const leftOut = (bounds: Bounds, spared: Progress['spared']): readonly LeftOut[] =>
  reductions.filter((name) => bounds[all[name].bound] !== false).map((name) => ({ reduction: name, leftOut: spared[all[name].count] }))

/** A sentence; undefined where nothing was left out. */
export function leftOutText(bounds: Bounds, spared: Progress['spared']): string | undefined {
  const told = leftOut(bounds, spared).filter((one) => one.leftOut > 0)
    .map(({ reduction, leftOut: count }) => `${all[reduction].told(count)} (${reduction})`)
  return told.length === 0 ? undefined : `Left out: ${told.join('; ')}.`
}
