import { part } from '#kernel/cells'
import { isPodReady } from '#api/pods'
import { chartKey, type Snapshot } from '#machine/chart'
import { objectKey } from '#machine/objects'
import { reflectorKey } from '#machine/watch'
import type { Judging, Step, Verdict } from '#checker/claim'
import { kubeletOf, nameOfPod, nodeName, podId, statusOwner } from '#models/node/cells'
import { hasStopped, type ToStop } from '#models/node/node-shutdown'
import type { StatusMemory } from '#models/node/status-manager'
import { podWith, shortName } from './pods.js'

/** By then the machine is off, or was kept on for as long; what its kubelet had to say has arrived, or will not. */
const patience = 60_000

interface Stopped {
  readonly node: string
  readonly uid: string
  /** When the kubelet was through with its pods. */
  readonly at: number
}

/** What the kubelet had said last when it was cut short did not arrive, or was refused. */
function isCutShort({ cells }: Judging, { node, uid }: Stopped): boolean {
  const status = cells.read(chartKey(kubeletOf(node), statusOwner(uid)))
  const memory = status?.context as StatusMemory | undefined // the status chart's memory
  return status !== undefined && (status.value !== 'idle' || memory?.sent === undefined)
}

function judge(judging: Judging, key: string): Verdict {
  const { cells, now } = judging
  const stopped = JSON.parse(key) as Stopped // as it was asked for below
  const { node, uid, at } = stopped
  const pod = podWith(cells, uid)
  if (pod === undefined || !isPodReady(pod)) return 'held'
  if (cells.read(reflectorKey(kubeletOf(node), 'pods')) === undefined) return undefined
  if (!hasStopped(cells, kubeletOf(node), uid) || isCutShort(judging, stopped)) return undefined
  return {
    message: `Pod ${shortName(uid)} was stopped as ${node} was shut down, ${(now - at) / 1000} s ago, and is still said to be ready`,
    objects: [`Pod ${shortName(uid)}`, `Node ${node}`],
    cells: [objectKey('pods', nameOfPod(podId(uid)))],
  }
}

export const shutDownPodsUnready: Step = {
  kind: 'step',
  name: 'shut-down-pods-unready',
  title: 'A pod that its kubelet has stopped because its node shuts down is told not to be ready, unless the power goes before '
    + "the kubelet's words have arrived",
  source: 'pkg/kubelet/nodeshutdown/nodeshutdown_manager.go (killPods), pkg/kubelet/status/status_manager.go (mergePodStatus); '
    + 'kubernetes/kubernetes#116965, #109998',
  on: ['chart|kubelet/'],
  check({ memory, now, wake }, { key, before, after }) {
    if (!part(key, 2).startsWith('shutdown:')) return undefined
    // the values of a chart's cell
    const [was, is] = [before as Snapshot | undefined, after as Snapshot | undefined]
    if (is === undefined || was?.value === is.value) return undefined
    const node = nodeName(part(key, 1))
    if (is.value !== 'released') {
      const { groups } = is.context as { readonly groups: readonly { readonly pods: readonly ToStop[] }[] } // the manager's memory
      if (was === undefined) memory.set(node, groups.flatMap(({ pods }) => pods.map(({ uid }) => uid)))
      return undefined
    }
    for (const uid of (memory.get(node) ?? []) as readonly string[]) { // as it was set above
      wake(JSON.stringify({ node, uid, at: now } satisfies Stopped), now + patience)
    }
    memory.delete(node)
    return undefined
  },
  due: judge,
}
