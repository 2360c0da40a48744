import { isBeingDeleted } from '#api/meta'
import type { Ending, Finally, Judging, Verdict } from '#checker/claim'
import { deploymentComplete, hasRevisionHistoryLimit } from '#models/workloads/deployment-conditions'
import { findNewReplicaSet } from '#models/workloads/deployment-revisions'
import { isHeldByRescale } from './rescale-finishes.js'
import { deploymentAt, deploymentNames, deploymentText, plural, setsOf, setText } from './workloads.js'

export const revisionHistoryLimited: Finally = {
  kind: 'finally',
  name: 'revision-history-limited',
  title: 'In the end a Deployment whose rollout is complete, and which is not paused, keeps no more old ReplicaSets than its '
    + 'revisionHistoryLimit',
  source: 'pkg/controller/deployment/sync.go (cleanupDeployment)',
  subjects: deploymentNames,
  check({ cells }: Judging, subject: string, ending: Ending): Verdict {
    const d = deploymentAt(cells, subject)
    if (d === undefined || ending !== 'quiescent' || !hasRevisionHistoryLimit(d) || d.spec.paused === true) return undefined
    if (!deploymentComplete(d, d.status) || isHeldByRescale(cells, d)) return undefined
    const sets = setsOf(cells, d)
    const newSet = findNewReplicaSet(d, sets)
    const old = sets.filter((set) => set !== newSet && !isBeingDeleted(set))
    if (old.length === 0) return undefined
    const limit = d.spec.revisionHistoryLimit
    if (old.length <= limit) return 'held'
    return {
      message: `${deploymentText(d)} keeps ${plural(old.length, 'old set')} in the end, where revisionHistoryLimit is ${limit}.`,
      objects: [deploymentText(d), ...old.map(setText)],
    }
  },
}
