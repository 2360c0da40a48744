/**
 * Models: word expansions (Shell Command Language, 2.6): parameters, commands, arithmetic, fields, file
 *   names, quotes
 * Reads: nothing
 * Writes: nothing
 * Omits: `~user`
 */
import type { Asking } from '../processes/requests.js'
import { readAll, ask } from '../processes/asks.js'
import { ArithmeticError, arithmetic } from './arithmetic.js'
import { Failure } from './failure.js'
import { fieldsOf } from './fields.js'
import type { Run } from './fields.js'
import { fileNames } from './file-names.js'
import { assign, elementsOf, has, valueOf } from './machine.js'
import type { Shell } from './machine.js'
import { exchanged, isPattern, literal, part, unquoted, without } from './pattern.js'
import { isSpecial, specialValue } from './parameters.js'
import type { Operation, Piece, Word } from './syntax.js'
import { subshell } from './subshell.js'

/** The most that a word may grow to: a real shell would meet its container's memory limit. */
const longest = 1_000_000

/**
 * One expansion at work: words of a command share the variables that `${x:=…}` and `$((x = …))` set on the
 * way.
 */
export class Expansion {
  /** The status of the last command substitution. */
  substituted: number | undefined
  constructor(public shell: Shell, private readonly text: number) {}

  /** The fields of all words, file names included. */
  *fields(words: readonly Word[]): Asking<readonly string[]> {
    const fields: string[] = []
    for (const word of words) {
      const runs = yield* this.word(word)
      for (const pattern of fieldsOf(runs, valueOf(this.shell, 'IFS') ?? ' \t\n')) {
        const found = isPattern(pattern) && !has(this.shell, 'f') ? yield* fileNames(pattern) : []
        fields.push(...(found.length > 0 ? found : [unquoted(pattern)]))
      }
    }
    return fields
  }

  /** One text, neither split nor matched: the value of an assignment, the target of a redirection. */
  *single(word: Word): Asking<string> {
    return joined(yield* this.word(word), valueOf(this.shell, 'IFS') ?? ' ')
  }

  /** A pattern, in which what is quoted is literal. */
  *pattern(word: Word): Asking<string> {
    const runs = yield* this.word(word)
    return runs.map((run) => (run === 'break' ? ' ' : run.quoted ? literal(run.text) : run.text)).join('')
  }

  private *word(word: Word): Asking<readonly Run[]> {
    const runs: Run[] = []
    let length = 0
    for (const piece of word) {
      for (const run of yield* this.piece(piece)) {
        length += run === 'break' ? 1 : run.text.length
        if (length > longest) throw new Failure('out of memory')
        runs.push(run)
      }
    }
    return runs
  }

  private *piece(piece: Piece): Asking<readonly Run[]> {
    switch (piece.is) {
      case 'text': return [{ text: piece.text, quoted: piece.quoted, splits: false }]
      case 'home': return [{ text: valueOf(this.shell, 'HOME') ?? '~', quoted: true, splits: false }]
      case 'output': return [expanded(yield* this.output(piece.of), piece.quoted)]
      case 'arithmetic': return [expanded(yield* this.number(piece.text), piece.quoted)]
      case 'parameter': return yield* this.parameter(piece)
    }
  }

  private *parameter({ name, index, quoted, does }: Parameter): Asking<readonly Run[]> {
    const isEach = index === undefined ? isAll(name) : isEvery(index)
    if (isEach) return yield* this.several(name, index, quoted, does)
    const one = index === undefined ? name : yield* this.element(name, index)
    return yield* this.changed(one, this.valueOf(one), quoted, does)
  }

  /** `$@`, `$*`, and Bash's `${name[@]}`. */
  private *several(
    name: string, index: Word | undefined, quoted: boolean, does: Operation | undefined,
  ): Asking<readonly Run[]> {
    const values = index === undefined ? this.shell.parameters : this.elements(name)
    const [only] = index ?? []
    const mark = only?.is === 'text' ? only.text : name
    if (does === undefined) return this.all(values, mark, quoted)
    if (does.by === 'length' && index) return [expanded(String(values.length), quoted)]
    const joined = values.length === 0 ? undefined : this.joined(values)
    const isThere = joined !== undefined && !('orEmpty' in does && does.orEmpty && joined === '')
    const isKept = 'orEmpty' in does && does.by !== '+' && isThere
    return isKept ? this.all(values, mark, quoted) : yield* this.changed(mark, joined, quoted, does)
  }

  private *changed(
    name: string, value: string | undefined, quoted: boolean, does: Operation | undefined,
  ): Asking<readonly Run[]> {
    if (does && 'orEmpty' in does) return yield* this.replaced(name, value, quoted, does)
    const text = this.setValue(name, value)
    if (does === undefined) return [expanded(text, quoted)]
    switch (does.by) {
      case 'length': return [expanded(String([...text].length), quoted)]
      case '/': case '//': case '/#': case '/%': {
        const pattern = yield* this.pattern(does.pattern)
        return [expanded(exchanged(text, pattern, does.by, yield* this.single(does.word)), quoted)]
      }
      case ':': {
        const from = Number(yield* this.number(does.from))
        const length = does.length === undefined ? undefined : Number(yield* this.number(does.length))
        return [expanded(part(text, from, length), quoted)]
      }
      default: return [expanded(without(text, yield* this.pattern(does.word), does.by), quoted)]
    }
  }

  /** The name of an array's element, as variables have it; from the end where its number is negative. */
  *element(name: string, index: Word): Asking<string> {
    const number = Number(yield* this.number(index))
    return `${name}[${number < 0 ? this.elements(name).length + number : number}]`
  }

  private elements(name: string): readonly string[] {
    return elementsOf(this.shell, name).map((one) => valueOf(this.shell, one) ?? '')
  }

  /** `${x:-…}` and its like: what stands there where the parameter is not set, or where it is. */
  private *replaced(
    name: string, value: string | undefined, quoted: boolean, does: Replacing,
  ): Asking<readonly Run[]> {
    const isThere = value !== undefined && !(does.orEmpty && value === '')
    if (does.by === '+') return isThere ? yield* this.word(does.word) : []
    if (isThere) return [expanded(value, quoted)]
    if (does.by === '-') return (yield* this.word(does.word)).map(split)
    const text = yield* this.single(does.word)
    if (does.by === '?') {
      const sentence = does.orEmpty ? 'parameter not set or null' : 'parameter not set'
      throw new Failure(`${name}: ${text || sentence}`)
    }
    if (isSpecial(name)) throw new Failure(`${name}: bad variable name`)
    this.shell = assign(this.shell, name, text)
    return [expanded(text, quoted)]
  }

  private valueOf(name: string): string | undefined {
    if (isSpecial(name)) return specialValue(this.shell, name)
    return valueOf(this.shell, name) ?? valueOf(this.shell, `${name}[0]`)
  }

  /** `set -u` wants every variable set that is not given a default. */
  private setValue(name: string, value: string | undefined): string {
    if (value === undefined && has(this.shell, 'u') && !'@*'.includes(name))
      throw new Failure(`${name}: parameter not set`)
    return value ?? ''
  }

  private joined(values: readonly string[]): string {
    return values.join(valueOf(this.shell, 'IFS')?.slice(0, 1) ?? ' ')
  }

  /**
   * `"$@"` is a field for each; `"$*"` is one; without quotes both are a field for each, and are split again.
   */
  private all(values: readonly string[], mark: string, quoted: boolean): readonly Run[] {
    if (mark === '*' && quoted) return [expanded(this.joined(values), true)]
    return values.flatMap((text): readonly Run[] => ['break', expanded(text, quoted)]).slice(1)
  }

  *number(word: Word): Asking<string> {
    const text = yield* this.single(word)
    try {
      return arithmetic(text, {
        get: (name) => valueOf(this.shell, name),
        set: (name, value) => { this.shell = assign(this.shell, name, value) },
      })
    } catch (error) {
      if (error instanceof ArithmeticError) throw new Failure(error.message)
      throw error
    }
  }

  /** `$(…)`: a child writes into a pipe, and is waited for; newlines at the end are dropped. */
  private *output(node: number): Asking<string> {
    const pipe = yield* ask({ ask: 'pipe' })
    if (!pipe.ok || !pipe.fds) throw new Failure("can't create pipe")
    const [from, to] = pipe.fds
    const child = yield* subshell(
      this.shell,
      { text: this.text, node },
      { fds: { 1: to }, closes: [from, to] }
    )
    yield* ask({ ask: 'close', fd: to })
    const text = yield* readAll(from)
    yield* ask({ ask: 'close', fd: from })
    const ended = yield* ask({ ask: 'wait', pid: child })
    this.substituted = ended.ok ? ended.code ?? 0 : 127
    return text.replace(/\n+$/, '')
  }
}

type Parameter = Extract<Piece, { readonly is: 'parameter' }>
type Replacing = Extract<Operation, { readonly orEmpty: boolean }>

const isEvery = ([only, ...others]: Word): boolean =>
  others.length === 0 && only?.is === 'text' && isAll(only.text)

const isAll = (name: string): boolean => name === '@' || name === '*'

/** What stands for a parameter is split as its value would be. */
const split = (run: Run): Run => (run === 'break' || run.quoted ? run : { ...run, splits: true })

const expanded = (text: string, quoted: boolean): Run & object => ({ text, quoted, splits: !quoted })

const joined = (runs: readonly Run[], separators: string): string =>
  runs.map((run) => (run === 'break' ? separators.slice(0, 1) || ' ' : run.text)).join('')

