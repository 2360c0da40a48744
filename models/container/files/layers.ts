/**
 * Models: overlayfs (Linux Documentation/filesystems/overlayfs.rst): layers, and the one file system that they are seen as
 * Reads: nothing
 * Writes: nothing
 * Omits: devices (a whiteout is a mark at a path, where Linux has a character device 0/0, and so is an opaque directory,
 *   where it has an extended attribute); inode numbers that stay the same; redirects of directories, metacopy
 */
import { rootIno, type Directory, type Inode, type Tree } from './tree.js'

/** `whiteout`: what is below is gone. `opaque`: of a directory below nothing is seen in this one. */
export type Mark = 'whiteout' | 'opaque'

export interface Layer {
  readonly tree: Tree
  /** By path: `/etc/hosts`. */
  readonly marks: Readonly<Record<string, Mark>>
}

export const layerOf = (tree: Tree, marks: Layer['marks'] = {}): Layer => ({ tree, marks })

/** A directory or file of one layer. */
interface Part {
  readonly layer: number
  readonly ino: number
}

export interface Merged {
  readonly tree: Tree
  /** By path: the layers that it comes from, the topmost first. A file comes from one. */
  readonly sources: ReadonlyMap<string, readonly number[]>
}

const directoryAt = ({ tree }: Layer, ino: number): Directory | undefined => {
  const inode = tree[ino]
  return inode?.type === 'directory' ? inode : undefined
}

/** The parts that are seen under a name of a directory: one file, or the directories of that name down to what hides the rest. */
function partsOf(layers: readonly Layer[], dirs: readonly Part[], path: string, name: string): readonly Part[] {
  const found: Part[] = []
  for (const { layer, ino } of dirs) {
    const { tree, marks } = layers[layer]!
    if (marks[path] === 'whiteout') break
    const entry = directoryAt(layers[layer]!, ino)?.entries[name]
    if (entry === undefined) continue
    const isDirectory = tree[entry]?.type === 'directory'
    if (isDirectory || found.length === 0) found.push({ layer, ino: entry })
    if (!isDirectory || marks[path] === 'opaque') break
  }
  return found
}

class Merge {
  readonly tree: Record<string, Inode> = {}
  readonly sources = new Map<string, readonly number[]>()
  private readonly files = new Map<string, number>()
  private next = rootIno

  constructor(private readonly layers: readonly Layer[]) {
    this.directory('/', layers.map((_, layer) => ({ layer, ino: rootIno })))
  }

  /** Its attributes are those of the topmost. */
  private directory(path: string, dirs: readonly Part[]): number {
    const ino = this.next++
    const [top] = dirs
    this.sources.set(path, dirs.map(({ layer }) => layer))
    const names = new Set(dirs.flatMap((dir) => Object.keys(directoryAt(this.layers[dir.layer]!, dir.ino)?.entries ?? {})))
    const entries: Record<string, number> = {}
    for (const name of [...names].sort()) {
      const entry = this.entry(`${path === '/' ? '' : path}/${name}`, dirs, name)
      if (entry !== undefined) entries[name] = entry
    }
    const { mode, uid, gid } = this.layers[top!.layer]!.tree[top!.ino]!
    this.tree[ino] = { type: 'directory', mode, uid, gid, entries }
    return ino
  }

  private entry(path: string, dirs: readonly Part[], name: string): number | undefined {
    const parts = partsOf(this.layers, dirs, path, name)
    const [top] = parts
    if (top === undefined) return undefined
    const inode = this.layers[top.layer]!.tree[top.ino]!
    if (inode.type === 'directory') return this.directory(path, parts)
    this.sources.set(path, [top.layer])
    // Two names of one file of a layer are two names of one file.
    const is = `${top.layer} ${top.ino}`
    let ino = this.files.get(is)
    if (ino === undefined) {
      this.files.set(is, ino = this.next++)
      this.tree[ino] = inode
    }
    return ino
  }
}

/** `layers`: the topmost first. */
export function merged(layers: readonly Layer[]): Merged {
  const { tree, sources } = new Merge(layers)
  return { tree, sources }
}

/** Where a path of a tree leads, names taken as they are. */
export function inoAt(tree: Tree, path: string): number | undefined {
  let ino: number | undefined = rootIno
  for (const name of path.split('/').filter((one) => one !== '')) {
    const into: Inode | undefined = ino === undefined ? undefined : tree[ino]
    ino = into?.type === 'directory' && Object.hasOwn(into.entries, name) ? into.entries[name] : undefined
  }
  return ino
}
