import { assign } from 'xstate'
import { provide, type Mutant } from '../mutants.js'

export const kubeletRestartResetsReady: Mutant = {
  name: 'kubelet-restart-resets-ready',
  title: 'A kubelet that is restarted takes every container for not ready until its readiness probe has succeeded again',
  upstream: 'kubernetes/kubernetes#100277; the gate ChangeContainerStatusOnKubeletRestart, off since 1.35',
  breaks: ['ready-until-probe-fails'],
  apply: provide('kubelet', 'probe', { actions: { takeOver: assign({}) } }),
}
