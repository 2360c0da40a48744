/**
 * Models: `kill`, as a builtin and as a program
 * Reads: nothing
 * Writes: nothing
 * Omits: job names (`%1`)
 */
import { ask, complain, print } from '../../processes/asks.js'
import { strerror } from '../../processes/errors.js'
import type { Utility } from '../../processes/requests.js'
import { signalNamed, signalNames, signalNumber } from '../../processes/signals.js'

export const kill: Utility = function* (args) {
  if (args[0] === '-l') {
    const known =
      args[1] === undefined
        ? undefined
        : signalNamed(String(Number(args[1]) > 128 ? Number(args[1]) - 128 : args[1]))
    yield* print(
      args[1] === undefined
        ? `${signalNames.join('\n')}\n`
        : `${/^\d/.test(args[1]) ? (known ?? '') : signalNumber(known ?? '')}\n`
    )
    return 0
  }
  const named =
    args[0] === '-s' ? args[1] : /^-./.test(args[0] ?? '') && args[0] !== '--' ? args[0]?.slice(1) : undefined
  const rest = args.slice(args[0] === '-s' ? 2 : named === undefined ? 0 : 1).filter((arg) => arg !== '--')
  const signal = signalNamed(named ?? 'TERM')
  if (signal === undefined || rest.length === 0) {
    yield* complain(
      signal === undefined
        ? `sh: invalid signal number or name: ${named ?? ''}`
        : 'sh: you need to specify whom to kill'
    )
    return 1
  }
  let status = 0
  for (const text of rest) {
    const answer = /^-?\d+$/.test(text)
      ? yield* ask({ ask: 'kill', pid: Number(text), signal })
      : { ok: false as const, errno: 'EINVAL' as const }
    if (answer.ok) continue
    const isNumber = answer.errno !== 'EINVAL'
    const why = isNumber ? `can't kill pid ${text}: ${strerror(answer.errno)}` : `invalid number '${text}'`
    yield* complain(`sh: ${why}`)
    status = 1
  }
  return status
}
