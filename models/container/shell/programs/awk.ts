/**
 * Models: of `awk` what picks fields: `/expression/ { print $1, "text", NR }`
 * Reads: nothing
 * Writes: nothing
 * Omits: everything else of the language, which is refused
 */
import { ask } from '../../processes/asks.js'
import { filtering } from './filter.js'
import { options } from './options.js'
import { regular } from './regular.js'

type Shown =
  | { readonly text: string }
  | { readonly field: number }
  | { readonly variable: 'NF' | 'NR' }
  | { readonly lastField: true }

type Awk = {
  readonly source: string | null; readonly line: number | null; readonly separator: string
  readonly shows: readonly (readonly Shown[])[]; readonly count: number
}

/** What is printed: values with a space between them where a comma stands. */
function shownOf(text: string): readonly (readonly Shown[])[] | undefined {
  const groups: Shown[][] = [[]]
  for (const [, word = '', rest] of `${text.trim()}`.matchAll(
    /\s*("(?:\\[^]|[^"\\])*"|\$\d+|\$NF|NR|NF|,)|([^])/g
  )) {
    if (rest !== undefined && rest.trim() !== '') return undefined
    if (word === ',') groups.push([])
    else if (word !== '') groups.at(-1)?.push(valueOf(word))
  }
  return groups
}

function valueOf(word: string): Shown {
  if (word === 'NR' || word === 'NF') return { variable: word }
  if (word === '$NF') return { lastField: true }
  return word.startsWith('$')
    ? { field: Number(word.slice(1)) }
    : {
        text: word
          .slice(1, -1)
          .replace(/\\n/g, '\n')
          .replace(/\\t/g, '\t')
          .replace(/\\([^])/g, '$1'),
      }
}

export const awk = filtering<Awk>('awk', {
  byLine: true,
  *begin(args) {
    const given = yield* options('awk', args, 'F:', {}, true)
    const [script = '', ...files] = given?.rest ?? []
    if (!given) return 2
    const found =
      /^\s*(?:\/((?:\\[^]|[^/\\])*)\/|NR\s*==\s*(\d+))?\s*(?:\{\s*print\s*([^{}]*?);?\s*\})?\s*$/.exec(script)
    const shows = found?.[3] === undefined || found[3] === '' ? [[{ field: 0 }]] : shownOf(found[3])
    const source = found?.[1] === undefined ? null : regular(found[1], true)?.source
    if (!found || shows === undefined || source === undefined) {
      yield* ask({ ask: 'refuse', message: `awk ${script}: the script is not understood` })
      return 2
    }
    const line = found[2] === undefined ? null : Number(found[2])
    return { state: { source, line, separator: given.value('F') ?? ' ', shows, count: 0 }, files }
  },
  take(state, text) {
    const next = { ...state, count: state.count + 1 }
    const isMeant =
      (state.source === null || new RegExp(state.source).test(text)) &&
      (state.line === null || state.line === next.count)
    if (!isMeant) return { state: next }
    const fields =
      state.separator === ' '
        ? text
            .trim()
            .split(/[ \t\n]+/)
            .filter(Boolean)
        : text.split(separatorOf(state.separator))
    const show = (one: Shown): string =>
      'text' in one
        ? one.text
        : 'lastField' in one
          ? (fields.at(-1) ?? '')
          : 'variable' in one
            ? String(one.variable === 'NR' ? next.count : fields.length)
            : one.field === 0
              ? text
              : (fields[one.field - 1] ?? '')
    return { state: next, out: `${state.shows.map((group) => group.map(show).join('')).join(' ')}\n` }
  },
  end: () => ({ exitCode: 0 }),
})

const separatorOf = (text: string): RegExp | string =>
  text.length === 1 ? text : (regular(text, true) ?? text)
