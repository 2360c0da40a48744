/**
 * Models: how a shell begins: `sh -c text name word…`, `sh file word…`, `sh` with its script on its input
 * Reads: nothing
 * Writes: nothing
 * Omits: interactive shells, profiles
 */
import { isLeft } from 'fp-ts/lib/Either.js'
import { ask, complain, readAll, self } from '../../processes/asks.js'
import { strerror } from '../../processes/errors.js'
import type { Asking, Environment, Next, Program, Start } from '../../processes/requests.js'
import { withOptions } from '../builtins/variables.js'
import { unread } from '../unread.js'
import { withScript } from '../code.js'
import { scriptOf } from '../parse.js'
import type { Refusal } from '../syntax.js'
import { push, remembered } from '../machine.js'
import type { Shell } from '../machine.js'

export const sh: Program = function* (memory) {
  const { argv, env } = memory as unknown as Start // what every program begins with
  const { pid } = yield* self()
  const { isText, letters, rest } = wordsOf(argv.slice(1))
  const isBash = argv[0]?.split('/').at(-1) === 'bash'
  const found = yield* withOptions({ ...newShell(env, pid), ...(isBash && { bash: true as const }) }, letters)
  if (found === undefined) return { exit: 2 }
  const [path, ...words] = rest
  if (isText)
    return path === undefined
      ? { exit: 2 }
      : yield* started({ ...found.shell, yields: true }, path, words, argv[0])
  if (path === undefined) return yield* started(found.shell, yield* readAll(0), [argv[0] ?? 'sh'], argv[0])
  const answer = yield* ask({ ask: 'file', call: { call: 'read', path } })
  if (answer.ok) return yield* started(found.shell, answer.text ?? '', rest, argv[0])
  yield* complain(`sh: can't open '${path}': ${strerror(answer.errno)}`)
  return { exit: 2 }
}

/**
 * Options come first; `-c` may stand among the letters (`-exc`), and `--login` and `-l` change nothing here.
 */
function wordsOf(args: readonly string[]): {
  readonly isText: boolean
  readonly letters: readonly string[]
  readonly rest: readonly string[]
} {
  const letters: string[] = []
  let isText = false
  let at = 0
  for (; at < args.length && /^[-+]./.test(args[at] ?? ''); at++) {
    const arg = args[at] ?? ''
    if (arg === '--') { at++; break }
    if (/^-[a-zA-Z]*c/.test(arg)) isText = true
    const kept = arg.startsWith('--') ? '' : arg.replace(/[cls]/g, '')
    if (kept.length > 1) letters.push(kept, ...(kept.endsWith('o') ? [args[++at] ?? ''] : []))
  }
  return { isText, letters, rest: args.slice(at) }
}

/** Why the text behind `sh -c` of a command will not be run, told before anything is. */
export function refusalOf([name = '', ...args]: readonly string[]): Refusal | undefined {
  const short = name.split('/').at(-1) ?? ''
  const { isText, rest: [text] } = wordsOf(args)
  if (!['sh', 'bash', 'ash', 'dash'].includes(short) || !isText || text === undefined) return undefined
  const script = scriptOf(text, short === 'bash')
  return isLeft(script) ? script.left : undefined
}

const newShell = (env: Environment, pid: number): Shell => ({
  texts: [],
  stack: [],
  exitCode: 0,
  functions: {},
  name: 'sh',
  parameters: [],
  options: [],
  traps: {},
  jobs: {},
  self: pid,
  yields: false,
  variables: {
    IFS: { value: ' \t\n' },
    ...Object.fromEntries(
      Object.entries(env).map(([name, value]) => [name, { value, exported: true } as const])
    ),
  },
})

function* started(
  shell: Shell,
  text: string,
  [name, ...parameters]: readonly string[],
  fallback = 'sh'
): Asking<Next> {
  const { cwd } = yield* self()
  const placed: Shell = {
    ...shell, name: name ?? fallback, parameters,
    variables: { ...shell.variables, PWD: { ...shell.variables['PWD'], value: cwd } },
  }
  const script = withScript(placed, text)
  if ('code' in script)
    return { memory: remembered(push(script.shell, { ...script.code, does: 'run' })), as: '(shell)' }
  return { memory: remembered(yield* unread(placed, script.refusal)), as: '(shell)' }
}
