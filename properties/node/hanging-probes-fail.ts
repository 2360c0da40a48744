import { part, type Cells } from '#kernel/cells'
import { chartKey } from '#machine/chart'
import { reflectorKey } from '#machine/watch'
import type { Probe } from '#api/types'
import type { Judging, Step, Verdict } from '#checker/claim'
import { cutKey, downKey } from '#models/client/reflector'
import { containerKey, kubeletOf, podOwner, restartsKey, type Container } from '#models/node/cells'
import { isAskable, isHanging, isStarted, probeOf, resultOf, specOf } from '#models/node/probe-decisions'
import type { ProbeKind } from '#models/node/profile'
import { podWith, shortName } from './pods.js'

const kinds: readonly ProbeKind[] = ['startup', 'readiness', 'liveness']

/** A worker may be held up for so long. */
const patience = 60_000

interface Watched {
  readonly node: string
  readonly uid: string
  readonly name: string
  readonly kind: ProbeKind
  readonly attempt: number
  /** Since when it hangs. */
  readonly began: number
  /** It could not be judged before; it is looked at once more. */
  readonly again?: true
}

const startOf = ({ node, uid, name, kind }: Watched): string => `${node} ${uid} ${name} ${kind}`

/** So many timeouts count as failure, each at its period or later; one before may have been a success. In ms. */
const lasts = ({ initialDelaySeconds = 0, periodSeconds, timeoutSeconds, failureThreshold }: Probe): number =>
  (initialDelaySeconds + (failureThreshold + 2) * Math.max(periodSeconds, timeoutSeconds)) * 1000

const isServed = (cells: Cells, node: string, uid: string): boolean => cells.read(downKey(node)) === undefined
  && cells.read(cutKey(node)) === undefined && cells.read(reflectorKey(kubeletOf(node), 'pods')) !== undefined
  && cells.read(chartKey(kubeletOf(node), podOwner(uid)))?.value === 'idle'

function judge({ cells, memory, now, disturbed, wake }: Judging, key: string): Verdict {
  const watched = JSON.parse(key) as Watched // as it was asked for below
  const { node, uid, name, kind, attempt, began } = watched
  if (memory.get(startOf(watched)) !== began) return undefined
  const container = cells.read(containerKey(node, uid, name))
  const pod = podWith(cells, uid)
  const spec = pod === undefined ? undefined : specOf(pod, name)
  const probe = spec === undefined ? undefined : probeOf(spec, kind)
  if (pod === undefined || pod.metadata.deletionTimestamp !== undefined) return undefined
  if (spec === undefined || probe === undefined || !isAskable(spec, probe)) return undefined
  if (container?.state !== 'running' || container.attempt !== attempt || container.stopping === true) return 'held'
  if (!isHanging(container, kind)) return undefined
  const process = kubeletOf(node)
  const hasStarted = isStarted(cells, process, uid, spec, container)
  const isDue = kind === 'startup' ? !hasStarted : hasStarted // a startup probe that has succeeded is not asked again
  if (disturbed || !isDue || !isServed(cells, node, uid)) {
    if (watched.again !== true) wake(JSON.stringify({ ...watched, again: true } satisfies Watched), now + lasts(probe) + patience)
    return undefined
  }
  if (resultOf(cells, process, uid, name, kind, attempt).value === 'failure') return 'held'
  return {
    message: `The ${kind} probe of container ${name} of Pod ${shortName(uid)} has had no answer for ${(now - began) / 1000} s, `
      + `and has not failed: its timeout is ${probe.timeoutSeconds} s, its failure threshold ${probe.failureThreshold}`,
    objects: [`Pod ${shortName(uid)}`],
    cells: [containerKey(node, uid, name)],
  }
}

export const hangingProbesFail: Step = {
  kind: 'step',
  name: 'hanging-probes-fail',
  title: 'A probe that a container gives no answer to has failed when its timeout has passed as often as its failure threshold '
    + 'says; while its worker, kubelet or node is there to ask',
  source: 'kubernetes.io/docs/tasks/configure-pod-container/configure-liveness-readiness-startup-probes (timeoutSeconds); KEP-1972',
  on: ['container|'],
  check({ cells, memory, now, wake }, { key, before, after }) {
    // the values of a container's cell
    const [was, is] = [before as Container | undefined, after as Container | undefined]
    const [node, uid, name] = [part(key, 1), part(key, 2), part(key, 3)]
    for (const kind of kinds) {
      const hangs = is?.state === 'running' && isHanging(is, kind)
      const hung = was?.state === 'running' && was.attempt === is?.attempt && isHanging(was, kind)
      if (hangs === hung || is === undefined) continue
      const watched: Watched = { node, uid, name, kind, attempt: is.attempt, began: now }
      if (!hangs) {
        memory.delete(startOf(watched))
        // It was stopped for that, and in time.
        if (is.state !== 'running' && cells.read(restartsKey(uid, name))?.cause === kind) return 'held'
        continue
      }
      const pod = podWith(cells, uid)
      const spec = pod === undefined ? undefined : specOf(pod, name)
      const probe = spec === undefined ? undefined : probeOf(spec, kind)
      if (probe === undefined) continue
      memory.set(startOf(watched), now)
      wake(JSON.stringify(watched), now + lasts(probe) + patience)
    }
    return undefined
  },
  due: judge,
}
