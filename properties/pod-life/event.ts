/** One thing that happens in a pod's life, in a person's words. */
import type { Pod } from '#api/types'
import type { Recorded } from '#trace/record'

/** What a lane does from then on. */
export type Becoming = 'waits' | 'runs' | 'ends'

/** `API` is the pod as the API server has it; `Sandbox` and the containers are what its node has of it. */
export interface Happening {
  readonly lane: string
  readonly text: string
  readonly tone?: 'good' | 'bad'
  readonly becomes?: Becoming
  /**
   * Reasons of the KubeEvents that belong to it; those that belong to none stand with the first of the lane.
   */
  readonly tells?: readonly string[]
}

export interface LifeEvent extends Happening {
  /** Milliseconds of virtual time. */
  readonly at: number
  readonly n: number
  /** Reasons of the KubeEvents that are told with it. */
  readonly events: readonly string[]
}

export const api = 'API'
/** Written so that no container can be called so. */
export const sandbox = 'Sandbox'

/**
 * One Step, with what cells held before it and after it, and the pod as it is after it (or was, where it is
 * gone).
 */
export interface Turn {
  readonly step: Recorded
  readonly before: (key: string) => unknown
  readonly after: (key: string) => unknown
  readonly pod: Pod
}

/** What a Step does in the life of the pod. */
export type Chronicler = (turn: Turn) => readonly Happening[]

/** Seconds as people say them: `1.5s`, `2m`, `1m20s`. */
export function seconds(ms: number): string {
  const all = Math.round(ms / 100) / 10
  const [minutes, rest] = [Math.floor(all / 60), Math.round((all % 60) * 10) / 10]
  return minutes === 0 ? `${all}s` : rest === 0 ? `${minutes}m` : `${minutes}m${rest}s`
}

/** `a`, `a and b`, `a, b and c`. */
export const listed = (words: readonly string[]): string =>
  words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} and ${words.at(-1) ?? ''}`
