import type { Mutant } from '../mutants.js'
import { replaceProcess } from '../mutants.js'
import { effects, processPodOnNode, taintEviction, type ProcessPod } from '../node-lifecycle/taint-eviction.js'
import { tolerationTime } from '../node-lifecycle/taints.js'
import { taintEvictStaleNode } from './taint-evict-stale-node.js'

/** A pod that tolerates the remaining taints for ever is left as it is, time and all. */
const negligent: ProcessPod = (context, pod, tolerations, taints) => {
  if (tolerationTime(taints, tolerations) !== Infinity) processPodOnNode(context, pod, tolerations, taints)
}

export const taintCancelOnlyIfNone: Mutant = {
  name: 'taint-cancel-only-if-none',
  title: 'A scheduled eviction is cancelled only when the last NoExecute taint goes, not when those go that it was for '
    + '(releases up to v1.18, which did not read the node before they evicted either)',
  upstream: 'kubernetes/kubernetes#90794, fixed by #93722',
  breaks: ['toleration-seconds-honoured'],
  apply: (processes) => replaceProcess(taintEviction, (process) =>
    ({ ...process, effects: { ...process.effects, ...effects(negligent) } }))(taintEvictStaleNode.apply(processes)),
}
