/**
 * Models: `grep`, `egrep` and `fgrep`
 * Reads: nothing
 * Writes: nothing
 * Omits: locales; context of matches (`-A -B -C`)
 */
import { ask, names, stat } from '../../processes/asks.js'
import type { Asking, Program } from '../../processes/requests.js'
import { filtering } from './filter.js'
import { options } from './options.js'
import { fixed, regular } from './regular.js'

type Grep = {
  readonly source: string; readonly flags: string; readonly letters: string; readonly most: number
  readonly found: number; readonly inFile: number; readonly line: number; readonly many: boolean
}

/** Their kinds of expressions: basic, extended, and plain text. */
export const grep = (variant: '' | 'E' | 'F'): Program =>
  filtering<Grep>('grep', {
    byLine: true,
    *begin(args) {
      const given = yield* options('grep', args, 'EFGPiqvclnohHswxrRae:m:', {
        quiet: 'q', silent: 'q', 'ignore-case': 'i', 'invert-match': 'v', count: 'c',
        'extended-regexp': 'E', 'fixed-strings': 'F', 'only-matching': 'o',
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
    end: ({ found }) => ({ exitCode: found > 0 ? 0 : 1 }),
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
