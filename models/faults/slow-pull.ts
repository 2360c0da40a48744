/**
 * Models: a registry, or the way to it, that is slow for one node
 * Reads: reflector
 * Writes: trouble
 * Omits: pulls that are under way when it begins or ends take as long as they would have
 */
import { nodesWithKubelet, type Fault } from '../faults.js'
import { pullTroubleKey } from '../node/image-pull.js'

export const slowPull: Fault = {
  name: 'slow-pull',
  title: 'Images take a minute and a half longer to pull on a node',
  lasts: [10_000, 300_000],
  recovery: 120_000,
  targets: nodesWithKubelet,
  inject: ({ cells }, node) => cells.write(pullTroubleKey(node), 90_000),
  heal: ({ cells }, node) => cells.write(pullTroubleKey(node), undefined),
}
