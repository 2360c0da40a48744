import { provide, type Mutant } from '../mutants.js'
import { Look } from '../node/pod-memory.js'
import { syncPod, type SyncWays } from '../node/pod-sync.js'
import { staged } from '../node/pod-worker.js'

/** Of two statuses that are sorted in place by two goroutines one may be there twice, and the other not at all. */
const look: SyncWays['look'] = (view, { uid, reasons }) => {
  const found = new Look(view, uid, reasons)
  const names = (found.sandbox?.containers ?? []).filter((name) => found.container(name) !== undefined)
  if (names.length < 2) return found
  const lost = names[view.cells.choose([
    'the statuses are sorted by nobody else', ...names.map((name) => `the status of ${name} is lost as they are sorted`),
  ]) - 1]
  const container: Look['container'] = (name) => (name === lost ? undefined : seen(name))
  const seen = found.container
  return lost === undefined ? found : Object.assign(found, { container })
}

export const kubeletStatusSortRace: Mutant = {
  name: 'kubelet-status-sort-race',
  title: "A pod's container statuses are sorted in place while its worker reads them, so that one may be missed",
  upstream: 'kubernetes/kubernetes#117694',
  breaks: ['one-running-container'],
  apply: provide('kubelet', 'pod', {
    actions: { sync: staged((view, memory) => syncPod(view, memory, { look })) },
  }),
}
