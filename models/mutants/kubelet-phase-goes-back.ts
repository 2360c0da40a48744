import type { Mutant } from '../mutants.js'
import type { Context } from '#machine/process'
import type { NewStatus } from '../node/status-manager.js'
import { mutateKubelet, withEffect } from './kubelet-with.js'

export const kubeletPhaseGoesBack: Mutant = {
  name: 'kubelet-phase-goes-back',
  title: 'A pod is told to be Pending whenever one of its containers is waiting, even between restarts',
  breaks: ['pod-phases-legal'],
  apply: mutateKubelet(withEffect('setStatus', (original) => (context: Context, said: NewStatus) => {
    const isWaiting = said.status.containerStatuses?.some(({ state }) => state.waiting !== undefined) === true
    // its own params
    original(context, (isWaiting ? { ...said, status: { ...said.status, phase: 'Pending' } } : said) as never)
  })),
}
