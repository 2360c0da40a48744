/**
 * Makes a timeline short enough to be read in a minute: what came about before things went another way than usual is
 * told by its outcome, counts and conditions that only follow go, what is said again and again is said once.
 */
import type { Told } from './explain.js'

export interface DigestOptions {
  /** What the violation is about: `Pod shop/web#1-0`. */
  readonly objects: readonly string[]
  /** The cells in which it shows: their last changes stay. */
  readonly cells: readonly string[]
  /** How many lines there may be. */
  readonly room: number
}

export interface Digest {
  readonly lines: readonly Told[]
  /** How many lines were left out for want of room. */
  readonly dropped: number
}

export function digest(told: readonly Told[], options: DigestOptions): Digest {
  const telling = told.filter(isWorthTelling(told, options))
  const begin = turningPoint(telling)
  const before = outcomes(telling.slice(0, begin), options)
  const lines = alike(rounds(alike([...before, ...telling.slice(begin)])))
  return fit(lines, before.length, options)
}

/**
 * The whole timeline without counts and conditions that only follow; what happens at one instant to several things alike
 * is one line, at the place of the first.
 */
export function outline(told: readonly Told[]): readonly Told[] {
  const lines: Told[] = []
  const major = told.filter((line) => line.telling?.minor !== true)
  for (let from = 0; from < major.length;) {
    let to = from
    while (to < major.length && major[to]!.at === major[from]!.at && (to === from || major[to]!.mark === undefined)) to++
    const groups: Told[][] = []
    for (const line of major.slice(from, to)) {
      const group = groups.find(([first]) => first !== undefined && isAlike(first, line))
      if (group === undefined) groups.push([line])
      else group.push(line)
    }
    lines.push(...groups.flatMap(alike))
    from = to
  }
  return lines
}

/** Minor lines only where the violation shows in them, and no later line tells of the same cell. */
const isWorthTelling = (told: readonly Told[], { cells }: DigestOptions) => (line: Told, index: number): boolean => {
  if (line.lane === 'kubectl' && line.mark === undefined && line.telling?.always !== true) return false // the command says it
  if (line.telling?.minor !== true) return true
  return line.cells.some((cell) => cells.includes(cell) && !told.slice(index + 1).some((later) => later.cells.includes(cell)))
}

/** From here on the story is told in full: the first deviation, or else the user's last action but the first. */
function turningPoint(told: readonly Told[]): number {
  const odd = told.findIndex(({ mark }) => mark === 'late' || mark === 'fault')
  const last = told.findLastIndex(({ mark }) => mark === 'user')
  const first = told.findIndex(({ mark }) => mark === 'user')
  if (odd < 0) return last > first ? last : first + 1
  const turn = odd > first ? Math.min(odd, last > first ? last : odd) : odd
  return told.findIndex(({ at }) => at === told[turn]?.at)
}

/** The last line about each thing, unless that is its mere creation, and what the user did. */
function outcomes(told: readonly Told[], { objects }: DigestOptions): readonly Told[] {
  const last = new Map<string, number>()
  told.forEach((line, index) => last.set(aboutOf(line), index))
  return told.filter((line, index) => line.mark !== undefined
    || (last.get(aboutOf(line)) === index && (line.telling?.says !== 'is created' || objects.includes(aboutOf(line)))))
}

const aboutOf = ({ telling, text }: Told): string => telling?.about ?? telling?.subject ?? text

/** What a line says with the names of nodes and addresses taken out. */
const shapeOf = (text: string): string => text
  .replace(/\b\d{1,3}(\.\d{1,3}){3}(:\d+)?\b/g, '@')
  .replace(/\b[a-z0-9.-]+-\d+\b/g, '@')

/** The same without numbers and remarks. */
const roundShape = (text: string): string => shapeOf(text).replace(/ \([^)]*\)/g, '').replace(/\d+/g, '#')

const familyOf = (lane: string): string => lane.replace(/\/.*-\d+$/, '')

const likewise = '; likewise '

/** Lines next to each other, of one instant and one sort of component, that say the same of several things: one line. */
function alike(told: readonly Told[]): readonly Told[] {
  const merged: Told[] = []
  const counts: Set<string>[] = []
  for (const line of told) {
    const last = merged.at(-1)
    const lanes = counts.at(-1)
    if (last?.telling === undefined || line.telling === undefined || lanes === undefined || !isAlike(last, line)) {
      merged.push(line)
      counts.push(new Set([line.lane]))
      continue
    }
    lanes.add(line.lane)
    const name = line.telling.subject.split(' ').at(-1) ?? ''
    const place = line.telling.where === last.telling.where ? '' : ` (${line.telling.where ?? 'nowhere'})`
    const text = last.telling.subject === line.telling.subject ? last.text : withName(last.text, `${name}${place}`)
    const lane = lanes.size === 1 ? last.lane : `${familyOf(line.lane)} × ${lanes.size}`
    merged[merged.length - 1] = { ...last, text, lane, cells: [...last.cells, ...line.cells] }
  }
  return merged
}

/** `Pod shop/a is Ready; likewise shop/b, shop/c, shop/d and 2 more`. */
function withName(text: string, name: string): string {
  const [head = '', others] = text.split(likewise)
  if (others === undefined) return `${head}${likewise}${name}`
  const [names = '', more] = others.split(' and ')
  if (more !== undefined) return `${head}${likewise}${names} and ${parseInt(more, 10) + 1} more`
  return names.split(', ').length < 3 ? `${head}${likewise}${names}, ${name}` : `${head}${likewise}${names} and 1 more`
}

function isAlike(a: Told, b: Told): boolean {
  return a.at === b.at && a.mark === undefined && b.mark === undefined && familyOf(a.lane.replace(/ × \d+$/, '/n-1')) === familyOf(b.lane)
    && a.telling?.subject.split(' ')[0] === b.telling?.subject.split(' ')[0]
    && shapeOf(a.telling?.says ?? '') === shapeOf(b.telling?.says ?? '')
}

/** A round of several lines that comes again at least twice more is told once, with how often. Reasons may be missing. */
function rounds(told: readonly Told[]): readonly Told[] {
  const core = told.flatMap(({ telling }, index) => (telling?.always === true ? [] : [index]))
  const shapes = core.map((index) => {
    const { lane, text, mark } = told[index]!
    return mark === undefined ? `${lane} ${roundShape(text)}` : `${mark} ${text}`
  })
  const lines: Told[] = []
  for (let from = 0; from < core.length;) {
    const next = core[from + 1] ?? told.length
    const round = longestRound(shapes, from)
    if (round === undefined) {
      lines.push(...told.slice(from === 0 ? 0 : core[from], next))
      from++
      continue
    }
    const { size, times } = round
    const last = told[core[from + size * times - 1]!]!
    lines.push(...told.slice(from === 0 ? 0 : core[from], core[from + size] ?? told.length))
    lines.push({ at: last.at, lane: '', text: `… and so ${times - 1} times more`, step: last.step, cells: [] })
    from += size * times
    // A round that the end cuts off says nothing new.
    const rest = shapes.length - from
    if (rest < size && shapes.slice(from).every((shape, index) => shape === shapes[from - size + index])) break
  }
  return lines
}

function longestRound(shapes: readonly string[], from: number): { readonly size: number; readonly times: number } | undefined {
  for (let size = 1; size <= 8; size++) {
    let times = 1
    while (isSame(shapes, from, from + size * times, size)) times++
    if (times >= 3) return { size, times }
  }
  return undefined
}

const isSame = (shapes: readonly string[], a: number, b: number, size: number): boolean => {
  for (let i = 0; i < size; i++) if (shapes[b + i] === undefined || shapes[a + i] !== shapes[b + i]) return false
  return true
}

/** Leaves out the lines that matter least until the rest fits. */
function fit(lines: readonly Told[], setting: number, { objects, room }: DigestOptions): Digest {
  const names = objects.map((object) => object.replace(/^\w+ /, ''))
  const lastAbout = new Map(lines.map((line, index) => [`${index < setting} ${aboutOf(line)}`, index]))
  const weight = (line: Told, index: number): number => {
    if (line.mark !== undefined || line.telling === undefined) return Infinity
    const isAbout = names.some((name) => line.text.includes(name))
    const isOutcome = lastAbout.get(`${index < setting} ${aboutOf(line)}`) === index && line.telling.says !== 'is created'
    return (isAbout ? 4 : 0) + (isOutcome ? 3 : 0) + (index < setting ? 0 : 1) + (3 * index) / lines.length
  }
  const order = lines.map((line, index) => ({ index, weight: weight(line, index) })).sort((a, b) => a.weight - b.weight || a.index - b.index)
  const most = Math.max(0, lines.length - room)
  const out = new Set(order.filter((one) => one.weight < Infinity).slice(0, most).map(({ index }) => index))
  return { lines: lines.filter((_, index) => !out.has(index)), dropped: out.size }
}
