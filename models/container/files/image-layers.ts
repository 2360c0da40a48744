/**
 * Models: opencontainers/image-spec layer.md: a layer as an archive, with whiteout files; what a commit makes of a container
 * Reads: nothing
 * Writes: nothing
 * Omits: compression, digests, hard links within an archive (each name has its own file), files that are made by no layer
 */
import { inoAt, layerOf, type Layer, type Mark } from './layers.js'
import { added, directory, emptyTree, rootIno, withInode, type Inode, type Tree } from './tree.js'
import type { Union } from './union.js'

/** What is at a path of an archive; directories without what is in them. */
export type Archive = Readonly<Record<string, Inode>>

const whiteoutPrefix = '.wh.'
const opaqueName = '.wh..wh..opq'

const empty: Inode = { type: 'file', mode: 0o644, uid: 0, gid: 0, text: '' }

const joined = (folder: string, name: string): string => `${folder === '/' ? '' : folder}/${name}`
const folderOf = (path: string): string => path.slice(0, Math.max(1, path.lastIndexOf('/')))
const nameOf = (path: string): string => path.slice(path.lastIndexOf('/') + 1)

function* walk(tree: Tree, ino: number, path: string): Iterable<readonly [string, Inode]> {
  const inode = tree[ino]
  if (inode === undefined) return
  yield [path, inode.type === 'directory' ? { ...inode, entries: {} } : inode]
  if (inode.type !== 'directory') return
  for (const name of Object.keys(inode.entries).sort()) yield* walk(tree, inode.entries[name]!, joined(path, name))
}

/** The changes that a layer holds: parents come before what is in them. */
export function archived({ tree, marks }: Layer): Archive {
  const hidden = Object.entries(marks).map(([path, mark]): readonly [string, Inode] =>
    [mark === 'opaque' ? joined(path, opaqueName) : joined(folderOf(path), `${whiteoutPrefix}${nameOf(path)}`), empty])
  return Object.fromEntries([...walk(tree, rootIno, '/'), ...hidden])
}

/** The layer that an archive is unpacked to. */
export function unpacked(archive: Archive): Layer {
  const marks: Record<string, Mark> = {}
  let tree: Tree = emptyTree
  for (const path of Object.keys(archive).sort()) {
    const inode = archive[path]!
    const name = nameOf(path)
    if (name === opaqueName) marks[folderOf(path)] = 'opaque'
    else if (name.startsWith(whiteoutPrefix)) marks[joined(folderOf(path), name.slice(whiteoutPrefix.length))] = 'whiteout'
    else if (path === '/') tree = withInode(tree, rootIno, inode.type === 'directory' ? inode : directory())
    else tree = added(tree, inoAt(tree, folderOf(path)) ?? rootIno, name, inode)
  }
  return layerOf(tree, marks)
}

/** What a commit adds to the image: everything that is in the upper layer, as it is there, and what it hides. */
export const committed = ({ upper }: Union): Archive => archived(upper)
