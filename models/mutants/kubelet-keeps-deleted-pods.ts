import type { Mutant } from '../mutants.js'
import type { Call, Context } from '#machine/process'
import { requestKey } from '#machine/request'
import { mutateKubelet } from './kubelet-with.js'

/** The common effect, but for the kubelet's last word on a pod. */
function call({ cells, process, owner }: Context, { slot, ...request }: Call): void {
  if (request.verb !== 'delete') cells.write(requestKey(process, owner, slot ?? 'main'), request)
}

export const kubeletKeepsDeletedPods: Mutant = {
  name: 'kubelet-keeps-deleted-pods',
  title: 'The kubelet does not tell the API server that nothing is left of a deleted pod',
  breaks: ['deleted-pods-gone'],
  apply: mutateKubelet((process) => ({ ...process, effects: { ...process.effects, call } })),
}
