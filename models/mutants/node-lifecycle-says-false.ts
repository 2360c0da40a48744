import type { Node } from '#api/types'
import type { Call, Context } from '#machine/process'
import { requestKey } from '#machine/request'
import { replaceProcess, type Mutant } from '../mutants.js'
import { nodeLifecycle } from '../node-lifecycle/lease.js'

const withFalse = (node: Node): Node => ({
  ...node,
  status: {
    ...node.status,
    conditions: (node.status.conditions ?? []).map((condition) =>
      (condition.status === 'Unknown' ? { ...condition, status: 'False' as const } : condition)),
  },
})

/** The common effect, with another body for the status of nodes. */
function call({ cells, process, owner }: Context, { slot, ...request }: Call): void {
  const isStatus = request.resource === 'nodes' && request.subresource === 'status'
  cells.write(requestKey(process, owner, slot ?? 'main'),
    isStatus ? { ...request, body: withFalse(request.body as Node) } : request) // a node's status is sent as a Node
}

export const nodeLifecycleSaysFalse: Mutant = {
  name: 'node-lifecycle-says-false',
  title: 'The node lifecycle controller says of a silent node that it is not ready, which it cannot know',
  breaks: ['node-conditions-legal'],
  apply: replaceProcess(nodeLifecycle, (process) => ({ ...process, effects: { ...process.effects, call } })),
}
