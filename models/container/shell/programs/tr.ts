/**
 * Models: `tr`
 * Reads: nothing
 * Writes: nothing
 * Omits: locales
 */
import { complain } from '../../processes/asks.js'
import { filtering } from './filter.js'
import { options } from './options.js'

const sets: Readonly<Record<string, string>> = {
  lower: 'abcdefghijklmnopqrstuvwxyz', upper: 'ABCDEFGHIJKLMNOPQRSTUVWXYZ', digit: '0123456789',
  space: ' \t\n\r\f\v', blank: ' \t', alpha: 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz',
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

export const tr = filtering<{
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
  end: () => ({ exitCode: 0 }),
})
