/**
 * Models: how the calls of a process on files are answered (man section 2)
 * Reads: nothing
 * Writes: nothing
 * Omits: what its parts omit
 */
import type { Credentials, Errno, FileAnswer, FileCall } from '../calls.js'
import { added, directory, linksTo, root, withEntries, withInode, type Inode, type Tree } from './tree.js'
import { find, inodeAt, isErrno, may, type Found, type Place, type View } from './view.js'

type Called = readonly [View, FileAnswer]

const no = (view: View, errno: Errno): Called => [view, { ok: false, errno }]
const done = (view: View): Called => [view, { ok: true }]

const withTree = (view: View, name: string, change: (tree: Tree) => Tree): View =>
  ({ ...view, trees: { ...view.trees, [name]: change(view.trees[name] ?? {}) } })

/** Something is written into or taken out of a directory. */
function writable(view: View, { parent }: Found, who: Credentials): Errno | undefined {
  const inode = inodeAt(view, parent)
  if (parent.readOnly) return 'EROFS'
  return inode !== undefined && may(inode, 2, who) ? undefined : 'EACCES'
}

function made(view: View, found: Found, inode: Inode, who: Credentials): Called {
  if (found.place !== undefined) return no(view, 'EEXIST')
  const errno = writable(view, found, who)
  if (errno !== undefined) return no(view, errno)
  return done(withTree(view, found.parent.tree, (tree) => added(tree, found.parent.ino, found.name, inode)))
}

const isBusy = ({ mounts }: View, { path }: Place): boolean => mounts.some((mount) => mount.path === path || mount.path.startsWith(`${path}/`))

function removed(view: View, found: Found): View {
  const { parent, name } = found
  return withTree(view, parent.tree, (tree) => {
    const into = tree[parent.ino]
    if (into?.type !== 'directory') return tree
    const { [name]: _, ...entries } = into.entries
    return withEntries(tree, parent.ino, entries)
  })
}

function unlinked(view: View, found: Found, wants: 'directory' | 'other', who: Credentials): Called {
  const { place } = found
  const inode = place === undefined ? undefined : inodeAt(view, place)
  if (place === undefined || inode === undefined) return no(view, 'ENOENT')
  if (wants === 'directory') {
    if (inode.type !== 'directory') return no(view, 'ENOTDIR')
    if (Object.keys(inode.entries).length > 0) return no(view, 'ENOTEMPTY')
    if (found.name === '.') return no(view, 'EBUSY')
  } else if (inode.type === 'directory') return no(view, 'EISDIR')
  if (isBusy(view, place)) return no(view, 'EBUSY')
  const errno = writable(view, found, who)
  return errno === undefined ? done(removed(view, found)) : no(view, errno)
}

function written(view: View, found: Found, { data, how, mode = 0o644 }: Extract<FileCall, { call: 'write' }>, who: Credentials): Called {
  const { place } = found
  if (place === undefined) return made(view, found, { type: 'file', mode, uid: who.uid, gid: who.gid, text: data }, who)
  const inode = inodeAt(view, place)
  if (how === 'exclusive') return no(view, 'EEXIST')
  if (inode?.type !== 'file') return no(view, 'EISDIR')
  if (place.readOnly) return no(view, 'EROFS')
  if (!may(inode, 2, who)) return no(view, 'EACCES')
  const text = how === 'append' ? inode.text + data : data
  return done(withTree(view, place.tree, (tree) => withInode(tree, place.ino, { ...inode, text })))
}

/** chmod and chown: the owner's and root's affair. */
function changed(view: View, { place }: Found, who: Credentials, change: (inode: Inode) => Inode): Called {
  const inode = place === undefined ? undefined : inodeAt(view, place)
  if (place === undefined || inode === undefined) return no(view, 'ENOENT')
  if (place.readOnly) return no(view, 'EROFS')
  if (who.uid !== 0 && who.uid !== inode.uid) return no(view, 'EPERM')
  return done(withTree(view, place.tree, (tree) => withInode(tree, place.ino, change(inode))))
}

function linked(view: View, from: Found, to: Found, who: Credentials): Called {
  const inode = from.place === undefined ? undefined : inodeAt(view, from.place)
  if (from.place === undefined || inode === undefined) return no(view, 'ENOENT')
  if (inode.type === 'directory') return no(view, 'EPERM')
  if (to.place !== undefined) return no(view, 'EEXIST')
  if (from.place.tree !== to.parent.tree) return no(view, 'EXDEV')
  const errno = writable(view, to, who)
  if (errno !== undefined) return no(view, errno)
  return done(entered(view, to, from.place.ino))
}

const entered = (view: View, { parent, name }: Found, ino: number): View => withTree(view, parent.tree, (tree) => {
  const into = tree[parent.ino]
  return into?.type === 'directory' ? withEntries(tree, parent.ino, { ...into.entries, [name]: ino }) : tree
})

function renamed(view: View, from: Found, to: Found, who: Credentials): Called {
  const inode = from.place === undefined ? undefined : inodeAt(view, from.place)
  if (from.place === undefined || inode === undefined) return no(view, 'ENOENT')
  const errno = writable(view, from, who) ?? writable(view, to, who)
  if (errno !== undefined) return no(view, errno)
  if (isBusy(view, from.place) || (to.place !== undefined && isBusy(view, to.place))) return no(view, 'EBUSY')
  if (from.place.tree !== to.parent.tree) return no(view, 'EXDEV')
  if (`${to.parent.path}/`.startsWith(`${from.place.path}/`)) return no(view, 'EINVAL')
  const there = to.place === undefined ? undefined : inodeAt(view, to.place)
  if (to.place?.ino === from.place.ino) return done(view)
  if (there?.type === 'directory') {
    if (inode.type !== 'directory') return no(view, 'EISDIR')
    if (Object.keys(there.entries).length > 0) return no(view, 'ENOTEMPTY')
  } else if (there !== undefined && inode.type === 'directory') return no(view, 'ENOTDIR')
  return done(removed(entered(view, to, from.place.ino), from))
}

function told(view: View, place: Place, inode: Inode): FileAnswer {
  const { type, mode, uid, gid } = inode
  const size = inode.type === 'directory' ? 0 : inode.text.length
  const nlink = inode.type === 'directory' ? 2 : linksTo(view.trees[place.tree] ?? {}, place.ino)
  return { ok: true, stat: { type, mode, uid, gid, size, nlink, ino: place.ino } }
}

const bits = { read: 4, write: 2, execute: 1 } as const

function asked(view: View, place: Place, inode: Inode, call: Exclude<FileCall, { from: string }>, who: Credentials): FileAnswer {
  const refused = (errno: Errno): FileAnswer => ({ ok: false, errno })
  switch (call.call) {
    case 'read': return inode.type === 'directory' ? refused('EISDIR') : may(inode, 4, who) ? { ok: true, text: (inode as { text: string }).text } : refused('EACCES')
    case 'readlink': return inode.type === 'symlink' ? { ok: true, text: inode.text } : refused('EINVAL')
    case 'readdir': return inode.type !== 'directory' ? refused('ENOTDIR') : may(inode, 4, who)
      ? { ok: true, names: namesIn(view, place, inode) } : refused('EACCES')
    case 'access': return call.wants === 'write' && place.readOnly ? refused('EROFS') : may(inode, bits[call.wants], who) ? { ok: true } : refused('EACCES')
    default: return told(view, place, inode)
  }
}

/** Its entries, and what is mounted in it. */
function namesIn({ mounts }: View, { path }: Place, { entries }: Extract<Inode, { type: 'directory' }>): readonly string[] {
  const before = path === '/' ? '/' : `${path}/`
  const mounted = mounts.filter((mount) => mount.path !== path && mount.path.startsWith(before)).map((mount) => mount.path.slice(before.length))
  return [...new Set([...Object.keys(entries), ...mounted.filter((name) => !name.includes('/'))])].sort()
}

/** Calls that are about a name, and not about what a symlink of that name points to. */
const byName: readonly FileCall['call'][] = ['lstat', 'readlink', 'unlink', 'rmdir', 'symlink', 'mkdir']

/** What the call changes, and what it answers. `who` is root unless said otherwise. */
export function fileCall(view: View, cwd: string, call: FileCall, who: Credentials = root): Called {
  if ('from' in call) {
    const [from, to] = [find(view, cwd, call.from, who, false), find(view, cwd, call.to, who, false)]
    if (isErrno(from)) return no(view, from)
    if (isErrno(to)) return no(view, to)
    return call.call === 'link' ? linked(view, from, to, who) : renamed(view, from, to, who)
  }
  const found = find(view, cwd, call.path, who, !byName.includes(call.call))
  if (isErrno(found)) return no(view, found)
  switch (call.call) {
    case 'mkdir': return made(view, found, directory(call.mode, who), who)
    case 'symlink': return made(view, found, { type: 'symlink', mode: 0o777, uid: who.uid, gid: who.gid, text: call.target }, who)
    case 'write': return written(view, found, call, who)
    case 'rmdir': return unlinked(view, found, 'directory', who)
    case 'unlink': return unlinked(view, found, 'other', who)
    case 'chmod': return changed(view, found, who, (inode) => ({ ...inode, mode: call.mode }))
    case 'chown': return changed(view, found, who, (inode) => ({ ...inode, uid: call.uid, gid: call.gid }))
    default: {
      const inode = found.place === undefined ? undefined : inodeAt(view, found.place)
      return found.place === undefined || inode === undefined ? no(view, 'ENOENT') : [view, asked(view, found.place, inode, call, who)]
    }
  }
}
