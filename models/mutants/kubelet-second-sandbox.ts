import type { Mutant } from '../mutants.js'
import type { Context } from '#machine/process'
import { containerKey, nodeName, sandboxKey } from '../node/cells.js'
import type { StartContainer } from '../node/pod-says.js'
import { mutateKubelet, withEffect } from './kubelet-with.js'

export const kubeletSecondSandbox: Mutant = {
  name: 'kubelet-second-sandbox',
  title: 'A container is restarted in a new sandbox, while the one that it ran in before stays',
  breaks: ['one-sandbox-per-pod'],
  apply: mutateKubelet(withEffect('startContainer', (original) => (
    context: Context, params: StartContainer,
  ) => {
    const { cells, process } = context
    const cell = sandboxKey(nodeName(process), params.uid)
    const sandbox = cells.read(cell)
    const isRestart = cells.read(containerKey(nodeName(process), params.uid, params.spec.name)) !== undefined
    if (isRestart && sandbox !== undefined) cells.write(cell, { ...sandbox, attempt: sandbox.attempt + 1 })
    original(context, params as never) // the effect's own params
  })),
}
