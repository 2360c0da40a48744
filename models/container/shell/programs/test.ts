/**
 * Models: `test` and `[` by the number of their words, as POSIX has it
 * Reads: nothing
 * Writes: nothing
 * Omits: `-t` (nothing is a terminal), `-nt`, `-ot` (files have no times), sockets and devices
 */
import { ask, complain, file, stat } from '../../processes/asks.js'
import type { Asking, Utility } from '../../processes/requests.js'

class Unanswerable extends Error {}

export const test: Utility = function* (args) {
  if (args.length === 1 && args[0] === '[') {
    yield* complain('sh: missing ]')
    return 2
  }
  try {
    return (yield* holds(args)) ? 0 : 1
  } catch (error) {
    if (!(error instanceof Unanswerable)) throw error
    yield* complain(`sh: ${error.message}`)
    return 2
  }
}

function* holds(args: readonly string[]): Asking<boolean> {
  const [a = '', b = '', c = '', d = ''] = args
  switch (args.length) {
    case 0: return false
    case 1: return a !== ''
    case 2: return a === '!' ? b === '' : yield* unaryHolds(a, b)
    case 3:
      if (isBinary(b)) return yield* binaryHolds(a, b, c)
      if (a === '!') return !(yield* holds([b, c]))
      if (a === '(' && c === ')') return b !== ''
      break
    case 4:
      if (a === '!') return !(yield* holds([b, c, d]))
      if (a === '(' && d === ')') return yield* holds([b, c])
  }
  return yield* long(args)
}

/** More words: `-o` binds less than `-a`, which binds less than `!`. */
function* long(args: readonly string[]): Asking<boolean> {
  for (const operator of ['-o', '-a']) {
    const at = args.findIndex(
      (arg, index) =>
        arg === operator && index > 0 && index < args.length - 1 && depth(args.slice(0, index)) === 0
    )
    if (at < 0) continue
    const left = yield* holds(args.slice(0, at))
    const right = yield* holds(args.slice(at + 1))
    return operator === '-o' ? left || right : left && right
  }
  if (args[0] === '!') return !(yield* holds(args.slice(1)))
  if (args[0] === '(' && args.at(-1) === ')') return yield* holds(args.slice(1, -1))
  throw new Unanswerable(`${args[1] ?? ''}: unknown operand`)
}

const depth = (args: readonly string[]): number =>
  args.filter((arg) => arg === '(').length - args.filter((arg) => arg === ')').length

export const isBinary = (operator: string): boolean =>
  [
    '=', '==', '!=', '<', '>', '-eq', '-ne', '-lt', '-le', '-gt', '-ge', '-ef', '-nt', '-ot', '-a', '-o',
  ].includes(operator)

export function* binaryHolds(left: string, operator: string, right: string): Asking<boolean> {
  switch (operator) {
    case '=': case '==': return left === right
    case '!=': return left !== right
    case '<': return left < right
    case '>': return left > right
    case '-a': return left !== '' && right !== ''
    case '-o': return left !== '' || right !== ''
    case '-eq': return number(left) === number(right)
    case '-ne': return number(left) !== number(right)
    case '-lt': return number(left) < number(right)
    case '-le': return number(left) <= number(right)
    case '-gt': return number(left) > number(right)
    case '-ge': return number(left) >= number(right)
    case '-ef': {
      const [one, other] = [yield* stat(left), yield* stat(right)]
      return one !== undefined && one.ino === other?.ino
    }
    default:
      yield* ask({ ask: 'refuse', message: `test ${operator}: files have no times here` })
      return false
  }
}

function number(text: string): bigint {
  const trimmed = text.trim()
  if (!/^[-+]?\d+$/.test(trimmed)) throw new Unanswerable(`${text}: bad number`)
  return BigInt(trimmed.replace('+', ''))
}

export function* unaryHolds(operator: string, word: string): Asking<boolean> {
  switch (operator) {
    case '-n': return word !== ''
    case '-z': return word === ''
    case '-t': case '-b': case '-c': case '-p': case '-S': case '-u': case '-g': case '-k': return false
    case '-h': case '-L': return (yield* stat(word, false))?.type === 'symlink'
    case '-r': return yield* may(word, 'read')
    case '-w': return yield* may(word, 'write')
    case '-x': return yield* may(word, 'execute')
  }
  const found = yield* stat(word)
  switch (operator) {
    case '-e': return found !== undefined
    case '-f': return found?.type === 'file'
    case '-d': return found?.type === 'directory'
    case '-s': return (found?.size ?? 0) > 0 || found?.type === 'directory'
    default: throw new Unanswerable(`${operator}: unknown operand`)
  }
}

function* may(path: string, wants: 'read' | 'write' | 'execute'): Asking<boolean> {
  return (yield* file({ call: 'access', path, wants })).ok
}
