/**
 * The order of slots that suits what the Steps of a system touch, from its first Worlds and from some that
 * come late.
 */
import type { FreeSystem } from './free-system.js'
import { layoutOf, type Layout } from './layout.js'
import { PartedSpace } from './parted-space.js'

/** How many of the first Worlds are expanded; each time the last one that is known is, too. */
const most = 1500

export function layoutFor(system: FreeSystem): Layout {
  const space = new PartedSpace(system)
  const { worlds, choices, footprints, slots } = space
  const expand = (world: number): void => {
    space.load(world)
    space.expandLoaded(world)
    space.found.flush()
  }
  for (let [at, last] = [1, 1]; at <= Math.min(most, worlds.count); at++) {
    expand(at)
    if (worlds.count > last) expand(last = worlds.count)
  }
  const touched = choices.all.map(({ slot, gate, tree }) =>
    new Set([slot, ...gate < 0 ? [] : [gate], ...footprints.touchedBy(tree)]))
  return layoutOf({ keys: slots.keys, footprints: touched, changing: footprints.written })
}
