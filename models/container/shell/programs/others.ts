/**
 * Models: programs of processes: `sleep timeout nohup setsid ps pidof pgrep killall pkill xargs`
 * Reads: nothing
 * Writes: nothing
 * Omits: sessions and terminals, which nothing here has
 */
import { ask, complain, print, processes, readAll, self } from '../../processes/asks.js'
import type { Asking, Listed, Utility } from '../../processes/requests.js'
import { signalNamed } from '../../processes/signals.js'
import { options } from './options.js'
import { regular } from './regular.js'
import { become } from './texts.js'

/** Seconds, with BusyBox's and GNU's suffixes; nothing where it is none. */
function secondsOf(text: string): number | undefined {
  const [, count = '', unit = 's'] = /^(\d+\.?\d*|\.\d+)([smhd]?)$/.exec(text) ?? []
  return count === '' ? undefined : Number(count) * ({ m: 60, h: 3600, d: 86_400 }[unit] ?? 1)
}

const sleep: Utility = function* (args) {
  const parts = args.map(secondsOf)
  if (args.includes('infinity') || args.includes('inf')) {
    yield* ask({ ask: 'sleep' })
    return 0
  }
  const bad = args[parts.indexOf(undefined)]
  if (args.length === 0 || bad !== undefined) {
    yield* complain(bad === undefined ? 'sleep: missing operand' : `sleep: invalid number '${bad}'`)
    return 1
  }
  const seconds = parts.reduce<number>((sum, part) => sum + (part ?? 0), 0)
  if (seconds > 0) yield* ask({ ask: 'sleep', seconds })
  return 0
}

/** Its child is signalled when the time is up, and killed some time later where that is wanted. */
const timeout: Utility = function* (args, env) {
  const given = yield* options(
    'timeout',
    args,
    's:k:',
    { signal: 's', 'kill-after': 'k', 'preserve-status': 'p' },
    true
  )
  const [limit = '', ...argv] = given?.rest ?? []
  const seconds = secondsOf(limit)
  const signal = signalNamed(given?.value('s') ?? 'TERM')
  if (!given || seconds === undefined || signal === undefined || argv.length === 0) {
    yield* complain(`timeout: invalid number '${limit}'`)
    return 125
  }
  const child = yield* ask({ ask: 'spawn', argv, env })
  if (!child.ok || child.pid === undefined) return yield* become('timeout', argv, env)
  const { pid } = child
  const first = yield* ask({ ask: 'wait', pid, ...(seconds > 0 && { seconds }) })
  if (first.ok) return first.code ?? 0
  yield* ask({ ask: 'kill', pid, signal })
  const grace = given.value('k') === undefined ? undefined : secondsOf(given.value('k') ?? '')
  const second = yield* ask({ ask: 'wait', pid, ...(grace !== undefined && { seconds: grace }) })
  if (second.ok) return given.has('p') ? second.code ?? 0 : 124
  yield* ask({ ask: 'kill', pid, signal: 'KILL' })
  yield* ask({ ask: 'wait', pid })
  return 137
}

const nohup: Utility = function* (argv, env) {
  yield* ask({ ask: 'handle', signal: 'HUP', by: 'ignore' })
  return yield* become('nohup', argv, env)
}

const wrapper = (name: string): Utility =>
  function* (args, env) {
    return yield* become(
      name,
      args[0] === '--' ? args.slice(1) : args.filter((arg, at) => !(at === 0 && arg.startsWith('-'))),
      env
    )
  }

const ps: Utility = function* () {
  yield* print('PID   USER     TIME  COMMAND\n')
  for (const { pid, uid, argv, letter } of yield* processes()) {
    const command = letter === 'Z' ? `[${nameOf(argv)}]` : argv.join(' ')
    yield* print(
      `${String(pid).padStart(5)} ${(uid === 0 ? 'root' : String(uid)).padEnd(8)}  0:00 ${command}\n`
    )
  }
  return 0
}

const nameOf = (argv: readonly string[]): string => argv[0]?.split('/').at(-1)?.replace(/:$/, '') ?? ''

const isNamed =
  (name: string) =>
  ({ argv, letter }: Listed): boolean =>
    nameOf(argv) === name && letter !== 'Z'

const pidof: Utility = function* (args) {
  const listed = yield* processes()
  const pids = args.filter((arg) => !arg.startsWith('-'))
    .flatMap((name) => listed.filter(isNamed(name)).map(({ pid }) => pid).reverse())
  if (pids.length > 0) yield* print(`${(args.includes('-s') ? pids.slice(0, 1) : pids).join(' ')}\n`)
  return pids.length > 0 ? 0 : 1
}

/** Signals all processes of a name; the status tells whether there were any. */
const killall: Utility = function* (args) {
  const named = args[0]?.startsWith('-') ? args[0].replace(/^-(s$)?/, '') || args[1] : undefined
  const signal = signalNamed(named ?? 'TERM')
  const rest = args.slice(args[0] === '-s' ? 2 : named === undefined ? 0 : 1).filter((arg) => arg !== '-q')
  if (signal === undefined) {
    yield* complain(`killall: bad signal name '${named ?? ''}'`)
    return 1
  }
  let status = 0
  const me = (yield* self()).pid
  for (const name of rest) {
    const found = (yield* processes()).filter((one) => isNamed(name)(one) && one.pid !== me)
    for (const { pid } of found) yield* ask({ ask: 'kill', pid, signal })
    if (found.length === 0) {
      yield* complain(`killall: ${name}: no process killed`)
      status = 1
    }
  }
  return status
}

/** `pgrep` and `pkill`: by an expression on the name, or on all words with `-f`. */
const byExpression = (name: 'pgrep' | 'pkill'): Utility => function* (args) {
  const named = args.find((arg) => arg.startsWith('-') && signalNamed(arg.slice(1)) !== undefined)
  const signal = signalNamed(named?.slice(1) ?? 'TERM') ?? 'TERM'
  const given = yield* options(name, args.filter((arg) => arg !== named), 'fxlno')
  const [pattern = ''] = given?.rest ?? []
  if (!given) return 2
  const expression = regular(given.has('x') ? `^(${pattern})$` : pattern, true)
  if (expression === undefined) {
    yield* complain(`${name}: bad expression '${pattern}'`)
    return 2
  }
  const me = (yield* self()).pid
  const text = (argv: readonly string[]): string => (given.has('f') ? argv.join(' ') : nameOf(argv))
  const found = (yield* processes()).filter(({ argv, letter, pid }) =>
    letter !== 'Z' && pid !== me && expression.test(text(argv)))
  for (const { pid } of found) {
    if (name === 'pgrep') yield* print(`${pid}\n`)
    else yield* ask({ ask: 'kill', pid, signal })
  }
  return found.length > 0 ? 0 : 1
}

const xargs: Utility = function* (args, env) {
  const given = yield* options('xargs', args, 'n:I:r0t', {}, true)
  if (!given) return 1
  const input = yield* readAll(0)
  const mark = given.value('I')
  const words =
    mark !== undefined
      ? input.split('\n').filter((line) => line.trim() !== '')
      : given.has('0')
        ? input.split('\0').filter(Boolean)
        : input.split(/\s+/).filter(Boolean)
  const command = given.rest.length === 0 ? ['echo'] : given.rest
  const size = mark !== undefined ? 1 : Number(given.value('n') ?? Math.max(words.length, 1))
  const rounds = Array.from({ length: Math.ceil(words.length / size) }, (_, at) =>
    words.slice(at * size, (at + 1) * size)
  )
  let status = 0
  for (const round of rounds.length === 0 && !given.has('r') && mark === undefined ? [[]] : rounds) {
    const argv =
      mark !== undefined
        ? command.map((word) => word.replaceAll(mark, round[0] ?? ''))
        : [...command, ...round]
    status = Math.max(status, yield* finished(argv, env))
  }
  return status
}

function* finished(argv: readonly string[], env: Readonly<Record<string, string>>): Asking<number> {
  const child = yield* ask({ ask: 'spawn', argv, env })
  if (!child.ok || child.pid === undefined) {
    yield* complain(`xargs: ${argv[0] ?? ''}: No such file or directory`)
    return 127
  }
  const ended = yield* ask({ ask: 'wait', pid: child.pid })
  return ended.ok && ended.code !== 0 ? 123 : 0
}

export const others = {
  sleep, timeout, nohup, setsid: wrapper('setsid'), nice: wrapper('nice'), ps, pidof, killall, xargs,
  pgrep: byExpression('pgrep'), pkill: byExpression('pkill'),
} satisfies Readonly<Record<string, Utility>>
