import type { Pod } from '#api/types'
import type { Mutant } from '../mutants.js'
import { sendsInstead } from './requests-with.js'

/** What is sent is a whole pod. */
const shortened = (body: unknown): unknown => {
  const pod = body as Pod // as said
  return { ...pod, spec: { ...pod.spec, terminationGracePeriodSeconds: 1 } }
}

export const replicaSetShortensGrace: Mutant = {
  name: 'replicaset-shortens-grace',
  title: 'Pods are made with a grace period of a second, whatever their template says',
  breaks: ['template-kept'],
  apply: sendsInstead('kube-controller-manager/replicaset', 'create pods', shortened),
}
