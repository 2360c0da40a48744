/**
 * Models: `printf`, and the escapes that it and `echo -e` know
 * Reads: nothing
 * Writes: nothing
 * Omits: floating point with exponents
 */
import { complain, print } from '../../processes/asks.js'
import type { Utility } from '../../processes/requests.js'

const letters: Readonly<Record<string, string>> = {
  a: '\x07', b: '\b', f: '\f', n: '\n', r: '\r', t: '\t', v: '\v', '\\': '\\', e: '\x1b', '"': '"',
  "'": "'",
}

/** A text with its escapes as they are meant, and whether `\c` ended it. */
export function unescaped(text: string): readonly [string, boolean] {
  const stop = /^(?:[^\\]|\\[^c])*?\\c/.exec(text)
  const until = stop === null ? text : stop[0].slice(0, -2)
  return [
    until.replace(
      /\\(?:0?([0-7]{1,3})|x([0-9a-fA-F]{1,2})|([^]))/g,
      (all, octal?: string, hex?: string, letter?: string) => {
        if (octal !== undefined) return String.fromCharCode(parseInt(octal, 8) & 255)
        return hex !== undefined ? String.fromCharCode(parseInt(hex, 16)) : (letters[letter ?? ''] ?? all)
      }
    ),
    stop !== null,
  ]
}

/** The format is used again until all words are printed; words that are missing are empty or 0. */
export const printf: Utility = function* ([first, ...others]) {
  const [format, words] = first === '--' ? [others[0], others.slice(1)] : [first, others]
  if (format === undefined) {
    yield* complain('printf: usage: printf FORMAT [ARG]...')
    return 1
  }
  const rest = [...words]
  let status = 0
  let text = ''
  const complaints: string[] = []
  do {
    const before = rest.length
    const [round, stops] = formatted(format, rest, (problem) => { complaints.push(problem); status = 1 })
    text += round
    if (stops || rest.length === before) break
  } while (rest.length > 0 && text.length < 1_000_000)
  yield* print(text)
  for (const problem of complaints) yield* complain(`printf: ${problem}`)
  return status
}

function formatted(
  format: string,
  words: string[],
  complainOf: (problem: string) => void
): readonly [string, boolean] {
  let text = ''
  for (const [part] of format.matchAll(
    /%[-+ 0#]*(?:\d+|\*)?(?:\.(?:\d+|\*)?)?[a-zA-Z%]|\\(?:0?[0-7]{1,3}|[^])|[^%\\]+|[%\\]/g
  )) {
    if (part.startsWith('\\')) {
      const [escaped, stops] = unescaped(part)
      text += escaped
      if (stops) return [text, true]
    } else if (/^%.*[a-zA-Z%]$/.test(part)) {
      if (part === '%%') { text += '%'; continue }
      const [converted, stops] = conversion(part, words, complainOf)
      text += converted
      if (stops) return [text, true]
    } else text += part
  }
  return [text, false]
}

function conversion(
  part: string,
  words: string[],
  complainOf: (problem: string) => void
): readonly [string, boolean] {
  const [, flags = '', width = '', point, letter = 's'] =
    /^%([-+ 0#]*)(\d+|\*)?(?:\.(\d+|\*)?)?([a-zA-Z])$/.exec(part) ?? []
  const wide = Math.min(width === '*' ? Number(words.shift() ?? 0) : Number(width || 0), 10_000)
  const precision =
    point === '*'
      ? Number(words.shift() ?? 0)
      : point === undefined
        ? part.includes('.')
          ? 0
          : undefined
        : Number(point)
  const word = words.shift()
  const pad = (text: string, zeros = false): string =>
    flags.includes('-')
      ? text.padEnd(wide)
      : zeros && flags.includes('0') && precision === undefined
        ? text.replace(
            /^([-+]?)(.*)$/,
            (_, sign: string, digits: string) => sign + digits.padStart(wide - sign.length, '0')
          )
        : text.padStart(wide)
  if (letter === 's') return [pad((word ?? '').slice(0, precision)), false]
  if (letter === 'c') return [pad((word ?? '').slice(0, 1)), false]
  if (letter === 'b') {
    const [text, stops] = unescaped(word ?? '')
    return [pad(text.slice(0, precision)), stops]
  }
  const value = numeric(word ?? '0')
  if (value === undefined) complainOf(`invalid number '${word ?? ''}'`)
  const number = value ?? 0
  const sign = number >= 0 && flags.includes('+') ? '+' : number >= 0 && flags.includes(' ') ? ' ' : ''
  const whole = Math.trunc(number)
  switch (letter) {
    case 'd':
    case 'i':
      return [
        pad(sign + (whole < 0 ? '-' : '') + String(Math.abs(whole)).padStart(precision ?? 1, '0'), true),
        false,
      ]
    case 'u':
      return [pad(String(whole), true), false]
    case 'o':
      return [pad(whole.toString(8), true), false]
    case 'x':
      return [pad((flags.includes('#') ? '0x' : '') + whole.toString(16), true), false]
    case 'X':
      return [pad((flags.includes('#') ? '0X' : '') + whole.toString(16).toUpperCase(), true), false]
    case 'f':
      return [pad(sign + number.toFixed(Math.min(precision ?? 6, 100)), true), false]
    default:
      return [part, false]
  }
}

function numeric(word: string): number | undefined {
  if (/^["']/.test(word)) return word.codePointAt(1) ?? 0
  if (word.trim() === '') return 0
  const value = /^[-+]?0\d+$/.test(word) ? parseInt(word, 8) : Number(word)
  return Number.isNaN(value) ? undefined : value
}
