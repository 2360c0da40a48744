import type { Mutant } from '../mutants.js'
import { mutateKubelet, withEffect } from './kubelet-with.js'

export const kubeletNeverRemounts: Mutant = {
  name: 'kubelet-never-remounts',
  title: 'Volumes show for ever what they showed when their pod began',
  breaks: ['volumes-current'],
  apply: mutateKubelet(withEffect('remount', () => () => {})),
}
