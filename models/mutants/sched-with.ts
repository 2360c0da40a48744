/** What mutants of kube-scheduler have in common. */
import { assign } from 'xstate'
import type { Node } from '#api/types'
import type { View } from '#machine/view'
import type { Context } from '#machine/process'
import type { WatchEvent } from '#machine/watch'
import { provide, type Mutant } from '../mutants.js'
import { dropNode, putNode } from '../scheduling/cache.js'
import type { Profile } from '../scheduling/schedule-pod.js'
import { decide } from '../scheduling/schedule-one.js'
import type { Queued } from '../scheduling/scheduling-queue.js'

interface Scheduling {
  readonly type: 'schedule'
  readonly view: View
  readonly pod: string
  readonly queued: Queued
}

/** Scheduling cycles that decide by other plugins. */
export const decidesBy = (profile: Profile): Mutant['apply'] => provide('kube-scheduler', 'scheduling', {
  actions: {
    decide: assign(({ event }) => {
      const { view, pod, queued } = event as unknown as Scheduling // the only event that has this action
      return decide(view, pod, queued, profile)
    }),
  },
})

/** The cache takes in what happened to a node; the queue is not told. */
export function seenQuietly(context: Context, { key, object }: WatchEvent): void {
  if (object === undefined) dropNode(context, key)
  else putNode(context, object as Node) // by resource
}
