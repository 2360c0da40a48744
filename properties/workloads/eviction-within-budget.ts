import type { Pod, PodDisruptionBudget } from '#api/types'
import { isPodReady } from '#api/pods'
import type { Judging, Step, Verdict, Write } from '#checker/claim'
import { part, type Cells } from '#kernel/cells'
import { indexKey, nameOf, objectKey } from '#machine/objects'
import type { Answer, ApiRequest } from '#machine/request'
import { matchesBudget } from '#models/control-plane/disruption-budget'
import { canIgnorePDB, mayEvictUnhealthy } from '#models/control-plane/eviction'

/** What the request under way was, and what it has changed so far: values from before it. */
interface Before {
  readonly pod: string
  was?: Pod
  readonly budgets: Record<string, PodDisruptionBudget>
}

const memo = 'eviction'

/** The budgets of the pod's namespace as the request found them. */
function budgetsFor(cells: Cells, pod: Pod, { budgets }: Before): readonly PodDisruptionBudget[] {
  const names = cells.read(indexKey('poddisruptionbudgets', 'namespace', pod.metadata.namespace)) ?? []
  return names.flatMap((name) => {
    const budget = budgets[name] ?? cells.read(objectKey('poddisruptionbudgets', name))
    return budget !== undefined && matchesBudget(budget, pod) ? [budget] : []
  })
}

function judge({ cells }: Judging, before: Before): Verdict {
  const pod = before.was
  if (pod === undefined || canIgnorePDB(pod)) return undefined
  const budgets = budgetsFor(cells, pod, before)
  const [budget] = budgets
  if (budget === undefined) return undefined
  const objects = [`Pod ${nameOf(pod)}`, ...budgets.map((one) => `PodDisruptionBudget ${nameOf(one)}`)]
  if (budgets.length > 1) {
    const message = `The eviction of pod ${nameOf(pod)} was granted although ${budgets.length} budgets select it.`
    return { message, objects }
  }
  const { status, metadata } = budget
  const isCounted = (status.observedGeneration ?? 0) >= (metadata.generation ?? 0)
  if (!isPodReady(pod) && mayEvictUnhealthy(budget)) return undefined
  if (status.disruptionsAllowed > 0 && isCounted) return 'held'
  return {
    message: `The eviction of pod ${nameOf(pod)} was granted although PodDisruptionBudget ${nameOf(budget)} `
      + (isCounted
        ? `allows ${status.disruptionsAllowed} disruptions: ${status.desiredHealthy} healthy pods are needed, `
          + `${status.currentHealthy} are there.`
        : 'has changed and was not counted since.'),
    objects,
    cells: [objectKey('poddisruptionbudgets', nameOf(budget)), objectKey('pods', nameOf(pod))],
  }
}

export const evictionWithinBudget: Step = {
  kind: 'step',
  name: 'eviction-within-budget',
  title: 'The API server grants no eviction while the pod\'s PodDisruptionBudget has `disruptionsAllowed` 0 (pods that are '
    + 'pending, finished or terminating aside, and unhealthy ones as `unhealthyPodEvictionPolicy` says)',
  source: 'pkg/registry/core/pod/storage/eviction.go (EvictionREST.Create)',
  on: ['request|', 'store|pods|', 'store|poddisruptionbudgets|', 'response|'],
  check(judging, { key, before, after }: Write) {
    const { memory } = judging
    const prefix = part(key, 0)
    if (prefix === 'request') {
      const request = before as ApiRequest | undefined // the value of such a cell
      const isTaken = after === undefined && request?.subresource === 'eviction'
      if (isTaken) memory.set(memo, { pod: request.key, budgets: {} })
      else if (memory.size > 0) memory.delete(memo)
      return undefined
    }
    const known = memory.get(memo) as Before | undefined // put there above
    if (known === undefined) return undefined
    const name = part(key, 2)
    if (prefix === 'response') {
      memory.delete(memo)
      const { request, response } = (after ?? {}) as Partial<Answer> // as for request
      if (response?.ok !== true || request?.subresource !== 'eviction') return undefined
      return judge(judging, known.was === undefined ? { ...known, ...podNow(judging.cells, known.pod) } : known)
    }
    if (key.startsWith('store|pods|')) {
      if (name === known.pod) known.was = before as Pod // by resource
    } else known.budgets[name] = before as PodDisruptionBudget // by resource
    return undefined
  },
}

/** A pod that the request did not change. */
function podNow(cells: Cells, name: string): { readonly was?: Pod } {
  const pod = cells.read(objectKey('pods', name))
  return pod === undefined ? {} : { was: pod }
}
