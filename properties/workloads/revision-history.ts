import type { ReplicaSet } from '#api/types'
import { isBeingDeleted } from '#api/meta'
import type { Judging, Step, Verdict, Write } from '#checker/claim'
import { hasRevisionHistoryLimit } from '#models/workloads/deployment-conditions'
import { old } from '#models/workloads/deployment-memory'
import { deploymentText, plural, setText, syncOf } from './workloads.js'

export const revisionHistoryKept: Step = {
  kind: 'step',
  name: 'revision-history-kept',
  title: 'By what it has read, the Deployment controller deletes old ReplicaSets only beyond revisionHistoryLimit, and '
    + 'none that has replicas',
  source: 'pkg/controller/deployment/sync.go (cleanupDeployment)',
  on: ['store|replicasets'],
  check({ cells }: Judging, write: Write): Verdict {
    const before = write.before as ReplicaSet | undefined // by prefix
    const after = write.after as ReplicaSet | undefined // by prefix
    if (before === undefined || isBeingDeleted(before)) return undefined
    if (after !== undefined && !isBeingDeleted(after)) return undefined
    const memory = syncOf(cells, write)
    const d = memory?.base
    if (memory === undefined || d === undefined) return undefined
    const uid = before.metadata.uid
    const read = memory.sets.find(({ metadata }) => metadata.uid === uid)
    const alive = old(memory).filter((set) => !isBeingDeleted(set))
    // What this sync still plans to delete, this one with it: the first time, that is all of it.
    const left = alive.length - memory.deletions.length
    const objects = [deploymentText(d), setText(before)]
    if (read !== undefined && (read.spec.replicas > 0 || read.status.replicas > 0)) {
      const message = `${deploymentText(d)} deleted ${setText(before)}, which has ${plural(read.spec.replicas, 'replica')}.`
      return { message, objects }
    }
    if (hasRevisionHistoryLimit(d) && left >= d.spec.revisionHistoryLimit) return 'held'
    return {
      message: `${deploymentText(d)} deleted ${setText(before)} and keeps ${plural(left, 'old set')} `
        + `where revisionHistoryLimit is ${d.spec.revisionHistoryLimit}.`,
      objects,
    }
  },
}
