/**
 * Models: the part of `sed` that scripts of containers use: `s`, `d`, `p`, `q`, `y` with addresses, `-n`,
 *   `-i`, `-e`, `-E`
 * Reads: nothing
 * Writes: nothing
 * Omits: the hold space, labels, and text that is put in, which are refused
 */
import { ask, file } from '../../processes/asks.js'
import type { Asking, Program, Start } from '../../processes/requests.js'
import { filtering } from './filter.js'
import { options } from './options.js'
import { regular } from './regular.js'

type Address = { readonly line: number } | { readonly last: true } | { readonly source: string }

type Change = {
  readonly from?: Address; readonly to?: Address; readonly not?: true
  readonly does: 's' | 'd' | 'p' | 'q' | 'y' | '='
  readonly source?: string
  readonly flags?: string
  readonly by?: string
  readonly nth?: number
  readonly prints?: boolean
}

type Memory = {
  readonly changes: readonly Change[]
  readonly quiet: boolean
  readonly line: number
  readonly held: string | null
  readonly open: readonly number[]
}

const addressSource = /^(?:(\d+)|(\$)|\/((?:\\[^]|[^/\\])*)\/)/

/** The commands of a script; nothing where one is not understood. */
export function changesOf(script: string, isExtended: boolean): readonly Change[] | undefined {
  const changes: Change[] = []
  let rest = script
  const address = (): Address | undefined => {
    const found = addressSource.exec(rest)
    if (!found) return undefined
    rest = rest.slice(found[0].length)
    if (found[1] !== undefined) return { line: Number(found[1]) }
    return found[2] ? { last: true } : { source: regular(found[3] ?? '', isExtended)?.source ?? '[^]^' }
  }
  for (;;) {
    rest = rest.replace(/^[\s;]+/, '')
    if (rest === '') return changes
    const from = address()
    const isRange = from !== undefined && rest.startsWith(',')
    if (isRange) rest = rest.slice(1)
    const to = isRange ? address() : undefined
    if (isRange && to === undefined) return undefined
    rest = rest.replace(/^ +/, '')
    const isNot = rest.startsWith('!')
    if (isNot) rest = rest.slice(1).trimStart()
    const place = { ...(from && { from }), ...(to && { to }), ...(isNot && { not: true as const }) }
    const does = rest[0] ?? ''
    rest = rest.slice(1)
    if (does === 's' || does === 'y') {
      const change = substitution(does, rest, isExtended)
      if (change === undefined) return undefined
      changes.push({ ...place, ...change.change })
      rest = rest.slice(change.length)
    } else if (does === 'd' || does === 'p' || does === 'q' || does === '=') changes.push({ ...place, does })
    else return undefined
    if (!/^[ \t]*(;|\n|$)/.test(rest)) return undefined
  }
}

/** `s/…/…/flags` with any delimiter. */
function substitution(
  does: 's' | 'y',
  text: string,
  isExtended: boolean
): { readonly change: Change; readonly length: number } | undefined {
  const delimiter = text[0] ?? '/'
  const parts: string[] = ['', '']
  let [at, part] = [1, 0]
  for (; at < text.length && part < 2; at++) {
    const character = text[at] ?? ''
    if (character === delimiter) part++
    else if (character === '\\' && text[at + 1] === delimiter) parts[part] += text[++at] ?? ''
    else if (character === '\\') parts[part] += character + (text[++at] ?? '')
    else parts[part] += character
  }
  const [pattern = '', by = ''] = parts
  if (part < 2) return undefined
  const flags = /^[gpiI0-9]*/.exec(text.slice(at))?.[0] ?? ''
  if (does === 'y') return { change: { does, source: pattern, by }, length: at }
  const source = regular(pattern, isExtended)?.source
  const nth = Number(/\d+/.exec(flags)?.[0] ?? 0)
  return source === undefined
    ? undefined
    : {
        change: {
          does,
          source,
          by,
          nth,
          prints: flags.includes('p'),
          flags: `${flags.includes('g') || nth > 0 ? 'g' : ''}${/i/i.test(flags) ? 'i' : ''}`,
        },
        length: at + flags.length,
      }
}

/** `\1` and `&` stand for what was matched. */
const filled = (by: string, groups: readonly (string | undefined)[]): string =>
  by.replace(/\\([^])|&/g, (all, one?: string) =>
    all === '&'
      ? (groups[0] ?? '')
      : /\d/.test(one ?? '')
        ? (groups[Number(one)] ?? '')
        : ({ n: '\n', t: '\t' }[one ?? ''] ?? one ?? '')
  )

function changed(change: Change, text: string): readonly [string, boolean] {
  if (change.does === 'y') {
    const [from, to] = [[...change.source ?? ''], [...change.by ?? '']]
    return [[...text].map((one) => (from.includes(one) ? to[from.indexOf(one)] ?? one : one)).join(''), true]
  }
  let count = 0
  let hit = false
  const result = text.replace(new RegExp(change.source ?? '', change.flags), (...found: unknown[]) => {
    const groups = found.slice(
      0,
      found.findIndex((one) => typeof one === 'number')
    ) as (string | undefined)[] // groups stand before the position
    count++
    if (change.nth && count !== change.nth) return groups[0] ?? ''
    hit = true
    return filled(change.by ?? '', groups)
  })
  return [result, hit]
}

function isAt(address: Address, text: string, line: number, isLast: boolean): boolean {
  if ('line' in address) return address.line === line
  return 'last' in address ? isLast : new RegExp(address.source).test(text)
}

/** What comes of one line, and whether reading goes on. */
function edited(
  memory: Memory,
  line: string,
  isLast: boolean
): { readonly memory: Memory; readonly out: string; readonly quits: boolean } {
  const number = memory.line + 1
  let open = memory.open
  let [text, out, deleted, quits] = [line, '', false, false]
  for (const [at, change] of memory.changes.entries()) {
    const { from, to } = change
    let applies = from === undefined || (open.includes(at) || isAt(from, text, number, isLast))
    if (from && to && applies) {
      const ends = open.includes(at)
        ? isAt(to, text, number, isLast) || ('line' in to && to.line <= number)
        : 'line' in to && to.line <= number
      open = ends ? open.filter((one) => one !== at) : open.includes(at) ? open : [...open, at]
    }
    if (change.not) applies = !applies
    if (!applies || deleted) continue
    if (change.does === 'd') deleted = true
    else if (change.does === 'p') out += `${text}\n`
    else if (change.does === '=') out += `${number}\n`
    else if (change.does === 'q') { quits = true; break }
    else {
      const [next, hit] = changed(change, text)
      text = next
      if (hit && change.prints) out += `${text}\n`
    }
  }
  return {
    memory: { ...memory, line: number, open },
    out: out + (deleted || memory.quiet ? '' : `${text}\n`),
    quits,
  }
}

/** A line is held back until it is known whether it is the last. */
const stream = filtering<Memory>('sed', {
  byLine: true,
  *begin(args) {
    const begun = yield* read(args)
    return typeof begun === 'number' ? begun : { state: begun.memory, files: begun.files }
  },
  take(memory, line) {
    if (memory.held === null) return { state: { ...memory, held: line } }
    const done = edited(memory, memory.held, false)
    return {
      state: { ...done.memory, held: done.quits ? null : line },
      out: done.out,
      ...(done.quits && { done: true }),
    }
  },
  end: (memory) => ({ exitCode: 0, out: memory.held === null ? '' : edited(memory, memory.held, true).out }),
})

function* read(
  args: readonly string[]
): Asking<
  { readonly memory: Memory; readonly files: readonly string[]; readonly inPlace: boolean } | number
> {
  const inPlace = args.some((arg) => /^(-[a-z]*i.*|--in-place.*)$/i.test(arg) && !/^-e/.test(arg))
  const given = yield* options(
    'sed',
    args.map((arg) => (/^-i.+|^--in-place/.test(arg) ? '-i' : arg)),
    'nEre:is',
    { quiet: 'n', 'regexp-extended': 'E', expression: 'e' }
  )
  if (!given) return 1
  const [first = '', ...others] = given.rest
  const script = given.has('e') ? given.all('e').join('\n') : first
  const changes = changesOf(script, given.has('E') || given.has('r'))
  if (changes === undefined) {
    yield* ask({ ask: 'refuse', message: `sed ${script}: the script is not understood` })
    return 1
  }
  const memory = { changes, quiet: given.has('n'), line: 0, held: null, open: [] }
  return { memory, files: given.has('e') ? given.rest : others, inPlace: inPlace && given.has('i') }
}

/** `sed -i`: each file is written anew. */
function* inPlace(args: readonly string[]): Asking<number> {
  const begun = yield* read(args)
  if (typeof begun === 'number') return begun
  let status = 0
  for (const path of begun.files) {
    const answer = yield* file({ call: 'read', path })
    if (!answer.ok) { status = 1; continue }
    let { memory } = begun
    const all = (answer.text ?? '').match(/[^\n]+\n?|\n/g) ?? []
    let data = ''
    for (const [at, line] of all.entries()) {
      const done = edited(memory, line.replace(/\n$/, ''), at === all.length - 1)
      memory = done.memory
      data += done.out
    }
    yield* file({
      call: 'write',
      path,
      data: (answer.text ?? '').endsWith('\n') ? data : data.replace(/\n$/, ''),
    })
  }
  return status
}

export const sed: Program = function* (memory) {
  const start = memory as unknown as Start // or what `stream` remembers
  const isInPlace =
    'argv' in start && start.argv.slice(1).some((arg) => /^(-[nEr]*i.*|--in-place.*)$/.test(arg))
  return isInPlace ? { exit: yield* inPlace(start.argv.slice(1)) } : yield* stream(memory)
}
