/** Whose pods what is meant for a Service comes to. */
import { compileLabelMap } from '#api/selectors'
import type { Finally } from '#checker/claim'
import { nameOf, objectKey } from '#machine/objects'
import { isHostAddress } from '#models/network/client'
import { backendsOf, routesOf, rulesKey, type PortRoutes } from '#models/network/routes'
import { listenerKey } from '#models/node/listeners'
import { isConnected, nodeNames, serviceNames } from './newest.js'

/**
 * Upstream gives a freed address out again at once, while rules of some node may still lead there: for as long as
 * changes are on their way, a connection may reach a stranger. So this is judged in the end.
 */
export const noMisdelivery: Finally = {
  kind: 'finally',
  name: 'no-misdelivery',
  title: 'In the end no connected node sends what is meant for a Service to a pod that the Service does not select, ' +
    'even where the address of a pod was given to another.',
  source: 'pkg/proxy/endpointslicecache.go (addEndpoints); kubernetes/kubernetes#112604',
  subjects: serviceNames,
  check({ cells }, name, ending) {
    const service = cells.read(objectKey('services', name))
    if (ending !== 'quiescent' || service === undefined) return undefined
    const selector = service.spec.selector ?? {}
    const matches = compileLabelMap(selector)
    const isSelecting = Object.keys(selector).length > 0
    const seen = new Set<readonly PortRoutes[]>()
    let isExercised = false
    for (const node of nodeNames(cells)) {
      const rules = isConnected(cells, node) ? cells.read(rulesKey(node, name)) : undefined
      const routes = rules === undefined ? undefined : routesOf(rules, node)
      if (routes === undefined || seen.has(routes)) continue
      seen.add(routes)
      for (const backend of backendsOf(routes).values()) {
        const listener = cells.read(listenerKey(backend.ip))
        if (backend.uid === undefined || listener === undefined) continue
        isExercised = true
        const pod = cells.read(objectKey('pods', backend.pod ?? ''))
        const isStranger = listener.pod !== backend.uid && !isHostAddress(cells, backend.node, backend.ip)
        if (!isStranger && (pod === undefined || !isSelecting || matches(pod.metadata.labels))) continue
        const who = isStranger ? `the pod with uid ${listener.pod}` : `pod ${pod === undefined ? '' : nameOf(pod)}`
        return {
          message: `Service ${name}: ${node} sends its connections to ${backend.ip}:${backend.port}, where ${who} ` +
            'listens, which the Service does not select',
          objects: [`Service ${name}`, `Pod ${backend.pod ?? ''}`, `Node ${node}`],
          cells: [rulesKey(node, name), listenerKey(backend.ip)],
        }
      }
    }
    return isExercised ? 'held' : undefined
  },
}
