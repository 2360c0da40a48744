import type { Mutant } from '../mutants.js'
import { replaceProcess } from '../mutants.js'

export const gcForgetsDependents: Mutant = {
  name: 'gc-forgets-dependents',
  title: 'The garbage collector learns that an owner is gone, and does not look at what the owner leaves behind',
  breaks: ['orphans-collected'],
  apply: replaceProcess('kube-controller-manager/garbage-collector', (process) => ({
    ...process,
    onWatch(context, event) {
      if (event.type !== 'DELETED') process.onWatch?.(context, event)
    },
  })),
}
