/**
 * Models: the life of a pod as etcd sees it: kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle (pod
 *   phase)
 * Reads: nothing (it judges)
 * Writes: nothing
 * Omits: Unknown, which nothing writes any more
 */
import { setup } from 'xstate'
import type { PodPhase } from '#api/types'

const ending = { 'ends.Succeeded': 'Succeeded', 'ends.Failed': 'Failed' } as const

export const podPhase = setup({}).createMachine({
  id: 'podPhase',
  initial: 'Pending',
  states: {
    Pending: { on: { ...ending, 'starts.Running': 'Running' } },
    // A pod that loses its sandbox runs its init containers again, and is Pending meanwhile.
    Running: { on: { ...ending, 'initializes.Pending': 'Pending' } },
    Succeeded: {},
    Failed: {},
    Unknown: { on: { ...ending, 'starts.Running': 'Running' } },
  },
})

const eventTo: Readonly<Record<PodPhase, string>> = {
  Pending: 'initializes.Pending', Running: 'starts.Running', Succeeded: 'ends.Succeeded',
  Failed: 'ends.Failed', Unknown: '',
}

/** Whether a pod may go from one phase to another; `hasInit`: it has init containers. */
export function isLegalPhase(from: PodPhase, to: PodPhase, hasInit: boolean): boolean {
  if (to === 'Pending' && !hasInit) return false
  const events: readonly string[] = podPhase.states[from]?.ownEvents ?? []
  return events.includes(eventTo[to])
}
