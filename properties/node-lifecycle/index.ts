/** What must be true of nodes, of what is evicted from them, and of what they leave behind. */
import type { Claim } from '#checker/claim'
import { noSpuriousEviction } from './no-spurious-eviction.js'
import { nodeConditionsLegal } from './node-conditions-legal.js'
import { oneNodePerPodCidr } from './one-node-per-pod-cidr.js'
import { orphanedPodsCollected } from './orphaned-pods-collected.js'
import { tolerationSecondsHonoured } from './toleration-seconds-honoured.js'

export const claims: readonly Claim[] = [
  noSpuriousEviction, tolerationSecondsHonoured, nodeConditionsLegal, orphanedPodsCollected, oneNodePerPodCidr,
]
