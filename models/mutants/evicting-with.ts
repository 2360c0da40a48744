/** Parts of mutants of eviction: another pod in place of the chosen one. */
import type { Pod } from '#api/types'
import type { Context } from '#machine/process'
import type { Mutant } from '../mutants.js'
import { podOwner } from '../node/cells.js'
import { activePods } from '../node/eviction-observations.js'
import { evictionKey } from '../node/eviction-watch.js'
import { mutateKubelet } from './kubelet-with.js'

/** Another pod than the ranking says is evicted, where `isWorse` finds one. */
export const evictingInstead = (isWorse: (pod: Pod, chosen: Pod) => boolean): Mutant['apply'] =>
  mutateKubelet((process) => ({
    ...process,
    onTimer(context: Context, about, name) {
      const { cells, runtime, view } = context
      let chosen: string | undefined
      const send: typeof runtime.send = (to, event) => {
        if (event.type !== 'evict') return runtime.send(to, event)
        const active = activePods(view)
        const meant = active.find(({ metadata: { uid } }) => podOwner(uid) === to.owner)
        const instead = active.find((pod) => meant !== undefined && isWorse(pod, meant)) ?? meant
        chosen = instead?.metadata.uid
        if (instead !== undefined) runtime.send({ ...to, owner: podOwner(instead.metadata.uid) }, event)
      }
      process.onTimer?.({ ...context, runtime: { ...runtime, send } }, about, name)
      const memory = cells.read(evictionKey(context.process))
      if (chosen !== undefined && memory !== undefined) {
        cells.write(evictionKey(context.process), { ...memory, evicting: chosen })
      }
    },
  }))
