/**
 * Models: a file system (man 7 inode, path_resolution) as one JSON value: inodes by number, directories with entries
 * Reads: nothing
 * Writes: nothing
 * Omits: times, devices, extended attributes, quotas; open files that have no name any more
 */
import type { Credentials } from '../calls.js'

interface Owned {
  readonly mode: number
  readonly uid: number
  readonly gid: number
}

export type Inode = Owned & (
  | { readonly type: 'file'; readonly text: string }
  | { readonly type: 'symlink'; readonly text: string }
  | { readonly type: 'directory'; readonly entries: Readonly<Record<string, number>> }
)

export type Directory = Extract<Inode, { readonly type: 'directory' }>

/** Inode 1 is the root. A number that is free is used again, so that a World may repeat. */
export type Tree = Readonly<Record<string, Inode>>

export const rootIno = 1

export const root: Credentials = { uid: 0, gid: 0 }

export const directory = (mode = 0o755, { uid, gid }: Credentials = root): Directory =>
  ({ type: 'directory', mode, uid, gid, entries: {} })

export const emptyTree: Tree = { [rootIno]: directory() }

export function freeIno(tree: Tree): number {
  let ino = rootIno
  while (Object.hasOwn(tree, ino)) ino++
  return ino
}

export const withInode = (tree: Tree, ino: number, inode: Inode): Tree => ({ ...tree, [ino]: inode })

/** Not reached from the root: what is held there stays though it loses its last name, since it is mounted. */
const heldIno = 0

/** The tree with an inode held by what mounts it, in place of what that held before. */
export function held(tree: Tree, holder: string, ino: number): Tree {
  const before = tree[heldIno]
  const there = before?.type === 'directory' ? before : directory()
  const after = withInode(tree, heldIno, there)
  return withEntries(after, heldIno, { ...there.entries, [holder]: ino })
}

/** How many names the inode has: a directory's own dots are not counted. */
export function linksTo(tree: Tree, ino: number): number {
  let links = 0
  for (const [number, inode] of Object.entries(tree)) {
    if (inode.type !== 'directory' || Number(number) === heldIno) continue
    for (const entry of Object.values(inode.entries)) if (entry === ino) links++
  }
  return links
}

const isHeld = (tree: Tree, ino: number): boolean => {
  const holders = tree[heldIno]
  return holders?.type === 'directory' && Object.values(holders.entries).includes(ino)
}

/** The directory with another set of entries; an inode that has no name any more goes. */
export function withEntries(tree: Tree, ino: number, entries: Directory['entries']): Tree {
  const before = tree[ino]
  if (before?.type !== 'directory') return tree
  const after = withInode(tree, ino, { ...before, entries })
  const gone = Object.values(before.entries).filter((entry) => !Object.values(entries).includes(entry)
    && linksTo(after, entry) === 0 && !isHeld(after, entry))
  return gone.length === 0 ? after : Object.fromEntries(Object.entries(after).filter(([number]) => !gone.includes(Number(number))))
}

/** An inode under a name in a directory of the tree. */
export function added(tree: Tree, parent: number, name: string, inode: Inode): Tree {
  const into = tree[parent]
  if (into?.type !== 'directory') return tree
  const ino = freeIno(tree)
  return withInode(withInode(tree, ino, inode), parent, { ...into, entries: { ...into.entries, [name]: ino } })
}

/** A tree with these directories, and these files with their texts, in it. Folders in between are made. */
export function treeOf(folders: readonly string[], files: Readonly<Record<string, string>> = {}, base: Tree = emptyTree): Tree {
  let tree = base
  const folder = (path: string): number => path.split('/').filter((name) => name !== '').reduce((parent, name) => {
    const into = tree[parent]
    const there = into?.type === 'directory' ? into.entries[name] : undefined
    if (there !== undefined) return there
    const ino = freeIno(tree)
    tree = added(tree, parent, name, directory())
    return ino
  }, rootIno)
  for (const path of folders) folder(path)
  for (const [path, text] of Object.entries(files)) {
    const at = path.lastIndexOf('/')
    const parent = folder(path.slice(0, at))
    const mode = text.startsWith('#!') ? 0o755 : 0o644
    const name = path.slice(at + 1)
    const into = tree[parent]
    if (into?.type === 'directory' && Object.hasOwn(into.entries, name)) continue
    tree = added(tree, parent, name, { type: 'file', mode, uid: 0, gid: 0, text })
  }
  return tree
}
