import type { Mutant } from '../mutants.js'
import { decidesBy } from './sched-with.js'
import { defaultProfile } from '../scheduling/schedule-pod.js'

export const schedIgnoresTaints: Mutant = {
  name: 'sched-ignores-taints',
  title: 'kube-scheduler places pods on nodes whose taints they do not tolerate, cordoned ones included',
  breaks: ['placement-allowed'],
  apply: decidesBy({
    ...defaultProfile,
    filters: defaultProfile.filters.filter(({ name }) => name !== 'TaintToleration' && name !== 'NodeUnschedulable'),
  }),
}
