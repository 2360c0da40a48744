/**
 * Models: options of programs (getopt)
 * Reads: nothing
 * Writes: nothing
 * Omits: long options, unless a program names them among its own
 */
import { ask, complain } from '../../processes/asks.js'
import type { Asking } from '../../processes/requests.js'

export interface Options {
  readonly has: (letter: string) => boolean
  readonly value: (letter: string) => string | undefined
  /** All values of an option that is given several times. */
  readonly all: (letter: string) => readonly string[]
  readonly rest: readonly string[]
}

/**
 * A value behind `:`, as in getopt: `n:f`. `long` names the letters of long options; one that has no short
 * name
 * and takes a value is a letter with its own colon (`c:`), under which its value is found.
 */
export function* options(
  name: string,
  args: readonly string[],
  letters: string,
  long: Readonly<Record<string, string>> = {},
  stopsEarly = false
): Asking<Options | undefined> {
  const given: [string, string][] = []
  const rest: string[] = []
  const takes = (letter: string): boolean =>
    letter.endsWith(':') || (letters.includes(letter) && letters[letters.indexOf(letter) + 1] === ':')
  for (let at = 0; at < args.length; at++) {
    const arg = args[at] ?? ''
    if (arg === '--') { rest.push(...args.slice(at + 1)); break }
    if (!/^-./.test(arg)) {
      rest.push(arg)
      if (stopsEarly) { rest.push(...args.slice(at + 1)); break }
      continue
    }
    const [, longName, longValue] = /^--([^=]+)(?:=([^]*))?$/.exec(arg) ?? []
    const letter = longName === undefined ? undefined : long[longName]
    if (letter !== undefined) given.push([letter, longValue ?? (takes(letter) ? args[++at] ?? '' : '')])
    else for (let index = 1; index < arg.length; index++) {
      const one = arg[index] ?? ''
      if (longName !== undefined || one === ':' || !letters.includes(one)) return yield* unknown(name, arg)
      if (!takes(one)) { given.push([one, '']); continue }
      given.push([one, arg.slice(index + 1) || (args[++at] ?? '')])
      break
    }
  }
  return {
    has: (letter) => given.some(([one]) => one === letter),
    value: (letter) => given.findLast(([one]) => one === letter)?.[1],
    all: (letter) => given.filter(([one]) => one === letter).map(([, value]) => value),
    rest,
  }
}

function* unknown(name: string, arg: string): Asking<undefined> {
  yield* ask({ ask: 'refuse', message: `${name} ${arg}: the option is not understood` })
  yield* complain(`${name}: unrecognized option: ${arg.replace(/^-*/, '')}`)
  return undefined
}
