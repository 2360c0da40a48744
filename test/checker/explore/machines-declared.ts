/** What the actors of a small system (machines.ts) read and write, from their programs alone. */
import type { Declared, Party } from '#checker/explore/persistent-sets'
import { choiceKey, dataKey, gateKey, type Act, type Effect, type Machine } from './machines.js'

/** The cells that a pick looks at, and the actors that it may rouse. */
const pickable = (machine: Machine, { cell, among }: Effect & { readonly do: 'pick' }): readonly string[] =>
  Array.from({ length: among }, (_, at) => [dataKey(cell + at), choiceKey(machine, at)]).flat()

function readsOf(machine: Machine, effect: Effect): readonly string[] {
  if (effect.do === 'pick') return pickable(machine, effect)
  if (effect.do === 'set') return effect.from === undefined ? [] : [dataKey(effect.from)]
  return effect.do === 'ask' && machine.actors[effect.actor] !== undefined
    ? [choiceKey(machine, effect.actor)] : []
}

function writesOf(machine: Machine, effect: Effect): readonly string[] {
  switch (effect.do) {
    case 'set': case 'tie': case 'ask': return [dataKey(effect.cell)]
    case 'rouse': case 'calm':
      return machine.actors[effect.actor] === undefined ? [] : [choiceKey(machine, effect.actor)]
    case 'pick': return pickable(machine, effect)
    case 'gate': return [gateKey(effect.gate)]
    default: throw new Error(`unknown ${JSON.stringify(effect satisfies never)}`)
  }
}

const readsOfAct = (machine: Machine, { when, effects }: Act): readonly string[] =>
  [
    ...(when === undefined ? [] : [dataKey(when.cell)]),
    ...effects.flatMap((effect) => readsOf(machine, effect)),
  ]

/** `visible`: the cells that claims read. */
export const declaredOf = (machine: Machine, visible: readonly number[]): Declared => ({
  visible: visible.map(dataKey),
  parties: machine.actors.map(({ acts, gate }, at): Party => {
    const own = choiceKey(machine, at)
    return {
      owns: [own], isSingle: true,
      reads: [
        own, ...(gate === undefined ? [] : [gateKey(gate)]),
        ...acts.flatMap((act) => readsOfAct(machine, act)),
      ],
      writes: [own, ...acts.flatMap(({ effects }) => effects.flatMap((effect) => writesOf(machine, effect)))],
    }
  }),
})
