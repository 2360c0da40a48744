import type { Mutant } from '../mutants.js'
import type { Context } from '#machine/process'
import type { NewStatus } from '../node/status-manager.js'
import { mutateKubelet, withEffect } from './kubelet-with.js'

export const kubeletForgetsRestarts: Mutant = {
  name: 'kubelet-forgets-restarts',
  title: 'Restarts of containers are not counted',
  breaks: ['container-states-legal'],
  apply: mutateKubelet(withEffect('setStatus', (original) => (context: Context, said: NewStatus) => {
    const containerStatuses = (said.status.containerStatuses ?? [])
      .map((one) => ({ ...one, restartCount: 0 }))
    // the effect's own params
    original(context, { ...said, status: { ...said.status, containerStatuses } } as never)
  })),
}
