/**
 * Models: words and what expands in them (Shell Command Language, 2.2 and 2.6), from the parser's tree
 * Reads: nothing
 * Writes: nothing
 * Omits: Bash's own expansions, which are refused by name; `~user`
 */
import type * as unbash from 'unbash'
import { match } from 'ts-pattern'
import type { Operation, Piece, Word } from './syntax.js'

/** What a word needs of the script around it. */
export interface Around {
  readonly source: string
  /** Whether Bash reads it, which knows more expansions. */
  readonly isBash: boolean
  readonly refuse: (what: string, node: { readonly pos: number }) => Error
  /** The number of the command inside of a substitution. */
  readonly substitution: (script: unbash.ParsedScript, at: number) => number
}

export const textOf = (text: string, quoted = false): Word =>
  (text === '' && !quoted ? [] : [{ is: 'text', text, quoted }])

export function wordOf(parts: readonly unbash.WordPart[], around: Around): Word {
  return parts.flatMap((part, at) => pieces(part, around, at === 0))
}

/** The value of an assignment. */
export const valueWord = (value: unbash.Word | unbash.ArrayValue, around: Around): Word =>
  value.type === 'ArrayValue' ? [] : wordOf(value.parts ?? [{ ...value, type: 'Literal' }], around)

function pieces(part: unbash.WordPart, around: Around, isFirst: boolean): Word {
  return match(part)
    .returnType<Word>()
    .with({ type: 'Literal' }, ({ text }) => unescaped(text, isFirst))
    .with({ type: 'SingleQuoted' }, { type: 'AnsiCQuoted' }, ({ value }) => textOf(value, true))
    .with({ type: 'DoubleQuoted' }, ({ parts }) => quoted(parts, around))
    .with({ type: 'SimpleExpansion' }, { type: 'ParameterExpansion' }, { type: 'CommandExpansion' },
      { type: 'ArithmeticExpansion' }, (part) => [expansion(part, around, false)])
    .with({ type: 'Glob', kind: 'bracket' }, ({ text, parts }) => bracket(text, parts, around))
    .with({ type: 'Glob' }, ({ text }) => textOf(text))
    .with({ type: 'BraceExpansion' }, ({ text }) => textOf(text))
    .with({ type: 'LocaleString' }, (part) => { throw around.refuse('$"…"', part) })
    .with({ type: 'ProcessSubstitution' }, (part) => { throw around.refuse(`${part.operator}(…)`, part) })
    .with({ type: 'ExtendedGlob' }, (part) => { throw around.refuse(`${part.operator}(…)`, part) })
    .exhaustive()
}

const quotedText = (text: string): Piece => ({ is: 'text', text, quoted: true })

/** `"…"`; the empty one is a field all the same. */
function quoted(parts: readonly unbash.DoubleQuotedChild[], around: Around): Word {
  const inside = parts.map((part) =>
    part.type === 'Literal' ? quotedText(part.value) : expansion(part, around, true)
  )
  return inside.length === 0 ? textOf('', true) : inside
}

/** `[a-z]`: the brackets are a pattern, and so is what stands in them unless it is quoted. */
function bracket(text: string, parts: readonly unbash.WordPart[], around: Around): Word {
  const inside = wordOf(parts, around)
  const isPlain = inside.every(({ is }) => is === 'text') && !/["'\\]/.test(text)
  return isPlain ? textOf(text) : [...textOf('['), ...inside, ...textOf(']')]
}

/** Text outside of quotes: a backslash quotes one character, and `~` at the beginning is home. */
function unescaped(text: string, isFirst: boolean): Word {
  const home = isFirst && /^~(?=\/|$)/.test(text)
  const rest = (home ? text.slice(1) : text).match(/\\[^]|[^\\]+|\\$/g) ?? []
  const runs = rest.flatMap((run) =>
    /^\\[^]/.test(run) ? (run.endsWith('\n') ? [] : textOf(run.slice(1), true)) : textOf(run)
  )
  return home ? [{ is: 'home' }, ...runs] : runs
}

type Expansion =
  | unbash.SimpleExpansionPart | unbash.ParameterExpansionPart
  | unbash.CommandExpansionPart | unbash.ArithmeticExpansionPart

function expansion(part: Expansion, around: Around, quoted: boolean): Piece {
  return match(part)
    .returnType<Piece>()
    .with({ type: 'SimpleExpansion' }, ({ text }) => ({ is: 'parameter', name: text.slice(1), quoted }))
    .with({ type: 'ParameterExpansion' }, (part) => parameter(part, around, quoted))
    .with({ type: 'CommandExpansion' }, (part) => {
      if (part.script === undefined || /^\$\{/.test(part.text)) throw around.refuse(part.text, part)
      return { is: 'output', of: around.substitution(part.script, part.pos), quoted }
    })
    .with({ type: 'ArithmeticExpansion' }, ({ expression, pos, end }) =>
      ({ is: 'arithmetic', text: arithmeticText(expression, pos + 3, end - 2, around), quoted }))
    .exhaustive()
}

function parameter(part: unbash.ParameterExpansionPart, around: Around, quoted: boolean): Piece {
  const { parameter: name, prefix, index, operation } = part
  if (prefix === '!' || (index !== undefined && !around.isBash)) throw around.refuse(part.text, part)
  const isLength = prefix === '#'
  const changed = operation && operationOf(operation, part, around, quoted)
  const does = isLength ? { by: 'length' } as const : changed
  const at = index && plain(index, around)
  return { is: 'parameter', name, quoted, ...(at && { index: at }), ...(does && { does }) }
}

function operationOf(
  operation: unbash.ParameterOperation, part: unbash.ParameterExpansionPart, around: Around, quoted: boolean,
): Operation {
  if (operation.type !== 'Default' && operation.type !== 'Remove') {
    return bashOperation(operation, part, around)
  }
  const { operand, operator } = operation
  const word = plain(operand, around)
  if (operation.type === 'Remove') return { by: operation.operator, word }
  // What is left of eight operators without their colon.
  const by = operator.replace(':', '') as '-' | '=' | '+' | '?'
  return { by, orEmpty: operator.startsWith(':'), word: quoted ? word.map(inQuotes) : word }
}

function bashOperation(
  operation: unbash.ParameterOperation, part: unbash.ParameterExpansionPart, around: Around,
): Operation {
  if (around.isBash && operation.type === 'Replace') {
    const { operator: by, pattern, replacement } = operation
    return { by, pattern: plain(pattern, around), word: plain(replacement, around) }
  }
  if (!around.isBash || operation.type !== 'Slice') throw around.refuse(part.text, part)
  const { offset, length } = operation
  return { by: ':', from: plain(offset, around), ...(length && { length: plain(length, around) }) }
}

/** A word that stands within an expansion. */
const plain = (word: unbash.Word, around: Around): Word =>
  wordOf(word.parts ?? [{ ...word, type: 'Literal' }], around)

const inQuotes = (piece: Piece): Piece => (piece.is === 'home' ? quotedText('~') : { ...piece, quoted: true })

/** `$((…))` is expanded as text within quotes, and read afterwards, as POSIX has it. */
export function arithmeticText(
  expression: unbash.ArithmeticExpression | undefined, begin: number, end: number, around: Around,
): Word {
  const pieces: Piece[] = []
  let at = begin
  for (const expanded of expression === undefined ? [] : expansionsIn(expression)) {
    pieces.push(quotedText(around.source.slice(at, expanded.pos)), expansion(expanded, around, true))
    at = expanded.end
  }
  return [...pieces, quotedText(around.source.slice(at, end))]
}

function expansionsIn(expression: unbash.ArithmeticExpression): readonly Expansion[] {
  return match(expression)
    .returnType<readonly Expansion[]>()
    .with({ type: 'ArithmeticBinary' }, ({ left, right }) => [...expansionsIn(left), ...expansionsIn(right)])
    .with({ type: 'ArithmeticUnary' }, ({ operand }) => expansionsIn(operand))
    .with({ type: 'ArithmeticTernary' }, ({ test, consequent, alternate }) =>
      [test, consequent, alternate].flatMap(expansionsIn))
    .with({ type: 'ArithmeticGroup' }, ({ expression }) => expansionsIn(expression))
    .with({ type: 'ArithmeticWord' }, ({ parts, value: text, pos, end }) =>
      parts === undefined && text.startsWith('$')
        ? [{ type: 'SimpleExpansion', text, pos, end }]
        : (parts ?? []).filter((part): part is Expansion =>
            /^(Simple|Parameter|Command|Arithmetic)Expansion$/.test(part.type)
          )
    )
    .with({ type: 'ArithmeticCommandExpansion' }, ({ pos, end, text, script }) => [
      { type: 'CommandExpansion', pos, end, text, script },
    ])
    .exhaustive()
}
