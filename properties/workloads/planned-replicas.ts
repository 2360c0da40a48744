/** What the Deployment controller writes, judged by the view on which it decided. */
import type { Deployment, ReplicaSet } from '#api/types'
import type { Judging, Step, Verdict, Write } from '#checker/claim'
import type { Memory } from '#models/workloads/deployment-memory'
import { isScalingEvent } from '#models/workloads/deployment-rollout'
import {
  availableReplicas, isRollingUpdate, maxReplicas, maxSurge, maxUnavailable, minAvailable, plannedReplicas,
} from '#models/workloads/deployment-sizes'
import { deploymentText, plural, setsAsRead, setsAsWritten, setText, syncOf } from './workloads.js'

/** A size that a sync wrote: what it had read, and what is planned now. */
interface Resize {
  readonly d: Deployment
  readonly set: ReplicaSet
  readonly from: number
  readonly read: readonly ReplicaSet[]
  readonly after: readonly ReplicaSet[]
}

function resizeOf(memory: Memory, set: ReplicaSet): Resize | undefined {
  const { base: d } = memory
  const known = setsAsWritten(memory)
  const from = known.find(({ metadata }) => metadata.uid === set.metadata.uid)?.spec.replicas ?? 0
  if (d === undefined || from === set.spec.replicas) return undefined
  const after = [...known.filter(({ metadata }) => metadata.uid !== set.metadata.uid), set]
  return { d, set, from, read: setsAsRead(memory), after }
}

/** The user changed the number of replicas, or paused: upstream spreads the difference, and looks at nothing else. */
const isRescale = ({ d, read }: Resize): boolean => d.spec.paused === true || isScalingEvent(d, read)

/** While replicas are spread over the sets one write after the other, the larger of the old and the new ceiling. */
const ceiling = (resize: Resize): number => {
  const own = resize.d.spec.replicas + maxSurge(resize.d)
  return isRescale(resize) ? Math.max(own, ...resize.read.map((set) => maxReplicas(set) ?? 0)) : own
}

/** How many of the replicas that a set was read to have available its new size takes. */
const taken = (read: ReplicaSet, size: number): number =>
  Math.max(0, Math.min(read.status.availableReplicas, read.spec.replicas) - size)

function judge(resize: Resize): Verdict {
  const { d, set, from, read, after } = resize
  const what = `${deploymentText(d)} scaled ${setText(set)} from ${from} to ${set.spec.replicas}`
  const objects = [deploymentText(d), setText(set)]
  if (set.spec.replicas > from) {
    const planned = plannedReplicas(after)
    const most = ceiling(resize)
    return planned <= most ? 'held' : {
      message: `${what}, ${plural(planned, 'replica')} over all its sets by what it had read; `
        + `${d.spec.replicas} and a surge of ${maxSurge(d)} are allowed.`,
      objects,
    }
  }
  if (!isRollingUpdate(d) || isRescale(resize)) return undefined
  const sizes = new Map(after.map(({ metadata, spec }) => [metadata.uid, spec.replicas]))
  const lost = read.reduce((sum, one) => sum + taken(one, sizes.get(one.metadata.uid) ?? one.spec.replicas), 0)
  const left = availableReplicas(read) - lost
  const own = read.find(({ metadata }) => metadata.uid === set.metadata.uid)
  if (own === undefined || taken(own, set.spec.replicas) === 0 || left >= minAvailable(d)) return 'held'
  return {
    message: `${what}, which leaves ${left} of the ${plural(availableReplicas(read), 'replica')} that it had read to be `
      + `available; of ${d.spec.replicas} at most ${maxUnavailable(d)} may be unavailable.`,
    objects,
  }
}

export const plannedReplicasClaim: Step = {
  kind: 'step',
  name: 'planned-replicas',
  title: 'By what it has read, the Deployment controller never plans more replicas than spec.replicas and maxSurge, nor '
    + 'takes available ones below spec.replicas less maxUnavailable (after a rescale it looks at the sum alone)',
  source: 'pkg/controller/deployment/rolling.go; kubernetes.io/docs/concepts/workloads/controllers/deployment',
  on: ['store|replicasets'],
  check({ cells }: Judging, write: Write): Verdict {
    const set = write.after as ReplicaSet | undefined // by prefix
    const memory = set === undefined ? undefined : syncOf(cells, write)
    const resize = memory === undefined || set === undefined ? undefined : resizeOf(memory, set)
    return resize === undefined ? undefined : judge(resize)
  },
}

/** A set that a Recreate Deployment starts while it has seen pods of another. */
export const recreateWaits: Step = {
  kind: 'step',
  name: 'recreate-waits',
  title: 'A Deployment with the strategy Recreate starts its new set only once it sees no pod of an old one that runs',
  source: 'pkg/controller/deployment/recreate.go (oldPodsRunning)',
  on: ['store|replicasets'],
  check({ cells }: Judging, write: Write): Verdict {
    const set = write.after as ReplicaSet | undefined // by prefix
    const memory = set === undefined ? undefined : syncOf(cells, write)
    const resize = memory === undefined || set === undefined ? undefined : resizeOf(memory, set)
    if (memory === undefined || resize === undefined || isRollingUpdate(resize.d) || isRescale(resize)) return undefined
    const { d, from } = resize
    if (set === undefined || set.spec.replicas < from) return undefined
    const others = resize.read.filter(({ metadata }) => metadata.uid !== set.metadata.uid)
    const running = others.find(({ metadata, status }) => status.replicas > 0 || memory.running.includes(metadata.uid))
    return running === undefined ? 'held' : {
      message: `${deploymentText(d)} is recreated and scaled ${setText(set)} to ${set.spec.replicas} `
        + `while it still saw pods of ${setText(running)}.`,
      objects: [deploymentText(d), setText(set), setText(running)],
    }
  },
}
