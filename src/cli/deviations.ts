/** How an order departs from the prompt one, in words and as lines of its timeline. */
import { part } from '#kernel/cells'
import type { Deviation, Hold } from '#checker/schedule'
import type { UserAction } from '#models/client/user-actions'
import type { Told } from '#trace/explain'
import type { Recorded, Recording } from '#trace/record'
import { faultWords } from './fault-words.js'
import { duration, shortly } from './words.js'

/** The Step that takes a channel's n-th offer; undefined where the order ended before. */
const takenAt = ({ steps }: Recording, channel: string, nth: number): Recorded | undefined =>
  steps.filter(({ choice }) => choice === channel)[nth]

/** What a channel's offer is, where the order ended before it was taken. */
function offerOf(channel: string): string {
  const who = part(channel, 1)
  switch (part(channel, 0)) {
    case 'cache': return `${who} caches the next event of ${part(channel, 2)}`
    case 'watch': return `${who} learns of the next event of ${part(channel, 2)}`
    case 'request': return `the API server takes the next request of ${who}`
    case 'response': return `${who} hears the next answer`
    case 'queue': return `${who} takes the next key`
    case 'timer': return `${who}: ${channel.split('|').slice(2).join(' ')}`
    default: return channel
  }
}

const labelOf = (recording: Recording, channel: string, nth: number): string =>
  takenAt(recording, channel, nth)?.label ?? offerOf(channel)

const late = (ms: number): string => (ms === 0 ? 'last at its instant' : `${duration(ms)} late`)

/** A deviation as a sentence. */
export function describe(deviation: Deviation, recording: Recording): string {
  switch (deviation.kind) {
    case 'hold': return shortly(`${late(deviation.ms)}: ${labelOf(recording, deviation.channel, deviation.nth)}`)
    case 'outcome': return shortly(`another outcome of a tie: ${labelOf(recording, deviation.channel, deviation.nth)}`)
    case 'first': return shortly(`before all else: ${labelOf(recording, deviation.channel, deviation.nth)}`)
    case 'early': return `the user does not wait: action ${deviation.nth + 1} comes ${duration(deviation.ms)} after the one before`
    case 'fault': return shortly(`fault: ${faultWords(deviation.fault, deviation.target)}${deviation.ms > 0 ? `, for ${duration(deviation.ms)}` : ''}`)
    case 'shuffle': return `Steps ${deviation.from + 1} to ${deviation.to} in the order of ${deviation.strategy}, seed ${deviation.seed}`
    default: throw new Error(`unknown deviation ${JSON.stringify(deviation satisfies never)}`)
  }
}

/** Where what is held begins to wait: after the Step that made the offer, else so long before it is taken. */
function heldLine({ channel, nth, ms }: Hold, recording: Recording): Told {
  const { steps } = recording
  const taken = takenAt(recording, channel, nth)
  const before = nth === 0 ? -1 : steps.findIndex((step) => step === takenAt(recording, channel, nth - 1))
  const offered = steps.findIndex(({ changes }, index) => index >= before && changes.some(({ key }) => key === channel))
  const index = Math.max(before, offered, 0)
  const at = taken === undefined ? steps[index]?.at ?? 0 : Math.max(taken.at - ms, steps[index]?.at ?? 0)
  const step = taken === undefined ? index : Math.max(index, steps.findLastIndex((one) => one.at <= at && one.n < taken.n))
  const text = taken === undefined ? offerOf(channel) : taken.label
  const lane = taken?.process ?? part(channel, 1)
  const isOwn = text.startsWith(`${lane} `)
  return { at, lane, text: `${late(ms)}: ${isOwn ? text.slice(lane.length + 1) : text}`, mark: 'late', step, cells: [] }
}

/** The timeline with a line where each delay begins. */
export function withDelays(told: readonly Told[], deviations: readonly Deviation[], recording: Recording): readonly Told[] {
  const held = deviations.filter((deviation) => deviation.kind === 'hold').map((hold) => heldLine(hold, recording))
  const lines = [...told]
  for (const line of held) {
    const next = lines.findIndex(({ step }) => step > line.step)
    lines.splice(next < 0 ? lines.length : next, 0, line)
  }
  return lines
}

/** What an action is about, where the files say too much: some of their objects were left out. */
function applied(action: UserAction | undefined): string | undefined {
  if (action === undefined || !('objects' in action) || (action.files ?? []).length > 0) return undefined
  const names = action.objects.map((object) => {
    const { name, namespace } = (object['metadata'] ?? {}) as { readonly name?: string; readonly namespace?: string } // an object
    return `${String(object['kind'])} ${namespace === undefined ? '' : `${namespace}/`}${name ?? ''}`
  })
  return `${action.do} ${names.slice(0, 4).join(', ')}${names.length > 4 ? `, and ${names.length - 4} more` : ''}`
}

/** Faults, and what the user applies, in words; other lines as they are. */
export function inWords(told: readonly Told[], { steps }: Recording, script: readonly UserAction[]): readonly Told[] {
  let action = 0
  return told.map((line) => {
    const step = steps[line.step]
    if (line.mark === 'user') return { ...line, text: (applied(script[action++]) ?? line.text).replaceAll(`${process.cwd()}/`, '') }
    if (line.mark !== 'fault' || step === undefined) return line
    const [, fault = '', target = ''] = step.choice.split('|')
    return { ...line, text: faultWords(fault, target, step.label.startsWith('healed')) }
  })
}
