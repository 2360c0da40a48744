/**
 * Nodes that differ by nothing but their names may take each other's: on the real models, from the
 * scheduler's decision about a pod on, in every order of what follows. node-1 and node-3 talk to one API
 * server instance, node-2 to the other.
 */
import { describe, expect, it } from 'vitest'
import type { JsonObject } from '#api/types'
import type { Cells } from '#kernel/cells'
import type { Channel } from '#machine/channel'
import { FreeSpace } from '#checker/explore/free-space'
import { ReducedSpace } from '#checker/explore/reduced-space'
import { Steps } from '#checker/explore/steps'
import type { Renamable } from '#checker/explore/renaming'
import type { World } from '#cluster/world'
import { systemOf } from '#properties/scenario'
import { nodes } from './small.js'

const pod: JsonObject = {
  apiVersion: 'v1', kind: 'Pod', metadata: { name: 'one', namespace: 'default' },
  spec: { containers: [{ name: 'web', image: 'example.org/web:1' }] },
}
const system = systemOf({
  nodes: nodes(3), script: [{ do: 'apply', objects: [pod] }], profiles: {}, mutants: [],
})

const renamable: Renamable = {
  things: [['node-1', '172.18.0.2', '10.244.0.'], ['node-3', '172.18.0.4', '10.244.2.']],
  unordered: ['index|nodes|', 'index|leases|', 'watchers|', 'memory|kube-scheduler|'],
}

const swappable = /node-[13]|172\.18\.0\.[24]|10\.244\.[02]\./g
const swapped = (text: string): string => text.replace(swappable, (name) => {
  const [one, other] = [renamable.things[0]!, renamable.things[1]!]
  return one.includes(name) ? other[one.indexOf(name)]! : one[other.indexOf(name)]!
})

/**
 * Members in the order of their names; of cells whose order means nothing, lists in that of their entries.
 */
function textOf(value: unknown, isUnordered = false): string {
  if (Array.isArray(value)) {
    const entries = value.map((inner) => textOf(inner, isUnordered))
    return `[${(isUnordered ? entries.sort() : entries).join()}]`
  }
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'nothing'
  const members = Object.entries(value).map(([name, inner]) => `${name}:${textOf(inner, isUnordered)}`)
  return `{${members.sort().join()}}`
}

type Told = ReadonlyMap<string, unknown>

function renamedValue(value: unknown): unknown {
  if (typeof value === 'string') return swapped(value)
  if (Array.isArray(value)) return value.map(renamedValue)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [swapped(name), renamedValue(inner)]),
  )
}

const renamed = (world: Told): Told =>
  new Map([...world].map(([key, value]) => [swapped(key), renamedValue(value)]))

const isUnordered = (key: string): boolean => renamable.unordered!.some((one) => key.startsWith(one))
const describeWorld = (world: Told): string =>
  [...world].map(([key, value]) => `${key} ${textOf(value, isUnordered(key))}`).sort().join('\n')

const worldOf = ({ slots, worlds }: Steps): Told => new Map(
  slots.keys.flatMap((key, slot) => (worlds.at(slot) === 0 ? []
    : [[key, slots.value(slot, worlds.at(slot))] as const])))

/**
 * Explores a space, and tells its Worlds, whichever of the two nodes is which: the same text for the same, of
 * all spaces.
 */
function orbitsOf(): (space: ReducedSpace) => ReadonlySet<string> {
  const texts = new Map<string, number>()
  const numberOf = (text: string): number => texts.get(text) ?? texts.set(text, texts.size).size - 1
  return (space) => {
    const cells: (readonly [own: number, other: number])[][] = []
    const found = new Set<string>()
    for (let world = 1; world <= space.worlds.count; world++) {
      space.expand(world, () => {})
      const both = space.slots.keys.flatMap((key, slot) => {
        const number = space.worlds.at(slot)
        if (number === 0) return []
        const one = new Map([[key, space.slots.value(slot, number)]])
        const known = cells[slot] ??= []
        return [known[number] ??= [numberOf(describeWorld(one)), numberOf(describeWorld(renamed(one)))]]
      })
      const [own, other] = ([0, 1] as const).map((which) =>
        both.map((cell) => cell[which]).sort((a, b) => a - b).join())
      found.add(own! < other! ? own! : other!)
    }
    return found
  }
}

/** The World in which the scheduler has the pod next. */
function scheduling(): World {
  const world = system.boot()
  const next = (): string | undefined => world.agenda.first()
  for (let choice = next(); choice !== undefined && !choice.startsWith('schedule|'); choice = next()) {
    world.take(choice)
  }
  return world
}

const channels = (...prefixes: readonly string[]) =>
  system.channels.filter(({ prefix }) => prefixes.includes(prefix))

/** Takes Steps in any World that it is told. */
class Anywhere extends Steps {
  /** What each choice writes there, with any outcome of its ties. */
  after(world: Told): readonly (readonly [choice: string, written: readonly Told[]])[] {
    const slots = [...world.keys()].map((key) => this.slots.slot(key))
    this.grow()
    for (let slot = 0; slot < this.slots.size; slot++) this.write(slot, 0)
    for (const slot of slots) this.write(slot, this.slots.number(slot, world.get(this.slots.keys[slot]!)))
    const all: [choice: string, written: Told[]][] = []
    for (let choice = 0; choice < this.choices.all.length; choice++) {
      if (!this.choices.isOffered(choice, this.worlds.work)) continue
      if (this.effects.isClosed(this.leafOf(choice))) continue
      const outcomes: Told[] = []
      for (let isMore = true; isMore;) {
        const leaf = this.leafOf(choice)
        const ties = this.ties[leaf]
        outcomes.push(this.writtenBy(leaf))
        isMore = ties !== undefined && this.nextPicks(ties)
      }
      all.push([this.choices.all[choice]!.key, outcomes])
    }
    return all
  }

  private writtenBy(leaf: number): Told {
    const changes = this.effects.apply(leaf, this.worlds.work)
    const { changed } = this.effects
    return new Map(Array.from({ length: changes }, (_, at) =>
      [this.slots.keys[changed[2 * at]!]!, this.slots.value(changed[2 * at]!, changed[2 * at + 1]!)]))
  }
}

type After = ReturnType<Anywhere['after']>

/** The same for both only where the same is written by the same choices, in any order. */
const told = (
  after: After, of = (world: Told): Told => world, name = (choice: string): string => choice,
): readonly string[] => after
  .map(([choice, written]) =>
    [name(choice), ...written.map((one) => describeWorld(of(one))).sort()].join('\n\n'))
  .sort()

describe('Two nodes that differ by nothing but their names', () => {
  it('do the same whatever they are called, in each of many Worlds', () => {
    const space = new FreeSpace(system.channels, system.user, scheduling())
    const anywhere = new Anywhere(system.channels, system.user)
    for (let world = 1; space.worlds.count < 20_000; world++) space.expand(world, { step() {} })
    let steps = 0
    for (let world = 1; world <= space.worlds.count; world += 200) {
      space.worlds.load(world)
      const here = worldOf(space)
      const after = anywhere.after(here)
      expect(told(anywhere.after(renamed(here)))).toEqual(told(after, renamed, swapped))
      steps += after.length
    }
    expect(steps).toBeGreaterThan(500)
  }, 60_000)

  it('would not, were there a scheduler that takes the first of equal ones by name', () => {
    const byName = channels('schedule').map((channel): Channel<never> => ({
      ...channel,
      take: (cells, choice, value) => channel.take(Object.create(cells, {
        choose: { value: (options: readonly string[]) => options.indexOf([...options].sort()[0]!) },
      }) as Cells, choice, value), // everything else is as it was
    }))
    const here = worldOf(new FreeSpace(byName, system.user, scheduling()))
    const anywhere = new Anywhere(byName, system.user)
    const there = anywhere.after(here)
    expect(told(anywhere.after(renamed(here)))).not.toEqual(told(there, renamed, swapped))
  })

  it('are one, in every World that follows: as few as half of them are enough', () => {
    const few = channels('watch').map((channel): Channel<never> => ({
      ...channel, isOpen: (_, choice) => /kubelet|kube-scheduler|deployment|disruption/.test(choice),
    }))
    const some = [
      ...channels('schedule', 'request', 'cache'),
      ...(process.env['SHOW'] === undefined ? few : channels('watch', 'response')),
    ]
    const all = new ReducedSpace(some, system.user, scheduling())
    const fewer = new ReducedSpace(some, system.user, scheduling(), { renamable })
    const orbits = orbitsOf()
    const found = orbits(all)
    expect(orbits(fewer)).toEqual(found)
    expect(fewer.worlds.count).toBe(found.size)
    if (process.env['SHOW'] !== undefined) console.log(all.worlds.count, fewer.worlds.count)
    expect(fewer.worlds.count).toBeLessThan(0.75 * all.worlds.count)
  }, 300_000)
})
