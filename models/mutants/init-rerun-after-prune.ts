import { isRestartableInitContainer } from '#api/pods'
import { provide, type Mutant } from '../mutants.js'
import { computePodActions } from '../node/pod-actions.js'
import { syncPod, type SyncWays } from '../node/pod-sync.js'
import { staged } from '../node/pod-worker.js'

/** The first init container of which the runtime knows nothing has not run yet, whatever else runs. */
const decide: SyncWays['decide'] = (pod, runtime) => {
  const actions = computePodActions(pod, runtime)
  const hasBegun = pod.spec.containers.some(({ name }) => runtime.container(name) !== undefined)
  if (!hasBegun || actions.createSandbox || actions.killPod) return actions
  const missing = (pod.spec.initContainers ?? [])
    .findIndex((one) => !isRestartableInitContainer(one) && runtime.container(one.name) === undefined)
  return missing < 0 ? actions
    : { ...actions, initContainersToStart: [missing], containersToStart: [], containersToKill: [] }
}

export const initRerunAfterPrune: Mutant = {
  name: 'init-rerun-after-prune',
  title: 'An init container whose record was removed runs again while app containers run',
  upstream: 'kubernetes/kubernetes#86531, #90271, #62362',
  breaks: ['init-only-before-app'],
  apply: provide('kubelet', 'pod', { actions: { sync: staged((view, memory) => syncPod(view, memory, { decide })) } }),
}
