import type { Mutant } from '../mutants.js'
import type { Context } from '#machine/process'
import { nodeName, sandboxesKey, sandboxKey } from '../node/cells.js'
import type { PodRef } from '../node/pod-says.js'
import { mutateKubelet, withEffect } from './kubelet-with.js'

export const kubeletLeavesSandboxes: Mutant = {
  name: 'kubelet-leaves-sandboxes',
  title: 'What the runtime has of a pod that is gone is never removed',
  breaks: ['nothing-left-behind'],
  apply: mutateKubelet(withEffect('forgetPod', (original) => (context: Context, params: PodRef) => {
    const { cells, process } = context
    const [sandbox, all] = [sandboxKey(nodeName(process), params.uid), sandboxesKey(nodeName(process))]
    const before = [cells.read(sandbox), cells.read(all)] as const
    original(context, params as never) // the effect's own params
    cells.write(sandbox, before[0])
    cells.write(all, before[1])
  })),
}
