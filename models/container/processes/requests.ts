/**
 * Models: the system calls of a process (man section 2), as values that it hands to whoever runs it
 * Reads: nothing
 * Writes: nothing
 * Omits: what no program here asks
 */
import type { Credentials, Errno as FileErrno, FileCall, Stat } from '../calls.js'
import type { NetworkAnswer, NetworkCall } from './system.js'

export type Errno =
  FileErrno | 'EAGAIN' | 'EBADF' | 'ECHILD' | 'EINTR' | 'EPIPE' | 'ESRCH' | 'ETIMEDOUT' | 'ENOEXEC' | 'E2BIG'

export type Json =
  null | boolean | number | string | readonly Json[] | { readonly [name: string]: Json | undefined }

/** A program and what it remembers. */
export interface Runs {
  readonly program: string
  readonly memory: Json
}

export type Environment = Readonly<Record<string, string>>

export type How = 'read' | 'write' | 'append' | 'exclusive' | 'both'

export type Request =
  | { readonly ask: 'file'; readonly call: FileCall }
  | { readonly ask: 'network'; readonly call: NetworkCall }
  /** A file, or a text that can be read (a here-document). */
  | { readonly ask: 'open'; readonly path: string; readonly how: How }
  | { readonly ask: 'open text'; readonly text: string }
  | { readonly ask: 'close'; readonly fd: number }
  /** Without `to`: the lowest from 10 on, which a new program does not inherit. */
  | { readonly ask: 'duplicate'; readonly from: number; readonly to?: number }
  | { readonly ask: 'pipe' }
  /** What there is, '' at the end; with `line` no more than one. */
  | { readonly ask: 'read'; readonly fd: number; readonly line?: true; readonly seconds?: number }
  | { readonly ask: 'write'; readonly fd: number; readonly text: string }
  /** Fork: a child with a copy of the descriptors, less `closes`, some of them moved as `fds` says. */
  | {
    readonly ask: 'fork'; readonly runs: Runs
    readonly fds?: Readonly<Record<string, number>>; readonly closes?: readonly number[]
  }
  /** Fork and exec at once. */
  | { readonly ask: 'spawn'; readonly argv: readonly string[]; readonly env: Environment }
  | { readonly ask: 'exec'; readonly argv: readonly string[]; readonly env: Environment }
  /** Any child or a certain one; a caught signal ends the wait where that is wanted. */
  | { readonly ask: 'wait'; readonly pid?: number; readonly interruptible?: true; readonly seconds?: number }
  /** Without seconds: until a signal; a deaf one is not ended by any. */
  | { readonly ask: 'sleep'; readonly seconds?: number; readonly deaf?: true }
  /** Until a file is longer than it was. */
  | { readonly ask: 'growth'; readonly path: string; readonly size: number }
  | { readonly ask: 'kill'; readonly pid: number; readonly signal: string }
  | { readonly ask: 'handle'; readonly signal: string; readonly by: 'default' | 'ignore' | 'catch' }
  | { readonly ask: 'caught' }
  | { readonly ask: 'listen'; readonly ports: readonly number[] }
  | { readonly ask: 'chdir'; readonly path: string }
  | { readonly ask: 'umask'; readonly mask: number }
  | { readonly ask: 'self' }
  /** The path of a program, as PATH finds it. */
  | { readonly ask: 'which'; readonly name: string }
  | { readonly ask: 'processes' }
  /** Says to whoever reads the run that something is not understood. */
  | {
    readonly ask: 'refuse'; readonly message: string
    readonly code?: 'E_SHELL_SYNTAX' | 'E_SHELL_SUBSET'; readonly line?: number; readonly column?: number
  }

/** What `ps` sees of a process. */
export interface Listed {
  readonly pid: number
  readonly parent: number
  readonly argv: readonly string[]
  readonly uid: number
  readonly letter: 'R' | 'S' | 'Z'
}

export interface Self {
  readonly pid: number
  readonly parent: number
  readonly cwd: string
  readonly umask: number
  readonly who: Credentials
  readonly ignored: readonly string[]
}

export type Answer =
  | {
    readonly ok: true
    readonly text?: string; readonly names?: readonly string[]; readonly stat?: Stat
    readonly fd?: number; readonly fds?: readonly [number, number]
    readonly pid?: number; readonly code?: number; readonly signal?: string
    readonly self?: Self; readonly processes?: readonly Listed[]; readonly network?: NetworkAnswer
  }
  | { readonly ok: false; readonly errno: Errno; readonly signal?: string }

/**
 * A piece of a program: it asks, and is answered. What it has asked before it had to wait is not kept as a
 * place in
 * code but as the answers so far, on which it is run again.
 */
export type Asking<T> = Generator<Request, T, Answer>

/**
 * What becomes of a program when it need not wait: it goes on with another memory (as another one), or ends.
 */
export type Next = { readonly memory: Json; readonly as?: string } | { readonly exit: number }

export type Program = (memory: Json) => Asking<Next>

/** What a program begins with. */
export interface Start {
  readonly argv: readonly string[]
  readonly env: Environment
}

/** A program that needs no memory between its waits: its words and its environment, its status in the end. */
export type Utility = (args: readonly string[], env: Environment) => Asking<number>
