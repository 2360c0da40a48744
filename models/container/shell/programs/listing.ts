/**
 * Models: programs that tell of files: `ls readlink realpath stat which find`
 * Reads: nothing
 * Writes: nothing
 * Omits: times of files (`ls -l` shows the first second of 1970), columns; of `find` all but names, types
 *   and `-delete`
 */
import { ask, complain, file, names, print, self, stat } from '../../processes/asks.js'
import type { Stat } from '../../calls.js'
import type { Asking, Utility } from '../../processes/requests.js'
import { matches } from '../pattern.js'
import { went } from './changing.js'
import { shownMode } from './modes.js'
import { options } from './options.js'

const ls: Utility = function* (args) {
  const given = yield* options('ls', args, 'laA1dRhnrtFi')
  if (!given) return 1
  const paths = given.rest.length === 0 ? ['.'] : given.rest
  const files: string[] = []
  const folders: string[] = []
  let status = 0
  for (const path of [...paths].sort()) {
    const found = yield* stat(path, !given.has('l') || path.endsWith('/'))
    if (!found && !(yield* stat(path, false))) {
      yield* complain(`ls: ${path}: No such file or directory`)
      status = 1
    } else if (found?.type === 'directory' && !given.has('d')) folders.push(path)
    else files.push(path)
  }
  const show = (path: string, name: string): Asking<string> => line(path, name, given.has('l'))
  for (const path of files) yield* print(yield* show(path, path))
  for (const [at, path] of folders.entries()) {
    if (paths.length > 1) yield* print(`${at > 0 || files.length > 0 ? '\n' : ''}${path}:\n`)
    const inside = yield* names(path)
    const all = [
      ...(given.has('a') ? ['.', '..'] : []),
      ...inside.filter((name) => given.has('a') || given.has('A') || !name.startsWith('.')),
    ].sort()
    if (given.has('l')) yield* print(`total ${all.length * 4}\n`)
    for (const name of given.has('r') ? all.reverse() : all)
      yield* print(yield* show(`${path}/${name}`, name))
  }
  return status
}

function* line(path: string, name: string, isLong: boolean): Asking<string> {
  if (!isLong) return `${name}\n`
  const found = yield* stat(path, false)
  if (!found) return `${name}\n`
  const target = found.type === 'symlink' ? yield* file({ call: 'readlink', path }) : undefined
  const arrow = target?.ok ? ` -> ${target.text ?? ''}` : ''
  const owner = (id: number): string => (id === 0 ? 'root' : String(id)).padEnd(8)
  const { mode, type, nlink, uid, gid, size } = found
  const columns =
    [shownMode(mode, type), String(nlink).padStart(4), owner(uid), owner(gid), String(size).padStart(9)]
  return `${columns.join(' ')} Jan  1  1970 ${name}${arrow}\n`
}

const readlink: Utility = function* (args) {
  const given = yield* options('readlink', args, 'fen')
  const path = given?.rest[0]
  if (!given || path === undefined) return 1
  if (given.has('f') || given.has('e')) return yield* real(path)
  const answer = yield* file({ call: 'readlink', path })
  if (answer.ok) yield* print(`${answer.text ?? ''}\n`)
  return answer.ok ? 0 : 1
}

/** The path without symbolic links, dots and double slashes. */
function* real(path: string): Asking<number> {
  const { cwd } = yield* self()
  let todo = (path.startsWith('/') ? path : `${cwd}/${path}`).split('/')
  let done: readonly string[] = []
  for (let links = 0; todo.length > 0;) {
    const [part = '', ...rest] = todo
    todo = rest
    if (part === '' || part === '.') continue
    if (part === '..') { done = done.slice(0, -1); continue }
    const next = [...done, part]
    const found = yield* stat(`/${next.join('/')}`, false)
    if (!found && todo.some((one) => one !== '')) return 1
    const target =
      found?.type === 'symlink' && ++links < 40
        ? yield* file({ call: 'readlink', path: `/${next.join('/')}` })
        : undefined
    const text = target?.ok ? (target.text ?? '') : undefined
    if (text === undefined) done = next
    else {
      todo = [...text.split('/'), ...todo]
      if (text.startsWith('/')) done = []
    }
  }
  yield* print(`/${done.join('/')}\n`)
  return 0
}

const realpath: Utility = function* ([path = '']) {
  const found = yield* stat(path)
  if (found) return yield* real(path)
  yield* complain(`realpath: ${path}: No such file or directory`)
  return 1
}

const fields = ({ mode, uid, gid, size, nlink, ino }: Stat): Readonly<Record<string, string>> => ({
  a: mode.toString(8), u: String(uid), g: String(gid), s: String(size), h: String(nlink), i: String(ino),
  U: uid === 0 ? 'root' : 'UNKNOWN', G: gid === 0 ? 'root' : 'UNKNOWN', Y: '0', X: '0', '%': '%',
})

const statUtility: Utility = function* (args) {
  const given = yield* options('stat', args, 'c:L', { format: 'c' })
  const format = given?.value('c')
  if (!given || format === undefined) {
    yield* ask({ ask: 'refuse', message: 'stat: only -c FORMAT is understood' })
    return 1
  }
  let status = 0
  for (const path of given.rest) {
    const answer = yield* file({ call: given.has('L') ? 'stat' : 'lstat', path })
    if (!(yield* went(answer, `stat: can't stat '${path}'`)) || !answer.ok || !answer.stat) {
      status = 1
      continue
    }
    const found = answer.stat
    const values: Readonly<Record<string, string>> = {
      ...fields(found),
      n: path,
      F: {
        file: found.size === 0 ? 'regular empty file' : 'regular file',
        directory: 'directory',
        symlink: 'symbolic link',
      }[found.type],
      A: shownMode(found.mode, found.type),
    }
    yield* print(`${format.replace(/%([^])/g, (all, one: string) => values[one] ?? all)}\n`)
  }
  return status
}

const which: Utility = function* (args) {
  let status = 0
  for (const name of args.filter((arg) => !arg.startsWith('-'))) {
    const answer = yield* ask({ ask: 'which', name })
    if (answer.ok) yield* print(`${answer.text ?? ''}\n`)
    else status = 1
  }
  return status
}

const find: Utility = function* (args) {
  const at = args.findIndex((arg) => arg.startsWith('-'))
  const starts = at < 0 ? args : args.slice(0, at)
  const tests = at < 0 ? [] : args.slice(at)
  const holds: ((name: string, found: Stat, depth: number) => boolean)[] = []
  let [most, deletes] = [Infinity, false]
  for (let index = 0; index < tests.length; index++) {
    const [test, value = ''] = [tests[index], tests[index + 1]]
    if (test === '-delete') { deletes = true; continue }
    if (test === '-print') continue
    index++
    if (test === '-name') holds.push((name) => matches(name, value))
    else if (test === '-type')
      holds.push((_, { type }) => ({ f: 'file', d: 'directory', l: 'symlink' })[value] === type)
    else if (test === '-maxdepth') most = Number(value)
    else if (test === '-mindepth') holds.push((_, __, depth) => depth >= Number(value))
    else {
      yield* ask({ ask: 'refuse', message: `find ${test ?? ''}: the test is not understood` })
      return 1
    }
  }
  let status = 0
  for (const start of starts.length === 0 ? ['.'] : starts) {
    if (!(yield* walked(start, 0))) status = 1
  }
  return status

  function* walked(path: string, depth: number): Asking<boolean> {
    const found = yield* stat(path, false)
    if (!found) {
      yield* complain(`find: ${path}: No such file or directory`)
      return false
    }
    const isWanted = holds.every((one) => one(path.split('/').at(-1) || path, found, depth))
    if (isWanted && !deletes) yield* print(`${path}\n`)
    if (found.type === 'directory' && depth < most) {
      for (const name of yield* names(path)) yield* walked(`${path.replace(/\/$/, '')}/${name}`, depth + 1)
    }
    if (isWanted && deletes && path !== '.')
      yield* file({ call: found.type === 'directory' ? 'rmdir' : 'unlink', path })
    return true
  }
}

export const listing = { ls, readlink, realpath, stat: statUtility, which, find } satisfies Readonly<
  Record<string, Utility>
>
