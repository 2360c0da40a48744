/** What kube-proxies program. */
import type { Finally, Step } from '#checker/claim'
import { part } from '#kernel/cells'
import { equal } from '#kernel/value'
import { objectKey } from '#machine/objects'
import { View } from '#machine/view'
import { nodeOf } from '#models/client/reflector'
import { rulesFrom } from '#models/network/kube-proxy-sync'
import { routesOf, rulesKey, type Rules } from '#models/network/routes'
import { hasProxy, isConnected, newestRules, nodeNames, serviceNames } from './newest.js'

/** Whether two proxies' rules lead to the same places. */
const leadAlike = (a: Rules | undefined, b: Rules | undefined, node: string): boolean =>
  a === b || (a !== undefined && b !== undefined && equal(routesOf(a, node), routesOf(b, node)))

const lengthOf = (rules: Rules | undefined): number =>
  (rules?.slices ?? []).reduce((sum, { endpoints }) => sum + endpoints.length, 0)

export const routesDerived: Step = {
  kind: 'step',
  name: 'routes-derived',
  title: 'What kube-proxy programs for a Service is what follows from the Service and the EndpointSlices in its cache ' +
    'then.',
  source: 'pkg/proxy/iptables/proxier.go (syncProxyRules); pkg/proxy/topology.go (CategorizeEndpoints)',
  on: ['rules|'],
  check({ cells, disturbed }, { key, after, process }) {
    const [node, service] = [part(key, 1), part(key, 2)]
    // A slow rule sync, which is a fault, programs what was in the cache when it began.
    if (disturbed || nodeOf(process) !== node) return undefined
    const rules = after as Rules | undefined // by prefix
    const derived = rulesFrom(new View(cells, process), service)
    if (leadAlike(rules, derived, node)) return 'held'
    return {
      message: `Service ${service}: kube-proxy on ${node} programmed rules from ${lengthOf(rules)} endpoints that do not ` +
        `follow from the ${lengthOf(derived)} in its cache`,
      objects: [`Service ${service}`, `Node ${node}`],
      cells: [key],
    }
  },
}

export const routesConverge: Finally = {
  kind: 'finally',
  name: 'routes-converge',
  title: 'In the end the rules of every connected node lead where the newest Services and EndpointSlices say, and a node that ' +
    'goes on trying has rules at least.',
  source: 'pkg/proxy/iptables/proxier.go; pkg/proxy/runner/bounded_frequency_runner.go',
  subjects: serviceNames,
  check({ cells, disturbed }, service, ending) {
    if (ending === 'livelock' || (ending === 'horizon' && disturbed)) return undefined
    const stale: string[] = []
    let isExercised = false
    for (const node of nodeNames(cells)) {
      if (!isConnected(cells, node) || !hasProxy(cells, node)) continue
      const newest = newestRules(cells, service, node)
      const rules = cells.read(rulesKey(node, service))
      isExercised ||= newest !== undefined
      // While things go on, changes may be on their way; that there are no rules at all cannot be.
      const isStale = ending === 'quiescent' ? !leadAlike(rules, newest, node) : newest !== undefined && rules === undefined
      if (isStale) stale.push(node)
    }
    const [first] = stale
    if (first === undefined) return isExercised && ending === 'quiescent' ? 'held' : undefined
    return {
      message: `Service ${service}: the rules of ${stale.length === 1 ? first : `${stale.length} nodes (${first}, …)`} ` +
        'never come to match its newest EndpointSlices',
      objects: [`Service ${service}`, `Node ${first}`],
      cells: [rulesKey(first, service), objectKey('services', service)],
    }
  },
}
