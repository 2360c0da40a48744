import { part } from '#kernel/cells'
import { equal } from '#kernel/value'
import type { Step } from '#checker/claim'

interface Observing {
  readonly observedGeneration?: number
}

interface Object {
  readonly kind: string
  readonly metadata: { readonly generation?: number }
  readonly status?: Observing & { readonly conditions?: readonly (Observing & { readonly type: string })[] }
}

export const observedGenerations: Step = {
  kind: 'step',
  name: 'observed-generations',
  title: 'No status, and no condition in it, says that it observed a generation which its object has not had',
  source: 'KEP-5067 (pod generation); kubernetes.io/docs/concepts/overview/working-with-objects (observedGeneration)',
  on: ['store|pods|', 'store|deployments|', 'store|replicasets|', 'store|poddisruptionbudgets|'],
  check(_, { key, before, after }) {
    const [was, is] = [before as Object | undefined, after as Object | undefined] // the values of such cells
    if (is?.status === undefined || was?.status === is.status || equal(was?.status, is.status)) return undefined
    const { metadata: { generation = 0 }, status } = is
    const isWrong = ({ observedGeneration: seen }: Observing): boolean => seen !== undefined && (seen > generation || (seen < 1 && generation > 0))
    const wrong = isWrong(status) ? { of: 'status', seen: status.observedGeneration } : undefined
    const condition = status.conditions?.find((one, index) => one !== was?.status?.conditions?.[index] && isWrong(one))
    const what = wrong ?? (condition === undefined ? undefined : { of: `condition ${condition.type}`, seen: condition.observedGeneration })
    if (what === undefined) return status.observedGeneration === undefined && condition === undefined ? undefined : 'held'
    const text = `${is.kind} ${part(key, 2)}`
    return {
      message: `The ${what.of} of ${text} says that it observed generation ${what.seen ?? 0}, where ${generation} is the newest.`,
      objects: [text], cells: [key],
    }
  },
}
