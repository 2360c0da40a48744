/**
 * Models: the builtins of where a shell is: `cd pwd umask`
 * Reads: nothing
 * Writes: nothing
 * Omits: `CDPATH`; the symbolic modes of `umask`
 */
import { ask, complain, print, self } from '../../processes/asks.js'
import { strerror } from '../../processes/errors.js'
import { assign, valueOf } from '../machine.js'
import { ended } from '../status.js'
import type { Builtin } from './table.js'

const cd: Builtin = function* (shell, args) {
  const [arg] = args.filter((one) => !/^-[LP]$/.test(one) && one !== '--')
  const to = arg === '-' ? valueOf(shell, 'OLDPWD') : arg ?? valueOf(shell, 'HOME')
  const before = (yield* self()).cwd
  const answer = yield* ask({ ask: 'chdir', path: to ?? '' })
  if (to === undefined || to === '' || !answer.ok) {
    yield* complain(`sh: cd: can't cd to ${to ?? ''}: ${strerror(answer.ok ? 'ENOENT' : answer.errno)}`)
    return ended(shell, 2)
  }
  const { cwd } = yield* self()
  if (arg === '-') yield* print(`${cwd}\n`)
  return ended(assign(assign(shell, 'OLDPWD', before), 'PWD', cwd), 0)
}

const pwd: Builtin = function* (shell) {
  yield* print(`${(yield* self()).cwd}\n`)
  return ended(shell, 0)
}

const umask: Builtin = function* (shell, [mode]) {
  if (mode === undefined) {
    yield* print(`${(yield* self()).umask.toString(8).padStart(4, '0')}\n`)
    return ended(shell, 0)
  }
  if (!/^[0-7]+$/.test(mode)) {
    yield* ask({ ask: 'refuse', message: `umask ${mode}: only octal modes are understood` })
    return ended(shell, 1)
  }
  yield* ask({ ask: 'umask', mask: parseInt(mode, 8) & 0o777 })
  return ended(shell, 0)
}

export const place: Readonly<Record<string, Builtin>> = { cd, pwd, umask }
