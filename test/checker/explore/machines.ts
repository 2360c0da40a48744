/**
 * Small systems on the kernel's contract that are data, so that hundreds of them can be generated and made
 * smaller: actors that count down a program, take from a list, or wait for a deadline, and that write cells
 * which others read.
 */
import { key, part, type Cells, type Key } from '#kernel/cells'
import { InternedStore } from '#kernel/interned-store'
import { rank, type Channel } from '#machine/channel'
import { World } from '#cluster/world'
import type { FaultKind, MaxLag, System } from '#checker/system'

export type Effect =
  /** `cell` := (`from`, or 0, + `add`) mod 3, and what the Step took from its list. */
  | { readonly do: 'set'; readonly cell: number; readonly from: number | undefined; readonly add: number }
  /** Starts a program anew, adds an entry to a list, or arms a deadline. */
  | {
    readonly do: 'rouse'
    readonly actor: number
    readonly entry: number
    readonly ms: number
    readonly keep: boolean
  }
  | { readonly do: 'calm'; readonly actor: number }
  | { readonly do: 'tie'; readonly cell: number }
  | { readonly do: 'ask'; readonly actor: number; readonly cell: number }
  /**
   * Of the cells from `cell` on, `among` of them, the first that is `is` (0: is not there), and whose program
   * of the same number does not run, becomes `becomes`, and that program starts.
   */
  | {
    readonly do: 'pick'
    readonly cell: number
    readonly among: number
    readonly is: number
    readonly becomes: number
  }
  | { readonly do: 'gate'; readonly gate: number; readonly shuts: boolean }

/** Effects that happen where a cell has a value, or always. */
export interface Act {
  readonly when: { readonly cell: number; readonly is: number } | undefined
  readonly effects: readonly Effect[]
}

export interface Actor {
  readonly is: 'program' | 'list' | 'timer'
  /** Its channel; timers have their own. */
  readonly prefix: (typeof prefixes)[number]
  readonly gate: number | undefined
  /** What its Steps do: a program's one after the other; the others' always the first. */
  readonly acts: readonly Act[]
  /** Whether it writes its own cell before everything else, or after it. */
  readonly ownFirst: boolean
  readonly starts: boolean
}

export interface Trouble {
  /** It can happen only where the cell has the value. */
  readonly when: Act['when']
  readonly strikes: readonly Effect[]
  readonly mends: readonly Effect[] | undefined
  readonly lasts: number
  readonly recovery: number
}

export interface Machine {
  readonly actors: readonly Actor[]
  readonly user: readonly Act[]
  readonly troubles: readonly Trouble[]
}

const ranks = { get: rank.cache, hear: rank.watch, call: rank.api, work: rank.work } as const
export const prefixes = ['get', 'hear', 'call', 'work'] as const
export const maxLag: MaxLag = { get: 100, hear: 200, call: 100, work: 50, timer: 100 }

export const dataKey = (cell: number): Key<number> => key('data', String(cell))
export const gateKey = (gate: number): Key<true> => key('cut', String(gate))

/** What breaks is there while it lasts, so that it does not break twice. */
const troubleKey = (trouble: number): Key<true> => key('fault', String(trouble))

/** The key of an actor's choice. */
export const choiceKey = ({ actors }: Machine, actor: number): string => {
  const { is, prefix } = actors[actor]!
  return key(is === 'timer' ? 'timer' : prefix, String(actor))
}

const datum = (cells: Cells, cell: number): number => cells.read(dataKey(cell)) ?? 0

function rouse(
  machine: Machine, cells: Cells, actor: number, entry: number, ms: number, keep: boolean,
): void {
  const one = machine.actors[actor]
  if (one === undefined) return
  const choice = choiceKey(machine, actor)
  if (one.is === 'timer') cells.arm(choice, ms, keep ? 'earlier' : undefined)
  else if (one.is === 'list') cells.append(choice as Key<readonly number[]>, entry) // a list's
  else cells.write(choice, one.acts.length)
}

function perform(machine: Machine, cells: Cells, { when, effects }: Act, taken = 0): void {
  if (when !== undefined && datum(cells, when.cell) !== when.is) return
  for (const effect of effects) {
    switch (effect.do) {
      case 'set': {
        const from = effect.from === undefined ? 0 : datum(cells, effect.from)
        cells.write(dataKey(effect.cell), (from + effect.add + taken) % 3)
        break
      }
      case 'rouse': rouse(machine, cells, effect.actor, effect.entry, effect.ms, effect.keep); break
      case 'calm':
        if (machine.actors[effect.actor]?.is === 'timer') cells.disarm(choiceKey(machine, effect.actor))
        break
      case 'tie': cells.write(dataKey(effect.cell), cells.choose(['0', '1'])); break
      case 'ask':
        if (machine.actors[effect.actor]?.is !== 'timer') break
        cells.write(dataKey(effect.cell), cells.pending(choiceKey(machine, effect.actor)) ? 1 : 0)
        break
      case 'pick':
        for (let at = 0; at < effect.among; at++) {
          if (cells.read(dataKey(effect.cell + at)) !== (effect.is || undefined)) continue
          if (cells.read(choiceKey(machine, at)) !== undefined) continue
          cells.write(dataKey(effect.cell + at), effect.becomes)
          rouse(machine, cells, at, 0, 50, false)
          break
        }
        break
      case 'gate': cells.write(gateKey(effect.gate), effect.shuts ? true : undefined); break
      default: throw new Error(`unknown ${JSON.stringify(effect satisfies never)}`)
    }
  }
}

function step(machine: Machine, cells: Cells, choice: string): void {
  const { is, acts, ownFirst } = machine.actors[Number(part(choice, 1))]!
  if (is === 'timer') {
    cells.disarm(choice)
    perform(machine, cells, acts[0]!)
    return
  }
  const own = cells.read(choice) as number | readonly number[] // a program's or a list's
  const [act, taken, left] = typeof own === 'number' ? [acts[acts.length - own]!, 0, own - 1 || undefined]
    : [acts[0]!, own[0] ?? 0, own.length === 1 ? undefined : own.slice(1)]
  if (ownFirst) cells.write(choice, left)
  perform(machine, cells, act, taken)
  if (!ownFirst) cells.write(choice, left)
}

const channel = (machine: Machine, prefix: string, at: Channel['rank']): Channel<never> => ({
  prefix, rank: at,
  offers: () => true,
  process: (choice) => choice,
  gate: (choice) => {
    const gate = machine.actors[Number(part(choice, 1))]?.gate
    return gate === undefined ? undefined : gateKey(gate)
  },
  take: (cells, choice) => step(machine, cells, choice),
  label: (choice) => choice,
})

const userChannel = (machine: Machine): Channel<number> => ({
  prefix: 'user', rank: rank.user,
  offers: () => true,
  process: () => 'user',
  take(cells, choice, left) {
    cells.write(choice, left - 1 || undefined)
    perform(machine, cells, machine.user[machine.user.length - left]!)
  },
  label: (choice) => choice,
})

const faultOf = (
  machine: Machine, { when, strikes, mends, lasts, recovery }: Trouble, at: number,
): FaultKind => ({
  name: `trouble-${at}`, lasts: [lasts, lasts], recovery,
  targets: ({ cells }) => (cells.read(troubleKey(at)) === undefined
    && (when === undefined || datum(cells, when.cell) === when.is)
    ? ['it'] : []),
  inject: ({ cells }) => {
    if (mends !== undefined) cells.write(troubleKey(at), true)
    perform(machine, cells, { when: undefined, effects: strikes })
  },
  ...(mends === undefined ? {} : {
    heal: ({ cells }) => {
      cells.write(troubleKey(at), undefined)
      perform(machine, cells, { when: undefined, effects: mends })
    },
  }),
})

export function machineSystem(machine: Machine): System {
  const channels = [
    ...prefixes.map((prefix) => channel(machine, prefix, ranks[prefix])),
    channel(machine, 'timer', rank.node), userChannel(machine),
  ] as readonly Channel<never>[] // channels of many types
  return {
    channels, user: 'user',
    faults: machine.troubles.map((trouble, at) => faultOf(machine, trouble, at)),
    boot() {
      const world = World.over(new InternedStore(), channels)
      world.perform((cells) => {
        machine.actors.forEach(({ starts }, at) => { if (starts) rouse(machine, cells, at, 1, 100, false) })
        if (machine.user.length > 0) cells.write('user|script', machine.user.length)
      })
      return world
    },
  }
}
