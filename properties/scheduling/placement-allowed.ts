import { part, type Cells } from '#kernel/cells'
import { nameOf } from '#machine/objects'
import type { ApiRequest } from '#machine/request'
import { View } from '#machine/view'
import { assumedKey, placedKey } from '#models/scheduling/cache'
import { defaultProfile, prepareFilters, runFilters } from '#models/scheduling/schedule-pod'
import type { Finding, Step, Verdict } from '#checker/claim'
import { knownSnapshot, process } from './known-placements.js'

interface Bound {
  readonly pod: string
  readonly node: string
}

/** The binding that a scheduling cycle set out to make in this Step. */
function begun(key: string, before: unknown, after: unknown): Bound | undefined {
  const request = after as ApiRequest | undefined // the value of a request's cell
  if (before !== undefined || request?.subresource !== 'binding' || part(key, 1) !== process) return undefined
  const { target } = request.body as { readonly target: { readonly name: string } } // built by kube-scheduler
  return { pod: request.key, node: target.name }
}

const finding = ({ pod, node }: Bound, why: string): Finding => ({
  message: `kube-scheduler places Pod ${pod} on ${node}, ${why}`,
  objects: [`Pod ${pod}`, `Node ${node}`],
  cells: [placedKey(process)],
})

function judge(cells: Cells, bound: Bound): Verdict {
  const view = new View(cells, process)
  const pod = view.get('pods', bound.pod)
  if (pod === undefined) return finding(bound, 'although its cache has no such pod')
  const snapshot = knownSnapshot(view, nameOf(pod))
  const node = snapshot.find(bound.node)
  if (node === undefined) return finding(bound, 'a node that its own cache does not have any more')
  const rejection = runFilters(prepareFilters({ pod, snapshot }, defaultProfile.filters), node)
  if (rejection !== undefined) return finding(bound, `where ${rejection.plugin} rejects it: ${rejection.reasons.join(', ')}`)
  const assumed = cells.read(assumedKey(process))?.[nameOf(pod)]
  if (assumed?.node !== bound.node) return finding(bound, 'and does not count it there until it sees it bound')
  return 'held'
}

export const placementAllowed: Step = {
  kind: 'step',
  name: 'placement-allowed',
  title: 'kube-scheduler places a pod only on a node that it knows and that passes every filter, by what its own caches hold '
    + 'and what it has placed itself (the caches may be old; whoever binds pods beside it does not count)',
  source: 'pkg/scheduler/schedule_one.go (schedulePod, assume); the default Filter plugins',
  on: [`request|${process}|binding:`],
  check({ cells }, { key, before, after }) {
    const bound = begun(key, before, after)
    return bound === undefined ? undefined : judge(cells, bound)
  },
}
