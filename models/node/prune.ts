/**
 * Models: containers that are removed from a node by somebody else than its kubelet (crictl rm --all, docker container prune)
 * Reads: sandboxes, sandbox, container
 * Writes: sandbox, container, timer
 * Omits: that the kubelet looks only a minute later, at its next resync of the pod; images and sandboxes that are removed
 */
import type { Cells } from '#kernel/cells'
import { timerKey } from '#machine/chart'
import { containerKey, kubeletOf, podOwner, sandboxesKey, sandboxKey, type Pruned } from './cells.js'

/** Removes containers of a pod; what runs is left alone. Their logs stay. Whether there were any. */
export function removeContainers(cells: Cells, node: string, uid: string, which: 'exited' | 'all'): boolean {
  const sandbox = cells.read(sandboxKey(node, uid))
  if (sandbox === undefined) return false
  const pruned: Record<string, Pruned> = {}
  for (const name of sandbox.containers) {
    const cell = containerKey(node, uid, name)
    const container = cells.read(cell)
    if (container === undefined || container.state === 'running' || (which === 'exited' && container.state !== 'exited')) continue
    pruned[name] = { attempt: container.attempt, exitCode: container.exitCode ?? 0 }
    cells.write(cell, undefined)
  }
  if (Object.keys(pruned).length === 0) return false
  cells.write(sandboxKey(node, uid), { ...sandbox, pruned: { ...sandbox.pruned, ...pruned } })
  return true
}

/** Removes the exited containers of a node. Their logs are the kubelet's to remove. */
export function prune(cells: Cells, node: string): void {
  for (const uid of cells.read(sandboxesKey(node)) ?? []) {
    if (removeContainers(cells, node, uid, 'exited')) cells.arm(timerKey(kubeletOf(node), podOwner(uid), 'relist'), 0)
  }
}
