import type { Deployment, ReplicaSet } from '#api/types'
import { getControllerOf, isBeingDeleted } from '#api/meta'
import type { Ending, Finally, Finding, Judging, Verdict } from '#checker/claim'
import type { Cells } from '#kernel/cells'
import { nameOf, objectKey } from '#machine/objects'
import { isHeldByRescale } from './rescale-finishes.js'
import { isKilled, troubleOf, type Trouble } from './troubles.js'
import {
  activePodsOf, deploymentAt, deploymentNames, deploymentText, isAvailable, plural, podText, replicaSetNames, setsOf,
  setText,
} from './workloads.js'

export const startupAdvice =
  'Give the container a `startupProbe` that allows for its slowest start (`failureThreshold` × `periodSeconds`): until that '
  + 'succeeds, the liveness probe is not asked.'

export const slowerStartupAdvice =
  'Allow for the slowest start of the container: raise `failureThreshold` or `periodSeconds` of its `startupProbe`.'

/** What is wanted, what there is, and who says so. */
interface State {
  readonly text: string
  readonly wanted: number
  readonly sets: readonly ReplicaSet[]
  /** As its status reports. */
  readonly reported: number
  /** An upstream reason of its own. */
  readonly reason?: string
}

function deploymentState(cells: Cells, d: Deployment): State {
  const reason = d.spec.paused === true ? 'paused' : (d.status.conditions ?? [])
    .find((condition) => condition.type === 'ReplicaFailure' || condition.reason === 'ReplicaSetCreateError')?.reason
  return {
    text: deploymentText(d), wanted: d.spec.replicas, sets: setsOf(cells, d), reported: d.status.availableReplicas,
    ...(reason === undefined ? {} : { reason }),
  }
}

function setState(set: ReplicaSet): State {
  const failure = set.status.conditions?.find(({ type }) => type === 'ReplicaFailure')
  return {
    text: setText(set), wanted: set.spec.replicas, sets: [set], reported: set.status.availableReplicas,
    ...(failure?.reason === undefined ? {} : { reason: failure.reason }),
  }
}

type Killed = Extract<Trouble, { kind: 'killed' }>

const killed = ({ pod, container, probe, restarts }: Killed, { text }: State): Finding => ({
  message: `${text}: container ${container.name} of ${podText(pod)} was restarted ${plural(restarts, 'time')} by its `
    + `${probe} probe and never became ready: it is killed before it has started.`,
  objects: [text, podText(pod)],
  advice: probe === 'liveness' ? startupAdvice : slowerStartupAdvice,
})

/** `isLoop`: asked of one World of a loop that goes round for ever, where a reason counts if it stands there in any of them. */
function judge(cells: Cells, state: State, ending: Ending, isLoop: boolean): Verdict {
  const { text, wanted, sets, reported, reason } = state
  const pods = sets.flatMap((set) => activePodsOf(cells, set))
  const there = pods.filter((pod) => isAvailable(cells, pod)).length
  const troubles = pods.filter((pod) => !isAvailable(cells, pod)).map((pod) => troubleOf(cells, pod))
  // Pods of a rollout as well, while those of the version before are enough.
  const loop = troubles.find(isKilled)
  if (loop !== undefined) return killed(loop, state)
  if (ending !== 'quiescent' && !isLoop) return there >= wanted ? 'held' : undefined
  if (reason !== undefined || troubles.some(({ kind }) => kind !== 'unexplained')) return 'held'
  const objects = [text, ...troubles.map(({ pod }) => podText(pod))]
  if (there < wanted) {
    const message = `${text} has ${there} of ${plural(wanted, 'replica')} available ${isLoop ? 'while things go round for ever' : 'in the end'}, and nothing says why.`
    return { message, objects }
  }
  if (reported !== there && !isLoop) {
    const message = `${text} reports ${plural(reported, 'available replica')} in the end, and there are ${there}.`
    return { message, objects }
  }
  return 'held'
}

/** Sets of a Deployment are judged with it. */
const isOnItsOwn = (cells: Cells, name: string): boolean => {
  const set = cells.read(objectKey('replicasets', name))
  return set !== undefined && !isBeingDeleted(set) && getControllerOf(set) === undefined
}

export const desiredStateReached: Finally = {
  kind: 'finally',
  name: 'desired-state-reached',
  title: 'In the end a Deployment or ReplicaSet has as many pods available as it asks for, and reports them, or an '
    + 'upstream reason stands in the place of that: unschedulable, images that cannot be pulled, containers that '
    + 'end by themselves, paused, a lost node. That a probe kills a container which only starts slowly is no such reason',
  source: 'kubernetes.io/docs/concepts/workloads/controllers; KEP-950 for probes that kill what starts slowly',
  subjects: (cells) => [
    ...deploymentNames(cells).map((name) => `deployments ${name}`),
    ...replicaSetNames(cells).filter((name) => isOnItsOwn(cells, name)).map((name) => `replicasets ${name}`),
  ],
  check({ cells, disturbed, round }: Judging, subject: string, ending: Ending): Verdict {
    const isLoop = round !== undefined
    if (disturbed && ending !== 'quiescent') return undefined
    const name = subject.slice(subject.indexOf(' ') + 1)
    if (subject.startsWith('deployments ')) {
      const d = deploymentAt(cells, name)
      return d === undefined || isHeldByRescale(cells, d) ? undefined : judge(cells, deploymentState(cells, d), ending, isLoop)
    }
    const set = cells.read(objectKey('replicasets', name))
    return set === undefined || nameOf(set) !== name ? undefined : judge(cells, setState(set), ending, isLoop)
  },
}
