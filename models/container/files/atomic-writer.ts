/**
 * Models: pkg/volume/util/atomic_writer.go (Write, validatePath, pathsToRemove, shouldWritePayload), as calls on a
 *   volume's files, in their order; pkg/volume/volume_linux.go (changeFilePermission)
 * Reads: nothing (it is handed the files of a volume)
 * Writes: nothing
 * Omits: the time in the name of a timestamped directory: it counts here, and a number that is free is used again; the
 *   owner of symlinks; payloads in the order of a Go map (by path here)
 */
import * as either from 'fp-ts/lib/Either.js'
import type { Either } from 'fp-ts/lib/Either.js'
import type { FileCall } from '../calls.js'
import type { Payload } from '../payload.js'
import { fileCall } from './call.js'
import { rootIno, type Inode, type Tree } from './tree.js'
import { viewOf } from './view.js'

const dataDirName = '..data'
const newDataDirName = '..data_tmp'
const maxFileNameLength = 255
const maxPathLength = 4096

/** One Write, in the parts between which it matters what others see. */
export interface Writing {
  /** A new timestamped directory with the payload, and `..data_tmp` that points to it: nobody sees them. */
  readonly write: readonly FileCall[]
  /** `..data_tmp` becomes `..data`: all files are new at once. */
  readonly swap: readonly FileCall[]
  /** Names that are new appear, names that are gone go, and the directory before is removed. */
  readonly tidy: readonly FileCall[]
}

export function validatePath(path: string): string | undefined {
  if (path === '') return 'invalid path: must not be empty: ""'
  if (path.startsWith('/')) return `invalid path: must be relative path: ${path}`
  if (path.length > maxPathLength) return `invalid path: must be less than or equal to ${maxPathLength} characters`
  const items = path.split('/')
  for (const item of items) {
    if (item === '..') return `invalid path: must not contain '..': ${path}`
    if (item.length > maxFileNameLength) return `invalid path: filenames must be less than or equal to ${maxFileNameLength} characters`
  }
  return items[0]!.startsWith('..') ? `invalid path: must not start with '..': ${path}` : undefined
}

/** filepath.Clean of a path that has no `..` in it. */
const clean = (path: string): string => path.split('/').filter((name) => name !== '' && name !== '.').join('/')

export function validatePayload(payload: Payload): Either<string, Payload> {
  for (const path of Object.keys(payload)) {
    const wrong = validatePath(path)
    if (wrong !== undefined) return either.left(wrong)
  }
  return either.right(Object.fromEntries(Object.entries(payload).map(([path, file]) => [clean(path), file])))
}

const entriesOf = (inode: Inode | undefined): Readonly<Record<string, number>> => (inode?.type === 'directory' ? inode.entries : {})

const entry = (tree: Tree, name: string): Inode | undefined => {
  const ino = entriesOf(tree[rootIno])[name]
  return ino === undefined ? undefined : tree[ino]
}

/** Every path below a directory, parents first. */
function walk(tree: Tree, inode: Inode | undefined, before = ''): readonly (readonly [path: string, inode: Inode])[] {
  return Object.entries(entriesOf(inode)).sort(([a], [b]) => (a < b ? -1 : 1)).flatMap(([name, ino]) => {
    const found = tree[ino]
    return found === undefined ? [] : [[`${before}${name}`, found] as const, ...walk(tree, found, `${before}${name}/`)]
  })
}

const parents = (path: string): readonly string[] => path.split('/').slice(0, -1).map((_, at, names) => names.slice(0, at + 1).join('/'))

/** Paths of the timestamped directory that the payload has not. */
export function pathsToRemove(tree: Tree, oldTsDir: string, payload: Payload): readonly string[] {
  const kept = new Set(Object.keys(payload).flatMap((path) => [path, ...parents(path)]))
  return walk(tree, entry(tree, oldTsDir)).map(([path]) => path).filter((path) => !kept.has(path))
}

/** Whether any file is not there, or has another content. Modes do not count. */
function shouldWritePayload(tree: Tree, oldTsDir: string, payload: Payload): boolean {
  const there = new Map(walk(tree, entry(tree, oldTsDir)))
  return Object.entries(payload).some(([path, { data }]) => {
    const file = there.get(path)
    return file?.type !== 'file' || file.text !== data
  })
}

function removeAll(tree: Tree, name: string): readonly FileCall[] {
  const inside = walk(tree, entry(tree, name)).map(([path, inode]): FileCall =>
    ({ call: inode.type === 'directory' ? 'rmdir' : 'unlink', path: `/${name}/${path}` }))
  return [...inside.reverse(), { call: 'rmdir', path: `/${name}` }]
}

function newTimestampDir(tree: Tree): string {
  let number = 0
  while (entry(tree, `..${number}`) !== undefined) number++
  return `..${number}`
}

function writePayloadToDir(payload: Payload, dir: string): readonly FileCall[] {
  const made = new Set<string>()
  return Object.keys(payload).sort().flatMap((path): readonly FileCall[] => {
    const { data, mode, fsUser } = payload[path]!
    const folders = parents(path).filter((folder) => !made.has(folder))
    for (const folder of folders) made.add(folder)
    const full = `/${dir}/${path}`
    return [
      ...folders.map((folder): FileCall => ({ call: 'mkdir', path: `/${dir}/${folder}`, mode: 0o755 })),
      { call: 'write', path: full, data, mode },
      { call: 'chmod', path: full, mode },
      ...(fsUser === undefined ? [] : [{ call: 'chown', path: full, uid: fsUser, gid: 0 } as const]),
    ]
  })
}

const [rwMask, roMask, execMask, setgid] = [0o660, 0o440, 0o110, 0o2000]

/** What SetVolumeOwnership makes of a file's mode. */
export const groupMode = ({ type, mode }: Pick<Inode, 'type' | 'mode'>, isReadOnly: boolean): number =>
  mode | (isReadOnly ? roMask : rwMask) | (type === 'directory' ? execMask | setgid : 0)

/** SetVolumeOwnership of everything in the volume, which the kubelet alone writes: the deepest first. */
function setPerms(tree: Tree, group: number): readonly FileCall[] {
  const all = [['', tree[rootIno]] as const, ...walk(tree, tree[rootIno])].reverse()
  return all.flatMap(([path, inode]): readonly FileCall[] => (inode === undefined || inode.type === 'symlink' ? [] : [
    { call: 'chown', path: `/${path}`, uid: inode.uid, gid: group }, { call: 'chmod', path: `/${path}`, mode: groupMode(inode, true) },
  ]))
}

const firstOf = (path: string): string => path.split('/')[0] ?? ''

/** Calls of the kubelet, which is root. */
export const applied = (tree: Tree, calls: readonly FileCall[]): Tree =>
  calls.reduce((view, call) => fileCall(view, '/', call)[0], viewOf(tree)).trees[''] ?? {}

/**
 * What a Write of the payload does to a volume, given its files: all parts empty where nothing is to be done; or why it
 * fails. `group`: the fsGroup that the files are given to.
 */
export function atomicWrite(tree: Tree, payload: Payload, group?: number): Either<string, Writing> {
  const checked = validatePayload(payload)
  if (either.isLeft(checked)) return checked
  const cleaned = checked.right
  const data = entry(tree, dataDirName)
  const oldTsDir = data?.type === 'symlink' ? data.text : undefined
  const gone = oldTsDir === undefined ? [] : pathsToRemove(tree, oldTsDir, cleaned)
  const shouldWrite = oldTsDir === undefined || gone.length > 0 || shouldWritePayload(tree, oldTsDir, cleaned)
  const visible = [...new Set(Object.keys(cleaned).sort().map(firstOf))].filter((name) => entry(tree, name) === undefined)
  const links = visible.map((name): FileCall => ({ call: 'symlink', path: `/${name}`, target: `${dataDirName}/${name}` }))
  if (!shouldWrite) return either.right({ write: [], swap: [], tidy: links })
  const dir = newTimestampDir(tree)
  // Left behind by a kubelet that ended before it could rename it. Every later Write fails of it, upstream's as well.
  if (entry(tree, newDataDirName) !== undefined) return either.left(`symlink ${dir} ${newDataDirName}: file exists`)
  const written: readonly FileCall[] = [{ call: 'mkdir', path: `/${dir}`, mode: 0o755 }, ...writePayloadToDir(cleaned, dir)]
  return either.right({
    write: [
      ...written, ...(group === undefined ? [] : setPerms(applied(tree, written), group)),
      { call: 'symlink', path: `/${newDataDirName}`, target: dir },
    ],
    swap: [{ call: 'rename', from: `/${newDataDirName}`, to: `/${dataDirName}` }],
    tidy: [
      ...links, ...gone.filter((path) => !path.includes('/')).map((path): FileCall => ({ call: 'unlink', path: `/${path}` })),
      ...(oldTsDir === undefined ? [] : removeAll(tree, oldTsDir)),
    ],
  })
}
