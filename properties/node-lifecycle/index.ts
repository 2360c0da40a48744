/** What must be true of nodes, of what is evicted from them, and of what they leave behind. */
import type { Claim } from '#checker/claim'
import { nodeTaintsAgree } from './node-taints-agree.js'
import { silentNodesNoticed } from './silent-nodes-noticed.js'
import { noSpuriousEviction } from './no-spurious-eviction.js'
import { nodeConditionsLegal } from './node-conditions-legal.js'
import { oneNodePerPodCidr } from './one-node-per-pod-cidr.js'
import { orphanedPodsCollected } from './orphaned-pods-collected.js'
import { tolerationSecondsHonoured } from './toleration-seconds-honoured.js'
import { untoleratedPodsEvicted } from './untolerated-pods-evicted.js'

export const claims: readonly Claim[] = [
  noSpuriousEviction, tolerationSecondsHonoured, untoleratedPodsEvicted, nodeConditionsLegal, silentNodesNoticed,
  nodeTaintsAgree, orphanedPodsCollected, oneNodePerPodCidr,
]
