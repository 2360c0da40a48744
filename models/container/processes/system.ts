/**
 * Models: what processes of a container meet outside of themselves: files, the network, the programs of an
 *   image
 * Reads: nothing (whoever runs processes hands a System over)
 * Writes: nothing
 * Omits: everything of a network but names, connections and HTTP
 */
import type { Credentials, FileAnswer, FileCall } from '../calls.js'

/** Which process calls. */
export interface Caller {
  readonly container: string
  readonly pid: number
  readonly cwd: string
  readonly who: Credentials
}

export type NetworkCall =
  | { readonly call: 'resolve'; readonly host: string }
  | { readonly call: 'connect'; readonly host: string; readonly port: number; readonly udp?: true }
  | {
      readonly call: 'http'
      readonly host: string
      readonly port: number
      readonly tls?: true
      readonly method: string
      readonly path: string
      readonly headers: readonly string[]
      readonly body?: string
    }

/** `silent`: nothing comes back at all, and the caller waits as long as it cares to. */
export type NetworkFailure = 'refused' | 'silent' | 'unreachable' | 'unknown host' | 'reset'

/** `after`: seconds until the answer is there. */
export type NetworkAnswer =
  | {
      readonly ok: true
      readonly after?: number
      readonly addresses?: readonly string[]
      readonly status?: number
      readonly reason?: string
      readonly body?: string
    }
  | { readonly ok: false; readonly why: NetworkFailure; readonly after?: number }

/** What a server does at a signal: it ends with `exits` so many seconds later, or goes on. */
export interface Reaction {
  readonly exits?: number
  readonly after?: number
  /** Seconds until it accepts no more connections. */
  readonly closes?: number
}

/** What the image says of a program. */
export type ImageProgram =
  /** It is there if Orrery knows how it behaves: the shell and the usual small programs. */
  | { readonly is: 'known' }
  | { readonly is: 'absent' }
  /** Runs until it is signalled; a signal that is not named has its default action. */
  | {
    readonly is: 'server'; readonly listens?: readonly number[]; readonly after?: number
    readonly signals?: Readonly<Record<string, Reaction>>; readonly says?: readonly string[]
    /** Whether it waits for children that are not its own, as an init does. */
    readonly reaps?: true
  }
  /** Ends by itself; it may signal others by name on its way (`nginx -s quit`). */
  | {
    readonly is: 'ends'; readonly code: number; readonly after?: number; readonly says?: readonly string[]
    readonly signals?: { readonly name: string; readonly signal: string }
  }
  /** A wrapper: it becomes another command (`docker-entrypoint.sh nginx`). */
  | { readonly is: 'becomes'; readonly argv: readonly string[] }

/** Everything outside, as a value: what it answers, and what it is afterwards. */
export interface System {
  readonly file: (call: FileCall, by: Caller) => readonly [FileAnswer, System]
  readonly network: (call: NetworkCall, by: Caller) => readonly [NetworkAnswer, System]
  readonly program: (argv: readonly string[], by: Caller) => readonly [ImageProgram, System]
}
