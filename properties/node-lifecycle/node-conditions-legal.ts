import type { Node, NodeCondition } from '#api/types'
import { part } from '#kernel/cells'
import { isLegal, judgedConditions } from '#models/lifecycles/node'
import { nodeLifecycle } from '#models/node-lifecycle/lease'
import type { Step } from '#checker/claim'

function writerOf(choice: string): 'kubelet' | 'controller' | undefined {
  if (choice.startsWith('request|kubelet/')) return 'kubelet'
  return choice.startsWith(`request|${nodeLifecycle}|`) ? 'controller' : undefined
}

const conditionOf = (node: Node | undefined, type: string): NodeCondition | undefined =>
  node?.status?.conditions?.find((condition) => condition.type === type)

export const nodeConditionsLegal: Step = {
  kind: 'step',
  name: 'node-conditions-legal',
  title: 'Only a kubelet says that a condition of its node is True or False; the node lifecycle controller says no '
    + 'more than Unknown',
  source: 'kubernetes.io/docs/reference/node/node-status; pkg/controller/nodelifecycle/node_lifecycle_controller.go',
  on: ['store|nodes|'],
  check(_, { key, before, after, choice }) {
    const by = writerOf(choice)
    const [was, is] = [before as Node | undefined, after as Node | undefined] // the values of a node's cell
    if (by === undefined || is === undefined || was?.status === is.status) return undefined
    const name = part(key, 2)
    let isJudged = false
    for (const type of judgedConditions) {
      const from = conditionOf(was, type)?.status ?? 'absent'
      const to = conditionOf(is, type)?.status
      if (to === undefined || to === from) continue
      isJudged = true
      if (isLegal(from, by, to)) continue
      return {
        message: `Condition ${type} of node ${name} went from ${from} to ${to}, written by `
          + (by === 'kubelet' ? 'its kubelet' : 'the node lifecycle controller'),
        objects: [`Node ${name}`],
        cells: [key],
      }
    }
    return isJudged ? 'held' : undefined
  },
}
