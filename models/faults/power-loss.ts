/**
 * Models: a node that loses power and boots again: its processes and containers are dead, its kernel's rules are gone
 * Reads: reflector, fault, cut, down, index, rules, and what the container runtime reads
 * Writes: cut, down, fault, timer, request, rules, index, what the container runtime and the processes' starts write
 * Omits: the graceful shutdown of nodes (there is no warning); disks that are lost
 */
import { cutKey, downKey, nodeOf } from '../client/reflector.js'
import { nodesWithKubelet, runningProcesses, type Fault, type Scene } from '../faults.js'
import { rulesChanged } from '../network/client.js'
import { programmedKey, rulesKey } from '../network/routes.js'
import { bootNode, losePower } from '../node/containerd.js'
import { stopRenewing } from '../node-lifecycle/lease.js'
import { end, endedOn, revive } from './ended.js'
import { partitionKey, rejoin } from './partition.js'

/** The kernel of a node forgets what kube-proxy programmed. */
function loseRules({ cells }: Scene, node: string): void {
  for (const service of cells.read(programmedKey(node)) ?? []) {
    const old = cells.read(rulesKey(node, service))
    cells.write(rulesKey(node, service), undefined)
    rulesChanged(cells, node, service, old, undefined)
  }
  cells.write(programmedKey(node), undefined)
}

export const powerLoss: Fault = {
  name: 'power-loss',
  title: 'A node loses its power, and boots again later',
  lasts: [20_000, 600_000],
  recovery: 120_000,
  targets: nodesWithKubelet,
  inject(scene, node) {
    const { cells } = scene
    stopRenewing(cells, node)
    for (const process of runningProcesses(scene)) if (nodeOf(process) === node) end(scene, process)
    losePower(cells, node)
    loseRules(scene, node)
    cells.write(cutKey(node), true)
    cells.write(downKey(node), true)
  },
  heal(scene, node) {
    const { cells, runtime } = scene
    cells.write(downKey(node), undefined)
    bootNode(cells, runtime, node)
    for (const process of endedOn(scene, node)) revive(scene, process)
    if (cells.read(partitionKey(node)) === undefined) rejoin(scene, node)
  },
}
