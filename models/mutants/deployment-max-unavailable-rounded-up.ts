import type { Deployment } from '#api/types'
import { resolveIntOrPercent } from '#api/int-or-string'
import type { Mutant } from '../mutants.js'
import type { Memory } from '../workloads/deployment-memory.js'
import { upstream } from '../workloads/deployment-plans.js'
import { deploymentWith } from './deployment-with.js'

function roundedUp(d: Deployment): Deployment {
  const { rollingUpdate } = d.spec.strategy
  if (rollingUpdate === undefined) return d
  const maxUnavailable = resolveIntOrPercent(rollingUpdate.maxUnavailable, d.spec.replicas, true)
  const strategy = { ...d.spec.strategy, rollingUpdate: { ...rollingUpdate, maxUnavailable } }
  return { ...d, spec: { ...d.spec, strategy } }
}

const withRounded = (memory: Memory): Memory =>
  (memory.d === undefined ? memory : { ...memory, d: roundedUp(memory.d) })

export const deploymentMaxUnavailableRoundedUp: Mutant = {
  name: 'deployment-max-unavailable-rounded-up',
  title: 'A percentage of maxUnavailable is rounded up when old sets are scaled down, as that of maxSurge is',
  breaks: ['planned-replicas'],
  apply: deploymentWith({
    removingUnhealthy: (memory) => upstream.removingUnhealthy(withRounded(memory)),
    reducing: (memory) => upstream.reducing(withRounded(memory)),
  }),
}
