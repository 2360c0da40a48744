/**
 * A pod's life for a terminal: a column for the API, the sandbox and each container, and what happens beside
 * it.
 */
import type { Pod } from '#api/types'
import { isRestartableInitContainer } from '#api/pods'
import type { Life, LifeEvent } from '#properties/pod-life/index'
import { pc } from './colours.js'
import { duration, plural, width, withoutPreemption, wrap } from './words.js'

type Doing = 'waits' | 'runs' | 'ends' | undefined

const rails: Readonly<Record<'waits' | 'runs' | 'ends', string>> = { waits: '┊', runs: '┃', ends: ' ' }

const colours = { good: pc.green, bad: pc.red } as const

const toned = (event: LifeEvent, text: string): string =>
  event.tone === undefined ? text : colours[event.tone](text)

/** What a lane is of. */
function laneText({ spec }: Pod, lane: string, index: number): string {
  if (index === 0) return 'API: the pod as the API server has it'
  if (index === 1) return 'Sandbox: its network namespace, with its address'
  const init = (spec.initContainers ?? []).find(({ name }) => name === lane)
  if (init === undefined) return `${lane}: a container`
  return `${lane}: ${isRestartableInitContainer(init) ? 'a sidecar' : 'an init container'}`
}

/** Where time, rails and names end, and the text begins. */
interface Columns {
  readonly time: number
  readonly name: number
  readonly all: number
}

const longestName = 16

const cut = (name: string): string =>
  name.length <= longestName ? name : `${name.slice(0, longestName - 1)}…`

export function podPicture(
  { pod, lanes, events }: Life,
  folded: readonly (LifeEvent | Fold)[] = fold(events),
  all = width(),
): string {
  const time = Math.max(6, ...events.map(({ at }) => duration(at).length)) + 1
  const columns = { time, name: Math.max(...lanes.map((lane) => cut(lane).length)), all: Math.max(all, 80) }
  return [...legend(pod, lanes, columns), '', ...rows(lanes, folded, columns)].join('\n')
}

/** Stairs down to the rails. */
const legend = (pod: Pod, lanes: readonly string[], { time }: Columns): readonly string[] =>
  lanes.map(
    (lane, index) =>
      `${' '.repeat(time + 2)}${pc.dim('│ '.repeat(index))}${pc.dim('┌')} ${laneText(pod, lane, index)}`,
  )

function rows(
  lanes: readonly string[],
  folded: readonly (LifeEvent | Fold)[],
  { time, name, all }: Columns,
): readonly string[] {
  const doing = new Map<string, Doing>()
  let last: { at: number; lane: string } = { at: -1, lane: '' }
  const rail = (lane: string): string => {
    const is = doing.get(lane)
    return is === undefined ? ' ' : is === 'waits' ? pc.yellow(rails.waits) : rails[is]
  }
  return folded.map((event) => {
    if ('times' in event) {
      const blank = event.lane === last.lane ? '' : cut(event.lane)
      last = { at: -1, lane: '' }
      if (event.becomes !== undefined) doing.set(event.lane, event.becomes)
      const words = `${pc.dim(blank.padEnd(name))}  ${pc.dim(event.text)}`
      return `${' '.repeat(time + 2)}${lanes.map(rail).join(' ')}  ${words}`
    }
    if (event.becomes !== undefined) doing.set(event.lane, event.becomes)
    const when = event.at === last.at ? '' : duration(event.at)
    const who = event.at === last.at && event.lane === last.lane ? '' : cut(event.lane)
    last = event
    const marks = lanes
      .map((lane) => (lane === event.lane ? toned(event, event.tone === 'bad' ? '✗' : '●') : rail(lane)))
      .join(' ')
    const indent = time + 2 + lanes.length * 2 + 1 + name + 2
    const told = event.events.length === 0 ? '' : `  ${pc.dim(`[${event.events.join(', ')}]`)}`
    const blank = ' '.repeat(time + 2) + lanes.map(rail).join(' ')
    const room = Math.max(all - indent, 24)
    const [first = '', ...more] = wrap(
      `${toned(event, broken(withoutPreemption(event.text), room))}${told}`,
      '',
      room,
    ).split('\n')
    const head = `${when.padStart(time)}  ${marks}  ${pc.dim(who.padEnd(name))}  `
    return [head + first, ...more.map((line) => `${blank}  ${' '.repeat(name)}  ${line}`)]
      .map((line) => line.trimEnd())
      .join('\n')
  })
}

/** Words that are longer than a line, such as images and paths, are broken. */
const broken = (text: string, room: number): string =>
  text
    .split(' ')
    .map((word) =>
      word.length <= room ? word : (word.match(new RegExp(`.{1,${room}}`, 'g'))?.join(' ') ?? word),
    )
    .join(' ')

/** Rounds of one lane that are all alike but for their numbers, and are not told. */
export interface Fold {
  readonly lane: string
  readonly times: number
  readonly text: string
  /** What the lane does after the last of them. */
  readonly becomes?: Doing
}

/** Without times, and how often it was started. */
const shapeOf = ({ text }: LifeEvent): string =>
  text.replace(/\d+(\.\d+)?(?=[ms]\b|m\d)|(?<=restart )\d+/g, '#').replace(/#m#s|#m/g, '#s')

/** How often a round is told before the others are counted. */
const told = 2

/**
 * What comes again and again in a lane is told twice; how often it came, and until when, stands for the
 * others.
 */
export function fold(events: readonly LifeEvent[]): readonly (LifeEvent | Fold)[] {
  const lanes = new Set(events.map(({ lane }) => lane))
  const left = new Set<LifeEvent>()
  const folds = new Map<LifeEvent, Fold>()
  for (const lane of lanes)
    foldLane(
      events.filter((event) => event.lane === lane),
      left,
      folds,
    )
  return events.flatMap((event) => {
    const after = folds.get(event)
    return left.has(event) ? [] : after === undefined ? [event] : [event, after]
  })
}

/** Events that are left out, and what stands for them after the last that is told. */
function foldLane(events: readonly LifeEvent[], left: Set<LifeEvent>, folds: Map<LifeEvent, Fold>): void {
  const shapes = events.map(shapeOf)
  for (let from = 0; from < events.length;) {
    const { size, times } = longestRound(shapes, from) ?? { size: 1, times: 1 }
    const begin = from + size * told
    const end = from + size * times
    if (end > begin) {
      const [last, until] = [events[begin - 1]!, events[end - 1]!]
      for (const event of events.slice(begin, end)) left.add(event)
      const becomes = events.slice(begin, end).findLast((event) => event.becomes !== undefined)?.becomes
      const text = `… and so ${plural(times - told, 'time')} more, until ${duration(until.at)}`
      folds.set(last, {
        lane: last.lane,
        times: times - told,
        text,
        ...(becomes === undefined ? {} : { becomes }),
      })
    }
    from = end
  }
}

/** The shortest round from here on that comes more often than it is told, so that a line is saved. */
function longestRound(
  shapes: readonly string[],
  from: number,
): { readonly size: number; readonly times: number } | undefined {
  for (let size = 1; size <= 24; size++) {
    let times = 1
    while (isSame(shapes, from, from + size * times, size)) times++
    if (times > told && (times - told) * size > 1) return { size, times }
  }
  return undefined
}

const isSame = (shapes: readonly string[], a: number, b: number, size: number): boolean => {
  for (let i = 0; i < size; i++)
    if (shapes[b + i] === undefined || shapes[a + i] !== shapes[b + i]) return false
  return true
}
