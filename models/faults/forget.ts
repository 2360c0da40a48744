/**
 * Models: the end of a process: what was in its memory is gone
 * Reads: what `memory` of its table lists
 * Writes: chart, queue, expectations, wrote, memory, response, timer, watch, reflector, watchers, request
 * Omits: nothing that is observable
 */
import { part } from '#kernel/cells'
import { requestKey, type ApiRequest } from '#machine/request'
import { reflectorKey, watchKey } from '#machine/watch'
import { disconnect } from '../client/reflector.js'
import { keysOf, type Scene } from '../faults.js'

/** Cells and deadlines `<prefix>|<process>|…` that live in a process's memory, beside those that its table lists. */
const inMemory = new Set(['chart', 'queue', 'expectations', 'wrote', 'memory', 'response', 'timer', 'endpoint'])

/** The owner of a request whose sender is gone; it may still take effect, its answer finds nobody. */
const orphaned = 'orphaned '

/** Whether a request was sent by a process that has ended since. */
export const isOrphaned = (choice: string): boolean =>
  part(choice, 0) === 'request' && part(choice, 2).startsWith(orphaned)

/**
 * Forgets everything that the process knows, and stops its watches. Requests in flight may still reach the API server,
 * or not: that is a Choice. Returns the API server instance that it was connected to.
 */
export function forget(scene: Scene, process: string): string | undefined {
  const { cells, runtime } = scene
  const mine = [...keysOf(scene, (key) => part(key, 1) === process)].sort()
  let apiServer: string | undefined
  for (const cell of mine) {
    const prefix = part(cell, 0)
    if (prefix === 'timer') cells.disarm(cell)
    else if (inMemory.has(prefix)) cells.write(cell, undefined)
    else if (prefix === 'request') orphan(scene, process, cell)
    else if (prefix === 'reflector') {
      const resource = part(cell, 2)
      apiServer ??= cells.read(reflectorKey(process, resource))?.apiServer
      disconnect(cells, process, resource)
      cells.write(watchKey(process, resource), undefined)
    }
  }
  for (const cell of runtime.processOf(process)?.memory?.(process) ?? []) cells.write(cell, undefined)
  return apiServer
}

function orphan({ cells }: Scene, process: string, cell: string): void {
  const request: ApiRequest | undefined = cells.read(cell)
  if (request === undefined || part(cell, 2).startsWith(orphaned)) return
  cells.write(cell, undefined)
  const name = `${request.verb} ${request.resource} ${request.key}`
  const isLost = request.verb === 'get' || request.verb === 'list'
    || cells.choose([`${name} still arrives`, `${name} is lost`]) === 1
  if (!isLost) cells.write(requestKey(process, `${orphaned}${part(cell, 2)}`, part(cell, 3)), request)
}
