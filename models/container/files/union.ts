/**
 * Models: overlayfs as containers have it (Linux fs/overlayfs/copy_up.c, dir.c): reading looks through all layers, writing
 *   copies up into the upper one
 * Reads: nothing
 * Writes: nothing
 * Omits: what layers.ts omits. A file with several names loses them when it is copied up, but for the one that is written
 *   (overlayfs without `index`); a directory that is not of the upper layer alone cannot be renamed (`redirect_dir` is off)
 */
import type { Credentials, FileAnswer, FileCall } from '../calls.js'
import { fileCall } from './call.js'
import { inoAt, layerOf, merged, type Layer, type Mark, type Merged } from './layers.js'
import { added, directory, emptyTree, root, rootIno, withEntries, withInode, type Inode, type Tree } from './tree.js'
import { find, isErrno, viewOf } from './view.js'

export interface Union {
  /** Never written; the topmost first. */
  readonly lower: readonly Layer[]
  readonly upper: Layer
  /** What is being copied up is prepared here, where nobody sees it. */
  readonly work: Tree
}

/** What a container begins with: the layers of its image, and nothing of its own but a root like theirs. */
export function mount(lower: readonly Layer[]): Union {
  const { mode = 0o755, uid = 0, gid = 0 } = lower[0]?.tree[rootIno] ?? {}
  return { lower, upper: layerOf({ [rootIno]: directory(mode, { uid, gid }) }), work: emptyTree }
}

// A cache of a pure function of immutable objects.
const views = new WeakMap<Union, Merged>()

/** What is seen. */
export function seen(union: Union): Merged {
  let known = views.get(union)
  if (known === undefined) views.set(union, known = merged([union.upper, ...union.lower]))
  return known
}

const below = new WeakMap<readonly Layer[], Tree>() // likewise

/** What the layers below would show by themselves. */
function belowAt(lower: readonly Layer[], path: string): Inode | undefined {
  if (lower.length === 0) return undefined
  let tree = below.get(lower)
  if (tree === undefined) below.set(lower, tree = merged(lower).tree)
  const ino = inoAt(tree, path)
  return ino === undefined ? undefined : tree[ino]
}

const parentOf = (path: string): string => path.slice(0, Math.max(1, path.lastIndexOf('/')))
const nameOf = (path: string): string => path.slice(path.lastIndexOf('/') + 1)

function entered(tree: Tree, path: string, ino: number): Tree {
  const parent = inoAt(tree, parentOf(path))
  const into = parent === undefined ? undefined : tree[parent]
  return parent === undefined || into?.type !== 'directory' ? tree : withEntries(tree, parent, { ...into.entries, [nameOf(path)]: ino })
}

function left(tree: Tree, path: string): Tree {
  const parent = inoAt(tree, parentOf(path))
  const into = parent === undefined ? undefined : tree[parent]
  if (parent === undefined || into?.type !== 'directory') return tree
  const { [nameOf(path)]: _, ...entries } = into.entries
  return withEntries(tree, parent, entries)
}

/** Without what is below it, so that it may be empty. */
function emptied(tree: Tree, path: string): Tree {
  const ino = inoAt(tree, path)
  const inode = ino === undefined ? undefined : tree[ino]
  if (inode?.type !== 'directory') return tree
  return Object.keys(inode.entries).reduce((rest, name) => left(emptied(rest, `${path}/${name}`), `${path}/${name}`), tree)
}

const withTree = (union: Union, change: (tree: Tree) => Tree): Union => ({ ...union, upper: { ...union.upper, tree: change(union.upper.tree) } })

function marked(union: Union, path: string, mark: Mark | undefined): Union {
  const { [path]: _, ...marks } = union.upper.marks
  return { ...union, upper: { ...union.upper, marks: mark === undefined ? marks : { ...marks, [path]: mark } } }
}

const isWithin = (path: string, folder: string): boolean => path === folder || path.startsWith(`${folder}/`)

const withoutMarks = (union: Union, folder: string): Union => ({
  ...union, upper: { ...union.upper, marks: Object.fromEntries(Object.entries(union.upper.marks).filter(([path]) => !isWithin(path, folder))) },
})

/** One copy as it is prepared: a file whole, a directory without what is in it. */
const copyOf = (inode: Inode): Inode => (inode.type === 'directory' ? { ...inode, entries: {} } : inode)

const workName = '/copy'

/** The first half of a copy-up: the copy is in `work`, under a name of its own. The upper layer is as it was. */
export function prepared(union: Union, path: string): Union {
  const { tree } = seen(union)
  const ino = inoAt(tree, path)
  const inode = ino === undefined ? undefined : tree[ino]
  return inode === undefined ? union : { ...union, work: added(emptyTree, 1, nameOf(workName), copyOf(inode)) }
}

/** The second half: a rename from `work` into the upper layer, whose directory is there. */
function moved(union: Union, path: string): Union {
  const ino = inoAt(union.work, workName)
  const copy = ino === undefined ? undefined : union.work[ino]
  const into = inoAt(union.upper.tree, parentOf(path))
  if (copy === undefined || into === undefined) return union
  return { ...withTree(union, (tree) => added(tree, into, nameOf(path), copy)), work: emptyTree }
}

/** The directories that it is in first, then it: unless it is in the upper layer already. */
export function copiedUp(union: Union, path: string): Union {
  if (path === '/' || inoAt(union.upper.tree, path) !== undefined) return union
  const within = copiedUp(union, parentOf(path))
  return moved(prepared(within, path), path)
}

/** A name is free again: what is below stays hidden. */
function removed(union: Union, path: string): Union {
  const gone = withoutMarks(withTree(union, (tree) => left(emptied(tree, path), path)), path)
  return belowAt(union.lower, path) === undefined ? gone : marked(copiedUp(gone, parentOf(path)), path, 'whiteout')
}

/** Something new under a name: over a directory that was removed it is opaque. */
function made(union: Union, path: string, inode: Inode): Union {
  const within = copiedUp(union, parentOf(path))
  const into = inoAt(within.upper.tree, parentOf(path))
  if (into === undefined) return union
  const hides = inode.type === 'directory' && belowAt(union.lower, path)?.type === 'directory'
  return marked(withTree(within, (tree) => added(tree, into, nameOf(path), inode)), path, hides ? 'opaque' : undefined)
}

/** What there is changes, in the upper layer. */
function changed(union: Union, path: string, after: Inode): Union {
  const up = copiedUp(union, path)
  const ino = inoAt(up.upper.tree, path)
  const inode = ino === undefined ? undefined : up.upper.tree[ino]
  if (ino === undefined || inode === undefined) return union
  return withTree(up, (tree) => withInode(tree, ino, inode.type === 'directory' ? { ...after, type: 'directory', entries: inode.entries } : after))
}

function linked(union: Union, from: string, to: string): Union {
  const up = copiedUp(copiedUp(union, from), parentOf(to))
  const ino = inoAt(up.upper.tree, from)
  return ino === undefined ? union : marked(withTree(up, (tree) => entered(tree, to, ino)), to, undefined)
}

function renamed(union: Union, from: string, to: string): Union {
  const up = copiedUp(copiedUp(union, from), parentOf(to))
  const ino = inoAt(up.upper.tree, from)
  if (ino === undefined) return union
  const isDirectory = up.upper.tree[ino]?.type === 'directory'
  const marks = Object.entries(up.upper.marks).filter(([path]) => path.startsWith(`${from}/`))
  const gone = withTree(withoutMarks(up, to), (tree) => left(emptied(tree, to), to))
  const there = withTree(withoutMarks(gone, from), (tree) => left(entered(tree, to, ino), from))
  const carried = marks.reduce((all, [path, mark]) => marked(all, `${to}${path.slice(from.length)}`, mark), there)
  const hides = isDirectory && belowAt(union.lower, to)?.type === 'directory'
  return marked(marked(carried, from, belowAt(union.lower, from) === undefined ? undefined : 'whiteout'), to, hides ? 'opaque' : undefined)
}

/** Where a path leads in what is seen: the path of what is there, or that it would have. */
function target(tree: Tree, cwd: string, path: string, who: Credentials, follow: boolean): string {
  const found = find(viewOf(tree), cwd, path, who, follow)
  if (isErrno(found)) return path
  return found.place?.path ?? `${found.parent.path === '/' ? '' : found.parent.path}/${found.name}`
}

type ByName = Extract<FileCall, { readonly from: string }>
type ByPath = Exclude<FileCall, ByName>

/** What the call has done to what was seen, done to the layers. */
function followed(union: Union, cwd: string, call: ByPath, who: Credentials, after: Tree): Union {
  const isByName = call.call === 'mkdir' || call.call === 'symlink' || call.call === 'unlink' || call.call === 'rmdir'
  const path = target(seen(union).tree, cwd, call.path, who, !isByName)
  if (call.call === 'unlink' || call.call === 'rmdir') return removed(union, path)
  const ino = inoAt(after, path)
  const inode = ino === undefined ? undefined : after[ino]
  if (inode === undefined) return union
  return seen(union).sources.has(path) ? changed(union, path, inode) : made(union, path, inode)
}

/** Whether a directory is the upper layer's alone; only such a one is renamed. */
const isPure = ({ sources }: Merged, path: string): boolean => {
  const layers = sources.get(path) ?? []
  return layers.length === 1 && layers[0] === 0
}

/** As `fileCall` on what is seen; the layers below stay as they are. */
export function unionCall(union: Union, cwd: string, call: FileCall, who: Credentials = root): readonly [Union, FileAnswer] {
  const now = seen(union)
  const before = viewOf(now.tree)
  const [after, answer] = fileCall(before, cwd, call, who)
  if ('from' in call) {
    const [from, to] = [target(now.tree, cwd, call.from, who, false), target(now.tree, cwd, call.to, who, false)]
    const ino = inoAt(now.tree, from)
    const isDirectory = ino !== undefined && now.tree[ino]?.type === 'directory'
    // Looked at before the other directory is found not to be empty.
    const couldBe = answer.ok || answer.errno === 'ENOTEMPTY'
    if (call.call === 'rename' && couldBe && isDirectory && from !== to && !isPure(now, from)) return [union, { ok: false, errno: 'EXDEV' }]
    if (!answer.ok || after === before) return [union, answer]
    return [call.call === 'link' ? linked(union, from, to) : renamed(union, from, to), answer]
  }
  return !answer.ok || after === before ? [union, answer] : [followed(union, cwd, call, who, after.trees[''] ?? {}), answer]
}
