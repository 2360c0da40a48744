/**
 * Models: programs that copy and move files: `cp mv`
 * Reads: nothing
 * Writes: nothing
 * Omits: times of files, sparse files, questions (`-i`)
 */
import { complain, file, names, stat } from '../../processes/asks.js'
import type { Stat } from '../../calls.js'
import type { Asking, Utility } from '../../processes/requests.js'
import { each, went } from './changing.js'
import { options } from './options.js'

interface Manner {
  readonly isDeep: boolean
  readonly keeps: boolean
  readonly follows: boolean
  readonly isForced: boolean
  readonly isNew: boolean
}

const last = (path: string): string => path.replace(/\/+$/, '').split('/').at(-1) ?? ''

/** Where each of several sources goes: into a directory, or to be the target itself. */
function* targets(
  name: string,
  paths: readonly string[],
  whole: boolean
): Asking<readonly (readonly [string, string])[] | undefined> {
  const to = paths.at(-1)
  const from = paths.slice(0, -1)
  if (to === undefined || from.length === 0) {
    yield* complain(`${name}: missing file operand`)
    return undefined
  }
  const isInto = !whole && (yield* stat(to))?.type === 'directory'
  if (!isInto && from.length > 1) {
    yield* complain(`${name}: target '${to}' is not a directory`)
    return undefined
  }
  return from.map((path) => [path, isInto ? `${to.replace(/\/+$/, '')}/${last(path)}` : to])
}

const cp: Utility = function* (args) {
  const given = yield* options('cp', args, 'rRafpLPdnTv', {
    recursive: 'r',
    archive: 'a',
    force: 'f',
    'no-clobber': 'n',
  })
  const pairs = given && (yield* targets('cp', given.rest, given.has('T')))
  if (!given || !pairs) return 1
  const manner: Manner = {
    isDeep: given.has('r') || given.has('R') || given.has('a'),
    keeps: given.has('p') || given.has('a'),
    follows:
      given.has('L') ||
      !(given.has('a') || given.has('d') || given.has('P') || given.has('r') || given.has('R')),
    isForced: given.has('f'),
    isNew: given.has('n'),
  }
  return yield* each(pairs.map((_, at) => String(at)), (at) => {
    const [from, to] = pairs[Number(at)] ?? ['', '']
    return copied(from, to, manner)
  })
}

export function* copied(from: string, to: string, manner: Manner): Asking<boolean> {
  const found = yield* stat(from, manner.follows)
  if (!found) {
    yield* complain(`cp: can't stat '${from}': No such file or directory`)
    return false
  }
  if (found.type === 'directory') return yield* copiedDirectory(from, to, found, manner)
  if (manner.isNew && (yield* stat(to, false))) return true
  if (found.type === 'symlink') {
    const target = yield* file({ call: 'readlink', path: from })
    if (yield* stat(to, false)) yield* file({ call: 'unlink', path: to })
    return yield* went(
      yield* file({ call: 'symlink', target: target.ok ? (target.text ?? '') : '', path: to }),
      `cp: can't create symlink '${to}'`
    )
  }
  const data = yield* file({ call: 'read', path: from })
  if (!(yield* went(data, `cp: can't open '${from}'`))) return false
  const there = yield* stat(to)
  const write = { call: 'write', path: to, data: data.ok ? data.text ?? '' : '', mode: found.mode } as const
  let answer = yield* file(write)
  if (!answer.ok && manner.isForced && there) {
    yield* file({ call: 'unlink', path: to })
    answer = yield* file(write)
  }
  if (answer.ok && manner.keeps) yield* preserved(to, found)
  return yield* went(answer, `cp: can't create '${to}'`)
}

function* copiedDirectory(from: string, to: string, found: Stat, manner: Manner): Asking<boolean> {
  if (!manner.isDeep) {
    yield* complain(`cp: omitting directory '${from}'`)
    return false
  }
  const inside = yield* names(from)
  if ((yield* stat(to))?.type !== 'directory') {
    if (
      !(yield* went(
        yield* file({ call: 'mkdir', path: to, mode: found.mode }),
        `cp: can't create directory '${to}'`
      ))
    )
      return false
  }
  let good = true
  for (const name of inside) good = (yield* copied(`${from}/${name}`, `${to}/${name}`, manner)) && good
  if (manner.keeps) yield* preserved(to, found)
  return good
}

function* preserved(path: string, { uid, gid, mode }: Stat): Asking<void> {
  yield* file({ call: 'chown', path, uid, gid })
  yield* file({ call: 'chmod', path, mode })
}

const mv: Utility = function* (args) {
  const given = yield* options('mv', args, 'fnTv')
  const pairs = given && (yield* targets('mv', given.rest, given.has('T')))
  if (!given || !pairs) return 1
  return yield* each(pairs.map((_, at) => String(at)), (at) => {
    const [from, to] = pairs[Number(at)] ?? ['', '']
    return moved(from, to, given.has('n'))
  })
}

/** Across file systems it is a copy, and then the removal of what was copied. */
function* moved(from: string, to: string, isNew: boolean): Asking<boolean> {
  if (isNew && (yield* stat(to, false))) return true
  const answer = yield* file({ call: 'rename', from, to })
  if (answer.ok || answer.errno !== 'EXDEV') return yield* went(answer, `mv: can't rename '${from}'`)
  const good = yield* copied(from, to, {
    isDeep: true,
    keeps: true,
    follows: false,
    isForced: true,
    isNew: false,
  })
  return good && (yield* gone(from))
}

function* gone(path: string): Asking<boolean> {
  if ((yield* stat(path, false))?.type !== 'directory') return (yield* file({ call: 'unlink', path })).ok
  for (const name of yield* names(path)) yield* gone(`${path}/${name}`)
  return (yield* file({ call: 'rmdir', path })).ok
}

export const copying = { cp, mv } satisfies Readonly<Record<string, Utility>>
