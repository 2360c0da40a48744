import type { Deployment } from '#api/types'
import type { Judging, Step, Verdict, Write } from '#checker/claim'
import { nameOf } from '#machine/objects'
import { judgeRollout, rolloutOf } from '#models/lifecycles/rollout'
import { deploymentComplete, hasProgressDeadline } from '#models/workloads/deployment-conditions'
import { isHeldByRescale } from './rescale-finishes.js'
import { deploymentAt, deploymentText } from './workloads.js'

interface Since {
  readonly rollout: string
  /** When Progressing got its reason; progress may have been made later. */
  readonly at: number
}

/** How much later than its time the deadline may be reported; ms. */
const lateness = 120_000

/** Reasons for which a deadline runs. */
const isUnderWay: ReadonlySet<string> = new Set(['NewReplicaSetCreated', 'FoundNewReplicaSet', 'ReplicaSetUpdated', 'DeploymentResumed'])

/** Called back once the deadline should have been reported, unless something happens to the status until then. */
function awaitDeadline({ memory, now, wake }: Judging, d: Deployment, rollout: string): void {
  const key = `due ${d.metadata.uid}`
  if (d.spec.paused === true || !hasProgressDeadline(d) || !isUnderWay.has(rollout)) return void memory.delete(key)
  const at = now + d.spec.progressDeadlineSeconds * 1000 + lateness
  memory.set(key, at)
  wake(nameOf(d), at)
}

export const rolloutArrows: Step = {
  kind: 'step',
  name: 'rollout-arrows-legal',
  title: 'The conditions Progressing and Available of a Deployment change only as the Deployment controller changes '
    + 'them, and ProgressDeadlineExceeded is not reported before progressDeadlineSeconds have passed, nor minutes after (faults, '
    + 'and rollouts that are paused or held back by a rescale, aside)',
  source: 'pkg/controller/deployment/progress.go; '
    + 'kubernetes.io/docs/concepts/workloads/controllers/deployment/#deployment-status',
  on: ['store|deployments'],
  check(judging: Judging, write: Write): Verdict {
    const { memory, now } = judging
    const before = write.before as Deployment | undefined // by prefix
    const after = write.after as Deployment | undefined // by prefix
    if (before === undefined || after === undefined || before.status === after.status) return undefined
    const key = after.metadata.uid
    const rollout = rolloutOf(after.status)
    const since = memory.get(key) as Since | undefined // this claim alone writes it
    if (since?.rollout !== rollout) memory.set(key, { rollout, at: now } satisfies Since)
    awaitDeadline(judging, after, rollout ?? '')
    const wrong = judgeRollout(before, after) ?? early(after, rollout, since, now)
    const text = deploymentText(after)
    return wrong === undefined ? 'held' : { message: `${text}: ${wrong}.`, objects: [text] }
  },
  due({ cells, memory, now, disturbed }: Judging, name: string): Verdict {
    const d = deploymentAt(cells, name)
    const at = d === undefined ? undefined : memory.get(`due ${d.metadata.uid}`)
    if (d === undefined || disturbed || typeof at !== 'number' || at > now || d.spec.paused === true) return undefined
    const isObserved = (d.metadata.generation ?? 0) === d.status.observedGeneration
    if (!isObserved || isHeldByRescale(cells, d) || deploymentComplete(d, d.status)) return undefined
    const text = deploymentText(d)
    const seconds = d.spec.progressDeadlineSeconds + lateness / 1000
    const said = rolloutOf(d.status) ?? 'nothing'
    return {
      message: `${text}: nothing has come of its rollout for ${seconds} s, and Progressing still says ${said} `
        + `where progressDeadlineSeconds is ${d.spec.progressDeadlineSeconds}.`,
      objects: [text],
    }
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
