import type { PodCondition } from '#api/types'
import type { Mutant } from '../mutants.js'
import { sendsInstead } from './requests-with.js'

interface Patch {
  readonly patch: { readonly status: { readonly conditions?: readonly PodCondition[] } }
}

/** What is sent is a patch of conditions. */
const ahead = (body: unknown): unknown => {
  const { patch, ...rest } = body as Patch // as said
  const conditions = patch.status.conditions?.map((one) => ({ ...one, observedGeneration: (one.observedGeneration ?? 0) + 1 }))
  return { ...rest, patch: { ...patch, status: { ...patch.status, conditions } } }
}

export const schedObservesAhead: Mutant = {
  name: 'sched-observes-ahead',
  title: 'The scheduler reports of a pod that it observed a generation which is still to come',
  breaks: ['observed-generations'],
  apply: sendsInstead('kube-scheduler', 'patch pods/status', ahead),
}
