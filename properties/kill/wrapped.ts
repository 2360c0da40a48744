/** Processes whose effects and handlers are looked at, or changed, from outside. */
import type { Cells } from '#kernel/cells'
import { commonEffects } from '#machine/effects'
import type { Call, Context, Effect, Process } from '#machine/process'

/** The same cells, some of whose methods are others. */
export const cellsWith = (cells: Cells, changed: Partial<Cells>): Cells =>
  Object.assign(Object.create(cells) as Cells, changed) // what is not changed is inherited

/** Every Step of the process, as far as its own code runs in it, with other cells. */
export function withCells(process: Process, change: (cells: Cells) => Cells): Process {
  const inside = (context: Context): Context => ({ ...context, cells: change(context.cells) })
  const { onWatch, onReplaced, onTimer, onStart } = process
  const effects = Object.fromEntries(Object.entries({ ...commonEffects, ...process.effects }).map(([name, effect]): [string, Effect] =>
    [name, (context, params) => effect(inside(context), params)]))
  return {
    ...process,
    effects,
    ...(onWatch === undefined ? {} : { onWatch: (context, event) => onWatch(inside(context), event) }),
    ...(onReplaced === undefined ? {} : { onReplaced: (context, resource, missed) => onReplaced(inside(context), resource, missed) }),
    ...(onTimer === undefined ? {} : { onTimer: (context, owner, name) => onTimer(inside(context), owner, name) }),
    ...(onStart === undefined ? {} : { onStart: (context) => onStart(inside(context)) }),
  }
}

/** Every request that the process's charts make goes through `send`, whose last argument makes it after all. */
export function withCalls(
  process: Process, send: (context: Context, call: Call, make: (context: Context, call: Call) => void) => void,
): Process {
  const effects = { ...commonEffects, ...process.effects }
  const make = (context: Context, call: Call): void => effects['call']?.(context, call as never) // what charts say
  return {
    ...process,
    effects: {
      ...effects,
      call: (context: Context, call: Call) => send(context, call, make),
      calls: (context: Context, { calls }: { readonly calls: readonly Call[] }) =>
        calls.forEach((call, index) => send(context, { ...call, slot: call.slot ?? String(index) }, make)),
    },
  }
}
