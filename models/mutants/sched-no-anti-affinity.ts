import type { Mutant } from '../mutants.js'
import { decidesBy } from './sched-with.js'
import { defaultProfile } from '../scheduling/schedule-pod.js'

export const schedNoAntiAffinity: Mutant = {
  name: 'sched-no-anti-affinity',
  title: 'kube-scheduler does not look at the affinity and anti-affinity of pods towards each other',
  breaks: ['placement-allowed'],
  apply: decidesBy({
    ...defaultProfile, filters: defaultProfile.filters.filter(({ name }) => name !== 'InterPodAffinity'),
  }),
}
