/**
 * What a claim is told when it judges, read through its recorder: what it asks for is what its judgement
 * depends on.
 */
import type { Judging, Write } from '../claim.js'
import type { Choices } from './choices.js'
import { now as pseudo, type ClaimRecorder } from './claim-recorder.js'
import type { Slots } from './slots.js'

/** Where the claim stands; `beside`: the slots of what claims remember. */
export const judgingOf = (recorder: ClaimRecorder, beside: Slots): Judging => ({
  cells: recorder,
  memory: recorder,
  get now() { return (recorder.valueBeside('time') ?? 0) as number }, // milliseconds
  get disturbed() { return recorder.numberBeside(pseudo.disturbed) === 1 },
  get round() {
    const number = recorder.numberBeside(pseudo.round)
    if (number === 0) return undefined
    return new Set(beside.value(pseudo.round, number) as readonly string[]) // keys, put there for a loop
  },
  wake: (key, at) => void recorder.wakes.push({ at, key }),
})

interface Where {
  readonly slots: Slots
  readonly choices: Choices
}

/** The write to a slot that is judged. */
export function writeOf(recorder: ClaimRecorder, slot: number, { slots, choices }: Where): Write {
  const choice = () => choices.all[recorder.numberBeside(pseudo.choice) - 1]
  return {
    key: slots.keys[slot]!,
    get before() { return slots.value(slot, recorder.numberBeside(pseudo.before)) },
    get after() { return recorder.own(slot) },
    get choice() { return choice()?.key ?? '' },
    get process() {
      const one = choice()
      return one?.channel.process(one.key) ?? ''
    },
  }
}
