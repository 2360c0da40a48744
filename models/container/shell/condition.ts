/**
 * Models: `[[ … ]]`, which BusyBox's shell and Bash have: words are not split, `==` matches a pattern
 * Reads: nothing
 * Writes: nothing
 * Omits: nothing that is observable
 */
import { ask } from '../processes/asks.js'
import type { Asking } from '../processes/requests.js'
import { Failure } from './failure.js'
import type { Expansion } from './expand.js'
import { withElements } from './machine.js'
import { matches } from './pattern.js'
import { regular } from './programs/regular.js'
import { binaryHolds, unaryHolds } from './programs/test.js'
import type { Condition } from './syntax.js'

export function* conditionHolds(condition: Condition, expansion: Expansion): Asking<boolean> {
  switch (condition.is) {
    case 'none': return !(yield* conditionHolds(condition.of, expansion))
    case 'unary': return yield* asked(unaryHolds(condition.operator, yield* expansion.single(condition.word)))
    case 'all':
      for (const one of condition.of) if (!(yield* conditionHolds(one, expansion))) return false
      return true
    case 'any':
      for (const one of condition.of) if (yield* conditionHolds(one, expansion)) return true
      return false
    case 'number': return (yield* expansion.number(condition.text)) !== '0'
    case 'binary': return yield* compared(condition, expansion)
  }
}

function* compared(
  { operator, left, right }: Extract<Condition, { is: 'binary' }>,
  expansion: Expansion
): Asking<boolean> {
  const text = yield* expansion.single(left)
  if (['=', '==', '!='].includes(operator))
    return matches(text, yield* expansion.pattern(right)) === (operator !== '!=')
  const other = yield* expansion.single(right)
  if (operator !== '=~') return yield* asked(binaryHolds(text, operator, other))
  const found = regular(other, true)?.exec(text)
  if (found === undefined) {
    yield* ask({ ask: 'refuse', message: `[[ =~ ${other} ]]: the expression is not understood` })
  }
  expansion.shell = withElements(expansion.shell, 'BASH_REMATCH', (found ?? []).map((group) => group ?? ''))
  return found !== undefined && found !== null
}

/** What `test` cannot answer ends a script here. */
function* asked(question: Asking<boolean>): Asking<boolean> {
  try {
    return yield* question
  } catch (error) {
    throw new Failure(error instanceof Error ? error.message : String(error))
  }
}
