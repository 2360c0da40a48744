/** A controller whose syncs end as the test says, to drive its workqueue. */
import { assign, enqueueActions } from 'xstate'
import { entriesOf } from '#kernel/list'
import { PlainStore } from '#kernel/plain-store'
import { World } from '#cluster/world'
import { timerChannel } from '#machine/answers'
import { setup } from '#machine/chart'
import { createRuntime } from '#machine/effects'
import type { Context } from '#machine/process'
import { controller, controllerSayings, workChannel } from '#models/client/controller'
import { enqueue, enqueueAfter, workqueueKey, type Limiter } from '#models/client/workqueue'

export type Ending = 'ok' | 'error' | 'requeue'
type Event = { readonly type: 'work'; readonly key: string } | { readonly type: 'end'; readonly outcome: Ending }

export const process = 'tester'

/** A sync that goes on until it is told how it ends. */
const sync = setup({
  types: { context: {} as { readonly key: string }, events: {} as Event }, // XState takes its types from values
  actions: controllerSayings,
}).createMachine({
  id: 'test', initial: 'idle', context: { key: '' },
  states: {
    idle: { on: { work: { target: 'working', actions: assign(({ event }) => ({ key: event.key })) } } },
    working: { on: { end: { target: 'idle', actions: enqueueActions(({ event, enqueue }) => {
      enqueue({ type: 'finished', params: { outcome: event.outcome } })
    }) } } },
  },
})

/** A controller with a workqueue, and nothing else. */
export class Queue {
  readonly world: World
  private readonly runtime

  constructor(readonly workers: number, limiter?: Limiter) {
    this.runtime = createRuntime([controller({
      kind: process, watches: [], sync, workers, onWatch() {}, ...(limiter === undefined ? {} : { limiter }),
    })])
    this.world = World.over(new PlainStore(), [workChannel(this.runtime), timerChannel(this.runtime, () => undefined)])
    this.perform((context) => this.runtime.processOf(process)?.onStart?.(context))
  }

  perform(change: (context: Context) => void, owner = ''): void {
    this.world.perform((cells) => change(this.runtime.context(cells, process, owner)))
  }

  add(item: string): void { this.perform((context) => enqueue(context, item)) }
  addAfter(item: string, ms: number): void { this.perform((context) => enqueueAfter(context, item, ms)) }

  /** A worker takes a key where one is free and a key is waiting. */
  take(): string | undefined {
    const key = workqueueKey(process)
    if (!this.world.isEnabled(key)) return undefined
    const [item] = this.waiting
    this.world.take(key)
    return item
  }

  end(item: string, outcome: Ending): void {
    this.perform((context) => this.runtime.send(context, { type: 'end', outcome }), `sync:${item}`)
  }

  /** Lets virtual time pass; keys whose delay is over are added in the order in which it ended. */
  pass(ms: number): void {
    const until = this.world.now + ms
    for (;;) {
      const due = [...this.world.agenda].find((choice) => choice.startsWith('timer|'))
      const next = this.world.nextDeadline
      if (due !== undefined) this.world.take(due)
      else if (next !== undefined && next <= until) this.world.advance(next)
      else break
    }
    this.world.advance(until)
  }

  get waiting(): readonly string[] { return entriesOf(this.world.read(workqueueKey(process))?.queue) }
  get processing(): readonly string[] { return this.world.read(workqueueKey(process))?.processing ?? [] }
  get failures(): Readonly<Record<string, number>> { return this.world.read(workqueueKey(process))?.failures ?? {} }
}
