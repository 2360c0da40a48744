import type { Pod, ReplicaSet } from '#api/types'
import { getControllerOf, isPodActive } from '#api/meta'
import type { Judging, Step, Verdict, Write } from '#checker/claim'
import { part, type Cells } from '#kernel/cells'
import { chartKey, type Snapshot } from '#machine/chart'
import { indexKey, nameOf, objectKey } from '#machine/objects'
import { View } from '#machine/view'
import { plural, podText, replicaSetProcess as process, setText } from './workloads.js'

const queue = `queue|${process}`
const syncs = `chart|${process}`

/** What this claim looks at in the memory of a sync of a ReplicaSet. */
interface Sync {
  readonly set?: ReplicaSet
  /** Sizes of the batches of pods that it is going to make. */
  readonly batches?: readonly number[]
}

const seen = (owner: string): string => `seen by ${owner}`

const podsIn = (cells: Cells, set: ReplicaSet): readonly string[] =>
  cells.read(indexKey('pods', 'owner', set.metadata.uid)) ?? []

/** A sync begins that is going to make pods: which of those of the set its cache has. */
function remember({ cells, memory }: Judging, { key, before, after }: Write): void {
  const { set, batches = [] } = ((after as Snapshot | undefined)?.context ?? {}) as Sync // of its only chart
  const owner = part(key, 2)
  if (after === undefined) memory.delete(seen(owner))
  if (before !== undefined || set === undefined || batches.length === 0) return
  const view = new View(cells, process)
  memory.set(seen(owner), podsIn(cells, set).flatMap((name) => view.get('pods', name)?.metadata.uid ?? []))
}

/** Pods that it has made since it started, or had in its cache when it decided: those that it can know of. */
function knownActive({ cells, memory }: Judging, set: ReplicaSet, owner: string): readonly Pod[] {
  const cached = new Set(memory.get(seen(owner)) as readonly string[] | undefined) // as `remember` left it
  return podsIn(cells, set).flatMap((name) => {
    const pod = cells.read(objectKey('pods', name))
    if (pod === undefined || !isPodActive(pod) || getControllerOf(pod)?.uid !== set.metadata.uid) return []
    return memory.has(pod.metadata.uid) || cached.has(pod.metadata.uid) ? [pod] : []
  })
}

export const replicasNotExceeded: Step = {
  kind: 'step',
  name: 'replicas-not-exceeded',
  title: 'The ReplicaSet controller never creates a pod where, by the set as it had read it, there are enough: of those '
    + 'that it made itself or has seen (what it made before it was restarted, and its cache does not show, it cannot know)',
  source: 'pkg/controller/replicaset/replica_set.go (manageReplicas), pkg/controller/controller_utils.go (expectations)',
  // A restart forgets the workqueue.
  on: ['store|pods', syncs, queue],
  check(judging: Judging, write: Write): Verdict {
    const { cells, memory } = judging
    if (write.key.startsWith(syncs)) remember(judging, write)
    if (write.key === queue && write.after === undefined) memory.clear()
    const isCreation = write.key.startsWith('store|pods') && write.before === undefined && write.after !== undefined
    if (!isCreation || write.process !== process || part(write.choice, 0) !== 'request') return undefined
    const owner = part(write.choice, 2)
    const { set } = (cells.read(chartKey(process, owner))?.context ?? {}) as Sync // of its only chart
    if (set === undefined) return undefined
    const made = write.after as Pod // by prefix
    memory.set(made.metadata.uid, true)
    const asked = set.spec.replicas
    // Every pod of the set, those that have ended among them: counting comes only where they are too many.
    if (podsIn(cells, set).length <= asked) return 'held'
    const active = knownActive(judging, set, owner)
    if (active.length <= asked) return 'held'
    return {
      message: `${setText(set)} asks for ${plural(asked, 'pod')}, and its controller made ${nameOf(made)} as well as `
        + `${active.filter((pod) => pod !== made).map(nameOf).join(', ')}.`,
      objects: [setText(set), podText(made)],
    }
  },
}
