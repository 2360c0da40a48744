import type { Mutant } from '../mutants.js'
import { replaceProcess } from '../mutants.js'
import { seenQuietly } from './sched-with.js'

export const schedDeafQueue: Mutant = {
  name: 'sched-deaf-queue',
  title: 'kube-scheduler does not try unschedulable pods again when a node changes',
  breaks: ['pending-pods-are-scheduled'],
  apply: replaceProcess('kube-scheduler', (process) => ({
    ...process,
    onWatch: (context, event) => (event.resource === 'nodes' ? seenQuietly(context, event) : process.onWatch?.(context, event)),
  })),
}
