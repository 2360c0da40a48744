/** Memory that threads share: quads and where to look for them, and what they tell each other of numbers. */

export interface QuadMemory {
  /** As in `Quads`. */
  readonly items: SharedArrayBuffer
  readonly index: SharedArrayBuffer
  /** The first number that nobody has taken yet. */
  readonly next: SharedArrayBuffer
}

export interface SharedMemory {
  readonly quads: QuadMemory
  readonly roots: QuadMemory
  /** A byte for each root: see `SharedWays`. */
  readonly ways: SharedArrayBuffer
  readonly ledger: SharedArrayBuffer
}

/** What it takes; where nothing was written to yet it takes nothing. */
export const bytesOf = ({ index, next }: QuadMemory): number => 16 * new Int32Array(next)[0]! + index.byteLength

/** How many places of an index may be taken. */
export const limitOf = (places: number): number => Math.floor((2 * places) / 3)

/** There is room for the quads of an index so many times as large, so that they stay where they are when it grows. */
const ahead = 8

/** Room for quads: `places` is a power of two. */
export const quadMemory = (places: number, next = new SharedArrayBuffer(4)): QuadMemory =>
  ({ items: new SharedArrayBuffer(16 * (limitOf(ahead * places) + 1)), index: new SharedArrayBuffer(4 * places), next })

/** The same quads, and an index of twice the size with nothing in it. */
export function enlarged({ items, index, next }: QuadMemory): QuadMemory {
  const places = index.byteLength / 2
  if (items.byteLength >= 16 * (limitOf(places) + 1)) return { items, index: new SharedArrayBuffer(4 * places), next }
  const larger = quadMemory(places, next)
  new Int32Array(larger.items).set(new Int32Array(items))
  return larger
}

const waysOf = (roots: QuadMemory): SharedArrayBuffer =>
  new SharedArrayBuffer(limitOf(roots.index.byteLength / 4) + 1)

/** Memory that nothing was written to yet costs nothing. */
export function sharedMemory(places: number, ledgerBytes = 1 << 28): SharedMemory {
  const [quads, roots] = [quadMemory(1 << 16), quadMemory(places)]
  for (const { next } of [quads, roots]) new Int32Array(next)[0] = 1
  return { quads, roots, ways: waysOf(roots), ledger: new SharedArrayBuffer(ledgerBytes) }
}

/** The same memory with other quads and roots that hold what those before do. */
export function withTables(memory: SharedMemory, quads: QuadMemory, roots: QuadMemory): SharedMemory {
  if (roots === memory.roots) return { ...memory, quads }
  const ways = waysOf(roots)
  new Uint8Array(ways).set(new Uint8Array(memory.ways))
  return { ...memory, quads, roots, ways }
}
