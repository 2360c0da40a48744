/** A System for tests: flat files in memory, a network that is a table, and programs of an image by name. */
import type { Errno, FileAnswer, FileCall, Stat } from '#models/container/calls'
import type { ImageProgram, NetworkAnswer, NetworkCall, System } from '#models/container/processes/system'

interface Node {
  readonly type: Stat['type']
  readonly text: string
  readonly mode: number
  readonly uid: number
  readonly gid: number
  readonly ino: number
}
export type Files = Readonly<Record<string, Node>>

export interface Outside {
  readonly files?: Readonly<Record<string, string>>
  readonly network?: (call: NetworkCall) => NetworkAnswer
  readonly programs?: Readonly<Record<string, ImageProgram | ((argv: readonly string[]) => ImageProgram)>>
}

const usual = ['bin', 'dev', 'etc', 'tmp', 'usr', 'usr/share', 'var', 'var/log', 'root', 'home']
const unknown: NetworkAnswer = { ok: false, why: 'unknown host' }

export function memorySystem({ files = {}, network = () => unknown, programs = {} }: Outside = {}): System & { readonly files: Files } {
  let start: Files = { '/': node('directory', '', 0o755, 1) }
  for (const path of usual) start = withNode(start, `/${path}`, node('directory', '', 0o755, nextIno(start)))
  for (const [path, text] of Object.entries(files)) {
    const parts = path.split('/').slice(1, -1)
    for (const [at] of parts.entries()) {
      const folder = `/${parts.slice(0, at + 1).join('/')}`
      if (!start[folder]) start = withNode(start, folder, node('directory', '', 0o755, nextIno(start)))
    }
    start = withNode(start, path, node('file', text, text.startsWith('#!') ? 0o755 : 0o644, nextIno(start)))
  }
  return over(start)

  function over(current: Files): System & { readonly files: Files } {
    const system: System & { readonly files: Files } = {
      files: current,
      file(call, { cwd }) {
        const [answer, next] = called(current, call, cwd)
        return [answer, next === current ? system : over(next)]
      },
      network: (call) => [network(call), system],
      program(argv) {
        const [name = ''] = argv
        const found = programs[name] ?? programs[name.split('/').at(-1) ?? ''] ?? { is: 'known' }
        return [typeof found === 'function' ? found(argv) : found, system]
      },
    }
    return system
  }
}

const node = (type: Stat['type'], text: string, mode: number, ino: number): Node => ({ type, text, mode, uid: 0, gid: 0, ino })
const withNode = (files: Files, path: string, made: Node): Files => ({ ...files, [path]: made })
const without = (files: Files, path: string): Files => Object.fromEntries(Object.entries(files).filter(([one]) => one !== path))
const nextIno = (files: Files): number => Math.max(...Object.values(files).map(({ ino }) => ino)) + 1
const no = (errno: Errno): FileAnswer => ({ ok: false, errno })

/** The path without dots and links; where the last name is a link, that is followed on demand. */
function resolved(files: Files, path: string, cwd: string, follow: boolean, depth = 0): string | Errno {
  if (path === '') return 'ENOENT'
  if (depth > 40) return 'ELOOP'
  const parts = (path.startsWith('/') ? path : `${cwd}/${path}`).split('/').filter((part) => part !== '' && part !== '.')
  let at = ''
  for (const [index, part] of parts.entries()) {
    const parent = files[at || '/']
    if (!parent) return 'ENOENT'
    if (parent.type !== 'directory') return 'ENOTDIR'
    if (part === '..') { at = at.slice(0, at.lastIndexOf('/')); continue }
    at = `${at}/${part}`
    const here = files[at]
    const isLast = index === parts.length - 1
    if (here?.type !== 'symlink' || (isLast && !follow && !path.endsWith('/'))) continue
    const target = resolved(files, here.text, at.slice(0, at.lastIndexOf('/')) || '/', true, depth + 1)
    if (/^E[A-Z]+$/.test(target)) return target
    at = target === '/' ? '' : target
  }
  if (path.endsWith('/') && files[at || '/'] && files[at || '/']?.type !== 'directory') return 'ENOTDIR'
  return at || '/'
}

function called(files: Files, call: FileCall, cwd: string): readonly [FileAnswer, Files] {
  if ('from' in call) return twoPaths(files, call, cwd)
  const follows = !['lstat', 'readlink', 'unlink', 'rmdir', 'symlink', 'mkdir'].includes(call.call)
  const path = resolved(files, call.path, cwd, follows)
  if (!path.startsWith('/')) return [no(path as Errno), files]
  const here = files[path]
  const parent = files[path.slice(0, path.lastIndexOf('/')) || '/']
  const make = (made: Node): readonly [FileAnswer, Files] => (here ? [no('EEXIST'), files] : !parent ? [no('ENOENT'), files] :
    parent.type !== 'directory' ? [no('ENOTDIR'), files] : [{ ok: true }, withNode(files, path, made)])
  switch (call.call) {
    case 'mkdir': return make(node('directory', '', call.mode ?? 0o755, nextIno(files)))
    case 'symlink': return make(node('symlink', call.target, 0o777, nextIno(files)))
    case 'write': {
      if (!here) return make(node('file', call.data, call.mode ?? 0o644, nextIno(files)))
      if (here.type === 'directory') return [no('EISDIR'), files]
      if (call.how === 'exclusive') return [no('EEXIST'), files]
      return [{ ok: true }, withNode(files, path, { ...here, text: call.how === 'append' ? here.text + call.data : call.data })]
    }
  }
  if (!here) return [no('ENOENT'), files]
  const inside = Object.keys(files).filter((one) => one !== path && one.startsWith(path === '/' ? '/' : `${path}/`))
  switch (call.call) {
    case 'stat': case 'lstat': return [{ ok: true, stat: {
      type: here.type, mode: here.mode, uid: here.uid, gid: here.gid, ino: here.ino,
      size: here.type === 'directory' ? 0 : here.text.length,
      nlink: Object.values(files).filter(({ ino }) => ino === here.ino).length,
    } }, files]
    case 'read': return [here.type === 'directory' ? no('EISDIR') : { ok: true, text: here.text }, files]
    case 'readlink': return [here.type === 'symlink' ? { ok: true, text: here.text } : no('EINVAL'), files]
    case 'readdir': return [here.type !== 'directory' ? no('ENOTDIR') : {
      ok: true, names: inside.map((one) => one.slice(path === '/' ? 1 : path.length + 1)).filter((name) => !name.includes('/')).sort(),
    }, files]
    case 'rmdir': return here.type !== 'directory' ? [no('ENOTDIR'), files] : path === '/' ? [no('EBUSY'), files] :
      inside.length > 0 ? [no('ENOTEMPTY'), files] : [{ ok: true }, without(files, path)]
    case 'unlink': return here.type === 'directory' ? [no('EISDIR'), files] : [{ ok: true }, without(files, path)]
    case 'chmod': return [{ ok: true }, withNode(files, path, { ...here, mode: call.mode })]
    case 'chown': return [{ ok: true }, withNode(files, path, { ...here, uid: call.uid, gid: call.gid })]
    case 'access': return [call.wants !== 'execute' || here.type === 'directory' || (here.mode & 0o111) !== 0 ? { ok: true } : no('EACCES'), files]
  }
}

function twoPaths(files: Files, { call, from, to }: Extract<FileCall, { call: 'rename' | 'link' }>, cwd: string): readonly [FileAnswer, Files] {
  const [source, target] = [resolved(files, from, cwd, false), resolved(files, to, cwd, false)]
  const moved = files[source]
  const there = files[target]
  if (!moved || !files[target.slice(0, target.lastIndexOf('/')) || '/']) return [no('ENOENT'), files]
  if (call === 'link') return there ? [no('EEXIST'), files] : moved.type === 'directory' ? [no('EPERM'), files] : [{ ok: true }, withNode(files, target, moved)]
  if (source === target) return [{ ok: true }, files]
  if (target.startsWith(`${source}/`)) return [no('EINVAL'), files]
  if (there?.type === 'directory') {
    if (moved.type !== 'directory') return [no('EISDIR'), files]
    if (Object.keys(files).some((one) => one.startsWith(`${target}/`))) return [no('ENOTEMPTY'), files]
  } else if (there && moved.type === 'directory') return [no('ENOTDIR'), files]
  return [{ ok: true }, Object.fromEntries(Object.entries(without(files, target)).map(([path, one]) =>
    [path === source || path.startsWith(`${source}/`) ? target + path.slice(source.length) : path, one]))]
}
