/**
 * Models: filters that keep or count what goes through them: `cat head tail wc tee rev tac nl base64`
 * Reads: nothing
 * Writes: nothing
 * Omits: numbering (`cat -n` aside)
 */
import type { Program } from '../../processes/requests.js'
import { filtering } from './filter.js'
import { options } from './options.js'

const cat = filtering<{ readonly numbers: boolean; readonly line: number; readonly open: boolean }>('cat', {
  byLine: false,
  *begin(args) {
    const given = yield* options('cat', args, 'unvet')
    return given ? { state: { numbers: given.has('n'), line: 0, open: false }, files: given.rest } : 1
  },
  take(state, piece) {
    if (!state.numbers) return { state, out: piece }
    let { line } = state
    const out = piece
      .split('\n')
      .map((text, at, all) =>
        at === all.length - 1 && text === ''
          ? ''
          : at === 0 && state.open
            ? text
            : `${String(++line).padStart(6)}\t${text}`
      )
      .join('\n')
    return { state: { ...state, line, open: !piece.endsWith('\n') }, out }
  },
  end: () => ({ exitCode: 0 }),
})

const head = filtering<{
  readonly left: number
  readonly bytes: boolean
  readonly many: boolean
  readonly each: number
  readonly file: string
}>('head', {
  byLine: false,
  *begin(args) {
    const given = yield* options('head', args.map((arg) => arg.replace(/^-(\d+)$/, '-n$1')), 'n:c:qv')
    if (!given) return 1
    const each = Number(given.value('c') ?? given.value('n') ?? 10)
    return {
      state: {
        left: each,
        each,
        bytes: given.has('c'),
        many: given.rest.length > 1 && !given.has('q'),
        file: '',
      },
      files: given.rest,
    }
  },
  take(state, piece, file) {
    const heading =
      state.many && state.file !== file ? `${state.file === '' ? '' : '\n'}==> ${file} <==\n` : ''
    const lines = piece.match(/[^\n]*\n|[^\n]+$/g) ?? []
    const out = state.bytes ? piece.slice(0, state.left) : lines.slice(0, state.left).join('')
    const left = Math.max(state.left - (state.bytes ? piece.length : lines.length), 0)
    return {
      state: { ...state, left, file },
      out: heading + out,
      ...(left === 0 && !state.many && file === '-' && { done: true }),
    }
  },
  endFile: (state) => ({ state: { ...state, left: state.each } }),
  end: () => ({ exitCode: 0 }),
})

const tail = filtering<{
  readonly count: number
  readonly bytes: boolean
  readonly from: boolean
  readonly text: string
}>('tail', {
  byLine: false,
  *begin(args) {
    const given = yield* options('tail', args.map((arg) => arg.replace(/^[-](\d+)$/, '-n$1')), 'n:c:q')
    if (!given) return 1
    const wanted = given.value('c') ?? given.value('n') ?? '10'
    return {
      state: {
        count: Math.abs(Number(wanted)),
        from: wanted.startsWith('+'),
        bytes: given.has('c'),
        text: '',
      },
      files: given.rest,
    }
  },
  take: (state, piece) => ({ state: { ...state, text: state.text + piece } }),
  endFile: (state) => ({ state: { ...state, text: '' }, out: tailOf(state.text, state) }),
  end: () => ({ exitCode: 0 }),
})

export function tailOf(
  text: string,
  { count, bytes, from }: { readonly count: number; readonly bytes: boolean; readonly from: boolean }
): string {
  if (bytes) return from ? text.slice(Math.max(count - 1, 0)) : count === 0 ? '' : text.slice(-count)
  const lines = text.match(/[^\n]*\n|[^\n]+$/g) ?? []
  return (from ? lines.slice(Math.max(count - 1, 0)) : count === 0 ? [] : lines.slice(-count)).join('')
}

type Counts = readonly [lines: number, words: number, bytes: number]

const wc = filtering<{
  readonly shows: readonly boolean[]
  readonly now: Counts
  readonly all: Counts
  readonly files: number
  readonly inWord: boolean
}>('wc', {
  byLine: false,
  *begin(args) {
    const given = yield* options('wc', args, 'lwcm')
    if (!given) return 1
    const shows = [given.has('l'), given.has('w'), given.has('c') || given.has('m')]
    return {
      state: {
        shows: shows.includes(true) ? shows : [true, true, true],
        now: [0, 0, 0],
        all: [0, 0, 0],
        files: 0,
        inWord: false,
      },
      files: given.rest,
    }
  },
  take(state, piece) {
    const [lines, words, bytes] = state.now
    const begun = (piece.match(/\S+/g)?.length ?? 0) - (state.inWord && /^\S/.test(piece) ? 1 : 0)
    const now: Counts = [lines + piece.split('\n').length - 1, words + begun, bytes + piece.length]
    return { state: { ...state, now, inWord: /\S$/.test(piece) } }
  },
  endFile(state, file) {
    const [lines, words, bytes] = state.all
    const [moreLines, moreWords, moreBytes] = state.now
    const all: Counts = [lines + moreLines, words + moreWords, bytes + moreBytes]
    return {
      state: { ...state, now: [0, 0, 0], all, files: state.files + 1, inWord: false },
      out: counted(state.now, state.shows, file),
    }
  },
  end: ({ files, all, shows }) =>
    ({ exitCode: 0, ...(files > 1 && { out: counted(all, shows, 'total') }) }),
})

const counted = (counts: Counts, shows: readonly boolean[], name: string): string => {
  const shown = counts.filter((_, at) => shows[at])
  const columns =
    shown.length === 1 && name === '-'
      ? shown.join('')
      : shown.map((count) => String(count).padStart(shown.length === 1 ? 0 : 9)).join(' ')
  return `${columns}${name === '-' ? '' : ` ${name}`}\n`
}

const reversed = (name: string, change: (line: string) => string): Program => filtering<null>(name, {
  byLine: true,
  *begin(args) { return { state: null, files: args } },
  take: (state, line) => ({ state, out: `${change(line)}\n` }),
  end: () => ({ exitCode: 0 }),
})

const tac = filtering<{ readonly lines: readonly string[] }>('tac', {
  byLine: true,
  *begin(args) { return { state: { lines: [] }, files: args } },
  take: ({ lines }, line) => ({ state: { lines: [...lines, line] } }),
  end: ({ lines }) => ({ exitCode: 0, out: [...lines].reverse().map((line) => `${line}\n`).join('') }),
})

const base64 = filtering<{ readonly decodes: boolean; readonly text: string; readonly wraps: boolean }>(
  'base64',
  {
    byLine: false,
    *begin(args) {
      const given = yield* options('base64', args, 'dw:', { decode: 'd' })
      return given
        ? { state: { decodes: given.has('d'), text: '', wraps: given.value('w') !== '0' }, files: given.rest }
        : 1
    },
    take: (state, piece) => ({ state: { ...state, text: state.text + piece } }),
    end: ({ decodes, text, wraps }) => {
      if (decodes) return { exitCode: 0, out: Buffer.from(text, 'base64').toString() }
      const encoded = Buffer.from(text).toString('base64')
      return { exitCode: 0, out: wraps ? encoded.replace(/.{1,76}/g, '$&\n') : encoded }
    },
  }
)

export const streams: Readonly<Record<string, Program>> =
  { cat, head, tail, wc, tac, base64, rev: reversed('rev', (line) => [...line].reverse().join('')) }
