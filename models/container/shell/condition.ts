/**
 * Models: `[[ … ]]`, which BusyBox's shell and Bash have: words are not split, `==` matches a pattern
 * Reads: nothing
 * Writes: nothing
 * Omits: groups of `=~` (BASH_REMATCH)
 */
import { ask } from '../processes/asks.js'
import type { Asking } from '../processes/requests.js'
import { ExpansionError } from './expand.js'
import type { Expansion } from './expand.js'
import { matches } from './pattern.js'
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
    case 'binary': return yield* compared(condition, expansion)
  }
}

function* compared({ operator, left, right }: Extract<Condition, { is: 'binary' }>, expansion: Expansion): Asking<boolean> {
  const text = yield* expansion.single(left)
  if (['=', '==', '!='].includes(operator)) return matches(text, yield* expansion.pattern(right)) === (operator !== '!=')
  const other = yield* expansion.single(right)
  if (operator !== '=~') return yield* asked(binaryHolds(text, operator, other))
  try {
    return new RegExp(other).test(text)
  } catch {
    yield* ask({ ask: 'refuse', message: `[[ =~ ${other} ]]: the expression is not understood` })
    return false
  }
}

/** What `test` cannot answer ends a script here. */
function* asked(question: Asking<boolean>): Asking<boolean> {
  try {
    return yield* question
  } catch (error) {
    throw new ExpansionError(error instanceof Error ? error.message : String(error))
  }
}
