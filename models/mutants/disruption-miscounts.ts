import type { PodDisruptionBudget } from '#api/types'
import type { Mutant } from '../mutants.js'
import { sendsInstead } from './requests-with.js'

/** What is sent is a whole budget. */
const miscounted = (body: unknown): unknown => {
  const budget = body as PodDisruptionBudget // as said
  return { ...budget, status: { ...budget.status, currentHealthy: budget.status.currentHealthy + 1 } }
}

export const disruptionMiscounts: Mutant = {
  name: 'disruption-miscounts',
  title: 'The disruption controller reports one healthy pod too many, and allows what it should',
  breaks: ['statuses-agree'],
  apply: sendsInstead('kube-controller-manager/disruption', 'update poddisruptionbudgets/status', miscounted),
}
