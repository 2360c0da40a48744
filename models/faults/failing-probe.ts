/**
 * Models: a container that runs and yet fails its probes for a while
 * Reads: container, sandbox, sandboxes, store, fault
 * Writes: container, fault, and what wakes the probe workers
 * Omits: a container that is restarted meanwhile answers as its profile says
 */
import { part, type Key } from '#kernel/cells'
import { objectKey } from '#machine/objects'
import type { Pod } from '#api/types'
import { faultKey, keysOf, type Fault, type Scene } from '../faults.js'
import { containerKey, kubeletOf, nameOfPod, podId, type Container } from '../node/cells.js'
import { answersChanged } from '../node/probe-wakes.js'

/** What the container answered before, and which attempt of it that was. */
const beforeKey = (target: string): Key<{ readonly attempt: number; readonly answers?: Container['answers'] }> =>
  faultKey('failing-probe', target)

const hasProbes = (pod: Pod | undefined, name: string): boolean =>
  (pod?.spec.containers ?? []).some((one) => one.name === name
    && (one.readinessProbe ?? one.livenessProbe ?? one.startupProbe) !== undefined)

/** Running containers that are probed, as `namespace/pod/container`. */
function targets(scene: Scene): readonly string[] {
  const { cells } = scene
  const found: string[] = []
  for (const cell of keysOf(scene, (key) => key.startsWith('container|'))) {
    const pod = nameOfPod(podId(part(cell, 2)))
    const name = part(cell, 3)
    const container: Container | undefined = cells.read(cell)
    const isProbed = hasProbes(cells.read(objectKey('pods', pod)), name)
    if (isProbed && container?.state === 'running') found.push(`${pod}/${name}`)
  }
  return found.sort()
}

function change(scene: Scene, target: string, changed: (container: Container) => Container | undefined): void {
  const { cells, runtime } = scene
  const slash = target.lastIndexOf('/')
  const [podName, name] = [target.slice(0, slash), target.slice(slash + 1)]
  const pod = cells.read(objectKey('pods', podName))
  const node = pod?.spec.nodeName ?? ''
  const cell = containerKey(node, pod?.metadata.uid ?? '', name)
  const container = cells.read(cell)
  const after = container?.state === 'running' ? changed(container) : undefined
  if (pod === undefined || after === undefined) return
  cells.write(cell, after)
  answersChanged(runtime.context(cells, kubeletOf(node), ''), node, pod.metadata.uid, podName, name)
}

export const failingProbe: Fault = {
  name: 'failing-probe',
  title: 'Every probe of a container fails for a while',
  lasts: [1_000, 60_000],
  recovery: 60_000,
  targets,
  inject(scene, target) {
    change(scene, target, (container) => {
      const { attempt, answers } = container
      scene.cells.write(beforeKey(target), { attempt, ...(answers === undefined ? {} : { answers }) })
      return { ...container, answers: { startup: 'failure', readiness: 'failure', liveness: 'failure' } }
    })
  },
  heal(scene, target) {
    const before = scene.cells.read(beforeKey(target))
    scene.cells.write(beforeKey(target), undefined)
    change(scene, target, (container) => {
      if (before?.attempt !== container.attempt) return undefined
      const { answers: _, ...rest } = container
      return before.answers === undefined ? rest : { ...rest, answers: before.answers }
    })
  },
}
