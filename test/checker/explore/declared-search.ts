/**
 * A search of all Worlds of a reduced space, with what it comes to as data: to compare with the search that
 * leaves nothing out.
 */
import type { Cells } from '#kernel/cells'
import { ReducedSpace, type ReducedOptions } from '#checker/explore/reduced-space'
import { Verdicts, type Invariant } from '#checker/explore/verdicts'
import { describing } from './described.js'
import type { Forbidden } from './machines-arbitrary.js'
import { dataKey, machineSystem, type Machine } from './machines.js'

export class TooLarge extends Error {}

export interface Came {
  /** Worlds in which nothing can be done any more. */
  readonly ends: readonly string[]
  /** Claims that are broken in some World. */
  readonly broken: readonly boolean[]
  readonly worlds: number
  readonly transitions: number
}

export function explored(space: ReducedSpace, claims: readonly Invariant[], most = Infinity): Came {
  const verdicts = new Verdicts(space, claims)
  const told = describing(space)
  const ends = new Set<string>()
  const broken = claims.map(() => false)
  let transitions = 0
  const look = (): void => claims.forEach((_, at) => { broken[at] ||= !verdicts.holds(at) })
  space.worlds.load(1)
  look()
  for (let world = 1; world <= space.worlds.count; world++) {
    const taken = space.expand(world, (_, isNew) => { if (isNew) look() })
    transitions += taken
    if (taken === 0) ends.add(told())
    if (space.worlds.count > most) throw new TooLarge()
  }
  return { ends: [...ends].sort(), broken, worlds: space.worlds.count, transitions }
}

export const datumIs = (cells: Cells, { cell, is }: Forbidden['at']): boolean =>
  (cells.read(dataKey(cell)) ?? 0) === is

export const invariantOf = ({ at, and }: Forbidden): Invariant =>
  ({ name: 'never both', holds: (cells) => !datumIs(cells, at) || !datumIs(cells, and) })

export type Space = new (...given: ConstructorParameters<typeof ReducedSpace>) => ReducedSpace

export function spaceOf(
  machine: Machine, options: ReducedOptions = {}, Of: Space = ReducedSpace,
): ReducedSpace {
  const { channels, user, boot } = machineSystem(machine)
  return new Of(channels, user, boot(), options)
}
