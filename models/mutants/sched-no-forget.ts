import type { WatchEvent } from '#machine/watch'
import type { Pod } from '#api/types'
import type { Context, Process } from '#machine/process'
import type { Mutant } from '../mutants.js'
import { replaceProcess } from '../mutants.js'
import { remove } from '../scheduling/scheduling-queue.js'

/** The informer's handler drops a pod that goes before it was bound from the queue alone. */
const handle = (process: Process) => (context: Context, event: WatchEvent): void => {
  const old = event.resource === 'pods' ? event.old as Pod | undefined : undefined // by resource
  if (old !== undefined && event.object === undefined && (old.spec.nodeName ?? '') === '') remove(context, event.key)
  else process.onWatch?.(context, event)
}

export const schedNoForget: Mutant = {
  name: 'sched-no-forget',
  title: 'kube-scheduler does not forget a pod that it could not bind: what it would have used stays taken',
  breaks: ['scheduler-cache-agrees', 'pending-pods-are-scheduled'],
  apply: replaceProcess('kube-scheduler', (process) => ({
    ...process,
    effects: { ...process.effects, forget: () => {} },
    onWatch: handle(process),
    onReplaced: (context, _, missed) => missed.forEach((event) => handle(process)(context, event)),
  })),
}
