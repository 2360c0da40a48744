import type { Mutant } from '../mutants.js'
import { replaceProcess } from '../mutants.js'

export const schedNoAssume: Mutant = {
  name: 'sched-no-assume',
  title: 'kube-scheduler does not count a pod on its node until it sees it bound, and gives the place away once more',
  breaks: ['placement-allowed'],
  apply: replaceProcess('kube-scheduler', (process) =>
    ({ ...process, effects: { ...process.effects, assume: () => {} } })),
}
