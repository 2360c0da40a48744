/** What every chart can say, and what carries it out. */
import type { Key } from '#kernel/cells'
import { end, quickly, timerKey, transition, type ChartEvent, type Interpreter } from './chart.js'
import type { Call, Context, Effect, Process, Runtime } from './process.js'
import { requestKey } from './request.js'
import { View, ViewKeys } from './view.js'

/** The sayings common to all charts, for `setup({ actions: { ...sayings } })`. Saying does nothing by itself. */
export const sayings = {
  /** One API request. */
  call: (_: unknown, _params: Call) => {},
  /** Several API requests, outstanding together. */
  calls: (_: unknown, _params: { readonly calls: readonly Call[] }) => {},
  /** Sends event `name` to this instance after `ms` of virtual time, in place of an earlier one of that name. */
  arm: (_: unknown, _params: { readonly name: string; readonly ms: number }) => {},
  disarm: (_: unknown, _params: { readonly name: string }) => {},
  /** Writes a cell that belongs to this process, such as a sandbox or a rule chain. */
  put: (_: unknown, _params: Put) => {},
  /** Sends an event to another instance of the same process, which begins with it where there is none. */
  tell: (_: unknown, _params: { readonly owner: string; readonly event: ChartEvent }) => {},
  /** Ends another instance of the same process. */
  stop: (_: unknown, _params: { readonly owner: string }) => {},
}

export interface Put {
  readonly key: Key<unknown>
  /** `undefined` removes the cell. */
  readonly value: unknown
}

const call = ({ cells, process, owner }: Context, { slot, ...request }: Call): void =>
  cells.write(requestKey(process, owner, slot ?? 'main'), request)

/** What carries out the common sayings, where a process has no effect of its own of that name. */
export const commonEffects: Readonly<Record<string, Effect>> = {
  call,
  calls: (context, { calls }: { readonly calls: readonly Call[] }) => {
    calls.forEach((one, index) => call(context, { ...one, slot: one.slot ?? String(index) }))
  },
  arm: ({ cells, process, owner }, { name, ms }: { readonly name: string; readonly ms: number }) =>
    cells.arm(timerKey(process, owner, name), ms),
  disarm: ({ cells, process, owner }, { name }: { readonly name: string }) =>
    cells.disarm(timerKey(process, owner, name)),
  put: ({ cells }, { key, value }: Put) => cells.write(key, value),
  tell: (context, { owner, event }: { readonly owner: string; readonly event: ChartEvent }) =>
    context.runtime.send({ ...context, owner }, event),
  stop: (context, { owner }: { readonly owner: string }) => {
    const chart = context.runtime.processOf(context.process)?.charts[chartName(owner)]
    if (chart !== undefined) end({ ...context, owner }, chart)
  },
  // XState's own: `after:` and its cancellation. A raise without a delay was handled within the transition.
  'xstate.raise': ({ cells, process, owner }, { id, delay }: { readonly id: string; readonly delay?: number }) => {
    if (delay !== undefined) cells.arm(timerKey(process, owner, id), delay)
  },
  'xstate.cancel': ({ cells, process, owner }, { sendId }: { readonly sendId: string }) =>
    cells.disarm(timerKey(process, owner, sendId)),
}

/** The running of a table of processes. A process's own effects come before the common ones. */
export function createRuntime(processes: readonly Process[], interpret: Interpreter = quickly): Runtime {
  const viewKeys = new Map<string, ViewKeys>() // a cache: strings made from the names of processes
  const keysOf = (process: string): ViewKeys => {
    let keys = viewKeys.get(process)
    if (keys === undefined) viewKeys.set(process, keys = new ViewKeys(process))
    return keys
  }
  const byKind = new Map(processes.map((process) => [process.kind, process]))
  const known = new Map<string, Process | undefined>() // a cache, by the names of instances
  const runtime: Runtime = {
    processOf(id) {
      let process = known.get(id)
      if (process === undefined && !known.has(id)) {
        process = byKind.get(id) ?? byKind.get(id.slice(0, Math.max(0, id.lastIndexOf('/'))))
        known.set(id, process)
      }
      return process
    },
    context: (cells, process, owner) => ({ cells, process, owner, view: new View(cells, process, keysOf(process)), runtime }),
    send(context, event) {
      const process = runtime.processOf(context.process)
      const chart = process?.charts[chartName(context.owner)]
      if (process === undefined || chart === undefined) {
        throw new Error(`no chart for ${context.owner} of ${context.process}`)
      }
      transition(context, chart, event, (said) => {
        const carryOut = process.effects?.[said.type] ?? commonEffects[said.type]
        if (carryOut === undefined) throw new Error(`${process.kind} says ${said.type}, which nothing carries out`)
        carryOut(context, said.params as never) // params are checked where they are said
      }, interpret)
    },
  }
  return runtime
}

/** Chart `sync` of owner `sync:default/web`. */
export const chartName = (owner: string): string => {
  const colon = owner.indexOf(':')
  return colon < 0 ? owner : owner.slice(0, colon)
}

/** What the instance is about: `default/web` of `sync:default/web`. */
export const subjectOf = (owner: string): string => owner.slice(owner.indexOf(':') + 1)

