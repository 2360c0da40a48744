import { allKey, objectKey } from '#machine/objects'
import { isPodPhaseTerminal } from '#api/pods'
import type { Finally, Judging, Verdict } from '#checker/claim'
import { kubeletOf } from '#models/node/cells'
import { heldName, heldTokensKey, tokensOf } from '#models/node/pod-tokens'
import { filesKey } from '#models/node/process-cells'
import { isExpired } from '#models/control-plane/tokens/token-expiry'
import { isLost } from '../workloads/workloads.js'

export const tokensValid: Finally = {
  kind: 'finally',
  name: 'tokens-valid',
  title: 'In the end no token of a pod that runs has expired: its kubelet asks for another one after four fifths of its life',
  source: 'pkg/kubelet/token/token_manager.go (requiresRefresh); kubernetes.io/docs/reference/access-authn-authz/service-accounts-admin '
    + '(bound service account token volume mechanism)',
  subjects: (cells) => cells.read(allKey('pods')) ?? [],
  check({ cells, disturbed }: Judging, subject: string): Verdict {
    const pod = cells.read(objectKey('pods', subject))
    const node = pod?.spec.nodeName ?? ''
    if (pod === undefined || node === '' || disturbed || isLost(cells, node)) return undefined
    const { metadata: { uid, deletionTimestamp } } = pod
    if (deletionTimestamp !== undefined || isPodPhaseTerminal(pod.status.phase) || cells.read(filesKey(node, uid)) === undefined) return undefined
    const held = cells.read(heldTokensKey(kubeletOf(node))) ?? {}
    const tokens = tokensOf(pod.spec).flatMap((wanted) => held[heldName(uid, wanted)] ?? [])
    const expired = tokens.find((token) => isExpired(cells, token))
    if (expired === undefined) return tokens.some(({ id }) => id !== undefined) ? 'held' : undefined
    return { message: `A token of Pod ${subject} has expired, and its volume shows no other one.`, objects: [`Pod ${subject}`] }
  },
}
