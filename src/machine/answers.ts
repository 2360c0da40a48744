/** Answers and ended deadlines come back to the chart instance, or the process, that waits for them. */
import { part } from '#kernel/cells'
import { rank, type Channel } from './channel.js'
import type { Key } from '#kernel/cells'
import type { Runtime } from './process.js'
import type { Answer } from './request.js'
import { chartKey } from './chart.js'

type Gate = (process: string) => Key<unknown> | undefined

/** The answer to a request comes back as `response.ok` or `response.error`; nobody may be waiting any more. */
export const responseChannel = (runtime: Runtime, gateOf: Gate): Channel<Answer> => ({
  prefix: 'response',
  rank: rank.api,
  offers: () => true,
  process: (cell) => part(cell, 1),
  gate: (cell) => gateOf(part(cell, 1)),
  take(cells, cell, { request, response }) {
    cells.write(cell, undefined)
    const context = runtime.context(cells, part(cell, 1), part(cell, 2))
    if (cells.read(chartKey(context.process, context.owner)) === undefined) return
    const slot = part(cell, 3)
    runtime.send(context, response.ok
      ? { type: 'response.ok', slot, request, object: response.object }
      : { type: 'response.error', slot, request, status: response.status })
  },
  label: (cell, { request, response }) =>
    `${part(cell, 1)} hears ${response.ok ? 'ok' : response.status.reason ?? 'failure'} to ${request.verb} ` +
    `${request.resource}${request.subresource === undefined ? '' : `/${request.subresource}`} ${request.key}`,
})

/** A deadline ended: its event goes to the chart instance that armed it, or to the process. */
export const timerChannel = (runtime: Runtime, gateOf: Gate): Channel<true> => ({
  prefix: 'timer',
  rank: rank.node,
  offers: () => true,
  process: (cell) => part(cell, 1),
  gate: (cell) => gateOf(part(cell, 1)),
  take(cells, cell) {
    cells.disarm(cell)
    const process = part(cell, 1)
    const owner = part(cell, 2)
    const name = cell.slice(`timer|${process}|${owner}|`.length)
    const context = runtime.context(cells, process, owner)
    if (owner !== '' && cells.read(chartKey(process, owner)) !== undefined) runtime.send(context, { type: name })
    else runtime.processOf(process)?.onTimer?.(context, owner, name)
  },
  label: (cell) => `${part(cell, 1)}: ${part(cell, 2)} ${cell.split('|').slice(3).join('|')}`.replace(/ {2,}/g, ' '),
})

/** Deadlines that only say whether a time has passed: nothing follows from their end by itself. */
export const elapsedChannel: Channel<true> = {
  prefix: 'elapsed',
  rank: rank.cache,
  offers: () => true,
  process: () => 'clock',
  take: (cells, cell) => cells.disarm(cell),
  label: (cell) => `clock: ${part(cell, 2)} ${part(cell, 3)}`,
}
