import type { Mutant } from '../mutants.js'
import type { Context } from '#machine/process'
import type { NewStatus } from '../node/status-manager.js'
import { mutateKubelet, withEffect } from './kubelet-with.js'

export const kubeletCountsTwice: Mutant = {
  name: 'kubelet-counts-twice',
  title: 'Every container is reported with one restart too many',
  breaks: ['container-statuses-agree'],
  apply: mutateKubelet(withEffect('setStatus', (original) => (context: Context, said: NewStatus) => {
    const containerStatuses = (said.status.containerStatuses ?? [])
      .map((one) => ({ ...one, restartCount: one.restartCount + 1 }))
    // the effect's own params
    original(context, { ...said, status: { ...said.status, containerStatuses } } as never)
  })),
}
