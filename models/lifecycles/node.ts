/**
 * Models: the life of a node's condition as etcd sees it: pkg/kubelet/nodestatus/setters.go (the kubelet says what is),
 *   pkg/controller/nodelifecycle/node_lifecycle_controller.go (the controller says only that nobody knows)
 * Reads: nothing (it judges)
 * Writes: nothing
 * Omits: NetworkUnavailable, which network plugins write
 */
import { setup } from 'xstate'
import type { ConditionStatus } from '#api/types'

/** The conditions that are judged. */
export const judgedConditions = ['Ready', 'MemoryPressure', 'DiskPressure', 'PIDPressure'] as const

const byKubelet = { 'kubelet.True': 'True', 'kubelet.False': 'False' } as const
const byController = { 'controller.Unknown': 'Unknown' } as const

export const nodeCondition = setup({}).createMachine({
  id: 'nodeCondition',
  initial: 'absent',
  states: {
    // A node that never posted its status becomes Unknown after the startup grace period.
    absent: { on: { ...byKubelet, ...byController } },
    True: { on: { ...byKubelet, ...byController } },
    False: { on: { ...byKubelet, ...byController } },
    // Only the kubelet knows better.
    Unknown: { on: byKubelet },
  },
})

/** Whether `by` may take a condition from one status to another. */
export function isLegal(
  from: ConditionStatus | 'absent', by: 'kubelet' | 'controller', to: ConditionStatus,
): boolean {
  const events: readonly string[] = nodeCondition.states[from]?.ownEvents ?? []
  return events.includes(`${by}.${to}`)
}
