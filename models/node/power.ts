/**
 * Models: a machine whose power goes: its containers are dead, its kernel's rules are gone, nothing reaches it
 * Reads: index, rules, and what the container runtime reads
 * Writes: cut, down, rules, index, client, and what the container runtime writes
 * Omits: disks that are lost
 */
import type { Cells } from '#kernel/cells'
import { cutKey, downKey } from '../client/gates.js'
import { rulesChanged } from '../network/client.js'
import { programmedKey, rulesKey } from '../network/routes.js'
import { losePower } from './containerd.js'

/** The kernel of a node forgets what kube-proxy programmed. */
function loseRules(cells: Cells, node: string): void {
  for (const service of cells.read(programmedKey(node)) ?? []) {
    const old = cells.read(rulesKey(node, service))
    cells.write(rulesKey(node, service), undefined)
    rulesChanged(cells, node, service, old, undefined)
  }
  cells.write(programmedKey(node), undefined)
}

export function powerOff(cells: Cells, node: string): void {
  losePower(cells, node)
  loseRules(cells, node)
  cells.write(cutKey(node), true)
  cells.write(downKey(node), true)
}
