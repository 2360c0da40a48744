/**
 * Models: nothing; a stage of a chart as a named action: a pure function of memory and event that says what
 *   it remembers and what is to be done
 * Reads: nothing
 * Writes: nothing
 * Omits: nothing
 */
import { enqueueActions } from 'xstate'
import type { Viewed } from '#machine/chart'

export interface Saying {
  readonly type: string
  readonly params: unknown
}

export interface Outcome<M> {
  readonly memory?: Partial<M>
  readonly says?: readonly Saying[]
}

/** For `setup({ actions })`. What it says must be declared there as well. */
export const stage = <M extends object, E extends Viewed & { readonly type: string }>(
  run: (memory: M, event: E) => Outcome<M>,
) => enqueueActions<M, E, undefined, E, never, never, never, never, never>(({ context, event, enqueue }) => {
  const { memory, says } = run(context, event)
  if (memory !== undefined) enqueue.assign(memory)
  // XState cannot know what is declared beside it
  if (says !== undefined) for (const say of says) enqueue(say as never)
})
