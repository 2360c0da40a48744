import type { Mutant } from '../mutants.js'
import { mutateKubelet, withEffect } from './kubelet-with.js'

export const kubeletLeavesCgroups: Mutant = {
  name: 'kubelet-leaves-cgroups',
  title: 'The cgroup of a pod that is gone is never removed',
  breaks: ['nothing-left-behind'],
  apply: mutateKubelet(withEffect('removeCgroup', () => () => {})),
}
