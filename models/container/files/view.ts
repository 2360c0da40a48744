/**
 * Models: what a process sees: a root and what is mounted over it (man 7 mount_namespaces), and how a path is resolved
 * Reads: nothing
 * Writes: nothing
 * Omits: propagation of mounts, mounts below a mount that is moved
 */
import type { Credentials, Errno } from '../calls.js'
import { rootIno, type Inode, type Tree } from './tree.js'

/** A directory or file of a tree in place of what is at `path` of the root: a bind mount. */
export interface Mount {
  readonly path: string
  /** Which tree, by its name. */
  readonly tree: string
  /** Its root unless it is a subPath, which was found once, when the container was started. */
  readonly ino?: number
  readonly readOnly?: true
}

/** `trees['']` is the root. A tree that is mounted twice is one tree. */
export interface View {
  readonly trees: Readonly<Record<string, Tree>>
  readonly mounts: readonly Mount[]
}

export const viewOf = (tree: Tree): View => ({ trees: { '': tree }, mounts: [] })

/** Where a path leads. */
export interface Place {
  readonly tree: string
  readonly ino: number
  /** Without symlinks and dots. */
  readonly path: string
  readonly readOnly: boolean
}

/** The directory that a path's last name is in, and what is there under that name, if anything. */
export interface Found {
  readonly parent: Place
  readonly name: string
  readonly place?: Place
}

/** Symlinks that are followed on one path, at most. */
const mostLinks = 40

export const inodeAt = ({ trees }: View, { tree, ino }: Pick<Place, 'tree' | 'ino'>): Inode | undefined => trees[tree]?.[ino]

/** The last mount at a path is what is seen there. */
const mountedAt = ({ mounts }: View, path: string): Mount | undefined => mounts.findLast((mount) => mount.path === path)

const rootOf = (view: View): Place => {
  const mount = mountedAt(view, '/')
  return { tree: mount?.tree ?? '', ino: mount?.ino ?? rootIno, path: '/', readOnly: mount?.readOnly === true }
}

function entryOf(view: View, { tree, ino, path, readOnly }: Place, name: string): Place | undefined {
  const full = path === '/' ? `/${name}` : `${path}/${name}`
  const mount = mountedAt(view, full)
  if (mount !== undefined) return { tree: mount.tree, ino: mount.ino ?? rootIno, path: full, readOnly: mount.readOnly === true }
  const inode = inodeAt(view, { tree, ino })
  const entry = inode?.type === 'directory' && Object.hasOwn(inode.entries, name) ? inode.entries[name] : undefined
  return entry === undefined ? undefined : { tree, ino: entry, path: full, readOnly }
}

export const may = (inode: Inode, wants: 4 | 2 | 1, { uid, gid, groups = [] }: Credentials): boolean => {
  if (uid === 0) return wants !== 1 || inode.type === 'directory' || (inode.mode & 0o111) !== 0
  const shift = uid === inode.uid ? 6 : gid === inode.gid || groups.includes(inode.gid) ? 3 : 0
  return ((inode.mode >> shift) & wants) !== 0
}

export const isErrno = (value: unknown): value is Errno => typeof value === 'string'

/** `follow`: a symlink under the last name is followed as well. */
export function find(view: View, cwd: string, path: string, who: Credentials, follow: boolean, links = 0): Found | Errno {
  if (path === '') return 'ENOENT'
  const names = path.split('/').filter((name) => name !== '' && name !== '.')
  let parent = rootOf(view)
  if (!path.startsWith('/')) {
    const from = find(view, '/', cwd, who, true, links)
    if (isErrno(from)) return from
    parent = from.place ?? parent
  }
  if (names.length === 0) return { parent, name: '.', place: parent }
  for (const [index, name] of names.entries()) {
    const inode = inodeAt(view, parent)
    if (inode === undefined) return 'ENOENT'
    if (inode.type !== 'directory') return 'ENOTDIR'
    if (!may(inode, 1, who)) return 'EACCES'
    const isLast = index === names.length - 1
    const next = name === '..' ? above(view, parent, who) : entryOf(view, parent, name)
    if (next === undefined) return isLast ? { parent, name } : 'ENOENT'
    const found = inodeAt(view, next)
    if (found?.type === 'symlink' && (!isLast || follow || path.endsWith('/'))) {
      if (links >= mostLinks) return 'ELOOP'
      const target = find(view, parent.path, found.text, who, true, links + 1)
      if (isErrno(target)) return target
      if (isLast || target.place === undefined) return isLast ? target : 'ENOENT'
      parent = target.place
      continue
    }
    if (!isLast) {
      parent = next
      continue
    }
    if (path.endsWith('/') && found?.type !== 'directory') return 'ENOTDIR'
    return { parent, name, place: next }
  }
  return { parent, name: '.', place: parent }
}

/** Above a mount's root is the directory that it is mounted in. */
function above(view: View, { path }: Place, who: Credentials): Place | undefined {
  const at = path.lastIndexOf('/')
  if (at <= 0) return rootOf(view)
  const found = find(view, '/', path.slice(0, at), who, true)
  return isErrno(found) ? undefined : found.place
}
