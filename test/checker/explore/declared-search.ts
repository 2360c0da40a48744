/**
 * A search of all Worlds of a reduced space, with what it comes to as data: to compare with the search that
 * leaves nothing out.
 */
import type { Cells } from '#kernel/cells'
import { ReducedSpace, type ReducedOptions } from '#checker/explore/reduced-space'
import type { Steps } from '#checker/explore/steps'
import { Verdicts, type Invariant } from '#checker/explore/verdicts'
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
  const ends = new Set<string>()
  const broken = claims.map(() => false)
  let transitions = 0
  const look = (): void => claims.forEach((_, at) => { broken[at] ||= !verdicts.holds(at) })
  space.worlds.load(1)
  look()
  for (let world = 1; world <= space.worlds.count; world++) {
    const taken = space.expand(world, (_, isNew) => { if (isNew) look() })
    transitions += taken
    if (taken === 0) ends.add(describeWorld(space))
    if (space.worlds.count > most) throw new TooLarge()
  }
  return { ends: [...ends].sort(), broken, worlds: space.worlds.count, transitions }
}

/** The World under work as text. */
export const describeWorld = ({ slots, worlds }: Steps): string => slots.keys
  .flatMap((key, slot) => (worlds.at(slot) === 0 ? [] : [`${key} ${JSON.stringify(slots.value(slot, worlds.at(slot)))}`]))
  .sort().join('\n')

export const datumIs = (cells: Cells, { cell, is }: Forbidden['at']): boolean => (cells.read(dataKey(cell)) ?? 0) === is

export const invariantOf = ({ at, and }: Forbidden): Invariant =>
  ({ name: 'never both', holds: (cells) => !datumIs(cells, at) || !datumIs(cells, and) })

export type Space = new (...given: ConstructorParameters<typeof ReducedSpace>) => ReducedSpace

export function spaceOf(machine: Machine, options: ReducedOptions = {}, Of: Space = ReducedSpace): ReducedSpace {
  const { channels, user, boot } = machineSystem(machine)
  return new Of(channels, user, boot(), options)
}
