/**
 * Models: the language of a POSIX shell (Shell Command Language, IEEE Std 1003.1), as far as it is run here
 * Reads: nothing
 * Writes: nothing
 * Omits: what `lower.ts` refuses by name
 */

/** A piece of a word. What is quoted is neither split into fields nor matched against file names. */
export type Piece =
  | { readonly is: 'text'; readonly text: string; readonly quoted: boolean }
  | {
    readonly is: 'parameter'; readonly name: string; readonly quoted: boolean; readonly does?: Operation
    /** Which element of an array. */
    readonly index?: Word
  }
  | { readonly is: 'output'; readonly of: number; readonly quoted: boolean }
  | { readonly is: 'arithmetic'; readonly text: Word; readonly quoted: boolean }
  | { readonly is: 'home' }
export type Word = readonly Piece[]

/** What stands behind the name in `${name…}`. */
export type Operation =
  | { readonly by: 'length' }
  | { readonly by: '-' | '=' | '+' | '?'; readonly orEmpty: boolean; readonly word: Word }
  | { readonly by: '#' | '##' | '%' | '%%'; readonly word: Word }
  /** Bash's: the first match or all, at the beginning or the end; and a part by its place. */
  | { readonly by: '/' | '//' | '/#' | '/%'; readonly pattern: Word; readonly word: Word }
  | { readonly by: ':'; readonly from: Word; readonly length?: Word }

export interface Assignment {
  readonly name: string
  readonly value: Word
  /** Bash's: one element, all elements, and adding to what is there. */
  readonly index?: Word
  readonly list?: readonly Word[]
  readonly adds?: true
}

export type Redirect =
  | { readonly by: '<' | '>' | '>>' | '>|' | '<>' | '<&' | '>&'; readonly fd: number; readonly to: Word }
  | { readonly by: '<<'; readonly fd: number; readonly text: Word }

/** What `[[ … ]]` asks. */
export type Condition =
  | { readonly is: 'unary'; readonly operator: string; readonly word: Word }
  | { readonly is: 'binary'; readonly operator: string; readonly left: Word; readonly right: Word }
  | { readonly is: 'all' | 'any'; readonly of: readonly Condition[] }
  | { readonly is: 'none'; readonly of: Condition }
  /** `((…))`: whether a number is not 0. */
  | { readonly is: 'number'; readonly text: Word }

/** A command; those that it is made of are named by their number in the script. */
export type Command =
  | {
      readonly is: 'simple'
      readonly sets: readonly Assignment[]
      readonly words: readonly Word[]
      readonly redirects: readonly Redirect[]
    }
  | { readonly is: 'list'; readonly commands: readonly number[] }
  | { readonly is: 'background'; readonly command: number }
  | { readonly is: 'and' | 'or'; readonly left: number; readonly right: number }
  | { readonly is: 'not'; readonly command: number }
  | { readonly is: 'pipeline'; readonly commands: readonly number[] }
  | { readonly is: 'if'; readonly condition: number; readonly then: number; readonly else?: number }
  | { readonly is: 'loop'; readonly until: boolean; readonly condition: number; readonly body: number }
  | { readonly is: 'for'; readonly name: string; readonly words?: readonly Word[]; readonly body: number }
  | { readonly is: 'case'; readonly word: Word; readonly items: readonly CaseItem[] }
  | { readonly is: 'subshell'; readonly body: number }
  | { readonly is: 'redirected'; readonly command: number; readonly redirects: readonly Redirect[] }
  | { readonly is: 'function'; readonly name: string; readonly body: number }
  | { readonly is: 'condition'; readonly condition: Condition }

export interface CaseItem {
  readonly patterns: readonly Word[]
  readonly body: number
}

/** A text that was parsed: all of its commands by number, and which one is the whole. */
export interface Script {
  readonly commands: readonly Command[]
  readonly whole: number
}

/** Why a text is not run: one sentence, and where. Lines and columns begin at 1. */
export interface Refusal {
  readonly code: 'E_SHELL_SYNTAX' | 'E_SHELL_SUBSET' | 'E_SHELL_PROGRAM'
  readonly message: string
  readonly line: number
  readonly column: number
}
