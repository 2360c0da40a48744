import { part } from '#kernel/cells'
import type { Judging, Step, Verdict } from '#checker/claim'
import { heldTokensKey, type Held } from '#models/node/pod-tokens'
import { isExpired } from '#models/control-plane/tokens/token-expiry'
import { nodeName } from '#models/node/cells'
import { isLost } from '../workloads/workloads.js'
import { podWith, shortName } from './pods.js'

/** What it was asked for, in seconds: the last word of its name. */
const lifeOf = (name: string): number => Number(name.slice(name.lastIndexOf(' ') + 1))

export const tokensValid: Step = {
  kind: 'step',
  name: 'tokens-valid',
  title: 'No token of a pod expires while it runs: its kubelet asks for another one after four fifths of its life; a node that is '
    + 'cut off, or without its kubelet, aside',
  source: 'pkg/kubelet/token/token_manager.go (requiresRefresh); kubernetes.io/docs/reference/access-authn-authz/service-accounts-admin '
    + '(bound service account token volume mechanism)',
  on: ['memory|kubelet/'],
  check({ now, wake }, { key, before, after }) {
    const process = part(key, 1)
    if (key !== heldTokensKey(process)) return undefined
    const [was, is] = [before as Held | undefined, after as Held | undefined] // the values of such a cell
    for (const [name, token] of Object.entries(is ?? {})) {
      if (token.id !== undefined && was?.[name] === undefined) wake(`${process}|${name}`, now + lifeOf(name) * 1000 + 1)
    }
    return undefined
  },
  due({ cells, disturbed }: Judging, asked): Verdict {
    const bar = asked.indexOf('|')
    const [process, name] = [asked.slice(0, bar), asked.slice(bar + 1)]
    const token = cells.read(heldTokensKey(process))?.[name]
    const [uid = ''] = name.split(' ')
    if (token === undefined || podWith(cells, uid) === undefined || disturbed || isLost(cells, nodeName(process))) return undefined
    if (!isExpired(cells, token)) return 'held'
    return { message: `A token of Pod ${shortName(uid)} has expired, and its kubelet has asked for no other one`, objects: [`Pod ${shortName(uid)}`], cells: [heldTokensKey(process)] }
  },
}
