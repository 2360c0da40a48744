/**
 * Models: what a shell remembers (Shell Command Language, 2.12: the execution environment), as one JSON value
 * Reads: nothing
 * Writes: nothing
 * Omits: history, jobs as a user sees them
 */
import type { Environment, Json } from '../processes/requests.js'

export interface Variable {
  /** Absent: it is marked (exported, say) but not set. */
  readonly value?: string
  readonly exported?: true
  readonly readonly?: true
}
export type Variables = Readonly<Record<string, Variable>>

/** A command: the text that it stands in, and its number there. */
export interface Code {
  readonly text: number
  readonly node: number
}

/** A descriptor that was redirected: where its old meaning is kept, if it had one. */
export type Saved = readonly [fd: number, kept: number | null]

/**
 * What is to be done when what is above it on the stack is done. `tested` frames are waiting for a status
 * that they
 * decide on: `set -e` does not look at it.
 */
export type Frame =
  | (Code & { readonly does: 'run' })
  | (Code & { readonly does: 'list'; readonly at: number })
  | (Code & { readonly does: 'and' | 'or' | 'if'; readonly tested: true })
  | { readonly does: 'not'; readonly tested: true }
  /** The status is that of the last round of the body. */
  | (Code & { readonly does: 'condition'; readonly tested: true; readonly exitCode: number })
  | (Code & { readonly does: 'body' })
  | (Code & { readonly does: 'for'; readonly words: readonly string[]; readonly at: number })
  | {
      readonly does: 'await'
      readonly pids: readonly number[]
      readonly codes: Readonly<Record<string, number>>
    }
  | { readonly does: 'wait'; readonly pids?: readonly number[] }
  | {
      readonly does: 'restore'
      readonly saved: readonly Saved[]
      readonly variables: Readonly<Record<string, Variable | null>>
    }
  | {
      readonly does: 'call'
      readonly parameters: readonly string[]
      readonly locals: Readonly<Record<string, Variable | null>>
    }
  | { readonly does: 'dot' }
  | { readonly does: 'trap'; readonly exitCode: number }
  | { readonly does: 'exit'; readonly exitCode: number }
  /** The bottom of a subshell whose parent waits for its status to decide on it. */
  | { readonly does: 'inherited'; readonly tested: true }
export type Does = Frame['does']

export interface Shell {
  /** The scripts that code is named in. */
  readonly texts: readonly string[]
  /** What is still to be done, the next at the end. */
  readonly stack: readonly Frame[]
  /** `$?` */
  readonly exitCode: number
  readonly variables: Variables
  readonly functions: Readonly<Record<string, Code>>
  /** `$0`, and `$1` onwards. */
  readonly name: string
  readonly parameters: readonly string[]
  /** Letters of `set`, in order; `pipefail` in full. */
  readonly options: readonly string[]
  /** What to run at a signal; '' ignores it. */
  readonly traps: Readonly<Record<string, string>>
  /** Children in the background, with their status where they have ended. */
  readonly jobs: Readonly<Record<string, number | null>>
  /** `$$`, which a subshell shares, and `$!`. */
  readonly self: number
  readonly background?: number
  /** It is Bash, and reads what Bash adds to the language. */
  readonly bash?: true
  /** Whether the last command of all takes the shell's place, as with `sh -c`. */
  readonly yields: boolean
}

/** Shells are kept as the memory of a process, which is JSON. */
// Plain data, whose optional members are absent.
export const remembered = (shell: Shell): Json => shell as unknown as Json

export const shellFrom = (memory: Json): Shell => memory as unknown as Shell // what `remembered` kept

export const has = (shell: Shell, option: string): boolean => shell.options.includes(option)

export const isTested = ({ stack }: Shell): boolean => stack.some((frame) => 'tested' in frame)

export const push = (shell: Shell, ...frames: readonly Frame[]): Shell => ({
  ...shell,
  stack: [...shell.stack, ...frames],
})

export const pop = (shell: Shell): Shell => ({ ...shell, stack: shell.stack.slice(0, -1) })

export const withStatus = (shell: Shell, status: number): Shell => ({ ...shell, exitCode: status })

/** A text becomes one of the shell's, once. */
export function withText(shell: Shell, text: string): readonly [Shell, number] {
  const known = shell.texts.indexOf(text)
  return known >= 0 ? [shell, known] : [{ ...shell, texts: [...shell.texts, text] }, shell.texts.length]
}

export const valueOf = ({ variables }: Shell, name: string): string | undefined =>
  (Object.hasOwn(variables, name) ? variables[name]?.value : undefined)

/**
 * One variable, or with null none; what was there keeps its place, so that a loop comes back to the same
 * value.
 */
export function withVariable(shell: Shell, name: string, variable: Variable | null): Shell {
  if (variable !== null) return { ...shell, variables: { ...shell.variables, [name]: variable } }
  const { [name]: _, ...variables } = shell.variables
  return { ...shell, variables }
}

/** Variables as they were before; null for those that were not there. */
export const withVariables = (shell: Shell, before: Readonly<Record<string, Variable | null>>): Shell =>
  Object.entries(before).reduce((changed, [name, variable]) => withVariable(changed, name, variable), shell)

/** The elements of an array are variables of their own, `name[0]` onwards; in order. */
export const elementsOf = ({ variables }: Shell, name: string): readonly string[] => Object.keys(variables)
  .filter((one) => one.startsWith(`${name}[`)).sort((a, b) => indexOf(a) - indexOf(b))

export const indexOf = (element: string): number => Number(element.slice(element.indexOf('[') + 1, -1))

/** A list takes the place of what an array was, or is added to it. */
export function withElements(shell: Shell, name: string, values: readonly string[], adds = false): Shell {
  const old = elementsOf(shell, name)
  const kept = adds ? shell : old.reduce((changed, one) => withVariable(changed, one, null), shell)
  const first = adds ? indexOf(old.at(-1) ?? '[-1]') + 1 : 0
  return values.reduce((changed, value, at) => assign(changed, `${name}[${first + at}]`, value), kept)
}

/** Sets a variable that is there or makes it; `set -a` exports it. */
export function assign(shell: Shell, name: string, value: string): Shell {
  const old = Object.hasOwn(shell.variables, name) ? shell.variables[name] : undefined
  return withVariable(shell, name, { ...old, value, ...(has(shell, 'a') && { exported: true }) })
}

/** What a program that is started gets. */
export const environment = ({ variables }: Shell): Environment => Object.fromEntries(Object.entries(variables)
  .flatMap(([name, { value, exported }]) => (exported && value !== undefined ? [[name, value]] : [])))
