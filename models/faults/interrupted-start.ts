/**
 * Models: containerd that ends while it starts a container, and is there again at once (systemd starts it)
 * Reads: reflector
 * Writes: trouble
 * Omits: what the kubelet asks of it meanwhile; running containers, which have parents of their own (shims) and go on
 */
import { nodesWithKubelet, type Fault } from '../faults.js'
import { startTroubleKey } from '../node/runtime-start.js'

export const interruptedStart: Fault = {
  name: 'interrupted-start',
  title: 'containerd ends between two steps of the next start of a container on a node',
  lasts: [10_000, 120_000],
  recovery: 30_000,
  targets: nodesWithKubelet,
  inject: ({ cells }, node) => cells.write(startTroubleKey(node), true),
  heal: ({ cells }, node) => cells.write(startTroubleKey(node), undefined),
}
