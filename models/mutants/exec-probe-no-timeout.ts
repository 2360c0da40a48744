import { provide, type Mutant } from '../mutants.js'
import { asking } from '../node/probe.js'

export const execProbeNoTimeout: Mutant = {
  name: 'exec-probe-no-timeout',
  title: 'The timeout of an exec probe is ignored: its worker waits until the command ends',
  upstream: 'KEP-1972, up to Kubernetes 1.19',
  breaks: ['hanging-probes-fail'],
  apply: provide('kubelet', 'probe', { actions: {
    ask: asking(undefined, ({ exec, timeoutSeconds }) => (exec === undefined ? timeoutSeconds * 1000 : undefined)),
  } }),
}
