/**
 * What a user's own controller does next, as a table that is filled as it is asked. An unfinished reconcile is data: its
 * request and the answers so far. A Step looks up what comes of them; where nobody knows yet it throws a `Miss`, and whoever
 * runs Steps (`withOracle`) has the function run between Steps, and begins anew. The table is a cache of a function that
 * has to be pure: what is in it never makes a difference, and a function that is not pure is found out.
 */
import type { Status } from '#api/types'
import { equal, hashValue, type Hash } from '#kernel/value'
import { ControllerError } from './controller-error.js'
import { differenceOf } from './difference.js'
import type { ApiRequest } from './request.js'

/** What a reconcile is about. The namespace is `''` for cluster-scoped objects. */
export interface ReconcileRequest {
  readonly namespace: string
  readonly name: string
}

/** What a reconcile asks: the informer's cache, or the API server. */
export type Ask =
  | { readonly is: 'get'; readonly resource: string; readonly key: string }
  | {
    readonly is: 'list'
    readonly resource: string
    /** `''` is all. */
    readonly namespace: string
    readonly labels?: Readonly<Record<string, string>>
    /** The uid of an owner. */
    readonly owner?: string
  }
  | { readonly is: 'call'; readonly request: ApiRequest }

/** The answer to ask number `to` of one reconcile, counted from 0 in the order in which they were made. */
export type Answer =
  | { readonly to: number; readonly ok: true; readonly value?: unknown }
  | { readonly to: number; readonly ok: false; readonly status: Status }

/** How a reconcile ended. */
export type End =
  | { readonly is: 'done' }
  | { readonly is: 'requeue' }
  /** Milliseconds. */
  | { readonly is: 'requeueAfter'; readonly ms: number }
  | { readonly is: 'failed'; readonly message: string }

/** What comes of the last answer, or of the beginning: what is asked now, and the end where it came. */
export interface Turn {
  readonly asks: readonly Ask[]
  readonly end?: End
}

/** One run of the function: a turn at the beginning, and one after each answer. */
export interface Evaluated {
  readonly answers: readonly Answer[]
  readonly turns: readonly Turn[]
}

/** What the caches hold now, for a run that goes on to read them. */
export type Reader = (ask: Exclude<Ask, { readonly is: 'call' }>) => unknown

/**
 * Runs the function on the answers. With a reader it is answered what it reads after them, so that one run fills the table up
 * to the next calls; what is read ahead in vain does no harm.
 */
export type Evaluate = (request: ReconcileRequest, answers: readonly Answer[], read?: Reader) => Promise<Evaluated>

/** Nobody knows yet what comes of these answers. */
export class Miss extends Error {
  /** `resolve` finds out; it rejects with a ControllerError where the function may not be run as a Step. */
  constructor(about: string, readonly resolve: () => Promise<void>) {
    super(`${about} has to be run first: see withOracle`)
    this.name = 'Miss'
  }
}

interface Place {
  turn: Turn | undefined
  readonly next: Map<Hash, { readonly answer: Answer; readonly place: Place }[]>
}

const placeOf = (): Place => ({ turn: undefined, next: new Map() })

export class Oracle {
  private readonly places = new Map<string, Place>()
  /** How often the function was run, and how often that was not needed. */
  runs = 0
  hits = 0

  constructor(readonly controller: string, private readonly evaluate: Evaluate) {}

  /** What comes of these answers. Throws a Miss. */
  turn(request: ReconcileRequest, answers: readonly Answer[], read?: Reader): Turn {
    let place = this.root(request)
    for (const answer of answers) place = after(place, answer)
    if (place.turn === undefined) {
      throw new Miss(`${this.controller} on ${keyOf(request)}`, () => this.resolve(request, answers, read))
    }
    this.hits++
    return place.turn
  }

  /** The function is run twice: on the same answers it has to ask the same. */
  private resolve(request: ReconcileRequest, answers: readonly Answer[], read: Reader | undefined): Promise<void> {
    this.runs += 2
    return this.evaluate(request, answers, read).then((first) => {
      this.learn(request, first)
      return this.evaluate(request, first.answers)
    }).then((second) => {
      this.learn(request, second)
      if (second.turns.length <= answers.length) throw this.unlike(request, { asks: [] }, { asks: [] })
    })
  }

  /** Takes down a run; one that differs from what is known of the same answers is refused. */
  private learn(request: ReconcileRequest, { answers, turns }: Evaluated): void {
    let place = this.root(request)
    turns.forEach((turn, index) => {
      if (index > 0) place = after(place, answers[index - 1]!)
      if (place.turn === undefined) place.turn = turn
      else if (!equal(place.turn, turn)) throw this.unlike(request, place.turn, turn)
    })
  }

  private root({ namespace, name }: ReconcileRequest): Place {
    const key = `${namespace}/${name}`
    let place = this.places.get(key)
    if (place === undefined) this.places.set(key, place = placeOf())
    return place
  }

  private unlike(request: ReconcileRequest, first: Turn, again: Turn): ControllerError {
    const [one, other] = differenceOf(first, again)
    return new ControllerError('E_CONTROLLER_NONDETERMINISTIC',
      `on the same answers, reconcile of ${keyOf(request)} does one thing and then another:\n`
      + `    first  ${one}\n    again  ${other}`,
      'Take out what differs from one run to the next: variables outside of the function that it changes, counters, caches.',
      this.controller)
  }
}

/** The key in a workqueue. */
export const keyOf = ({ namespace, name }: ReconcileRequest): string => (namespace === '' ? name : `${namespace}/${name}`)

function after(place: Place, answer: Answer): Place {
  const hash = hashValue(answer)
  let same = place.next.get(hash)
  if (same === undefined) place.next.set(hash, same = [])
  let found = same.find((one) => equal(one.answer, answer))
  if (found === undefined) same.push(found = { answer, place: placeOf() })
  return found.place
}

/**
 * Runs what takes Steps. Where a user's function has to be run first, it is, and everything begins anew: `run` must not
 * leave anything behind that would make its next beginning another one.
 */
export const withOracle = <T>(run: () => T): Promise<T> => new Promise((resolve, reject) => {
  const attempt = (): void => {
    try {
      resolve(run())
    } catch (thrown) {
      if (thrown instanceof Miss) thrown.resolve().then(attempt, reject)
      else reject(thrown)
    }
  }
  attempt()
})
