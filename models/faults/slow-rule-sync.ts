/**
 * Models: a node on which iptables-restore is slow (thousands of rules, a starved CPU)
 * Reads: reflector
 * Writes: trouble
 * Omits: syncs that are under way when it begins or ends take as long as they would have
 */
import { instancesOf, type Fault } from '../faults.js'
import { ruleTroubleKey } from '../network/kube-proxy-sync.js'

const takes = 10_000

export const slowRuleSync: Fault = {
  name: 'slow-rule-sync',
  title: 'kube-proxy on a node takes ten seconds to program its rules',
  lasts: [1_000, 60_000],
  recovery: 30_000,
  targets: (scene) => instancesOf(scene, 'kube-proxy'),
  inject: ({ cells }, node) => cells.write(ruleTroubleKey(node), { takes }),
  heal: ({ cells }, node) => cells.write(ruleTroubleKey(node), undefined),
}
