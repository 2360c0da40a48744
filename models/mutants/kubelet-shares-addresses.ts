import type { Mutant } from '../mutants.js'
import type { Context } from '#machine/process'
import { nodeName, sandboxesKey, sandboxKey } from '../node/cells.js'
import type { CreateSandbox } from '../node/pod-says.js'
import { mutateKubelet, withEffect } from './kubelet-with.js'

export const kubeletSharesAddresses: Mutant = {
  name: 'kubelet-shares-addresses',
  title: "A node's address range is handed out without a record of who has what, so that pods get an address that is in use",
  breaks: ['one-ip-per-sandbox'],
  apply: mutateKubelet(withEffect('createSandbox', (original) => (
    context: Context, params: CreateSandbox,
  ) => {
    original(context, params as never) // the effect's own params
    const node = nodeName(context.process)
    const own = sandboxKey(node, params.uid)
    const sandbox = context.cells.read(own)
    const other = (context.cells.read(sandboxesKey(node)) ?? [])
      .map((uid) => context.cells.read(sandboxKey(node, uid)))
      .find((one) => one !== sandbox && one?.ready === true && one.ips.length > 0)
    if (sandbox !== undefined && sandbox.ips.length > 0 && other !== undefined) {
      context.cells.write(own, { ...sandbox, ips: other.ips })
    }
  })),
}
