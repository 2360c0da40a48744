/**
 * Models: client-go/tools/cache/reflector.go: a stream that is dead for a while before the client notices it
 * Reads: reflector, cache, watch, cut
 * Writes: cut, and what a list writes
 * Omits: streams of kubelets and kube-proxies, which break with their node's network (see partition)
 */
import { brokenKey, nodeOf } from '../client/reflector.js'
import type { Fault } from '../faults.js'
import { listAgain, reflectors, splitTarget } from './broken-watch.js'

export const lostEvents: Fault = {
  name: 'lost-events',
  title: 'The watch of one reflector delivers nothing for a while; then it lists again and sees only the difference',
  lasts: [1_000, 30_000],
  recovery: 10_000,
  targets: (scene) => reflectors(scene).filter((target) => nodeOf(splitTarget(target).process) === undefined),
  inject({ cells }, target) {
    const { process, resource } = splitTarget(target)
    cells.write(brokenKey(process, resource), true)
  },
  heal(scene, target) {
    const { process, resource } = splitTarget(target)
    scene.cells.write(brokenKey(process, resource), undefined)
    listAgain(scene, process, resource)
  },
}
