import type { Mutant } from '../mutants.js'
import type { Context } from '#machine/process'
import { mutateKubelet, withEffect } from './kubelet-with.js'

export const kubeletNeverKills: Mutant = {
  name: 'kubelet-never-kills',
  title: 'SIGTERM is the last that a container hears: no SIGKILL follows when its grace period is over',
  breaks: ['termination-within-grace'],
  apply: mutateKubelet(
    withEffect('sigkill', () => () => {}),
    (process) => ({
      ...process,
      onTimer: (context: Context, owner: string, name: string) => {
        if (name !== 'expired') process.onTimer?.(context, owner, name)
      },
    }),
  ),
}
