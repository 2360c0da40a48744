/**
 * Models: word expansions (Shell Command Language, 2.6): parameters, commands, arithmetic, fields, file names, quotes
 * Reads: nothing
 * Writes: nothing
 * Omits: `~user`
 */
import type { Asking } from '../processes/requests.js'
import { readAll, ask } from '../processes/asks.js'
import { ArithmeticError, arithmetic } from './arithmetic.js'
import { fieldsOf } from './fields.js'
import type { Run } from './fields.js'
import { fileNames } from './file-names.js'
import { assign, has, valueOf } from './machine.js'
import type { Shell } from './machine.js'
import { isPattern, literal, unquoted, without } from './pattern.js'
import { isSpecial, specialValue } from './parameters.js'
import type { Operation, Piece, Word } from './syntax.js'
import { subshell } from './subshell.js'

/** An expansion that cannot be done ends a shell that nobody types into; its sentence stands behind `sh: `. */
export class ExpansionError extends Error {}

/** The most that a word may grow to: a real shell would meet its container's memory limit. */
const longest = 1_000_000

/** One expansion at work: words of a command share the variables that `${x:=…}` and `$((x = …))` set on the way. */
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
        if (length > longest) throw new ExpansionError('out of memory')
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
      case 'parameter': return yield* this.parameter(piece.name, piece.quoted, piece.does)
    }
  }

  private *parameter(name: string, quoted: boolean, does: Operation | undefined): Asking<readonly Run[]> {
    if (does === undefined && (name === '@' || name === '*')) return this.all(name, quoted)
    const value = name === '@' || name === '*' ? this.joinedParameters() : this.valueOf(name)
    if (does === undefined || does.by === 'length' || 'word' in does && /[#%]/.test(does.by)) {
      const text = this.setValue(name, value)
      if (does === undefined) return [expanded(text, quoted)]
      if (does.by === 'length') return [expanded(String([...text].length), quoted)]
      return [expanded(without(text, yield* this.pattern(does.word), does.by as '#'), quoted)] // one of the four, by the test above
    }
    const isThere = value !== undefined && !('orEmpty' in does && does.orEmpty && value === '')
    if (does.by === '+') return isThere ? yield* this.word(does.word) : []
    if (isThere) return name === '@' || name === '*' ? this.all(name, quoted) : [expanded(value, quoted)]
    if (does.by === '-') return (yield* this.word(does.word)).map((run) => (run === 'break' || run.quoted ? run : { ...run, splits: true }))
    const text = yield* this.single(does.word)
    if (does.by === '?') {
      throw new ExpansionError(`${name}: ${text || ('orEmpty' in does && does.orEmpty ? 'parameter not set or null' : 'parameter not set')}`)
    }
    if (isSpecial(name)) throw new ExpansionError(`${name}: bad variable name`)
    this.shell = assign(this.shell, name, text)
    return [expanded(text, quoted)]
  }

  private valueOf(name: string): string | undefined {
    return isSpecial(name) ? specialValue(this.shell, name) : valueOf(this.shell, name)
  }

  /** `set -u` wants every variable set that is not given a default. */
  private setValue(name: string, value: string | undefined): string {
    if (value === undefined && has(this.shell, 'u') && !'@*'.includes(name)) throw new ExpansionError(`${name}: parameter not set`)
    return value ?? ''
  }

  private joinedParameters(): string | undefined {
    const { parameters } = this.shell
    return parameters.length === 0 ? undefined : parameters.join(valueOf(this.shell, 'IFS')?.slice(0, 1) ?? ' ')
  }

  /** `"$@"` is a field for each; `"$*"` is one; without quotes both are a field for each, and are split again. */
  private all(name: string, quoted: boolean): readonly Run[] {
    if (name === '*' && quoted) return [expanded(this.joinedParameters() ?? '', true)]
    const runs = this.shell.parameters.flatMap((text): readonly Run[] => ['break', expanded(text, quoted)])
    return runs.length === 0 ? (quoted ? ['break'] : []) : runs.slice(1)
  }

  private *number(word: Word): Asking<string> {
    const text = yield* this.single(word)
    try {
      return arithmetic(text, {
        get: (name) => this.setOrZero(name),
        set: (name, value) => { this.shell = assign(this.shell, name, value) },
      })
    } catch (error) {
      if (error instanceof ArithmeticError) throw new ExpansionError(error.message)
      throw error
    }
  }

  private setOrZero(name: string): string {
    return this.setValue(name, valueOf(this.shell, name))
  }

  /** `$(…)`: a child writes into a pipe, and is waited for; newlines at the end are dropped. */
  private *output(node: number): Asking<string> {
    const pipe = yield* ask({ ask: 'pipe' })
    if (!pipe.ok || !pipe.fds) throw new ExpansionError("can't create pipe")
    const [from, to] = pipe.fds
    const child = yield* subshell(this.shell, { text: this.text, node }, { fds: { 1: to }, closes: [from, to] })
    yield* ask({ ask: 'close', fd: to })
    const text = yield* readAll(from)
    yield* ask({ ask: 'close', fd: from })
    const ended = yield* ask({ ask: 'wait', pid: child })
    this.substituted = ended.ok ? ended.code ?? 0 : 127
    return text.replace(/\n+$/, '')
  }
}

const expanded = (text: string, quoted: boolean): Run & object => ({ text, quoted, splits: !quoted })

const joined = (runs: readonly Run[], separators: string): string =>
  runs.map((run) => (run === 'break' ? separators.slice(0, 1) || ' ' : run.text)).join('')

