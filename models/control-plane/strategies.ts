/**
 * Models: pkg/registry/<group>/<resource>/strategy.go: what the API server does beyond storing, by resource
 * Reads: store, deadlines
 * Writes: deadlines, and what subresources write
 * Omits: quota, LimitRanger, pod security and webhooks
 */
import { allKinds } from '#api/manifests/kinds'
import { disruptionBudgetStrategy } from './disruption-budget.js'
import { namespaceStrategy } from './namespace-strategy.js'
import { nodeStrategy } from './node-strategy.js'
import { podStrategy } from './pod-strategy.js'
import { plain, type Strategy } from './strategy.js'
import { deploymentStrategy, replicaSetStrategy } from './workload-strategies.js'
import { serviceStrategy } from './service-strategy.js'
import { createTokenHere } from './tokens/token-expiry.js'

const namespacedPlain = plain(true)
const clusterPlain = plain(false)

const clusterScoped = new Set(allKinds().filter(({ isNamespaced }) => !isNamespaced).map(({ resource }) => resource))

const strategies: Readonly<Record<string, Strategy>> = {
  pods: podStrategy,
  namespaces: namespaceStrategy,
  nodes: nodeStrategy,
  deployments: deploymentStrategy,
  replicasets: replicaSetStrategy,
  poddisruptionbudgets: disruptionBudgetStrategy,
  services: serviceStrategy,
  serviceaccounts: { ...namespacedPlain, subresources: { token: createTokenHere } },
}

export const strategyOf = (resource: string): Strategy =>
  strategies[resource] ?? (clusterScoped.has(resource) ? clusterPlain : namespacedPlain)
