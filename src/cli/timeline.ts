/** A timeline for a terminal: when, a lane per component, what happened. */
import type { Told } from '#trace/explain'
import { pc } from './colours.js'
import { duration, shortly, width, wrap } from './words.js'

export type Line = Pick<Told, 'at' | 'lane' | 'text' | 'mark'>

const marks = { late: pc.yellow('◷'), fault: pc.red('⚡'), user: pc.cyan('▸'), broken: pc.red('✗') } as const

/** Names longer than this say the rest of it by their beginning. */
const longest = 28

const cut = (name: string): string => (name.length <= longest ? name : `${name.slice(0, longest - 1)}…`)

/** Lanes are as wide as the widest; a time or lane that is that of the line above is left blank. */
export function timeline(lines: readonly Line[], columns = width()): string {
  const lanes = lines.map(({ lane }) => cut(shortly(lane)))
  const lane = Math.max(6, ...lanes.map((name) => name.length))
  const time = Math.max(6, ...lines.map(({ at }) => duration(at).length + 2))
  let last = { at: -1, lane: '' }
  return lines.map(({ at, text, mark }, index) => {
    const name = lanes[index]!
    const when = at === last.at ? '' : duration(at)
    const who = at === last.at && name === last.lane && mark !== 'late' ? '' : name
    last = { at, lane: name }
    const indent = ' '.repeat(time + lane + 5)
    const words = wrap(shortly(text), indent, Math.max(columns, indent.length + 30)).trimStart()
    const head = `${when.padStart(time)} ${mark === undefined ? ' ' : marks[mark]} ${pc.dim(who.padEnd(lane))}  `
    return `${head}${mark === 'broken' ? pc.red(words) : words}`.trimEnd()
  }).join('\n')
}
