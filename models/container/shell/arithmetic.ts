/**
 * Models: arithmetic expansion (Shell Command Language, 2.6.4) on signed integers of 64 bits
 * Reads: nothing
 * Writes: nothing
 * Omits: `,`, which POSIX does not ask for
 */
import { parse } from 'unbash'
import type { ArithmeticExpression, ArithmeticUnary } from 'unbash'

/** What `$((…))` cannot be given: its sentence stands behind `sh: `. */
export class ArithmeticError extends Error {}

export interface Numbers {
  readonly get: (name: string) => string | undefined
  readonly set: (name: string, value: string) => void
  /** How many variables are being looked into. */
  readonly depth?: number
}

/** The value of a text that has been expanded already. */
export function arithmetic(text: string, numbers: Numbers): string {
  if (text.trim() === '') return '0'
  const word = parse(`: $((${text}\n))`)
  const command = word.commands[0]?.command
  const argument = command?.type === 'Command' ? command.suffix[0] : undefined
  const part = argument?.type === 'Word' ? argument.parts?.[0] : undefined
  if (
    word.errors ||
    word.commands.length !== 1 ||
    part?.type !== 'ArithmeticExpansion' ||
    part.expression === undefined
  ) {
    throw new ArithmeticError('arithmetic syntax error')
  }
  return valueOf(part.expression, numbers).toString()
}

const wrapped = (value: bigint): bigint => BigInt.asIntN(64, value)
const truth = (value: boolean): bigint => (value ? 1n : 0n)

function valueOf(node: ArithmeticExpression, numbers: Numbers): bigint {
  switch (node.type) {
    case 'ArithmeticWord':
      return numberOf(node.value.trim(), numbers)
    case 'ArithmeticGroup':
      return valueOf(node.expression, numbers)
    case 'ArithmeticTernary':
      return valueOf(valueOf(node.test, numbers) !== 0n ? node.consequent : node.alternate, numbers)
    case 'ArithmeticUnary':
      return node.operator.length === 2 ? counted(node, numbers) : unary(node.operator, node.operand, numbers)
    case 'ArithmeticBinary':
      return node.operator === '&&' || node.operator === '||'
        ? logical(node.operator, node.left, node.right, numbers)
        : /^[^=!<>]*(<<|>>)?=$/.test(node.operator) && node.operator !== '=='
          ? assigned(node.operator, node.left, node.right, numbers)
          : wrapped(binary(node.operator, valueOf(node.left, numbers), valueOf(node.right, numbers)))
    case 'ArithmeticCommandExpansion':
      throw new ArithmeticError('arithmetic syntax error')
  }
}

/** A constant, or a variable whose value is an expression in its turn; one that is not set counts as 0. */
function numberOf(text: string, numbers: Numbers): bigint {
  if (!/^[A-Za-z_]\w*$/.test(text)) return constant(text)
  const value = (numbers.get(text) ?? '').trim()
  if (/^[-+]?\d\w*$|^$/.test(value)) return value === '' ? 0n : constant(value)
  const { depth = 0 } = numbers
  if (depth > 50) throw new ArithmeticError('expression recursion loop detected')
  return BigInt(arithmetic(value, { ...numbers, depth: depth + 1 }))
}

/** Octal from 0, hexadecimal from 0x. */
function constant(text: string): bigint {
  const [, sign = '', digits = ''] = /^([-+]?)(0[xX][0-9a-fA-F]+|\d+)$/.exec(text) ?? []
  if (digits === '' || /^0\d*[89]/.test(digits)) throw new ArithmeticError('arithmetic syntax error')
  const value = BigInt(/^0\d/.test(digits) ? `0o${digits.slice(1)}` : digits)
  return wrapped(sign === '-' ? -value : value)
}

function unary(operator: string, operand: ArithmeticExpression, numbers: Numbers): bigint {
  const value = (): bigint => valueOf(operand, numbers)
  switch (operator) {
    case '-': return wrapped(-value())
    case '+': return value()
    case '!': return truth(value() === 0n)
    case '~': return ~value()
    default: throw new ArithmeticError(`arithmetic syntax error`)
  }
}

/** `++x` and `x--`: what stands behind counts afterwards. */
function counted({ operator, operand, prefix }: ArithmeticUnary, numbers: Numbers): bigint {
  const before = valueOf(operand, numbers)
  const after = wrapped(operator === '++' ? before + 1n : before - 1n)
  set(operand, after, numbers)
  return prefix ? after : before
}

function set(target: ArithmeticExpression, value: bigint, numbers: Numbers): void {
  const name = target.type === 'ArithmeticWord' ? target.value.trim() : ''
  if (!/^[A-Za-z_]\w*$/.test(name)) throw new ArithmeticError('arithmetic syntax error')
  numbers.set(name, value.toString())
}

function logical(
  operator: string,
  left: ArithmeticExpression,
  right: ArithmeticExpression,
  numbers: Numbers
): bigint {
  const first = valueOf(left, numbers) !== 0n
  return truth(first === (operator === '&&') ? valueOf(right, numbers) !== 0n : first)
}

function assigned(
  operator: string,
  left: ArithmeticExpression,
  right: ArithmeticExpression,
  numbers: Numbers
): bigint {
  const value = valueOf(right, numbers)
  const result =
    operator === '=' ? value : wrapped(binary(operator.slice(0, -1), valueOf(left, numbers), value))
  set(left, result, numbers)
  return result
}

function binary(operator: string, left: bigint, right: bigint): bigint {
  switch (operator) {
    case '+': return left + right
    case '-': return left - right
    case '*': return left * right
    case '/': return left / divisor(right)
    case '%': return left % divisor(right)
    case '<<': return left << (right & 63n)
    case '>>': return left >> (right & 63n)
    case '<': return truth(left < right)
    case '<=': return truth(left <= right)
    case '>': return truth(left > right)
    case '>=': return truth(left >= right)
    case '==': return truth(left === right)
    case '!=': return truth(left !== right)
    case '&': return left & right
    case '|': return left | right
    case '^': return left ^ right
    default: throw new ArithmeticError('arithmetic syntax error')
  }
}

function divisor(value: bigint): bigint {
  if (value === 0n) throw new ArithmeticError('divide by zero')
  return value
}
