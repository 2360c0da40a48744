import type { Mutant } from '../mutants.js'
import { mutateKubelet } from './kubelet-with.js'

export const kubeletKeepsPressure: Mutant = {
  name: 'kubelet-keeps-pressure',
  title: 'The conditions of pressure are never taken back: the end of the transition period goes unnoticed',
  breaks: ['pressure-told'],
  apply: mutateKubelet((process) => ({
    ...process,
    onTimer(context, about, name) {
      if (!name.startsWith('transition.')) process.onTimer?.(context, about, name)
    },
  })),
}
