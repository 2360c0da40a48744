/**
 * Models: programs that print what they are told or know: `echo seq date env printenv hostname id whoami
 *   basename dirname`
 * Reads: nothing
 * Writes: nothing
 * Omits: a clock: `date` is always the first second of 1970, so that a World does not differ by it
 */
import { ask, complain, print, self } from '../../processes/asks.js'
import type { Asking, Environment, Utility } from '../../processes/requests.js'
import { unescaped } from './printf.js'

/** BusyBox's and Bash's: `-n` and `-e` are options. */
const echo: Utility = function* (args) {
  const first = args.findIndex((arg) => !/^-[neE]+$/.test(arg))
  const letters = args.slice(0, first < 0 ? args.length : first).join('')
  const text = args.slice(first < 0 ? args.length : first).join(' ')
  const [said, stops] = letters.includes('e') ? unescaped(text) : [text, false]
  yield* print(said + (letters.includes('n') || stops ? '' : '\n'))
  return 0
}

/** More numbers than anybody counts to in a container would only take our time. */
const most = 100_000

const seq: Utility = function* (args) {
  const [separator, numbers] = args[0] === '-s' ? [args[1] ?? '\n', args.slice(2)] : ['\n', args]
  const values = numbers.map(Number)
  const [first = 1, step = 1, last = 1] =
    values.length === 1 ? [1, 1, ...values] : values.length === 2 ? [values[0], 1, values[1]] : values
  if (values.length === 0 || values.some(Number.isNaN) || step === 0) {
    yield* complain(`seq: invalid number '${numbers.find((one) => Number.isNaN(Number(one))) ?? ''}'`)
    return 1
  }
  const count = Math.floor((last - first) / step + 1e-9) + 1
  if (count > most)
    yield* ask({ ask: 'refuse', message: `seq: only the first ${most} of ${count} numbers are printed` })
  const digits = Math.max(...numbers.map((one) => one.split('.')[1]?.length ?? 0))
  const lines = Array.from({ length: Math.min(Math.max(count, 0), most) }, (_, at) =>
    (first + at * step).toFixed(digits)
  )
  if (lines.length > 0) yield* print(`${lines.join(separator)}\n`)
  return 0
}

const fields: Readonly<Record<string, string>> = {
  Y: '1970', m: '01', d: '01', H: '00', M: '00', S: '00', s: '0', F: '1970-01-01', T: '00:00:00', R: '00:00',
  D: '01/01/70', y: '70', a: 'Thu', A: 'Thursday', b: 'Jan', B: 'January', j: '001', Z: 'UTC', z: '+0000',
  N: '000000000', u: '4', e: ' 1', n: '\n', t: '\t', c: 'Thu Jan  1 00:00:00 1970', '%': '%',
}

const date: Utility = function* (args) {
  const format = args.find((arg) => arg.startsWith('+'))?.slice(1) ?? '%a %b %e %T %Z %Y'
  const isIso = args.some((arg) => arg.startsWith('-I'))
  const text = format.replace(/%([^])/g, (all, one: string) => fields[one] ?? all)
  yield* print(`${isIso ? '1970-01-01T00:00:00+00:00' : text}\n`)
  return 0
}

const listed = (env: Environment): string =>
  Object.entries(env)
    .map(([name, value]) => `${name}=${value}\n`)
    .join('')

/** Without a command the environment; with one it becomes it. */
const env: Utility = function* (args, inherited) {
  let at = 0
  let current: Environment = inherited
  for (; at < args.length; at++) {
    const arg = args[at] ?? ''
    const [, name, value] = /^(\w+)=([^]*)$/.exec(arg) ?? []
    if (arg === '-i' || arg === '-') current = {}
    else if (arg === '-u') {
      const name = args[++at]
      current = Object.fromEntries(Object.entries(current).filter(([one]) => one !== name))
    }
    else if (name !== undefined && value !== undefined) current = { ...current, [name]: value }
    else break
  }
  if (at < args.length) return yield* become('env', args.slice(at), current)
  yield* print(listed(current))
  return 0
}

/** Becomes another program; a status where there is none. */
export function* become(name: string, argv: readonly string[], env: Environment): Asking<number> {
  const answer = yield* ask({ ask: 'exec', argv, env })
  const isMissing = answer.ok || answer.errno === 'ENOENT'
  const why = isMissing ? 'No such file or directory' : 'Permission denied'
  yield* complain(`${name}: can't execute '${argv[0] ?? ''}': ${why}`)
  return isMissing ? 127 : 126
}

const printenv: Utility = function* (args, env) {
  if (args.length === 0) yield* print(listed(env))
  for (const name of args) if (Object.hasOwn(env, name)) yield* print(`${env[name] ?? ''}\n`)
  return args.every((name) => Object.hasOwn(env, name)) ? 0 : 1
}

const hostname: Utility = function* (args, env) {
  const answer = yield* ask({ ask: 'file', call: { call: 'read', path: '/etc/hostname' } })
  const name = (answer.ok ? answer.text?.trim() : undefined) || env['HOSTNAME'] || 'localhost'
  if (args[0] === '-i' || args[0] === '-I') {
    const found = yield* ask({ ask: 'network', call: { call: 'resolve', host: name } })
    const addresses = found.ok && found.network?.ok ? found.network.addresses ?? [] : []
    if (addresses.length === 0) yield* complain(`hostname: ${name}: Unknown host`)
    yield* print(addresses.length > 0 ? `${addresses.join(' ')}\n` : '')
    return addresses.length > 0 ? 0 : 1
  }
  yield* print(`${args[0] === '-s' ? name.split('.')[0] ?? '' : name}\n`)
  return 0
}

const userNames = (id: number): string => (id === 0 ? 'root' : String(id))

const id: Utility = function* (args) {
  const { uid, gid, groups = [] } = (yield* self()).who
  const letters = args.filter((arg) => arg.startsWith('-')).join('')
  const named = (one: number): string => (letters.includes('n') ? userNames(one) : String(one))
  const shown = (one: number): string => (one === 0 ? '0(root)' : String(one))
  const all = [gid, ...groups.filter((one) => one !== gid)]
  if (letters.includes('u')) yield* print(`${named(uid)}\n`)
  else if (letters.includes('g')) yield* print(`${named(gid)}\n`)
  else if (letters.includes('G')) yield* print(`${all.map(named).join(' ')}\n`)
  else yield* print(`uid=${shown(uid)} gid=${shown(gid)} groups=${all.map(shown).join(',')}\n`)
  return 0
}

const whoami: Utility = function* () {
  const { uid } = (yield* self()).who
  if (uid === 0) yield* print('root\n')
  else yield* complain(`whoami: unknown uid ${uid}`)
  return uid === 0 ? 0 : 1
}

const basename: Utility = function* ([path = '', suffix = '']) {
  const name = path === '' ? '' : path.replace(/\/+$/, '').split('/').at(-1) || '/'
  yield* print(
    `${suffix !== '' && name !== suffix && name.endsWith(suffix) ? name.slice(0, -suffix.length) : name}\n`
  )
  return 0
}

const dirname: Utility = function* ([path = '']) {
  const parent = path.replace(/\/+$/, '').replace(/[^/]*$/, '').replace(/\/+$/, '')
  yield* print(`${parent || (path.startsWith('/') ? '/' : '.')}\n`)
  return 0
}

const status = (code: number): Utility => function* () { return code }

const uname: Utility = function* (args, env) {
  const name = env['HOSTNAME'] ?? 'localhost'
  yield* print(
    `${
      args.includes('-n')
        ? name
        : args.includes('-a')
          ? `Linux ${name} 6.1.0 x86_64 GNU/Linux`
          : args.includes('-m')
            ? 'x86_64'
            : args.includes('-r')
              ? '6.1.0'
              : 'Linux'
    }\n`
  )
  return 0
}

export const texts = {
  echo, seq, date, env, printenv, hostname, id, whoami, basename, dirname, uname,
  true: status(0),
  false: status(1),
  sync: status(0),
} satisfies Readonly<Record<string, Utility>>
