/**
 * Models: what the atomic writer leaves of a payload: pkg/volume/util/atomic_writer.go (the layout: a directory,
 *   `..data` that points to it, and names that point into `..data`)
 * Reads: nothing
 * Writes: nothing
 * Omits: the steps between one payload and the next; the directory's name counts, where upstream's has the time
 */
import type { Payload } from '../payload.js'
import { added, directory, emptyTree, freeIno, rootIno, withInode, type Inode, type Tree } from './tree.js'

const link = (text: string): Inode => ({ type: 'symlink', mode: 0o777, uid: 0, gid: 0, text })

/** `version`: how many payloads came before. `group`: the fsGroup that the files are given to. */
export function payloadTree(payload: Payload, version: number, group = 0): Tree {
  const folder = `..${version}`
  let tree: Tree = withInode(emptyTree, rootIno, { ...directory(0o777), gid: group })
  const folderOf = (parent: number, name: string): number => {
    const into = tree[parent]
    const there = into?.type === 'directory' ? into.entries[name] : undefined
    if (there !== undefined) return there
    const ino = freeIno(tree)
    tree = added(tree, parent, name, directory())
    return ino
  }
  const top = folderOf(rootIno, folder)
  tree = added(tree, rootIno, '..data', link(folder))
  for (const path of Object.keys(payload).sort()) {
    const file = payload[path]
    if (file === undefined) continue
    const names = path.split('/')
    const parent = names.slice(0, -1).reduce(folderOf, top)
    tree = added(tree, parent, names.at(-1) ?? '', {
      type: 'file', mode: group === 0 ? file.mode : file.mode | 0o440, uid: file.fsUser ?? 0, gid: group, text: file.data,
    })
    const [first = ''] = names
    const visible = tree[rootIno]
    if (visible?.type === 'directory' && !Object.hasOwn(visible.entries, first)) tree = added(tree, rootIno, first, link(`..data/${first}`))
  }
  return tree
}
