/** Runs orders one after the other, here or on worker threads; they come in the order of their numbers either way. */
import { setImmediate } from 'node:timers/promises'
import { Worker } from 'node:worker_threads'
import type { Claim } from '#checker/claim'
import type { Budgets } from '#checker/generate'
import { Searcher, type OrderResult } from '#checker/search'
import { ControllerError } from '#machine/controller-error'
import { withOracle } from '#machine/oracle'
import { mutants } from '#models/mutants/index'
import { claims as allClaims } from '#properties/claims'
import { systemOf, type Scenario } from '#properties/scenario'
import { nothingOwn, type Own } from './own.js'

/** Everything that a thread needs to know: JSON. */
export interface Job {
  readonly scenario: Scenario
  readonly claims: readonly string[]
  readonly budgets: Budgets
  readonly seed: number
  /** Modules with controllers and claims of the user's own; each thread loads them itself. */
  readonly own?: readonly string[]
}

export const claimsNamed = (names: readonly string[], own: Own = nothingOwn): readonly Claim[] =>
  [...allClaims, ...own.claims].filter(({ name }) => names.includes(name))

export const searcherFor = ({ scenario, claims, budgets, seed }: Job, own: Own): Searcher =>
  new Searcher({ system: systemOf(scenario, { mutants, controllers: own.controllers }), claims: claimsNamed(claims, own), budgets, seed })

/** Endless; stop by leaving the loop. */
export async function* orders(job: Job, workers: number, own: Own): AsyncIterable<OrderResult> {
  if (workers <= 1) {
    const searcher = searcherFor(job, own)
    for (let index = 0; ; index++) {
      yield await withOracle(() => searcher.run(index))
      await setImmediate() // lets a signal through
    }
  }
  yield* onThreads(job, workers)
}

/** What a thread says of a controller that cannot be run: what a ControllerError is made of. */
export interface Refused {
  readonly refused: ConstructorParameters<typeof ControllerError>
}

/** How far a thread may run ahead of what was taken. */
const ahead = 64

async function* onThreads(job: Job, workers: number): AsyncIterable<OrderResult> {
  const done = new Map<number, OrderResult>()
  let wake: () => void = () => {}
  let failure: unknown
  const threads = Array.from({ length: workers }, (_, first) => {
    const thread = new Worker(new URL('./worker.js', import.meta.url), { workerData: { job, first, stride: workers } })
    thread.on('message', (result: OrderResult | Refused) => {
      if ('refused' in result) failure ??= new ControllerError(...result.refused)
      else done.set(result.index, result)
      wake()
    })
    thread.on('error', (error) => {
      failure = error
      wake()
    })
    return thread
  })
  const allow = (until: number): void => threads.forEach((thread) => thread.postMessage(until))
  try {
    allow(ahead)
    for (let index = 0; ; index++) {
      while (!done.has(index)) {
        if (failure !== undefined) throw failure
        await new Promise<void>((resolve) => { wake = resolve })
      }
      const result = done.get(index)!
      done.delete(index)
      yield result
      if (index % 8 === 0) allow(index + ahead)
    }
  } finally {
    await Promise.all(threads.map((thread) => thread.terminate()))
  }
}
