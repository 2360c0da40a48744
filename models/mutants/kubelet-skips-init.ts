import type { Mutant } from '../mutants.js'
import type { Context } from '#machine/process'
import type { StartContainer } from '../node/pod-says.js'
import { mutateKubelet, withEffect } from './kubelet-with.js'

export const kubeletSkipsInit: Mutant = {
  name: 'kubelet-skips-init',
  title: 'App containers are started together with the first init container',
  breaks: ['init-before-app'],
  apply: mutateKubelet(withEffect('startContainer', (original) => (
    context: Context, params: StartContainer,
  ) => {
    original(context, params as never) // the effect's own params
    const { pod, spec } = params
    if (pod.spec.initContainers?.[0] !== spec) return
    for (const app of pod.spec.containers) original(context, { ...params, spec: app } as never) // as above
  })),
}
