/**
 * Models: filters of lines: `cut sort uniq`
 * Reads: nothing
 * Writes: nothing
 * Omits: locales
 */
import { complain } from '../../processes/asks.js'
import type { Program } from '../../processes/requests.js'
import { filtering } from './filter.js'
import { options } from './options.js'

/** `1,3-5,7-` as ranges. */
const ranges = (text: string): readonly (readonly [number, number])[] => text.split(',').map((part) => {
  const [, from = '', dash, to = ''] = /^(\d*)(-?)(\d*)$/.exec(part) ?? []
  return [Number(from || 1), dash ? Number(to || Infinity) : Number(from || 0)]
})

const isIn = (list: string, index: number): boolean =>
  ranges(list).some(([from, to]) => index >= from && index <= to)

const cut = filtering<{
  readonly list: string
  readonly by: string
  readonly delimiter: string
  readonly only: boolean
}>('cut', {
  byLine: true,
  *begin(args) {
    const given = yield* options('cut', args, 'd:f:c:b:s')
    const by = ['f', 'c', 'b'].find((letter) => given?.has(letter))
    if (!given || by === undefined) {
      yield* complain('cut: expected a list of bytes, characters, or fields')
      return 1
    }
    return {
      state: { list: given.value(by) ?? '', by, delimiter: given.value('d') ?? '\t', only: given.has('s') },
      files: given.rest,
    }
  },
  take(state, line) {
    if (state.by !== 'f')
      return { state, out: `${[...line].filter((_, at) => isIn(state.list, at + 1)).join('')}\n` }
    if (!line.includes(state.delimiter)) return { state, out: state.only ? '' : `${line}\n` }
    return {
      state,
      out: `${line
        .split(state.delimiter)
        .filter((_, at) => isIn(state.list, at + 1))
        .join(state.delimiter)}\n`,
    }
  },
  end: () => ({ exitCode: 0 }),
})

const sort = filtering<{
  readonly letters: string
  readonly key: string
  readonly by: string
  readonly lines: readonly string[]
}>('sort', {
  byLine: true,
  *begin(args) {
    const given = yield* options('sort', args, 'nruk:t:bVf')
    if (!given) return 2
    const key = given.value('k') ?? ''
    const letters = [...'nruVf']
      .filter((letter) => given.has(letter) || (letter !== 'u' && key.includes(letter)))
      .join('')
    return { state: { letters, key, by: given.value('t') ?? '', lines: [] }, files: given.rest }
  },
  take: (state, line) => ({ state: { ...state, lines: [...state.lines, line] } }),
  end({ letters, key, by, lines }) {
    const [from = 0, to = Infinity] = key === '' ? [] : key.split(',').map((part) => parseInt(part, 10))
    const keyOf = (line: string): string =>
      key === ''
        ? line
        : line
            .split(by === '' ? /\s+/ : by)
            .slice(from - 1, to)
            .join(by || ' ')
    const order = (a: string, b: string): number => {
      const [x, y] = [keyOf(a), keyOf(b)].map((one) => (letters.includes('f') ? one.toUpperCase() : one)) as [
        string,
        string,
      ] // two of two
      const numeric = /[nV]/.test(letters) ? (parseFloat(x) || 0) - (parseFloat(y) || 0) : 0
      return (
        numeric ||
        (/n/.test(letters) && letters.includes('u') ? 0 : x < y ? -1 : x > y ? 1 : a < b ? -1 : a > b ? 1 : 0)
      )
    }
    const sorted = [...lines].sort((a, b) => (letters.includes('r') ? -1 : 1) * order(a, b))
    const kept = letters.includes('u')
      ? sorted.filter((line, at) => at === 0 || order(sorted[at - 1] ?? '', line) !== 0)
      : sorted
    return { exitCode: 0, out: kept.map((line) => `${line}\n`).join('') }
  },
})

type Uniq = { readonly letters: string; readonly last: string | null; readonly count: number }

const uniqLine = ({ letters, last, count }: Uniq): string => {
  const isShown =
    last !== null && !(letters.includes('d') && count < 2) && !(letters.includes('u') && count > 1)
  return isShown ? `${letters.includes('c') ? `${String(count).padStart(7)} ` : ''}${last}\n` : ''
}

const uniq = filtering<Uniq>('uniq', {
  byLine: true,
  *begin(args) {
    const given = yield* options('uniq', args, 'cdui')
    return given
      ? {
          state: { letters: [...'cdu'].filter((letter) => given.has(letter)).join(''), last: null, count: 0 },
          files: given.rest,
        }
      : 1
  },
  take: (state, line) => (state.last === line ? { state: { ...state, count: state.count + 1 } } :
    { state: { ...state, last: line, count: 1 }, out: uniqLine(state) }),
  end: (state) => ({ exitCode: 0, out: uniqLine(state) }),
})

export const lines: Readonly<Record<string, Program>> = { cut, sort, uniq }
