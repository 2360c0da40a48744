import { part, type Cells } from '#kernel/cells'
import { allKey, indexKey, objectKey } from '#machine/objects'
import { reflectorKey } from '#machine/watch'
import { timerKey, type Snapshot } from '#machine/chart'
import { View } from '#machine/view'
import type { Finally, Memory, Step, Verdict } from '#checker/claim'
import { cutKey, downKey } from '#models/client/reflector'
import { containerKey, kubeletOf, nodeName, runningContainers, type Container } from '#models/node/cells'
import { killOwner } from '#models/node/kill'
import { effectiveGracePeriod } from '#models/node/grace-periods'
import { podOf, type PodMemory } from '#models/node/pod-memory'
import { shortName } from './pods.js'

/** Upstream gives every container at least this window before SIGKILL, in ms. */
const minimalWindow = 2_000
/** A signal may be on its way for so long where a worker or the runtime is held up. */
const patience = 60_000

interface Session {
  /** When the kubelet began to stop the pod; it begins again after a restart of the kubelet. */
  readonly began: number
  readonly graceMs: number
}

interface Watched {
  readonly node: string
  readonly uid: string
  readonly name: string
  readonly attempt: number
  readonly began: number
  readonly last?: true
}

const sessionOf = (memory: Memory, node: string, uid: string): Session | undefined =>
  memory.get(`${node} ${uid}`) as Session | undefined // as it was set below

const overdue = (cells: Cells, { node, uid, name }: Watched, session: Session, now: number): Verdict => ({
  message: `Container ${name} of Pod ${shortName(uid)} still runs on ${node}, ${(now - session.began) / 1000} s after its kubelet `
    + `began to stop it with a grace period of ${session.graceMs / 1000} s`,
  objects: [`Pod ${shortName(uid)}`],
  cells: [containerKey(node, uid, name)],
})

export const terminationWithinGrace: Step = {
  kind: 'step',
  name: 'termination-within-grace',
  title: 'A container of a pod that its kubelet has begun to stop is gone when the grace period is over, or two seconds after '
    + 'SIGTERM where that is later; a node without power or kubelet aside',
  source: 'kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle (termination of pods); '
    + 'pkg/kubelet/kuberuntime/kuberuntime_container.go (killContainer, minimumGracePeriodInSeconds)',
  on: ['chart|kubelet/', 'container|'],
  check(judging, { key, before, after }) {
    const { cells, memory, now, wake } = judging
    if (key.startsWith('container|')) {
      // the values of a container's cell
      const [was, is] = [before as Container | undefined, after as Container | undefined]
      if (is?.stopping === true && was?.stopping !== true) memory.set(`term ${key} ${is.attempt}`, now)
      return undefined
    }
    if (!part(key, 2).startsWith('pod:')) return undefined
    // the values of a chart's cell
    const [was, is] = [before as Snapshot | undefined, after as Snapshot | undefined]
    if (is?.value !== 'dying' || was?.value === 'dying') return undefined
    const node = nodeName(part(key, 1))
    const worker = is.context as PodMemory // a pod worker's memory
    const { uid } = worker
    // As long as its kubelet knows of: the API server may have been told of less meanwhile.
    const pod = podOf(new View(cells, kubeletOf(node)), worker)
    if (pod === undefined) return undefined
    memory.set(`${node} ${uid}`, { began: now, graceMs: effectiveGracePeriod(pod) * 1000 } satisfies Session)
    for (const name of runningContainers(cells, node, uid)) {
      const attempt = cells.read(containerKey(node, uid, name))?.attempt ?? 0
      const watched: Watched = { node, uid, name, attempt, began: now }
      wake(JSON.stringify(watched), now + effectiveGracePeriod(pod) * 1000 + minimalWindow + 1)
    }
    return undefined
  },
  due({ cells, memory, now, wake }, key) {
    const watched = JSON.parse(key) as Watched // as it was asked for above
    const { node, uid, name, attempt, began } = watched
    const session = sessionOf(memory, node, uid)
    const container = cells.read(containerKey(node, uid, name))
    if (session?.began !== began) return undefined
    if (container?.state !== 'running' || container.attempt !== attempt) return 'held'
    const worker = cells.read(downKey(node)) === undefined
      ? cells.read(`chart|${kubeletOf(node)}|pod:${shortName(uid)}`)
      : undefined
    // the kubelet or the power is gone
    if ((worker as Snapshot | undefined)?.value !== 'dying') return undefined
    const sigterm = memory.get(`term ${containerKey(node, uid, name)} ${attempt}`)
    const until = typeof sigterm === 'number' ? Math.max(began + session.graceMs, sigterm) + minimalWindow : 0
    if (until >= now) {
      wake(key, until + 1)
      return undefined
    }
    const isScheduled = cells.pending(timerKey(kubeletOf(node), killOwner(uid, name), 'expired'))
    if (isScheduled || watched.last === true) return overdue(cells, watched, session, now)
    wake(JSON.stringify({ ...watched, last: true } satisfies Watched), now + patience)
    return undefined
  },
}

const isServed = (cells: Cells, node: string): boolean => cells.read(downKey(node)) === undefined
  && cells.read(cutKey(node)) === undefined && cells.read(reflectorKey(kubeletOf(node), 'pods')) !== undefined

export const deletedPodsGone: Finally = {
  kind: 'finally',
  name: 'deleted-pods-gone',
  title: 'In the end a pod whose deletion was asked for is gone, if its node and kubelet are there and no finalizer holds it',
  source: 'pkg/kubelet/status/status_manager.go (canBeDeleted)',
  subjects: (cells) => cells.read(allKey('pods')) ?? [],
  check({ cells }, name, ending) {
    const pod = cells.read(objectKey('pods', name))
    const node = pod?.spec.nodeName ?? ''
    if (pod?.metadata.deletionTimestamp === undefined || node === ''
      || (pod.metadata.finalizers ?? []).length > 0) return undefined
    if (ending !== 'quiescent' || !isServed(cells, node)) return undefined
    return {
      message: `Pod ${name} on ${node} is to be deleted, and nothing will come of it: its phase is ${pod.status.phase}`,
      objects: [`Pod ${name}`],
      cells: [objectKey('pods', name), indexKey('pods', 'node', node)],
    }
  },
}
