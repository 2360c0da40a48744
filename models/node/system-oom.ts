/**
 * Models: the kernel's choice of what to kill where a node has no memory left (mm/oom_kill.c, oom_badness), by the
 *   oom_score_adj that the kubelet gives each container (pkg/kubelet/qos/policy.go)
 * Reads: store, sandbox, sandboxes, container, trouble, timer
 * Writes: timer
 * Omits: memory that the system could give back; processes other than containers
 */
import { objectKey } from '#machine/objects'
import { timerKey } from '#machine/chart'
import type { Cells } from '#kernel/cells'
import { parseResources } from '../scheduling/requests.js'
import {
  containerKey, containerOwner, nameOfPod, podId, runtimeOf, sandboxesKey,
} from './cells.js'
import { takenKey } from './eviction-watch.js'
import { oomScoreAdjust } from './qos.js'
import { isStaticUid, staticPodKey } from './static-cells.js'

interface Process {
  readonly uid: string
  readonly name: string
  readonly memory: number
  readonly badness: number
}

export const oomKey = (node: string, uid: string, name: string): string =>
  timerKey(runtimeOf(node), containerOwner(uid, name), 'oom')

/** What runs on the node, but for what is being killed already. */
function processesOn(cells: Cells, node: string, capacity: number): readonly Process[] {
  const found: Process[] = []
  for (const uid of cells.read(sandboxesKey(node)) ?? []) {
    const podName = nameOfPod(podId(uid))
    const pod = cells.read(isStaticUid(uid) ? staticPodKey(node, podName) : objectKey('pods', podName))
    if (pod?.metadata.uid !== uid) continue
    for (const spec of [...pod.spec.initContainers ?? [], ...pod.spec.containers]) {
      const container = cells.read(containerKey(node, uid, spec.name))
      if (container?.state !== 'running' || cells.pending(oomKey(node, uid, spec.name))) continue
      const memory = container.memory ?? 0
      const badness = memory + Math.trunc(oomScoreAdjust(pod, spec, capacity) * capacity / 1000)
      found.push({ uid, name: spec.name, memory, badness })
    }
  }
  return found
}

/** Containers are killed, the worst first, until the others have room; of equals any one. */
export function killForMemory(cells: Cells, node: string): void {
  const capacity = parseResources(cells.read(objectKey('nodes', node))?.status.capacity).memory
  if (capacity === 0) return
  let left = [...processesOn(cells, node, capacity)]
  const taken = cells.read(takenKey('memory', node)) ?? 0
  const isShort = (): boolean => left.reduce((sum, { memory }) => sum + memory, taken) > capacity
  while (left.length > 0 && isShort()) {
    const most = Math.max(...left.map(({ badness }) => badness))
    const worst = left.filter(({ badness }) => badness === most)
    const names = worst.map(({ uid, name }) => `${name} of ${podId(uid)} is killed for want of memory`)
    const victim = worst[worst.length === 1 ? 0 : cells.choose(names)] ?? worst[0]
    if (victim === undefined) return
    cells.arm(oomKey(node, victim.uid, victim.name), 0)
    left = left.filter((one) => one !== victim)
  }
}
