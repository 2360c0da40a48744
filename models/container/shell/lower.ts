/**
 * Models: the commands of a script (Shell Command Language, 2.9), numbered, from the parser's tree
 * Reads: nothing
 * Writes: nothing
 * Omits: what Bash adds to the language, which is refused by name, `[[ … ]]` excepted
 */
import type * as unbash from 'unbash'
import { match } from 'ts-pattern'
import type { Assignment, Command, Condition, Redirect, Refusal, Word } from './syntax.js'
import { arithmeticText, textOf, valueWord, wordOf } from './lower-words.js'

/** Thrown inside of the parser alone, which turns it into a refusal. */
export class Unreadable extends Error {
  constructor(readonly code: Refusal['code'], message: string, readonly position: number) {
    super(message)
  }
}

export class Lowering {
  /** `source` is the text that positions count in, `shift` where it begins in the whole. */
  constructor(
    readonly source: string, readonly isBash: boolean, readonly shift = 0, readonly commands: Command[] = [],
  ) {}

  script(script: unbash.ParsedScript): number {
    const [error] = script.errors ?? []
    const message = `the script cannot be read: ${error?.message}`
    if (error) throw new Unreadable('E_SHELL_SYNTAX', message, error.pos + this.shift)
    return this.list(script.commands)
  }

  /** A command inside of `$(…)` or backquotes, whose text was decoded where backquotes escape something. */
  substitution = (script: unbash.ParsedScript, at: number): number => {
    const { source } = script
    const inner = source === undefined ? this : new Lowering(source, this.isBash, at, this.commands)
    return inner.script(script)
  }

  refuse = (what: string, { pos }: { readonly pos: number }): Unreadable =>
    new Unreadable('E_SHELL_SUBSET', `${what} is not understood`, pos + this.shift)

  private add(command: Command): number {
    return this.commands.push(command) - 1
  }

  private list(statements: readonly unbash.Statement[]): number {
    const commands = statements.map((statement) => this.statement(statement))
    const [only] = commands
    return commands.length === 1 && only !== undefined ? only : this.add({ is: 'list', commands })
  }

  private statement({ command, background }: unbash.Statement): number {
    const lowered = this.command(command)
    return background ? this.add({ is: 'background', command: lowered }) : lowered
  }

  private body = ({ commands }: unbash.CompoundList): number => this.list(commands)

  private command(node: unbash.Statement['command'] | unbash.CompoundList): number {
    return match(node)
      .with({ type: 'Command' }, (simple) => this.add(this.simple(simple)))
      .with({ type: 'AndOr' }, ({ commands, operators }) => this.andOr(commands, operators))
      .with({ type: 'Pipeline' }, (pipeline) => this.pipeline(pipeline))
      .with({ type: 'If' }, (node) => this.branches([node, ...node.elif], node.else))
      .with({ type: 'While' }, ({ kind, clause, body }) =>
        this.add({ is: 'loop', until: kind === 'until', condition: this.body(clause), body: this.body(body) })
      )
      .with({ type: 'For' }, ({ name, wordlist, body }) =>
        this.add({
          is: 'for',
          name: name.value,
          ...(wordlist && { words: wordlist.map(this.word) }),
          body: this.body(body),
        })
      )
      .with({ type: 'Case' }, (node) => this.add(this.case(node)))
      .with({ type: 'Subshell' }, ({ body }) => this.add({ is: 'subshell', body: this.body(body) }))
      .with({ type: 'BraceGroup' }, ({ body }) => this.body(body))
      .with({ type: 'CompoundList' }, this.body)
      .with({ type: 'Redirected' }, ({ command, redirects }) =>
        this.add({
          is: 'redirected',
          command: this.command(command),
          redirects: redirects.flatMap(this.redirect),
        })
      )
      .with({ type: 'Function' }, ({ name, body }) =>
        this.add({ is: 'function', name: name.value, body: this.command(body) }))
      .with({ type: 'TestCommand' }, ({ expression }) =>
        this.add({ is: 'condition', condition: this.condition(expression) }))
      .with({ type: 'ArithmeticCommand' }, (node) => this.add(this.number(node)))
      .with({ type: 'ArithmeticFor' }, (node) => { throw this.refuse('for ((…))', node) })
      .with({ type: 'Select' }, (node) => { throw this.refuse('select', node) })
      .with({ type: 'Coproc' }, (node) => { throw this.refuse('coproc', node) })
      .exhaustive()
  }

  private andOr(
    commands: readonly unbash.PipelineNode[],
    operators: readonly unbash.LogicalOperator[]
  ): number {
    return commands
      .map((command) => this.command(command))
      .reduce((left, right, at) => this.add({ is: operators[at - 1] === '&&' ? 'and' : 'or', left, right }))
  }

  private pipeline({ commands, operators, prefixes }: unbash.Pipeline): number {
    const time = prefixes.find(({ type }) => type === 'Time')
    if (time) throw this.refuse('time', time)
    const lowered = commands.map((command) => this.command(command))
    if (operators.includes('|&')) throw this.refuse('|&', commands[0] ?? { pos: 0 })
    const [only] = lowered
    const whole =
      lowered.length === 1 && only !== undefined ? only : this.add({ is: 'pipeline', commands: lowered })
    return prefixes.length % 2 === 1 ? this.add({ is: 'not', command: whole }) : whole
  }

  private branches(
    [first, ...others]: readonly (unbash.If | unbash.Elif)[], last: unbash.CompoundList | undefined,
  ): number {
    if (first === undefined) return last === undefined ? -1 : this.body(last)
    const condition = this.body(first.clause)
    const then = this.body(first.then)
    const otherwise = this.branches(others, last)
    return this.add({ is: 'if', condition, then, ...(otherwise >= 0 && { else: otherwise }) })
  }

  private case({ word, items }: unbash.Case): Command {
    return {
      is: 'case', word: this.word(word),
      items: items.map((item) => {
        if (item.terminator === ';&' || item.terminator === ';;&') throw this.refuse(item.terminator, item)
        return { patterns: item.pattern.map(this.word), body: this.body(item.body) }
      }),
    }
  }

  private simple({ name, prefix, suffix }: unbash.Command): Command {
    const assignments = prefix.filter((part) => part.type === 'Assignment')
    const words = suffix.filter((part) => part.type === 'Word' || part.type === 'Assignment')
    const redirects = [...prefix, ...suffix].filter((part) =>
      part.type === 'Redirect' || part.type === 'HereDoc' || part.type === 'HereString')
    return {
      is: 'simple',
      sets: assignments.map(this.assignment),
      words: [...(name ? [name] : []), ...words].map((part) =>
        (part.type === 'Word' ? this.word(part) : declared(this.assignment(part)))),
      redirects: redirects.flatMap(this.redirect),
    }
  }

  private assignment = (node: unbash.Assignment): Assignment => {
    const { name, value, index, append } = node
    if (!this.isBash && (index || value.type === 'ArrayValue')) throw this.refuse('an array', node)
    if (!this.isBash && append) throw this.refuse('+=', node)
    return {
      name, value: valueWord(value, this),
      ...(index && { index: this.word(index) }), ...(append && { adds: true }),
      ...(value.type === 'ArrayValue' && { list: value.elements.map(this.word) }),
    }
  }

  private number(node: unbash.ArithmeticCommand): Command {
    if (!this.isBash) throw this.refuse('((…))', node)
    const text = arithmeticText(node.expression, node.pos + 2, node.end - 2, this)
    return { is: 'condition', condition: { is: 'number', text } }
  }

  /** `&>` is two redirections, and `<<<` a document of one line. */
  private redirect = (node: unbash.Redirection): readonly Redirect[] => {
    if (node.descriptor?.type === 'FileDescriptorVariable') {
      throw this.refuse('a variable for a file descriptor', node)
    }
    const fd = node.descriptor?.value
    if (node.type === 'HereDoc') return [{ by: '<<', fd: fd ?? 0, text: this.document(node) }]
    const { operator, target } = node
    const to = target === undefined ? [] : this.word(target)
    if (operator !== '<<<' && operator !== '&>' && operator !== '&>>') {
      return [{ by: operator, fd: fd ?? (operator.startsWith('<') ? 0 : 1), to }]
    }
    if (!this.isBash) throw this.refuse(operator, node)
    if (operator === '<<<') return [{ by: '<<', fd: fd ?? 0, text: [...to, ...textOf('\n', true)] }]
    return [{ by: operator === '&>' ? '>' : '>>', fd: 1, to }, { by: '>&', fd: 2, to: textOf('1') }]
  }

  private document({ operator, delimiter, body }: unbash.HereDoc): Word {
    const undented = (text: string): string => (operator === '<<-' ? text.replace(/^\t+/gm, '') : text)
    if (delimiter?.quoted === true || body.parts === undefined) return textOf(undented(body.text), true)
    const whole: unbash.DoubleQuotedPart = {
      type: 'DoubleQuoted', pos: body.pos, end: body.end, text: body.text,
      parts: body.parts.filter((part): part is unbash.DoubleQuotedChild => part.type !== 'DoubleQuoted'),
    }
    return wordOf([whole], this).map((piece, at) =>
      piece.is === 'text' && operator === '<<-' ? { ...piece, text: dedented(piece.text, at === 0) } : piece)
  }

  private condition(node: unbash.TestExpression): Condition {
    return match(node)
      .returnType<Condition>()
      .with({ type: 'TestUnary' }, ({ operator, operand }) => ({
        is: 'unary',
        operator,
        word: this.word(operand),
      }))
      .with({ type: 'TestBinary' }, ({ operator, left, right }) => ({
        is: 'binary',
        operator,
        left: this.word(left),
        right: this.word(right),
      }))
      .with({ type: 'TestLogical' }, ({ operator, operands }) => ({
        is: operator === '&&' ? 'all' : 'any',
        of: operands.map((operand) => this.condition(operand)),
      }))
      .with({ type: 'TestNot' }, ({ operand, negations }) =>
        (negations.length % 2 === 1 ? { is: 'none', of: this.condition(operand) } : this.condition(operand)))
      .with({ type: 'TestGroup' }, ({ expression }) => this.condition(expression))
      .exhaustive()
  }

  private word = (word: unbash.Word): Word => wordOf(word.parts ?? [bare(word)], this)
}

/** `export X=$Y`: the value is one field, whatever is in it. */
const declared = ({ name, value }: Assignment): Word =>
  [...textOf(`${name}=`), ...value.map((piece) => (piece.is === 'home' ? piece : { ...piece, quoted: true }))]

/** A word without quotes and expansions has no parts. */
const bare = ({ pos, end, text, value }: unbash.Word): unbash.LiteralPart => ({
  type: 'Literal', pos, end, text, value,
})

/** Tabs go where a line begins: after a newline, and before the first text of all. */
const dedented = (text: string, isFirst: boolean): string =>
  (isFirst ? text.replace(/^\t+/, '') : text).replace(/\n\t+/g, '\n')
