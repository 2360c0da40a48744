import { replaceProcess, type Mutant } from '../mutants.js'
import { nodeIpam } from '../node-lifecycle/node-ipam.js'

export const nodeIpamTrustsCache: Mutant = {
  name: 'node-ipam-trusts-cache',
  title: 'The range allocator counts a range as used only once it sees it on a node, not from when it hands it out',
  breaks: ['one-node-per-pod-cidr'],
  apply: replaceProcess(nodeIpam, (process) => ({ ...process, effects: { ...process.effects, occupy: () => {} } })),
}
