/**
 * Models: the processes of a PID namespace (man 7 pid_namespaces), their descriptors and pipes, as one JSON
 *   value
 * Reads: nothing
 * Writes: nothing
 * Omits: numbers that count on: a process gets the lowest number that is free, so that a World may repeat;
 *   sessions
 */
import type { Credentials } from '../calls.js'
import type { Answer, Request, Runs } from './requests.js'

/** What a descriptor stands for. Writing to a file adds at its end; `at` is where it is read. */
export type Open =
  | { readonly is: 'null' }
  | {
      readonly is: 'file'
      readonly path: string
      readonly at: number
      readonly how: 'read' | 'write' | 'both'
    }
  | { readonly is: 'text'; readonly text: string; readonly at: number }
  | { readonly is: 'pipe'; readonly pipe: number; readonly end: 'read' | 'write' }
  /** What the runtime reads: of which process that it started, and a line that is not ended yet. */
  | {
      readonly is: 'output'
      readonly of: number
      readonly stream: 'stdout' | 'stderr'
      readonly begun: string
    }

export interface Process {
  /** 0: started from outside. */
  readonly parent: number
  readonly container: string
  /** The process that was started from outside and that it descends from: its process group. */
  readonly group: number
  readonly argv: readonly string[]
  readonly runs: Runs
  /** What it was answered since its program last returned; `waits` is not answered yet. */
  readonly answers: readonly Answer[]
  readonly waits?: Request
  /** Of a wait with an end: said to the caller, or over. */
  readonly timer?: 'armed' | 'due'
  readonly descriptors: Readonly<Record<string, number>>
  readonly cwd: string
  readonly umask: number
  readonly who: Credentials
  /** Signals that are ignored or caught; others have their default action. */
  readonly signals: Readonly<Record<string, 'ignore' | 'catch'>>
  /** Caught signals that it has not yet looked at. */
  readonly pending: readonly string[]
  readonly listens?: readonly number[]
  /** A zombie: ended, and nobody has asked how. */
  readonly ended?: Ended
}

export interface Ended {
  readonly code: number
  readonly signal?: string
  readonly oom?: true
}

export interface Tree {
  readonly processes: Readonly<Record<string, Process>>
  readonly opens: Readonly<Record<string, Open>>
  /** What is in each pipe. */
  readonly pipes: Readonly<Record<string, string>>
  /** The first process of each container. */
  readonly mains: Readonly<Record<string, number>>
  /** Signals from outside that are delivered when it runs next. */
  readonly inbox: readonly Signalled[]
  /** Processes whose end of sleep the caller keeps. */
  readonly armed: readonly number[]
}

export interface Signalled {
  readonly pid: number
  readonly signal: string
  readonly oom?: true
}

export const emptyTree: Tree = { processes: {}, opens: {}, pipes: {}, mains: {}, inbox: [], armed: [] }

export const pidsOf = (tree: Tree): readonly number[] =>
  Object.keys(tree.processes)
    .map(Number)
    .sort((a, b) => a - b)

export function lowestFree(taken: Readonly<Record<string, unknown>>, from: number): number {
  let number = from
  while (Object.hasOwn(taken, number)) number++
  return number
}

/** Ports that somebody accepts connections on. */
export const listeningPorts = (tree: Tree): readonly number[] => {
  const ports = Object.values(tree.processes).flatMap(({ listens = [] }) => listens)
  return [...new Set(ports)].sort((a, b) => a - b)
}
