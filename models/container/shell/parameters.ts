/**
 * Models: positional and special parameters (Shell Command Language, 2.5.1 and 2.5.2)
 * Reads: nothing
 * Writes: nothing
 * Omits: nothing that is observable
 */
import type { Shell } from './machine.js'

export const isSpecial = (name: string): boolean => /^(\d+|[@*#?$!-])$/.test(name)

export function specialValue(shell: Shell, name: string): string | undefined {
  switch (name) {
    case '#': return String(shell.parameters.length)
    case '?': return String(shell.exitCode)
    case '$': return String(shell.self)
    case '!': return shell.background === undefined ? undefined : String(shell.background)
    case '-': return shell.options.filter(({ length }) => length === 1).join('')
    case '0': return shell.name
    default: return shell.parameters[Number(name) - 1]
  }
}
