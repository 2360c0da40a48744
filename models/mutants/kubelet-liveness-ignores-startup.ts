import { provide, type Mutant } from '../mutants.js'
import type { Context } from '#machine/process'
import type { BeginProbes } from '../node/pod-says.js'
import { asking } from '../node/probe.js'
import { mutateKubelet, withEffect } from './kubelet-with.js'

const eager =
  mutateKubelet(withEffect('beginProbes', (original) => (context: Context, params: BeginProbes) => {
  const kinds = params.kinds.includes('startup') ? [...params.kinds, 'liveness'] : params.kinds
  original(context, { ...params, kinds } as never) // the effect's own params
}))

export const kubeletLivenessIgnoresStartup: Mutant = {
  name: 'kubelet-liveness-ignores-startup',
  title: 'Liveness probes do not wait for the startup probe',
  upstream: 'KEP-950 (why they wait)',
  breaks: ['liveness-waits-for-startup'],
  apply: (processes) =>
    eager(provide('kubelet', 'probe', { actions: { ask: asking(() => false) } })(processes)),
}
