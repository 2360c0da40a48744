/**
 * Models: filters of lines: `grep cut tr sort uniq`
 * Reads: nothing
 * Writes: nothing
 * Omits: locales; context of matches (`-A -B -C`)
 */
import { ask, complain, names, stat } from '../../processes/asks.js'
import type { Asking, Program } from '../../processes/requests.js'
import { filtering } from './filter.js'
import { options } from './options.js'
import { fixed, regular } from './regular.js'

type Grep = {
  readonly source: string; readonly flags: string; readonly letters: string; readonly most: number
  readonly found: number; readonly inFile: number; readonly line: number; readonly many: boolean
}

const grep = (variant: '' | 'E' | 'F'): Program =>
  filtering<Grep>('grep', {
    byLine: true,
    *begin(args) {
      const given = yield* options('grep', args, 'EFGPiqvclnohHswxrRae:m:', {
        quiet: 'q',
        silent: 'q',
        'ignore-case': 'i',
        'invert-match': 'v',
        count: 'c',
        'extended-regexp': 'E',
        'fixed-strings': 'F',
        'only-matching': 'o',
      })
      const [first, ...others] = given?.rest ?? []
      if (!given || (!given.has('e') && first === undefined)) return 2
      const patterns = given.has('e') ? given.all('e') : (first ?? '').split('\n')
      const kind = given.has('F') ? 'F' : given.has('E') || given.has('P') ? 'E' : variant
      const sources = patterns.map(
        (text) => (kind === 'F' ? regular(fixed(text), true) : regular(text, kind === 'E'))?.source
      )
      if (sources.includes(undefined)) {
        yield* ask({ ask: 'refuse', message: `grep ${patterns.join(' ')}: the expression is not understood` })
        return 2
      }
      const joined = sources.length === 1 ? (sources[0] ?? '') : `(?:${sources.join('|')})`
      const source = given.has('x')
        ? `^(?:${joined})$`
        : given.has('w')
          ? `(?<!\\w)(?:${joined})(?!\\w)`
          : joined
      const files = yield* grepped(given.has('e') ? given.rest : others, given.has('r') || given.has('R'))
      const letters = [...'qvclnosh'].filter((letter) => given.has(letter)).join('')
      const many = (files.length > 1 || given.has('r') || given.has('H')) && !given.has('h')
      return {
        state: {
          source,
          flags: given.has('i') ? 'gi' : 'g',
          letters,
          most: Number(given.value('m') ?? -1),
          found: 0,
          inFile: 0,
          line: 0,
          many,
        },
        files,
      }
    },
    take(state, line, file) {
      const { letters, found, inFile, most } = state
      const expression = new RegExp(state.source, state.flags)
      const counted = { ...state, line: state.line + 1 }
      if (inFile === most || expression.test(line) === letters.includes('v')) return { state: counted }
      const next = { ...counted, found: found + 1, inFile: inFile + 1 }
      if (letters.includes('q')) return { state: next, done: true }
      if (/[cl]/.test(letters)) return { state: next }
      const prefix = `${state.many ? `${file}:` : ''}${letters.includes('n') ? `${next.line}:` : ''}`
      const shown = letters.includes('o')
        ? (line.match(expression) ?? []).filter((text) => text !== '')
        : [line]
      return {
        state: next,
        out: shown.map((text) => `${prefix}${text}\n`).join(''),
        ...(next.inFile === most && !state.many && { done: true }),
      }
    },
    endFile(state, file) {
      const next = { ...state, inFile: 0, line: 0 }
      if (state.letters.includes('l'))
        return { state: next, out: state.inFile > 0 ? `${file === '-' ? '(standard input)' : file}\n` : '' }
      return state.letters.includes('c')
        ? { state: next, out: `${state.many ? `${file}:` : ''}${state.inFile}\n` }
        : { state: next }
    },
    end: ({ found }) => ({ status: found > 0 ? 0 : 1 }),
  })

function* grepped(paths: readonly string[], isDeep: boolean): Asking<readonly string[]> {
  if (!isDeep) return paths
  const files: string[] = []
  for (const path of paths) {
    if ((yield* stat(path))?.type !== 'directory') files.push(path)
    else files.push(...yield* grepped((yield* names(path)).map((name) => `${path}/${name}`), true))
  }
  return files
}

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
  end: () => ({ status: 0 }),
})

const sets: Readonly<Record<string, string>> = {
  lower: 'abcdefghijklmnopqrstuvwxyz',
  upper: 'ABCDEFGHIJKLMNOPQRSTUVWXYZ',
  digit: '0123456789',
  space: ' \t\n\r\f\v',
  blank: ' \t',
  alpha: 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz',
  punct: '!"#$%&\'()*+,-./:;<=>?@[\\]^_`{|}~',
  alnum: '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz',
}

function charactersOf(text: string): readonly string[] {
  const plain = text.replace(/\[:(\w+):\]/g, (_, name: string) => sets[name] ?? '')
    .replace(/\\(?:([0-7]{1,3})|([^]))/g, (_, octal?: string, letter?: string) =>
      octal
        ? String.fromCharCode(parseInt(octal, 8))
        : ({ n: '\n', t: '\t', r: '\r', '\\': '\\' }[letter ?? ''] ?? letter ?? '')
    )
  return [
    ...plain.replace(/([^])-([^])/g, (all, from: string, to: string) => {
      const [first, last] = [from.charCodeAt(0), to.charCodeAt(0)]
      return first > last
        ? all
        : Array.from({ length: last - first + 1 }, (_, at) => String.fromCharCode(first + at)).join('')
    }),
  ]
}

const tr = filtering<{
  readonly from: readonly string[]
  readonly to: readonly string[]
  readonly letters: string
  readonly last: string
}>('tr', {
  byLine: false,
  *begin(args) {
    const given = yield* options('tr', args, 'dscC', {}, true)
    const [from = '', to] = given?.rest ?? []
    if (!given || (to === undefined && !given.has('d') && !given.has('s'))) {
      yield* complain('tr: missing operand')
      return 1
    }
    const letters = [...'dsc']
      .filter((letter) => given.has(letter) || (letter === 'c' && given.has('C')))
      .join('')
    return { state: { from: charactersOf(from), to: charactersOf(to ?? ''), letters, last: '' }, files: [] }
  },
  take(state, piece) {
    const { from, to, letters } = state
    const isMeant = (character: string): boolean => from.includes(character) !== letters.includes('c')
    const squeezed = to.length > 0 ? (character: string): boolean => to.includes(character) : isMeant
    let { last } = state
    let out = ''
    for (const character of piece) {
      if (letters.includes('d') && isMeant(character)) continue
      const next =
        letters.includes('d') || to.length === 0 || !isMeant(character)
          ? character
          : letters.includes('c')
            ? (to.at(-1) ?? character)
            : (to[Math.min(from.lastIndexOf(character), to.length - 1)] ?? character)
      if (!(letters.includes('s') && next === last && squeezed(next))) out += next
      last = next
    }
    return { state: { ...state, last }, out }
  },
  end: () => ({ status: 0 }),
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
    return { status: 0, out: kept.map((line) => `${line}\n`).join('') }
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
  end: (state) => ({ status: 0, out: uniqLine(state) }),
})

export const lines: Readonly<Record<string, Program>> = {
  grep: grep(''),
  egrep: grep('E'),
  fgrep: grep('F'),
  cut,
  tr,
  sort,
  uniq,
}
