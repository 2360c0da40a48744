/**
 * Models: a node that is cut off from the control plane: nothing passes between its components and the API server
 * Reads: reflector, cut, down, fault, store
 * Writes: cut, fault, timer, request, response, and what lists and starts write
 * Omits: half-open connections; time-outs of requests while it lasts (they fail when it is over); traffic between
 *   pods is not touched
 */
import { timeoutStatus } from '#api/status'
import { part, type Key } from '#kernel/cells'
import { responseKey, type Answer, type ApiRequest } from '#machine/request'
import { cutKey, downKey, nodeOf } from '../client/reflector.js'
import { faultKey, keysOf, nodesWithKubelet, type Fault, type Scene } from '../faults.js'
import { resumeRenewing, stopRenewing } from '../node-lifecycle/lease.js'
import { listAgain, reflectors, splitTarget } from './broken-watch.js'
import { startAllDue } from './ended.js'

/** Present while the partition lasts, whether or not the node has power. */
export const partitionKey = (node: string): Key<true> => faultKey('partition', node)

/** What could not be sent has failed; an answer that was on its way may have been lost, though the write was done. */
function failRequests(scene: Scene, node: string): void {
  const { cells } = scene
  const status = timeoutStatus(`${node} could not reach the API server`)
  for (const cell of [...keysOf(scene, (key) => nodeOf(part(key, 1)) === node)].sort()) {
    const prefix = part(cell, 0)
    if (prefix === 'request') {
      const request: ApiRequest | undefined = cells.read(cell)
      if (request === undefined) continue
      cells.write(cell, undefined)
      const answer: Answer = { request, response: { ok: false, status } }
      cells.write(responseKey(part(cell, 1), part(cell, 2), part(cell, 3)), answer)
    } else if (prefix === 'response') {
      const answer: Answer | undefined = cells.read(cell)
      if (answer === undefined) continue
      const name = `the answer to ${answer.request.verb} ${answer.request.resource} ${answer.request.key}`
      if (cells.choose([`${name} arrives`, `${name} is lost`]) === 1) {
        cells.write(cell, { ...answer, response: { ok: false, status } })
      }
    }
  }
}

/** The node can reach the API server again: watches that were cut off have ended, and their reflectors list. */
export function rejoin(scene: Scene, node: string): void {
  const { cells } = scene
  failRequests(scene, node)
  cells.write(cutKey(node), undefined)
  for (const target of reflectors(scene)) {
    const { process, resource } = splitTarget(target)
    if (nodeOf(process) === node) listAgain(scene, process, resource)
  }
  startAllDue(scene, node)
  resumeRenewing(cells, node)
}

export const partition: Fault = {
  name: 'partition',
  title: 'A node is cut off from the control plane; what runs on it runs on',
  lasts: [1_000, 600_000],
  recovery: 120_000,
  targets: nodesWithKubelet,
  inject({ cells }, node) {
    cells.write(partitionKey(node), true)
    cells.write(cutKey(node), true)
    stopRenewing(cells, node)
  },
  heal(scene, node) {
    scene.cells.write(partitionKey(node), undefined)
    if (scene.cells.read(downKey(node)) === undefined) rejoin(scene, node)
  },
}
