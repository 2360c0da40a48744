/** Whether pods would find nodes if others were not there: what kube-scheduler decides, on a cluster that is not. */
import type { Pod } from '#api/types'
import { isPodTerminal } from '#api/meta'
import type { Cells } from '#kernel/cells'
import { nameOf } from '#machine/objects'
import { Newest } from '#machine/view'
import { cohortOf, podAffinityOf, type Cohort } from '#models/scheduling/cohorts'
import type { PlacedNode, Snapshot } from '#models/scheduling/framework'
import { emptyNodeInfo, shapeOf, withPod, withShape } from '#models/scheduling/node-info'
import { schedulePod } from '#models/scheduling/schedule-pod'

const first = (): number => 0

class Cluster {
  private readonly nodes = new Map<string, PlacedNode>()
  private readonly cohorts = new Map<string, Cohort>()

  constructor(private readonly cells: Cells, absent: ReadonlySet<string>) {
    const newest = new Newest(cells)
    for (const node of newest.all('nodes')) {
      const shape = shapeOf(node)
      this.nodes.set(node.metadata.name, { ...withShape(emptyNodeInfo, shape), shape })
    }
    for (const pod of newest.all('pods')) {
      if (!absent.has(pod.metadata.uid) && !isPodTerminal(pod)) this.add(pod, pod.spec.nodeName ?? '')
    }
  }

  /** Places the pod; whether there was room. */
  place(pod: Pod): boolean {
    const placement = schedulePod(pod, this.snapshot(), 0, first)
    if (placement.fits) this.add(pod, placement.node)
    return placement.fits
  }

  private add(pod: Pod, name: string): void {
    const node = this.nodes.get(name)
    if (node === undefined) return
    this.nodes.set(name, { ...withPod(node, nameOf(pod), pod), shape: node.shape })
    const id = cohortOf(pod)
    const cohort = this.cohorts.get(id) ?? {
      namespace: pod.metadata.namespace, labels: pod.metadata.labels, affinity: podAffinityOf(pod),
      terminating: pod.metadata.deletionTimestamp !== undefined, count: 0,
    }
    this.cohorts.set(id, { ...cohort, count: cohort.count + 1 })
  }

  private snapshot(): Snapshot {
    const nodes = [...this.nodes.values()]
    const ids = [...this.cohorts.keys()]
    const repels = (id: string): boolean => (this.cohorts.get(id)?.affinity?.podAntiAffinity
      ?.requiredDuringSchedulingIgnoredDuringExecution ?? []).length > 0
    return {
      names: [...this.nodes.keys()],
      at: (index) => nodes[index]!,
      find: (name) => this.nodes.get(name),
      cohorts: {
        all: ids, affine: ids.filter((id) => this.cohorts.get(id)?.affinity !== undefined), repelling: ids.filter(repels),
      },
      cohort: (id) => this.cohorts.get(id),
      namespaceLabels: (namespace) => new Newest(this.cells).get('namespaces', namespace)?.metadata.labels,
    }
  }
}

/** Whether so many pods like this one would all be placed, were the pods with the uids `absent` not there. */
export function wouldFit(cells: Cells, pod: Pod, count: number, absent: ReadonlySet<string>): boolean {
  const cluster = new Cluster(cells, new Set([...absent, pod.metadata.uid]))
  for (let i = 0; i < count; i++) {
    const copy = { ...pod, metadata: { ...pod.metadata, name: `${pod.metadata.name} (${i})` } }
    if (!cluster.place(copy)) return false
  }
  return true
}
