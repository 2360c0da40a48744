/**
 * Models: reading a script, as `sh` does before it runs it (Shell Command Language, 2.3 and 2.10)
 * Reads: nothing
 * Writes: nothing
 * Omits: aliases; that a shell reads by lines and runs the first before it meets an error in the second
 */
import { parse } from 'unbash'
import { left, right } from 'fp-ts/lib/Either.js'
import type { Either } from 'fp-ts/lib/Either.js'
import { Lowering, Unreadable } from './lower.js'
import type { Refusal, Script } from './syntax.js'

export type Parsed = Either<Refusal, Script>

/** The same text is the same script: what was read is kept, the text itself being the key. */
const ofPosix = new Map<string, Parsed>()
const ofBash = new Map<string, Parsed>()
const most = 1000

/** The script of a text, or why there is none. Bash reads more. */
export function scriptOf(text: string, isBash = false): Parsed {
  const read = isBash ? ofBash : ofPosix
  const known = read.get(text)
  if (known !== undefined) return known
  const parsed = parsedFrom(text, isBash)
  if (read.size >= most) read.clear()
  read.set(text, parsed)
  return parsed
}

function parsedFrom(text: string, isBash: boolean): Parsed {
  try {
    const lowering = new Lowering(text, isBash)
    const whole = lowering.script(parse(text))
    return right({ commands: lowering.commands, whole })
  } catch (error) {
    if (!(error instanceof Unreadable)) throw error
    return left({ code: error.code, message: error.message, ...placeIn(text, error.position) })
  }
}

function placeIn(text: string, position: number): { readonly line: number; readonly column: number } {
  const before = text.slice(0, position).split('\n')
  return { line: before.length, column: (before.at(-1)?.length ?? 0) + 1 }
}
