import { buildNode } from '#models/node-lifecycle/nodes'
import { staticPodsAnnotation } from '#models/node/static-manifests'
import { deleteNamed, pod, scenarioOf } from '../manifests.js'
import type { Small } from '../baselines.js'
import type { Node } from '#api/types'

const file = (image: string): string =>
  JSON.stringify({ ...pod('proxy'), spec: { containers: [{ name: 'main', image }] } })

const withFiles = (node: Node, text: string): Node => ({
  ...node, metadata: { ...node.metadata, annotations: { ...node.metadata.annotations, [staticPodsAnnotation]: text } },
})

const write = (text: string) => ({
  do: 'patch' as const, target: { resource: 'nodes', name: 'node-1' }, type: 'merge' as const,
  patch: { metadata: { annotations: { [staticPodsAnnotation]: text } } },
})

const nodes = [withFiles(buildNode(0, { podCidr: true }), file('proxy:1'))]

export const staticPods: readonly Small[] = [
  {
    name: 'mirror-pod-deleted',
    scenario: { ...scenarioOf({ nodes: 1 }, deleteNamed('pods', 'proxy-node-1')), nodes },
    budgets: { delays: 2, faults: 1 },
  },
  {
    name: 'static-pod-changes',
    scenario: { ...scenarioOf({ nodes: 1 }, write(file('proxy:2')), write('')), nodes },
    budgets: { delays: 2, faults: 1 },
  },
]
