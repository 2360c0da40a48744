import type { Deployment, Pod } from '#api/types'
import { isBeingDeleted } from '#api/meta'
import type { Always, Judging, Verdict } from '#checker/claim'
import type { Cells } from '#kernel/cells'
import { nameOf } from '#machine/objects'
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

/** Pods with running containers, set by set. */
const runningPods = (cells: Cells, d: Deployment): readonly (readonly Pod[])[] =>
  setsOf(cells, d).map((set) => podsOf(cells, set).filter((pod) => runs(cells, pod)))

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
    const sets = runningPods(cells, d)
    const running = sets.flat()
    const most = d.spec.replicas + maxSurge(d)
    const before = memory.get(subject) as Rescaled | undefined // this claim alone writes it
    const isRescaled = before !== undefined && (before.replicas !== d.spec.replicas || before.isExcused)
    const isExcused = isRescaled && running.length > most
    memory.set(subject, { replicas: d.spec.replicas, isExcused } satisfies Rescaled)
    if (isExcused || sets.filter((pods) => pods.length > 0).length < 2) return undefined
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
