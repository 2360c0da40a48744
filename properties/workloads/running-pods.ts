import type { Pod, ReplicaSet } from '#api/types'
import { isBeingDeleted } from '#api/meta'
import type { Always, Judging, Verdict } from '#checker/claim'
import type { Cells } from '#kernel/cells'
import { sizeOf } from '#kernel/list'
import { indexKey, nameOf } from '#machine/objects'
import { runningContainers } from '#models/node/cells'
import { maxSurge } from '#models/workloads/deployment-sizes'
import { deploymentAt, deploymentNames, deploymentText, plural, podsOf, podText, setsOf } from './workloads.js'

export const terminatingAdvice =
  'Pods that are being stopped do not count against maxSurge. Where there is no room for them (a quota, a licence, nodes of '
  + 'exactly the right size), set `strategy.rollingUpdate.maxSurge: 0`, or `strategy.type: Recreate`, and keep '
  + '`terminationGracePeriodSeconds` short.'

interface Rescaled {
  readonly replicas: number
  /** The user changed `replicas`, and what runs has not come down to it yet. */
  readonly isExcused: boolean
}

const runs = (cells: Cells, pod: Pod): boolean =>
  (pod.spec.nodeName ?? '') !== '' && runningContainers(cells, pod.spec.nodeName ?? '', pod.metadata.uid).length > 0

/** How many pods each set has, running or not: mostly so few that no more has to be looked at. */
const countPods = (cells: Cells, sets: readonly ReplicaSet[]): readonly number[] =>
  sets.map(({ metadata: { uid } }) => sizeOf(cells.list(indexKey('pods', 'owner', uid))))

const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0)

export const runningPodsWithinSurge: Always = {
  kind: 'always',
  name: 'running-pods-within-surge',
  optIn: true,
  title: 'During a rollout, and while nobody changes spec.replicas, no more pods have running containers than spec.replicas '
    + 'and maxSurge allow (stricter than upstream, which does not count pods that are being stopped)',
  source: 'KEP-3973; kubernetes/kubernetes#98656, #95498, #99513, #107920',
  subjects: deploymentNames,
  check({ cells, memory }: Judging, subject: string): Verdict {
    const d = deploymentAt(cells, subject)
    if (d === undefined) return undefined
    const sets = setsOf(cells, d)
    const counts = countPods(cells, sets)
    const most = d.spec.replicas + maxSurge(d)
    const suspects = sum(counts) <= most ? [] : sets.map((set) => podsOf(cells, set).filter((pod) => runs(cells, pod)))
    const running = suspects.flat()
    const sizes = suspects.length === 0 ? counts : suspects.map((pods) => pods.length)
    const isRollout = sizes.filter((size) => size > 0).length >= 2
    const before = memory.get(subject) as Rescaled | undefined // this claim alone writes it
    const isRescaled = before !== undefined && (before.replicas !== d.spec.replicas || before.isExcused)
    const isExcused = isRescaled && running.length > most
    memory.set(subject, { replicas: d.spec.replicas, isExcused } satisfies Rescaled)
    if (isExcused || !isRollout) return undefined
    if (running.length <= most) return 'held'
    const stopping = running.filter(isBeingDeleted)
    return {
      message: `${deploymentText(d)} has ${plural(running.length, 'pod')} with running containers during its rollout, where `
        + `${d.spec.replicas} replicas and a surge of ${maxSurge(d)} are ${most}: ${stopping.map(nameOf).join(', ')} `
        + `${stopping.length === 1 ? 'is' : 'are'} still being stopped.`,
      objects: [deploymentText(d), ...stopping.map(podText)],
      advice: terminatingAdvice,
    }
  },
}
