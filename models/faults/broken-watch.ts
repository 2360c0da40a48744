/**
 * Models: client-go/tools/cache/reflector.go: a watch that ends (410 Gone, a dropped connection) and lists again
 * Reads: reflector, cache, watch, cut
 * Writes: watch, reflector, watchers, and what the process's handlers write
 * Omits: the back-off between two lists; a watch that goes on where it was, which is a delay and no loss
 */
import { part } from '#kernel/cells'
import { reflectorKey } from '#machine/watch'
import { networkGate, relist } from '../client/reflector.js'
import { keysOf, type Fault, type Scene } from '../faults.js'
import { apiServers } from '../kubernetes.js'

/** Every reflector that can reach the API server, as `<process> <resource>`. */
export function reflectors(scene: Scene): readonly string[] {
  const found: string[] = []
  for (const cell of keysOf(scene, (key) => key.startsWith('reflector|'))) {
    const gate = networkGate(part(cell, 1))
    if (gate === undefined || scene.cells.read(gate) === undefined) found.push(`${part(cell, 1)} ${part(cell, 2)}`)
  }
  return found.sort()
}

export function splitTarget(target: string): { readonly process: string; readonly resource: string } {
  const space = target.lastIndexOf(' ')
  return { process: target.slice(0, space), resource: target.slice(space + 1) }
}

/** Lists again, from the same API server instance or another one. What was on its way is seen as a difference. */
export function listAgain({ cells, runtime }: Scene, process: string, resource: string): void {
  const apiServer = cells.read(reflectorKey(process, resource))?.apiServer
  if (apiServer === undefined) return
  const instances = [apiServer, ...apiServers.filter((other) => other !== apiServer)]
  const picked = cells.choose(instances.map((one) => `${process} lists ${resource} from ${one}`))
  relist(cells, runtime, process, resource, instances[picked] ?? apiServer)
}

export const brokenWatch: Fault = {
  name: 'broken-watch',
  title: 'The watch of one reflector expires, and it lists again at once',
  lasts: [0, 0],
  recovery: 1_000,
  targets: reflectors,
  inject(scene, target) {
    const { process, resource } = splitTarget(target)
    listAgain(scene, process, resource)
  },
}
