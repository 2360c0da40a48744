import type { Mutant } from '../mutants.js'
import type { Context } from '#machine/process'
import type { KillContainers } from '../node/pod-says.js'
import { mutateKubelet, withEffect } from './kubelet-with.js'

type Pod = NonNullable<KillContainers['pod']>

const withoutHooks = (pod: Pod): Pod => {
  const containers = pod.spec.containers.map(({ lifecycle: _, ...rest }) => rest)
  return { ...pod, spec: { ...pod.spec, containers } }
}

export const kubeletSkipsPreStop: Mutant = {
  name: 'kubelet-skips-pre-stop',
  title: 'Containers hear SIGTERM at once, whatever their preStop hook is',
  breaks: ['hooks-awaited'],
  apply: mutateKubelet(withEffect('killContainers', (original) => (context: Context, params: KillContainers) => {
    const { pod } = params
    original(context, (pod === undefined ? params : { ...params, pod: withoutHooks(pod) }) as never) // the effect's own params
  })),
}
