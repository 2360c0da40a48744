/**
 * Lists that may grow long: index buckets, event queues. A short one is an array; a longer one is cut into chunks, so
 * that adding and removing an entry copies a part of it. Where it is cut depends on its entries alone: equal lists are
 * equal values, however they came about.
 */
import { hashString, hashValue } from './value.js'

export type List<T> = readonly T[] | Chunked<T>

/** Every chunk but the first begins with an entry whose hash says so. */
interface Chunked<T> {
  readonly size: number
  readonly chunks: readonly (readonly T[])[]
}

/** A list of at most so many entries is an array. */
const short = 64

/** One entry in so many begins a chunk. */
const spacing = 64

const isChunked = <T>(list: List<T>): list is Chunked<T> => !Array.isArray(list)

/** Entries are told apart by themselves, or by their member `key`. */
function beginsChunk(entry: unknown): boolean {
  const mark = typeof entry === 'object' && entry !== null ? (entry as { readonly key?: unknown }).key : entry // any JSON
  return (typeof mark === 'string' ? hashString(mark) : hashValue(entry)) % spacing === 0
}

const none: readonly never[] = []

export const sizeOf = <T>(list: List<T> | undefined): number =>
  (list === undefined ? 0 : isChunked(list) ? list.size : list.length)

export const firstOf = <T>(list: List<T> | undefined): T | undefined =>
  (list === undefined ? undefined : isChunked(list) ? list.chunks[0]?.[0] : list[0])

/** The list piece by piece: pieces that did not change are the same values as before. */
export const chunksOf = <T>(list: List<T> | undefined): readonly (readonly T[])[] =>
  (list === undefined ? none : isChunked(list) ? list.chunks : [list])

// Both are caches of pure functions of immutable values.
const flattened = new WeakMap<Chunked<unknown>, readonly unknown[]>()
const members = new WeakMap<readonly string[], ReadonlySet<string>>()

/** All of it as one array; free for short lists. */
export function entriesOf<T>(list: List<T> | undefined): readonly T[] {
  if (list === undefined) return none
  if (!isChunked(list)) return list
  let all = flattened.get(list) as readonly T[] | undefined // it was made of this list
  if (all === undefined) flattened.set(list, all = list.chunks.flat() as unknown as readonly T[]) // chunks hold Ts
  return all
}

/** A cell's value as models read it: of a list, however long, the array. No other value has pieces. */
export function flat(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || (value as Partial<Chunked<unknown>>).chunks === undefined) return value
  return entriesOf(value as Chunked<unknown>) // it has chunks
}

export function listOf<T>(entries: readonly T[]): List<T> {
  if (entries.length <= short) return entries
  const chunks: T[][] = []
  for (const entry of entries) {
    const last = chunks.at(-1)
    if (last === undefined || beginsChunk(entry)) chunks.push([entry])
    else last.push(entry)
  }
  return { size: entries.length, chunks }
}

export function appended<T>(list: List<T> | undefined, entry: T): List<T> {
  if (list === undefined) return [entry]
  if (!isChunked(list)) return list.length < short ? [...list, entry] : listOf([...list, entry])
  const { size, chunks } = list
  const last = chunks.at(-1)
  if (last === undefined || beginsChunk(entry)) return { size: size + 1, chunks: [...chunks, [entry]] }
  return { size: size + 1, chunks: chunks.with(-1, [...last, entry]) }
}

/** All but the first entry; `undefined` where that was the last, so that an empty list is no cell. */
export function rest<T>(list: List<T>): List<T> | undefined {
  if (!isChunked(list)) return list.length <= 1 ? undefined : list.slice(1)
  return removed(list, 0, 0)
}

export const has = (list: List<string> | undefined, entry: string): boolean => place(list, entry) !== undefined

/** The list without the entry; `undefined` where it was the only one. */
export function without(list: List<string> | undefined, entry: string): List<string> | undefined {
  const at = place(list, entry)
  if (list === undefined || at === undefined) return list
  if (isChunked(list)) return removed(list, at.chunk, at.index)
  return list.length === 1 ? undefined : list.toSpliced(at.index, 1)
}

function place(list: List<string> | undefined, entry: string): { readonly chunk: number; readonly index: number } | undefined {
  if (list === undefined) return undefined
  if (!isChunked(list)) {
    const index = list.indexOf(entry)
    return index < 0 ? undefined : { chunk: 0, index }
  }
  const chunk = list.chunks.findIndex((one) => membersOf(one).has(entry))
  return chunk < 0 ? undefined : { chunk, index: list.chunks[chunk]!.indexOf(entry) }
}

function membersOf(chunk: readonly string[]): ReadonlySet<string> {
  let known = members.get(chunk)
  if (known === undefined) members.set(chunk, known = new Set(chunk))
  return known
}

function removed<T>({ size, chunks }: Chunked<T>, chunk: number, index: number): List<T> {
  const left = chunks[chunk]!.toSpliced(index, 1)
  const before = chunks[chunk - 1]
  const isJoined = index === 0 && before !== undefined
  const pieces = isJoined ? [[...before, ...left]] : left.length === 0 ? [] : [left]
  const all = chunks.toSpliced(isJoined ? chunk - 1 : chunk, isJoined ? 2 : 1, ...pieces)
  return size - 1 <= short ? all.flat() as unknown as readonly T[] : { size: size - 1, chunks: all } // chunks hold Ts
}
