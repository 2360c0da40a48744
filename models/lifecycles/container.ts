/**
 * Models: the life of a container as etcd sees it: kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle
 *   (container states), pkg/kubelet/status/status_manager.go (checkContainerStateTransition)
 * Reads: nothing (it judges)
 * Writes: nothing
 * Omits: nothing that is observable
 */
import { setup } from 'xstate'
import type { ContainerState } from '#api/types'

export type StateName = 'waiting' | 'running' | 'terminated'

export const containerState = setup({}).createMachine({
  id: 'containerState',
  initial: 'waiting',
  states: {
    // It may have run and ended between two statuses.
    waiting: { on: { start: 'running', end: 'terminated' } },
    // `hold`: it has ended, and its restart is held back. `restart`: it was restarted between two statuses.
    running: { on: { end: 'terminated', hold: 'waiting', restart: 'running' } },
    // Only a container that its policy restarts leaves this state.
    terminated: { on: { hold: 'waiting', restart: 'running' } },
  },
})

export const stateOf = (state: ContainerState): StateName =>
  (state.running !== undefined ? 'running' : state.terminated !== undefined ? 'terminated' : 'waiting')

/** What a change of state stands for. */
function eventOf(from: StateName, to: StateName): string {
  if (to === 'terminated') return 'end'
  if (to === 'waiting') return 'hold'
  return from === 'waiting' ? 'start' : 'restart'
}

export interface Change {
  readonly from: StateName
  readonly to: StateName
  /** The restart count went up, or the container has ended before: `lastState` says so. */
  readonly isRestart: boolean
  /** The container may be restarted: by its policy, or because its pod runs its init containers again. */
  readonly mayRestart: boolean
}

export function isLegalState({ from, to, isRestart, mayRestart }: Change): boolean {
  const event = eventOf(from, to)
  const events: readonly string[] = containerState.states[from]?.ownEvents ?? []
  if (!events.includes(event)) return false
  if (event !== 'hold' && event !== 'restart') return true
  return isRestart && (mayRestart || from !== 'terminated')
}
