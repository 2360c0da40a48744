/**
 * Models: pkg/controller/util/node/controller_utils.go (GetNodeCondition), pkg/kubelet/nodestatus/setters.go
 *   (ReadyCondition and the pressure conditions)
 * Reads: nothing (it is handed nodes)
 * Writes: nothing
 * Omits: heartbeat and transition times
 */
import type { ConditionStatus, Node, NodeCondition } from '#api/types'

export function getNodeCondition(node: Node, type: string): NodeCondition | undefined {
  const conditions = node.status.conditions
  if (conditions === undefined) return undefined
  for (let i = 0; i < conditions.length; i++) if (conditions[i]?.type === type) return conditions[i]
  return undefined
}

/** The status of the Ready condition; `undefined` where there is none. */
export const readyStatus = (node: Node): ConditionStatus | undefined => getNodeCondition(node, 'Ready')?.status

/** What a kubelet in good health posts, in its order: Ready is the last. */
export const healthyConditions: readonly NodeCondition[] = [
  {
    type: 'MemoryPressure', status: 'False',
    reason: 'KubeletHasSufficientMemory', message: 'kubelet has sufficient memory available',
  },
  {
    type: 'DiskPressure', status: 'False',
    reason: 'KubeletHasNoDiskPressure', message: 'kubelet has no disk pressure',
  },
  {
    type: 'PIDPressure', status: 'False',
    reason: 'KubeletHasSufficientPID', message: 'kubelet has sufficient PID available',
  },
  { type: 'Ready', status: 'True', reason: 'KubeletReady', message: 'kubelet is posting ready status' },
]

const underPressure: Readonly<Record<string, NodeCondition>> = {
  MemoryPressure: {
    type: 'MemoryPressure', status: 'True',
    reason: 'KubeletHasInsufficientMemory', message: 'kubelet has insufficient memory available',
  },
  DiskPressure: {
    type: 'DiskPressure', status: 'True', reason: 'KubeletHasDiskPressure', message: 'kubelet has disk pressure',
  },
  PIDPressure: {
    type: 'PIDPressure', status: 'True',
    reason: 'KubeletHasInsufficientPID', message: 'kubelet has insufficient PID available',
  },
}

/** What a kubelet posts whose node is under these pressures. */
export const conditionsUnder = (pressures: readonly string[]): readonly NodeCondition[] => (pressures.length === 0
  ? healthyConditions
  : healthyConditions.map((one) => (pressures.includes(one.type) ? underPressure[one.type] ?? one : one)))

const shuttingDown: NodeCondition =
  { type: 'Ready', status: 'False', reason: 'KubeletNotReady', message: 'node is shutting down' }

/** The same where the machine shuts down. */
export const whileShuttingDown = (conditions: readonly NodeCondition[]): readonly NodeCondition[] =>
  conditions.map((one) => (one.type === 'Ready' ? shuttingDown : one))

/** The kubelet's conditions that the stored node lacks or has otherwise. */
export const outdatedConditions = (node: Node, posted: readonly NodeCondition[]): readonly NodeCondition[] =>
  posted.filter((condition) => {
    const stored = getNodeCondition(node, condition.type)
    return stored?.status !== condition.status || stored.reason !== condition.reason
      || stored.message !== condition.message
  })

/** Those which the node lifecycle controller sets to Unknown; NetworkUnavailable belongs to the control plane. */
const probed = ['Ready', 'MemoryPressure', 'DiskPressure', 'PIDPressure'] as const

/** The node as it is written once its kubelet has been silent for the grace period: tryUpdateNodeHealth. */
export function withUnknownConditions(node: Node): Node {
  let conditions = node.status.conditions ?? []
  for (const type of probed) {
    const at = conditions.findIndex((condition) => condition.type === type)
    const before = conditions[at]
    if (before === undefined) {
      conditions = [...conditions, {
        type, status: 'Unknown', reason: 'NodeStatusNeverUpdated', message: 'Kubelet never posted node status.',
      }]
    } else if (before.status !== 'Unknown') {
      conditions = conditions.with(at, {
        ...before, status: 'Unknown', reason: 'NodeStatusUnknown', message: 'Kubelet stopped posting node status.',
      })
    }
  }
  return conditions === node.status.conditions ? node : { ...node, status: { ...node.status, conditions } }
}
