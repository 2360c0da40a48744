import type { Mutant } from '../mutants.js'
import type { Pod } from '#api/types'
import { nameOf } from '#machine/objects'
import { nodeName, podOwner } from '../node/cells.js'
import { isMirrorPod, staticPodKey } from '../node/static-cells.js'
import { mutateKubelet } from './kubelet-with.js'

export const kubeletStopsStaticPods: Mutant = {
  name: 'kubelet-stops-static-pods',
  title: 'A kubelet whose mirror pod is deleted stops the static pod as it would any other',
  breaks: ['static-pods-run'],
  apply: mutateKubelet((process) => ({
    ...process,
    onWatch(context, event) {
      process.onWatch?.(context, event)
      const old = event.resource === 'pods' ? event.old as Pod | undefined : undefined // by resource
      if (event.type !== 'DELETED' || old === undefined || !isMirrorPod(old)) return
      const pod = context.cells.read(staticPodKey(nodeName(context.process), nameOf(old)))
      if (pod === undefined) return
      context.runtime.send({ ...context, owner: podOwner(pod.metadata.uid) }, { type: 'removed', pod })
    },
  })),
}
