/**
 * What an exploration comes to, as text, so that two of the same system with other reductions can be
 * compared.
 */
import type { Claim } from '#checker/claim'
import { BoundedSearch } from '#checker/explore/bounded-search'
import { BoundedSpace } from '#checker/explore/bounded-space'
import type { Bounds } from '#checker/explore/bounds'
import { costOf, Explorer } from '#checker/explore/explore'
import type { System } from '#checker/system'
import { describing } from './described.js'

/** Every reduction is off. */
export const off = { reduce: false, subsume: false, pass: false } as const satisfies Partial<Bounds>

/** Each reduction alone, and all of them. */
const all: Readonly<Record<string, Partial<Bounds>>> = {
  'only what depends': { ...off, reduce: true },
  'only what is subsumed': { ...off, subsume: true },
  'only what is passed through': { ...off, pass: true },
  'subsumed and passed through': { ...off, subsume: true, pass: true },
  'all reductions': {},
}

const asked = process.env['SETTINGS']?.split(',')
export const settings = Object.entries(all).filter(([name]) => asked?.includes(name) ?? true)

export class TooLarge extends Error {}

export interface Came {
  /** The Worlds in which things have settled. */
  readonly settled: readonly string[]
  /** Claims that are broken, with faults and delays of the cheapest order that shows it. */
  readonly broken: readonly string[]
  readonly exercised: readonly string[]
  /** How many of the broken ones the driver did not confirm. */
  readonly unconfirmed: number
  readonly worlds: number
}

export function settledWorlds(
  system: System, bounds: Bounds, most: number,
): { readonly settled: readonly string[]; readonly worlds: number } {
  const space = new BoundedSpace(system, bounds)
  const settled = new Set<string>()
  const describe = describing(space)
  const search = new BoundedSearch(space, { settled: () => void settled.add(describe()) })
  while (search.next()) if (search.worlds > most) throw new TooLarge()
  return { settled: [...settled].sort(), worlds: search.worlds }
}

export function cameTo(system: System, claims: readonly Claim[], bounds: Bounds, most = 20_000): Came {
  const { settled, worlds } = settledWorlds(system, bounds, most)
  const explorer = new Explorer({ system, claims, bounds })
  while (explorer.advance(4096));
  const { counterexamples, unconfirmed, exercised } = explorer.finish()
  const broken = [
    ...counterexamples.map(({ violation, order }) =>
      `${violation.claim} ${costOf(order.schedule).join(' ')}`),
    ...unconfirmed.map((one) => `${one.claim.name} ${costOf(explorer.scheduleTo(one)).join(' ')}`),
  ].sort()
  return { settled, broken, exercised: [...exercised].sort(), unconfirmed: unconfirmed.length, worlds }
}
