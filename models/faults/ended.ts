/**
 * Models: processes that have ended and come back: at once on the control plane, on a node once it has power and can
 *   reach the API server
 * Reads: fault, reflector, cut, down
 * Writes: fault, and what `forget` and the process's start write
 * Omits: what a kubelet does before it has reached the API server for the first time
 */
import { part, type Key } from '#kernel/cells'
import { cutKey, downKey, nodeOf } from '../client/reflector.js'
import { faultKey, keysOf, type Scene } from '../faults.js'
import { apiServers, start } from '../kubernetes.js'
import { resumeRenewing, stopRenewing } from '../node-lifecycle/lease.js'
import { forget } from './forget.js'

interface Ended {
  /** The API server instance that the process was connected to. */
  readonly apiServer: string
  /** It is to be started as soon as it can be. */
  readonly isDue: boolean
}

const endedKey = (process: string): Key<Ended> => faultKey('ended', process)

const kubeletNode = (process: string): string | undefined =>
  process.startsWith('kubelet/') ? nodeOf(process) : undefined

/** The process ends; one that has ended already stays so. */
export function end(scene: Scene, process: string): void {
  const { cells } = scene
  const before = cells.read(endedKey(process))
  const apiServer = before?.apiServer ?? forget(scene, process)
  if (apiServer === undefined) return
  cells.write(endedKey(process), { apiServer, isDue: false })
  const node = kubeletNode(process)
  if (node !== undefined && before === undefined) stopRenewing(cells, node)
}

/** The process is to be started again, when nothing keeps it from that. */
export function revive(scene: Scene, process: string): void {
  const { cells } = scene
  const ended = cells.read(endedKey(process))
  if (ended === undefined) return
  cells.write(endedKey(process), { ...ended, isDue: true })
  startIfDue(scene, process)
}

function startIfDue({ cells, runtime }: Scene, process: string): void {
  const ended = cells.read(endedKey(process))
  const node = nodeOf(process)
  if (ended?.isDue !== true) return
  if (node !== undefined && (cells.read(cutKey(node)) ?? cells.read(downKey(node))) !== undefined) return
  cells.write(endedKey(process), undefined)
  const instances = [ended.apiServer, ...apiServers.filter((other) => other !== ended.apiServer)]
  const picked = cells.choose(instances.map((one) => `${process} connects to ${one}`))
  start(cells, runtime, process, instances[picked] ?? ended.apiServer)
  const kubelet = kubeletNode(process)
  if (kubelet !== undefined) resumeRenewing(cells, kubelet)
}

/** Ended processes of a node that were only waiting for it. */
export function startAllDue(scene: Scene, node: string): void {
  for (const process of endedOn(scene, node)) startIfDue(scene, process)
}

/** Processes of a node that have ended. */
export function endedOn(scene: Scene, node: string): readonly string[] {
  const found: string[] = []
  for (const cell of keysOf(scene, (key) => key.startsWith('fault|ended|'))) {
    if (nodeOf(part(cell, 2)) === node) found.push(part(cell, 2))
  }
  return found.sort()
}
