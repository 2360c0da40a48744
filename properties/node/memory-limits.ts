import { part } from '#kernel/cells'
import type { Step } from '#checker/claim'
import { valueOf } from '#api/quantity'
import type { Container } from '#models/node/cells'
import { podWith, shortName } from './pods.js'

/** The runtime may be held up for so long; ms. */
const patience = 60_000

export const memoryLimited: Step = {
  kind: 'step',
  name: 'memory-limited',
  title: 'A container that takes more memory than its limit is killed for it at once',
  source: 'kubernetes.io/docs/concepts/configuration/manage-resources-containers (how Kubernetes applies requests and limits)',
  on: ['container|'],
  check({ cells, memory, now, wake }, { key, after }) {
    const container = after as Container | undefined // the value of a container's cell
    const known = memory.get(key)
    if (container?.state !== 'running' || container.memory === undefined) {
      if (known === undefined) return undefined
      memory.delete(key)
      return container?.reason === 'OOMKilled' ? 'held' : undefined
    }
    const [uid, name] = [part(key, 2), part(key, 3)]
    const spec = podWith(cells, uid)?.spec
    const limit = [...spec?.containers ?? [], ...spec?.initContainers ?? []].find((one) => one.name === name)
      ?.resources?.limits?.['memory']
    if (limit === undefined || container.memory <= valueOf(limit)) return undefined
    memory.set(key, container.attempt)
    wake(`${container.attempt} ${key}`, now + patience)
    return undefined
  },
  due({ cells, memory }, asked) {
    const [attempt, key = ''] = [Number(asked.slice(0, asked.indexOf(' '))), asked.slice(asked.indexOf(' ') + 1)]
    const container = cells.read(key) as Container | undefined // the key of a container's cell
    if (memory.get(key) !== attempt || container?.state !== 'running' || container.attempt !== attempt) return undefined
    return {
      message: `Container ${part(key, 3)} of Pod ${shortName(part(key, 2))} uses ${container.memory ?? 0} bytes, `
        + 'more than its limit, and runs on',
      objects: [`Pod ${shortName(part(key, 2))}`],
      cells: [key],
    }
  },
}
