/** The schedule that takes the driver the way by which a search came to a World. */
import { prefixOf } from '#kernel/cells'
import type { Anchor, Deviation, Hold, Schedule } from '../schedule.js'
import type { FaultKind, MaxLag } from '../system.js'
import type { Action } from './actions.js'

/** `keyOf`: the key of a choice, by its number. */
export function scheduleOf(
  actions: readonly Action[], keyOf: (choice: number) => string, maxLag: MaxLag, kinds: readonly FaultKind[],
): Schedule {
  const deviations: Deviation[] = []
  const counts = new Map<string, number>()
  const held = new Map<string, { readonly place: number; readonly since: number }>()
  let now = 0
  let users = 0
  let lastUser = 0
  const anchor = (choice: number): Anchor => ({ channel: keyOf(choice), nth: counts.get(keyOf(choice)) ?? 0 })
  const outcomes = (at: Anchor, picks: readonly number[]): void =>
    picks.forEach((pick, ask) => { if (pick !== 0) deviations.push({ kind: 'outcome', ...at, ask, pick }) })
  const take = (choice: number, picks: readonly number[]): void => {
    outcomes(anchor(choice), picks)
    counts.set(keyOf(choice), anchor(choice).nth + 1)
  }
  const act = (choice: number): void => {
    users++
    lastUser = now
    take(choice, [])
  }
  for (const action of actions) {
    switch (action.is) {
      case 'clock': now += action.ms; break
      case 'hold': {
        const at = anchor(action.choice)
        held.set(at.channel, { place: deviations.length, since: now })
        deviations.push({ kind: 'hold', ...at, ms: maxLag[prefixOf(at.channel)] ?? 0 })
        break
      }
      case 'release': {
        const hold = held.get(keyOf(action.choice))!
        const before = deviations[hold.place] as Hold // put there above
        deviations[hold.place] = action.next >= 0 ? { ...before, before: anchor(action.next) }
          : { ...before, ms: now - hold.since, atEnd: true }
        held.delete(keyOf(action.choice))
        take(action.choice, action.picks)
        break
      }
      case 'fault': {
        const { fault, target } = action
        outcomes({ channel: '', nth: 0 }, action.picks)
        const kind = kinds.find(({ name }) => name === fault)
        deviations.push({ kind: 'fault', ...anchor(action.next), fault, target, ms: kind?.heal === undefined ? 0 : kind.lasts[0] })
        if (action.user) act(action.next)
        break
      }
      case 'take': take(action.choice, action.picks); break
      case 'user':
        if (action.early) deviations.push({ kind: 'early', nth: users, ms: now - lastUser })
        act(action.choice)
        break
      default: throw new Error(`unknown ${JSON.stringify(action satisfies never)}`)
    }
  }
  return { deviations }
}
