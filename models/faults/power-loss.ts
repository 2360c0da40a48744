/**
 * Models: a node that loses power and boots again: its processes and containers are dead, its kernel's rules are gone
 * Reads: reflector, fault, cut, down, index, rules, and what the container runtime reads
 * Writes: cut, down, fault, timer, request, rules, index, what the container runtime and the processes' starts write
 * Omits: the graceful shutdown of nodes (there is no warning); disks that are lost
 */
import { downKey, nodeOf } from '../client/reflector.js'
import { nodesWithKubelet, runningProcesses, type Fault } from '../faults.js'
import { bootNode } from '../node/containerd.js'
import { powerOff } from '../node/power.js'
import { stopRenewing } from '../node-lifecycle/lease.js'
import { end, endedOn, revive } from './ended.js'
import { partitionKey, rejoin } from './partition.js'

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
    powerOff(cells, node)
  },
  heal(scene, node) {
    const { cells, runtime } = scene
    cells.write(downKey(node), undefined)
    bootNode(cells, runtime, node)
    for (const process of endedOn(scene, node)) revive(scene, process)
    if (cells.read(partitionKey(node)) === undefined) rejoin(scene, node)
  },
}
