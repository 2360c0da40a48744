import type { Deployment } from '#api/types'
import type { Judging, Step, Verdict, Write } from '#checker/claim'
import { judgeRollout, rolloutOf } from '#models/lifecycles/rollout'
import { deploymentText } from './workloads.js'

interface Since {
  readonly rollout: string
  /** When Progressing got its reason; progress may have been made later. */
  readonly at: number
}

export const rolloutArrows: Step = {
  kind: 'step',
  name: 'rollout-arrows-legal',
  title: 'The conditions Progressing and Available of a Deployment change only as the Deployment controller changes '
    + 'them, and ProgressDeadlineExceeded is not reported before progressDeadlineSeconds have passed',
  source: 'pkg/controller/deployment/progress.go; '
    + 'kubernetes.io/docs/concepts/workloads/controllers/deployment/#deployment-status',
  on: ['store|deployments'],
  check({ memory, now }: Judging, write: Write): Verdict {
    const before = write.before as Deployment | undefined // by prefix
    const after = write.after as Deployment | undefined // by prefix
    if (before === undefined || after === undefined || before.status === after.status) return undefined
    const key = after.metadata.uid
    const rollout = rolloutOf(after.status)
    const since = memory.get(key) as Since | undefined // this claim alone writes it
    if (since?.rollout !== rollout) memory.set(key, { rollout, at: now } satisfies Since)
    const wrong = judgeRollout(before, after) ?? early(after, rollout, since, now)
    const text = deploymentText(after)
    return wrong === undefined ? 'held' : { message: `${text}: ${wrong}.`, objects: [text] }
  },
}

function early(d: Deployment, rollout: string, since: Since | undefined, now: number): string | undefined {
  if (rollout !== 'ProgressDeadlineExceeded' || since === undefined || since.rollout === rollout) return undefined
  const seconds = (now - since.at) / 1000
  const { progressDeadlineSeconds: least } = d.spec
  return seconds >= least
    ? undefined
    : `ProgressDeadlineExceeded is reported ${seconds} s after ${since.rollout}; progressDeadlineSeconds is ${least}`
}
