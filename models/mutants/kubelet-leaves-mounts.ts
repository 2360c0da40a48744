import type { Mutant } from '../mutants.js'
import { mutateKubelet, withEffect } from './kubelet-with.js'

export const kubeletLeavesMounts: Mutant = {
  name: 'kubelet-leaves-mounts',
  title: 'The volumes of a pod that is gone stay mounted',
  breaks: ['nothing-left-behind'],
  apply: mutateKubelet(withEffect('unmountVolumes', () => () => {})),
}
