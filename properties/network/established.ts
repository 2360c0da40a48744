import type { Step, Verdict } from '#checker/claim'
import { part, type Cells } from '#kernel/cells'
import { backendsOf, routesOf, type Rules } from '#models/network/routes'
import { listenerKey, type Client } from '#models/node/listeners'
import { cellsOf, isOpen } from './refusals.js'

export const establishedAdvice =
  'Let connections end by themselves before the pod leaves the endpoints (a greatest age or number of requests, `Connection: close`), '
  + 'have clients try again on another one, or have the network keep what is established, as kube-proxy does.'

/** A pod that still answers is sent nothing from now on: what is established to it is to stay. */
function isLeft(cells: Cells, node: string, before: Rules | undefined, after: Rules | undefined): boolean {
  if (before === undefined || after === undefined) return false
  const left = backendsOf(routesOf(after, node))
  return [...backendsOf(routesOf(before, node))].some(([address, backend]) => left.get(address)?.uid !== backend.uid && isOpen(cells, backend))
}

export const connectionsDrained: Step = {
  kind: 'step',
  name: 'connections-drained',
  title: 'No established connection to a pod is reset while the pod still answers on it, as in its preStop hook',
  source: 'kubernetes/kubernetes#123116; kubernetes.io/docs/tutorials/services/pods-and-endpoint-termination-flow (connections are '
    + 'given the chance to complete)',
  on: ['client|', 'rules|'],
  check({ cells }, { key, before, after }): Verdict {
    if (key.startsWith('rules|')) return isLeft(cells, part(key, 1), before as Rules | undefined, after as Rules | undefined) ? 'held' : undefined // by prefix
    const { reset = [] } = (after ?? {}) as Partial<Client> // by prefix
    if (reset.length === 0 || reset === (before as Client | undefined)?.reset) return undefined
    const [service, node] = [part(key, 1), part(key, 2)]
    const backend = reset.find((one) => isOpen(cells, one) && cells.read(listenerKey(one.ip))?.pod === one.uid)
    if (backend === undefined) return 'held'
    const { ip, port, pod } = backend
    const objects = [`Service ${service}`, ...(pod === undefined ? [] : [`Pod ${pod}`]), `Node ${node}`]
    return {
      message: `Clients on ${node} had their connections to ${pod === undefined ? `${ip}:${port}` : `pod ${pod} (${ip}:${port})`} reset when `
        + `Service ${service} sent nothing to it any more, though it still answers.`,
      objects, cells: cellsOf({ service, node, backend, routes: [], publishes: false }), advice: establishedAdvice,
    }
  },
}
