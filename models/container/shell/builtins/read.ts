/**
 * Models: the builtin `read`
 * Reads: nothing
 * Writes: nothing
 * Omits: what Bash adds to it
 */
import { ask, complain } from '../../processes/asks.js'
import { fieldsOf } from '../fields.js'
import { assign, valueOf } from '../machine.js'
import { unquoted } from '../pattern.js'
import { ended } from '../status.js'
import type { Builtin } from './table.js'

/** `read [-r] [-p prompt] [-t seconds] name…`: a line, its fields, and all the rest for the last name. */
export const read: Builtin = function* (shell, args) {
  let at = 0
  let isRaw = false
  let seconds: number | undefined
  for (; /^-[rpt]/.test(args[at] ?? ''); at++) {
    const option = args[at] ?? ''
    if (option === '-r') isRaw = true
    else if (option === '-p') at++
    else if (option === '-t') seconds = Number(args[++at])
    else break
  }
  const names = args.slice(at)
  let line = ''
  for (;;) {
    const answer = yield* ask({ ask: 'read', fd: 0, line: true, ...(seconds !== undefined && { seconds }) })
    const more = answer.ok ? answer.text ?? '' : ''
    line += more
    if (!isRaw && /(^|[^\\])(\\\\)*\\\n$/.test(line)) { line = line.slice(0, -2); continue }
    break
  }
  const isWhole = line.endsWith('\n')
  const values = assignedTo(
    names.length === 0 ? ['REPLY'] : names,
    isWhole ? line.slice(0, -1) : line,
    isRaw,
    valueOf(shell, 'IFS') ?? ' \t\n'
  )
  let current = shell
  for (const [name, value] of values) {
    if (!/^[A-Za-z_]\w*$/.test(name)) {
      yield* complain(`sh: read: '${name}': bad variable name`)
      return ended(shell, 2)
    }
    current = assign(current, name, value)
  }
  return ended(current, isWhole ? 0 : 1)
}

/** Without `-r` a backslash quotes the next character, so that it does not separate. */
function assignedTo(
  names: readonly string[],
  line: string,
  isRaw: boolean,
  separators: string
): readonly (readonly [string, string])[] {
  const quote = (text: string): string => (isRaw ? text : text.replace(/\\([^]?)/g, '$1'))
  const white = [...separators].filter((character) => ' \t\n'.includes(character)).join('')
  const isWhite = (character: string | undefined): boolean =>
    character !== undefined && character !== '' && white.includes(character)
  let rest = line
  const skip = (): void => { while (isWhite(rest[0])) rest = rest.slice(1) }
  return names.map((name, index): readonly [string, string] => {
    skip()
    if (index === names.length - 1) {
      let text = rest
      while (isWhite(text.at(-1)) && (isRaw || text.at(-2) !== '\\')) text = text.slice(0, -1)
      const [only, ...others] = fieldsOf(
        [{ text, quoted: false, splits: true }],
        separators.replace(/[ \t\n]/g, '')
      )
      // One separator at the very end belongs to the field before it, and goes with it.
      const isOne =
        others.length === 0 &&
        only !== undefined &&
        separators.includes(text.at(-1) ?? ' ') &&
        !isWhite(text.at(-1))
      return [name, quote(isOne ? unquoted(only) : text)]
    }
    let end = 0
    while (end < rest.length && !separators.includes(rest[end] ?? ''))
      end += !isRaw && rest[end] === '\\' ? 2 : 1
    const text = rest.slice(0, end)
    rest = rest.slice(end)
    skip()
    if (rest !== '' && separators.includes(rest[0] ?? '')) rest = rest.slice(1)
    return [name, quote(text)]
  })
}
