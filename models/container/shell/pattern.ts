/**
 * Models: pattern matching notation (Shell Command Language, 2.14): `*`, `?`, `[…]`, a backslash quotes
 * Reads: nothing
 * Writes: nothing
 * Omits: collating symbols and equivalence classes; the locale is C
 */

/** Text as a pattern that matches nothing but itself. */
export const literal = (text: string): string => text.replace(/[\\*?[\]]/g, '\\$&')

/** Whether a pattern has anything in it that is not literal. */
export const isPattern = (pattern: string): boolean => /^(?:\\[^]|[^\\])*?[*?[]/.test(pattern)

/** What a pattern without anything special stands for. */
export const unquoted = (pattern: string): string => pattern.replace(/\\([^])/g, '$1')

/** Character classes as members of a bracket of JavaScript's. */
export const classes: Readonly<Record<string, string>> = {
  alpha: 'a-zA-Z', digit: '0-9', alnum: 'a-zA-Z0-9', upper: 'A-Z', lower: 'a-z', space: '\\s', blank: ' \\t',
  punct: '!-\\/:-@\\[-`{-~', xdigit: '0-9A-Fa-f', cntrl: '\\x00-\\x1f\\x7f', print: ' -~', graph: '!-~',
}

const quotedForRegExp = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&')

const closed = /^\[([!^]?)(\]?(?:\[:\w+:\]|\\[^]|[^\]\\])*)\]/

/**
 * A bracket expression at `at`, or nothing where the bracket does not close; a bracket that comes first is
 * itself.
 */
function bracket(pattern: string, at: number): { readonly source: string; readonly end: number } | undefined {
  const found = closed.exec(pattern.slice(at))
  if (found === null || found[2] === '') return undefined
  const [whole, not, inside = ''] = found
  const members = inside.replace(/\[:(\w+):\]|\\?[^]/g, member)
  return { source: `[${not ? '^' : ''}${members}]`, end: at + whole.length }
}

/** A class, a quoted character, or a plain one; a plain hyphen makes a range. */
function member(text: string, name?: string): string {
  if (name !== undefined) return classes[name] ?? ''
  return text === '-' ? '-' : quotedForRegExp(text.replace(/^\\([^])/, '$1'))
}

/**
 * The source of a regular expression that matches what a pattern matches, the shortest first where `lazy`.
 */
export function expressionOf(pattern: string, lazy = false): string {
  let source = ''
  for (let at = 0; at < pattern.length; at++) {
    const character = pattern[at] ?? ''
    const set = character === '[' ? bracket(pattern, at) : undefined
    if (set) { source += set.source; at = set.end - 1 }
    else if (character === '*') source += lazy ? '[^]*?' : '[^]*'
    else if (character === '?') source += '[^]'
    else if (character === '\\' && at + 1 < pattern.length) source += quotedForRegExp(pattern[++at] ?? '')
    else source += quotedForRegExp(character)
  }
  return source
}

/** A range that runs backwards (`[z-a]`) matches nothing, as elsewhere. */
function expression(source: string): RegExp {
  try { return new RegExp(source) } catch { return /[^]^/ }
}

export const matches = (text: string, pattern: string): boolean =>
  expression(`^(?:${expressionOf(pattern)})$`).test(text)

/**
 * What is left when the shortest (`#`, `%`) or longest (`##`, `%%`) match is taken off the front or the end.
 */
export function without(text: string, pattern: string, by: '#' | '##' | '%' | '%%'): string {
  const source = expressionOf(pattern, by.length === 1)
  if (by.startsWith('#')) return text.replace(expression(`^(?:${source})`), '')
  const isEnd = expression(`^(?:${expressionOf(pattern)})$`)
  const cuts = Array.from({ length: text.length + 1 }, (_, at) => (by === '%%' ? at : text.length - at))
  const cut = cuts.find((at) => isEnd.test(text.slice(at)))
  return cut === undefined ? text : text.slice(0, cut)
}

/** Bash's `${x/pattern/text}`: the longest match is taken. */
export function exchanged(text: string, pattern: string, by: '/' | '//' | '/#' | '/%', into: string): string {
  const source = expressionOf(pattern)
  if (pattern === '') return text
  const wanted = { '/': source, '//': source, '/#': `^(?:${source})`, '/%': `(?:${source})$` }[by]
  return text.replace(new RegExp(expression(wanted), by === '//' ? 'g' : ''), () => into)
}

/** Bash's `${x:from:length}`; negative numbers count from the end. */
export function part(text: string, from: number, length: number | undefined): string {
  const begin = from < 0 ? text.length + from : from
  if (begin < 0) return ''
  return length === undefined ? text.slice(begin) : text.slice(begin, length < 0 ? length : begin + length)
}
