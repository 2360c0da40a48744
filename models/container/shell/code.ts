/**
 * Models: where a command stands, in place of the command itself, so that a shell's memory stays small
 * Reads: nothing
 * Writes: nothing
 * Omits: nothing that is observable
 */
import { isLeft } from 'fp-ts/lib/Either.js'
import type { Code, Shell } from './machine.js'
import { withText } from './machine.js'
import { scriptOf } from './parse.js'
import type { Command, Refusal } from './syntax.js'

export function commandOf({ texts, bash }: Shell, { text, node }: Code): Command {
  const script = scriptOf(texts[text] ?? '', bash)
  const command = isLeft(script) ? undefined : script.right.commands[node]
  if (command === undefined) throw new Error('a shell remembers only what was parsed')
  return command
}

/** Another command of the same text. */
export const at = ({ text }: Code, node: number): Code => ({ text, node })

/** The shell that has a text, and where the whole of it is; or why the text is none. */
export function withScript(
  shell: Shell,
  text: string
): { readonly shell: Shell; readonly code: Code } | { readonly refusal: Refusal } {
  const script = scriptOf(text, shell.bash)
  if (isLeft(script)) return { refusal: script.left }
  const [known, index] = withText(shell, text)
  return { shell: known, code: { text: index, node: script.right.whole } }
}
