import { subjectOf } from '#machine/effects'
import type { Context } from '#machine/process'
import { enqueue } from '../client/workqueue.js'
import { replaceProcess, type Mutant } from '../mutants.js'

export const deploymentNeverDone: Mutant = {
  name: 'deployment-never-done',
  title: 'The Deployment controller takes a Deployment up again as soon as it is done with it',
  breaks: ['comes-to-rest'],
  apply: replaceProcess('kube-controller-manager/deployment', (process) => ({
    ...process,
    effects: {
      ...process.effects,
      finished: (context: Context, outcome: never) => {
        process.effects?.['finished']?.(context, outcome)
        enqueue(context, subjectOf(context.owner))
      },
    },
  })),
}
