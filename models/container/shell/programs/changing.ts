/**
 * Models: programs that change what files there are: `touch rm mkdir rmdir ln chmod chown mktemp truncate`
 * Reads: nothing
 * Writes: nothing
 * Omits: times of files; names of users, root excepted; questions (`-i`)
 */
import { ask, complain, file, names, print, stat } from '../../processes/asks.js'
import { strerror } from '../../processes/errors.js'
import type { Answer, Asking, Utility } from '../../processes/requests.js'
import { changedMode } from './modes.js'
import { options } from './options.js'

/** Does something for each word; the status tells whether all went well. */
export function* each(words: readonly string[], one: (word: string) => Asking<boolean>): Asking<number> {
  let status = 0
  for (const word of words) if (!(yield* one(word))) status = 1
  return status
}

/** Says what was refused. */
export function* went(answer: Answer, sentence: string): Asking<boolean> {
  if (!answer.ok) yield* complain(`${sentence}: ${strerror(answer.errno)}`)
  return answer.ok
}

const touch: Utility = function* (args) {
  const given = yield* options('touch', args, 'cad:t:m')
  if (!given) return 1
  return yield* each(given.rest, function* (path) {
    if (yield* stat(path)) return true
    return (
      given.has('c') ||
      (yield* went(yield* file({ call: 'write', path, data: '', how: 'append' }), `touch: ${path}`))
    )
  })
}

const rm: Utility = function* (args) {
  const given = yield* options('rm', args, 'rRfiv', { recursive: 'r', force: 'f' })
  if (!given) return 1
  const [isForced, isDeep] = [given.has('f'), given.has('r') || given.has('R')]
  return yield* each(given.rest, (path) => removed(path, isDeep, isForced))
}

function* removed(path: string, isDeep: boolean, isForced: boolean): Asking<boolean> {
  const found = yield* stat(path, false)
  if (!found && isForced) return true
  if (found?.type !== 'directory')
    return yield* went(yield* file({ call: 'unlink', path }), `rm: can't remove '${path}'`)
  if (!isDeep) {
    yield* complain(`rm: '${path}' is a directory`)
    return false
  }
  let good = true
  for (const name of yield* names(path)) good = (yield* removed(`${path}/${name}`, isDeep, isForced)) && good
  return (yield* went(yield* file({ call: 'rmdir', path }), `rm: can't remove '${path}'`)) && good
}

const mkdir: Utility = function* (args) {
  const given = yield* options('mkdir', args, 'pm:v', { parents: 'p', mode: 'm' })
  if (!given) return 1
  const wanted = given.value('m')
  const mode = wanted === undefined ? undefined : changedMode(wanted, 0o777, true)
  return yield* each(given.rest, function* (path) {
    if (given.has('p')) {
      for (const at of [...path.matchAll(/[^/]\/+(?=[^/])/g)].map(({ index }) => index + 1))
        yield* file({ call: 'mkdir', path: path.slice(0, at) })
      if ((yield* stat(path))?.type === 'directory') return true
    }
    const answer = yield* file({ call: 'mkdir', path: path.replace(/(.)\/+$/, '$1') })
    if (answer.ok && mode !== undefined) yield* file({ call: 'chmod', path, mode })
    return yield* went(answer, `mkdir: can't create directory '${path}'`)
  })
}

const rmdir: Utility = function* (args) {
  const given = yield* options('rmdir', args, 'p')
  if (!given) return 1
  return yield* each(given.rest, function* (path) {
    return yield* went(yield* file({ call: 'rmdir', path }), `rmdir: '${path}'`)
  })
}

const ln: Utility = function* (args) {
  const given = yield* options('ln', args, 'sfnTv')
  if (!given) return 1
  const { rest } = given
  const to = rest.length === 1 ? '.' : rest.at(-1) ?? '.'
  const isInto = !given.has('n') && !given.has('T') && (yield* stat(to))?.type === 'directory'
  return yield* each(rest.length === 1 ? rest : rest.slice(0, -1), function* (target) {
    const path = isInto ? `${to}/${target.split('/').at(-1) ?? ''}` : to
    if (given.has('f') && (yield* stat(path, false))) yield* file({ call: 'unlink', path })
    const answer = yield* file(
      given.has('s') ? { call: 'symlink', target, path } : { call: 'link', from: target, to: path }
    )
    return yield* went(answer, `ln: ${path}`)
  })
}

/** A path and all that is below it where that is wanted. */
function* below(path: string, isDeep: boolean): Asking<readonly string[]> {
  const found: string[] = [path]
  if (!isDeep || (yield* stat(path, false))?.type !== 'directory') return found
  for (const name of yield* names(path)) found.push(...yield* below(`${path}/${name}`, true))
  return found
}

const chmod: Utility = function* (args) {
  const given = yield* options('chmod', args.map((arg) => (/^-[rwxst]/.test(arg) ? `u${arg}` : arg)), 'Rfv')
  const [wanted = '', ...paths] = given?.rest ?? []
  if (!given) return 1
  return yield* each(paths, function* (start) {
    let good = true
    for (const path of yield* below(start, given.has('R'))) {
      const found = yield* stat(path)
      const mode = changedMode(wanted, found?.mode ?? 0, found?.type === 'directory')
      if (mode === undefined) {
        yield* complain(`chmod: invalid mode '${wanted}'`)
        return false
      }
      good = (yield* went(yield* file({ call: 'chmod', path, mode }), `chmod: ${path}`)) && good
    }
    return good
  })
}

const idOf = (name: string): number | undefined =>
  name === 'root' ? 0 : /^\d+$/.test(name) ? Number(name) : undefined

const chown: Utility = function* (args) {
  const given = yield* options('chown', args, 'Rfvh')
  const [owner = '', ...paths] = given?.rest ?? []
  if (!given) return 1
  const [user = '', group] = owner.split(/[:.]/)
  const [uid, gid] = [user === '' ? -1 : idOf(user), group === undefined || group === '' ? -1 : idOf(group)]
  if (uid === undefined || gid === undefined) {
    yield* complain(`chown: unknown user ${owner}`)
    return 1
  }
  return yield* each(paths, function* (start) {
    let good = true
    for (const path of yield* below(start, given.has('R'))) {
      const found = yield* stat(path)
      const call = {
        call: 'chown',
        path,
        uid: uid < 0 ? (found?.uid ?? 0) : uid,
        gid: gid < 0 ? (found?.gid ?? 0) : gid,
      } as const
      good = (yield* went(yield* file(call), `chown: ${path}`)) && good
    }
    return good
  })
}

const chgrp: Utility = function* (args, env) {
  const at = args.findIndex((arg) => !arg.startsWith('-'))
  return yield* chown(args.map((arg, index) => (index === at ? `:${arg}` : arg)), env)
}

/** Names of temporary files are counted, not drawn. */
const mktemp: Utility = function* (args, env) {
  const given = yield* options('mktemp', args, 'dtp:uq')
  if (!given) return 1
  const template = given.rest[0] ?? `${given.value('p') ?? env['TMPDIR'] ?? '/tmp'}/tmp.XXXXXX`
  for (let count = 1; count < 1000; count++) {
    const path = template.replace(/X+$/, (mark) => String(count).padStart(mark.length, '0'))
    if (yield* stat(path, false)) continue
    const call = given.has('d')
      ? ({ call: 'mkdir', path, mode: 0o700 } as const)
      : ({ call: 'write', path, data: '', how: 'exclusive', mode: 0o600 } as const)
    if (!(yield* went(yield* file(call), `mktemp: ${path}`))) return 1
    yield* print(`${path}\n`)
    return 0
  }
  yield* ask({ ask: 'refuse', message: 'mktemp: too many temporary files' })
  return 1
}

export const changing = { touch, rm, mkdir, rmdir, ln, chmod, chown, chgrp, mktemp } satisfies Readonly<
  Record<string, Utility>
>
