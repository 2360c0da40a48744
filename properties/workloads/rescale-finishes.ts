import type { Deployment } from '#api/types'
import type { Ending, Finally, Judging, Verdict } from '#checker/claim'
import type { Cells } from '#kernel/cells'
import { findNewReplicaSet } from '#models/workloads/deployment-revisions'
import { isScalingEvent } from '#models/workloads/deployment-rollout'
import { activeSets, desiredReplicas, planScale } from '#models/workloads/deployment-sizes'
import { deploymentAt, deploymentNames, deploymentText, setsOf, setText } from './workloads.js'

export const rescaleAdvice =
  'Do not change `replicas` while a rollout is under way (an autoscaler does). To free a Deployment that is held, scale it to '
  + 'another number of replicas and back.'

/**
 * Whether the Deployment controller takes the Deployment to be rescaled and yet finds no size to change. It then does so
 * at every sync, and never comes to a rollout: kubernetes/kubernetes#138840.
 */
export function isHeldByRescale(cells: Cells, d: Deployment): boolean {
  const sets = setsOf(cells, d)
  if (d.spec.paused === true || !isScalingEvent(d, sets)) return false
  return planScale(d, findNewReplicaSet(d, sets), sets).length === 0
}

export const rescaleFinishes: Finally = {
  kind: 'finally',
  name: 'rescale-finishes',
  severity: 'warning',
  title: 'After a change of spec.replicas every active ReplicaSet knows of it in the end, so that later rollouts are not '
    + 'held (upstream may leave one behind where the change comes in the middle of a rollout)',
  source: 'pkg/controller/deployment/sync.go (scale, isScalingEvent); kubernetes/kubernetes#138840, #138036',
  subjects: deploymentNames,
  check({ cells }: Judging, subject: string, ending: Ending): Verdict {
    const d = deploymentAt(cells, subject)
    if (d === undefined || ending !== 'quiescent') return undefined
    if (!isHeldByRescale(cells, d)) return 'held'
    const behind = activeSets(setsOf(cells, d))
      .filter((set) => (desiredReplicas(set) ?? d.spec.replicas) !== d.spec.replicas)
    return {
      message: `${deploymentText(d)} asks for ${d.spec.replicas} replicas, and ${behind.map((set) =>
        `${setText(set)} is noted to have been scaled for ${desiredReplicas(set)}`).join(', ')}: no rollout will begin.`,
      objects: [deploymentText(d), ...behind.map(setText)],
      advice: rescaleAdvice,
    }
  },
}
