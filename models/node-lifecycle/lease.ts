/**
 * Models: component-helpers/apimachinery/lease/controller.go as the kubelet runs it (a renewal every 10 s, for 40 s),
 *   and what of it the node lifecycle controller waits for (--node-monitor-grace-period, --node-monitor-period)
 * Reads: cut, down, reflector, store
 * Writes: timer, request
 * Omits: renewals that change nothing: while a kubelet runs and is connected its lease is fresh by definition. So an
 *   API server that lags by more than the grace period does not make healthy nodes look dead
 */
import type { Lease, Node } from '#api/types'
import type { Cells } from '#kernel/cells'
import { timerKey } from '#machine/chart'
import { objectKey } from '#machine/objects'
import { requestKey } from '#machine/request'
import { reflectorKey } from '#machine/watch'
import { cutKey, downKey } from '../client/reflector.js'
import { leaseNamespace, leaseOf } from './nodes.js'

export const nodeLifecycle = 'kube-controller-manager/node-lifecycle'

/** --node-monitor-grace-period, --node-startup-grace-period, --node-monitor-period, in milliseconds. */
export const monitorGracePeriod = 50_000
export const startupGracePeriod = 60_000
export const monitorPeriod = 5_000
const renewInterval = 10_000

/** Ends when the node lifecycle controller, as it goes round, finds that the node was not heard of for too long. */
export const expiryKey = (node: string): string => timerKey(nodeLifecycle, '', `expired ${node}`)

/** Whether the node's renewals do not reach the API server. */
export const isSilent = (cells: Cells, node: string): boolean =>
  cells.read(cutKey(node)) !== undefined || cells.read(downKey(node)) !== undefined || !isKubeletRunning(cells, node)

/** A process that runs has reflectors; each kubelet has one for its pods. */
const isKubeletRunning = (cells: Cells, node: string): boolean =>
  cells.read(reflectorKey(`kubelet/${node}`, 'pods')) !== undefined

/**
 * The node has fallen silent. It is noticed after the grace period; how long that is depends on when its last renewal
 * was and when the controller goes round.
 */
export function stopRenewing(cells: Cells, node: string): void {
  // Nobody counts where no controller runs; one that starts later begins to count then.
  const isWatched = cells.read(reflectorKey(nodeLifecycle, 'nodes')) !== undefined
  if (!isWatched || cells.read(objectKey('nodes', node)) === undefined || cells.pending(expiryKey(node))) return
  armExpiry(cells, node, monitorGracePeriod)
}

export function armExpiry(cells: Cells, node: string, grace: number): void {
  const phase = cells.choose([
    `${node} has just renewed its lease`, `${node} was about to renew its lease`, `${node} is looked at a period later`,
  ])
  cells.arm(expiryKey(node), grace + (phase === 1 ? -renewInterval : phase === 2 ? monitorPeriod : 0))
}

/** The node can be heard again: its kubelet renews the lease with one request, if nothing else keeps it silent. */
export function resumeRenewing(cells: Cells, node: string): void {
  const object = cells.read(objectKey('nodes', node))
  if (object === undefined || isSilent(cells, node)) return
  const kubelet = `kubelet/${node}`
  const name = `${leaseNamespace}/${node}`
  const lease = cells.read(objectKey('leases', name))
  cells.write(requestKey(kubelet, 'lease', 'renew'), lease === undefined
    ? { verb: 'create', resource: 'leases', key: leaseNamespace, body: leaseOf(object) }
    : { verb: 'update', resource: 'leases', key: name, body: renewed(lease, object) })
}

const renewed = (lease: Lease, node: Node): Lease => ({
  ...lease,
  metadata: { ...lease.metadata, ownerReferences: leaseOf(node).metadata.ownerReferences },
  spec: { ...lease.spec, renewTime: lease.spec.renewTime === 'renewed' ? 'renewed again' : 'renewed' },
})
