import type { Pod } from '#api/types'
import type { Ending, Finally, Judging, Verdict } from '#checker/claim'
import type { Cells } from '#kernel/cells'
import { allKey, nameOf, objectKey } from '#machine/objects'
import { Newest } from '#machine/view'
import { troubleOf } from './troubles.js'

const prefix = 'store|'

/** Its container ends, or cannot start, by its own doing: its status goes round with its back-off, and what counts it too. */
const isRestless = (cells: Cells, pod: Pod): boolean =>
  [...pod.status.initContainerStatuses ?? [], ...pod.status.containerStatuses ?? []].some(({ restartCount }) => restartCount > 0)
  || troubleOf(cells, pod).kind === 'own'

/** `store|deployments|default/web` as `Deployment default/web`. */
function textOf(cells: Cells, key: string): string {
  const [, resource = '', name = ''] = key.split('|')
  return `${new Newest(cells).get(resource, name)?.kind ?? resource} ${name}`
}

export const writesEnd: Finally = {
  kind: 'finally',
  name: 'writes-end',
  title: 'In the end nobody writes objects any more, or at most what follows from a container that ends or cannot start by its '
    + 'own doing, again and again. Where one undoes what the other writes, for ever, time may pass between the two',
  source: 'kubernetes/community contributors/devel/sig-architecture/api-conventions.md (Typical status properties); '
    + 'controller-runtime FAQ.md (reconcile is idempotent)',
  subjects: () => [''],
  check({ cells, round }: Judging, _: string, ending: Ending): Verdict {
    if (ending === 'quiescent') return (cells.read(allKey('pods')) ?? []).length > 0 ? 'held' : undefined
    // What goes on at one instant is the affair of comes-to-rest.
    if (round === undefined || ending === 'livelock') return undefined
    const written = [...round].filter((key) => key.startsWith(prefix))
    const pods = new Newest(cells).all('pods').filter((pod) => round.has(objectKey('pods', nameOf(pod))))
    if (written.length === 0 || pods.some((pod) => isRestless(cells, pod))) return 'held'
    const objects = written.map((key) => textOf(cells, key))
    return {
      message: `${objects.join(', ')} ${objects.length === 1 ? 'is' : 'are'} written without end: each time round, what one writes is undone again.`,
      objects,
      cells: written,
    }
  },
}
