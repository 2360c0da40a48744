import { provide, type Mutant } from '../mutants.js'
import type { Context } from '#machine/process'
import { nodeName } from '../node/cells.js'
import { relist } from '../node/containerd.js'
import type { KillContainers } from '../node/pod-says.js'
import { mutateKubelet, withEffect } from './kubelet-with.js'

const hasty =
  mutateKubelet(withEffect('killContainers', (original) => (context: Context, params: KillContainers) => {
  original(context, params as never) // the effect's own params
  relist(context.cells, nodeName(context.process), params.uid)
}))

export const kubeletDoesNotWait: Mutant = {
  name: 'kubelet-does-not-wait',
  title: 'A container that is to be restarted is started again before the one that is being stopped has ended',
  upstream: 'kubernetes/kubernetes#117694 (two running instances of one container, for another reason)',
  breaks: ['one-running-container'],
  apply: (processes) =>
    hasty(provide('kubelet', 'pod', { guards: { mustStillKill: () => false } })(processes)),
}
