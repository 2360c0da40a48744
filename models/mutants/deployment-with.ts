import type { Decisions } from '../workloads/deployment-plans.js'
import { upstream } from '../workloads/deployment-plans.js'
import { syncDeployment } from '../workloads/deployment-sync.js'
import { replaceProcess, type Mutant } from '../mutants.js'

/** A Deployment controller that decides some things in another way. */
export const deploymentWith = (decisions: Partial<Decisions>): Mutant['apply'] =>
  replaceProcess('kube-controller-manager/deployment', (process) =>
    ({ ...process, charts: { ...process.charts, sync: syncDeployment({ ...upstream, ...decisions }) } }))
