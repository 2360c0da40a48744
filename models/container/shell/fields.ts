/**
 * Models: field splitting (Shell Command Language, 2.6.5)
 * Reads: nothing
 * Writes: nothing
 * Omits: nothing that is observable
 */
import { literal } from './pattern.js'

/** A stretch of a word as it was expanded, or the end of a field (between the values of `$@`). */
export type Run = { readonly text: string; readonly quoted: boolean; readonly splits: boolean } | 'break'

/**
 * The fields of a word, each a pattern in which what was quoted is literal. White space of IFS that stands
 * together separates once; any other character of it separates each time.
 */
export function fieldsOf(runs: readonly Run[], separators: string): readonly string[] {
  const fields: string[] = []
  let field: string | undefined // nothing of it yet: an unquoted expansion of nothing is no field
  const end = (): void => {
    if (field !== undefined) fields.push(field)
    field = undefined
  }
  for (const run of runs) {
    if (run === 'break') end()
    else if (!run.splits) {
      if (run.quoted || run.text !== '') field = (field ?? '') + (run.quoted ? literal : unescaped)(run.text)
    } else {
      for (const part of parts(run.text, separators)) {
        if (part.is === 'text') field = (field ?? '') + unescaped(part.text)
        else if (part.is === 'mark') { field ??= ''; end() }
        else end()
      }
    }
  }
  end()
  return fields
}

/** A backslash that an expansion brings quotes nothing. */
const unescaped = (text: string): string => text.replaceAll('\\', '\\\\')

interface Part {
  readonly is: 'text' | 'space' | 'mark'
  readonly text: string
}

/**
 * Text and separators by turns: `space` is white space of IFS alone, `mark` has one other character in it.
 */
function parts(text: string, separators: string): readonly Part[] {
  const found: Part[] = []
  const kind = (character: string): Part['is'] =>
    (!separators.includes(character) ? 'text' : ' \t\n'.includes(character) ? 'space' : 'mark')
  for (const character of text) {
    const is = kind(character)
    const last = found.at(-1)
    if (last?.is === is && is !== 'mark') found[found.length - 1] = { is, text: last.text + character }
    else if (last?.is === 'space' && is === 'mark' && found.length > 1)
      found[found.length - 1] = { is, text: character }
    else if (!(last?.is === 'mark' && is === 'space')) found.push({ is, text: character })
  }
  return found
}
