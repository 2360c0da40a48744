/**
 * The file of a checkpoint: a line of JSON that says what it is of, then sections, each a line of JSON (name, kind, length, sum)
 * and its bytes, and a last line. It is written beside its place and put there when it is whole.
 */
import { createHash } from 'node:crypto'
import * as files from 'node:fs'
import { endianness } from 'node:os'
import { deserialize, serialize } from 'node:v8'
import type { Saved } from '#checker/explore/saved'

export interface Header {
  readonly format: 'orrery-exploration'
  readonly version: 1
  readonly orrery: string
  /** Sums of what is explored, by what that is. */
  readonly input: Readonly<Record<string, string>>
}

interface Section {
  readonly name: string
  readonly kind: 'data' | 'numbers'
  readonly bytes: number
  readonly sum: string
}

/** Not a checkpoint, or not a whole one: why. */
export class BrokenCheckpoint extends Error {}

type Files = Pick<typeof files, 'openSync' | 'writeSync' | 'fsyncSync' | 'closeSync' | 'renameSync' | 'rmSync'>

const most = 1 << 26 // bytes that are written or read at a time
const end = 'end'

/** Writes a checkpoint; what was there before stays as it is until this one is whole. */
export function writeCheckpoint(path: string, header: Header, saved: Saved, fs: Files = files): void {
  const beside = `${path}.writing`
  const file = fs.openSync(beside, 'w')
  const put = (bytes: Uint8Array): void => {
    for (let at = 0; at < bytes.length;) at += fs.writeSync(file, bytes, at, Math.min(most, bytes.length - at))
  }
  const line = (value: unknown): void => put(Buffer.from(`${JSON.stringify(value)}\n`))
  try {
    line(header)
    for (const [name, kind, bytes] of sectionsOf(saved)) {
      line({ name, kind, bytes: bytes.length, sum: sumOf(bytes) } satisfies Section)
      put(bytes)
    }
    line({ name: end })
    fs.fsyncSync(file)
  } catch (error) {
    fs.closeSync(file)
    fs.rmSync(beside, { force: true })
    throw error
  }
  fs.closeSync(file)
  fs.renameSync(beside, path)
}

function* sectionsOf({ data, arrays = {}, parts = {} }: Saved, path = ''): Iterable<readonly [name: string, kind: Section['kind'], bytes: Uint8Array]> {
  yield [path, 'data', serialize(data)]
  for (const [name, array] of Object.entries(arrays)) {
    yield [`${path}.${name}`, 'numbers', new Uint8Array(array.buffer, array.byteOffset, array.byteLength)]
  }
  for (const [name, part] of Object.entries(parts)) yield* sectionsOf(part, `${path}/${name}`)
}

/** Reads what it is of. */
export function readHeader(path: string): Header {
  const reader = new Reader(path)
  try {
    return reader.header()
  } finally {
    reader.close()
  }
}

/** Reads all of it. Throws `BrokenCheckpoint`, and what the file system throws. */
export function readCheckpoint(path: string): Saved {
  const reader = new Reader(path)
  try {
    reader.header()
    const root: Building = { arrays: {}, parts: {} }
    for (;;) {
      const section = reader.line() as Partial<Section> // checked below
      if (section.name === end) return root
      const { name, kind, bytes, sum } = section
      if (name === undefined || bytes === undefined) throw new BrokenCheckpoint('a section has no name')
      const content = reader.take(bytes)
      if (sumOf(content) !== sum) throw new BrokenCheckpoint(`section ${name || '/'} was changed: its sum is another one`)
      place(root, name, kind === 'numbers' ? new Int32Array(content.buffer, content.byteOffset, bytes / 4) : deserialize(content))
    }
  } finally {
    reader.close()
  }
}

interface Building extends Saved {
  data?: unknown
  readonly arrays: Record<string, Int32Array>
  readonly parts: Record<string, Building>
}

function place(root: Building, name: string, content: unknown): void {
  const [path = '', array] = name.split('.')
  let part = root
  for (const step of path.split('/').slice(1)) part = part.parts[step] ??= { arrays: {}, parts: {} }
  if (array === undefined) part.data = content
  else part.arrays[array] = content as Int32Array // numbers
}

class Reader {
  private readonly file: number
  private readonly size: number
  private at = 0

  constructor(path: string) {
    this.file = files.openSync(path, 'r')
    this.size = files.fstatSync(this.file).size
  }

  header(): Header {
    const header = this.line() as Partial<Header> // checked here
    if (header.format !== 'orrery-exploration') throw new BrokenCheckpoint('it does not begin like a checkpoint')
    return header as Header // it says so
  }

  line(): unknown {
    const piece = Buffer.alloc(1 << 14)
    const got = files.readSync(this.file, piece, 0, piece.length, this.at)
    const length = piece.subarray(0, got).indexOf(10)
    if (length < 0) throw new BrokenCheckpoint('it ends too early')
    this.at += length + 1
    try {
      return JSON.parse(piece.toString('utf8', 0, length))
    } catch {
      throw new BrokenCheckpoint('what should say which section comes next says something else')
    }
  }

  take(bytes: number): Buffer {
    if (!Number.isSafeInteger(bytes) || bytes < 0 || this.at + bytes > this.size) throw new BrokenCheckpoint('it ends too early')
    const content = Buffer.from(new ArrayBuffer(bytes)) // on its own, so that numbers begin where numbers may
    for (let got = 0; got < bytes;) {
      const more = files.readSync(this.file, content, got, Math.min(most, bytes - got), this.at + got)
      if (more === 0) throw new BrokenCheckpoint('it ends too early')
      got += more
    }
    this.at += bytes
    return content
  }

  close(): void {
    files.closeSync(this.file)
  }
}

/** Numbers lie as this machine has them: little endian, nearly everywhere. */
const sumOf = (bytes: Uint8Array): string => createHash('sha256').update(endianness()).update(bytes).digest('hex').slice(0, 32)
