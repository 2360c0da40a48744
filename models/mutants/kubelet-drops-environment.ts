import type { Container } from '#api/types'
import type { Context } from '#machine/process'
import type { Mutant } from '../mutants.js'
import { mutateKubelet, withEffect } from './kubelet-with.js'

interface Started { readonly spec: Container }

export const kubeletDropsEnvironment: Mutant = {
  name: 'kubelet-drops-environment',
  title: 'Containers are started without the variables of their env',
  breaks: ['containers-stay-up'],
  apply: mutateKubelet(withEffect('startContainer', (original) => (context: Context, { spec, ...rest }: Started) =>
    original(context, { ...rest, spec: { ...spec, env: [] } } as never))), // the effect's own params
}
