import { part, type Cells } from '#kernel/cells'
import { chartKey } from '#machine/chart'
import { indexKey, objectKey } from '#machine/objects'
import { reflectorKey } from '#machine/watch'
import type { Pod } from '#api/types'
import type { Finally, Step, Verdict, Write } from '#checker/claim'
import { cutKey, downKey } from '#models/client/reflector'
import { containerKey, kubeletOf, nodeName, podOwner, sandboxKey, type Container } from '#models/node/cells'
import { isCriticalPod, requestOf } from '#models/node/eviction-ranking'
import type { EvictionMemory } from '#models/node/eviction-watch'
import type { PodMemory } from '#models/node/pod-memory'
import { podWith, shortName } from './pods.js'

const source = 'kubernetes.io/docs/concepts/scheduling-eviction/node-pressure-eviction; pkg/kubelet/eviction'

interface Eviction {
  readonly node: string
  readonly pod: Pod
  readonly message: string
  /** Other pods that run there and are not ending. */
  readonly others: readonly Pod[]
}

const workerOf = (cells: Cells, node: string, uid: string): PodMemory | undefined =>
  cells.read(chartKey(kubeletOf(node), podOwner(uid)))?.context as PodMemory | undefined // a pod worker's memory

/** The eviction that a kubelet has just decided on. */
function decided(cells: Cells, { key, before, after }: Write): Eviction | undefined {
  if (part(key, 2) !== 'eviction') return undefined
  // the values of that cell
  const [was, is] = [before as EvictionMemory | undefined, after as EvictionMemory | undefined]
  const uid = is?.evicting
  if (uid === undefined || uid === was?.evicting) return undefined
  const node = nodeName(part(key, 1))
  const pod = podWith(cells, uid)
  if (pod === undefined) return undefined
  const others = (cells.read(indexKey('pods', 'node', node)) ?? []).flatMap((name) => {
    const other = cells.read(objectKey('pods', name))
    if (other === undefined || other.metadata.uid === uid || other.metadata.deletionTimestamp !== undefined) return []
    const worker = workerOf(cells, node, other.metadata.uid)
    return worker?.admitted === true && worker.evicted === undefined ? [other] : []
  })
  return { node, pod, message: workerOf(cells, node, uid)?.evicted?.message ?? '', others }
}

/** A container as it ran last. */
interface Running {
  readonly last: Container
  readonly until?: number
}

type Find = (name: string) => Pick<Container, 'state' | 'memory'> | undefined

/** Bytes that its running containers use: by their profile, else nothing where they ask for some, else a little. */
const useOf = ({ spec }: Pod, find: Find): number =>
  [...spec.containers, ...spec.initContainers ?? []].reduce((sum, { name, resources }) => {
    const container = find(name)
    if (container?.state !== 'running') return sum
    return sum + (container.memory ?? (resources?.requests?.['memory'] === undefined ? 1 : 0))
  }, 0)

const finding = (cells: Cells, node: string, { metadata: { uid } }: Pod): Find =>
  (name) => cells.read(containerKey(node, uid, name))

const exceeds = (pod: Pod, find: Find): boolean => useOf(pod, find) > requestOf(pod, 'memory')

const nameOf = (pod: Pod): string => `Pod ${shortName(pod.metadata.uid)}`

export const evictedInOrder: Step = {
  kind: 'step',
  name: 'evicted-in-order',
  title: 'No pod that uses what it asked for is evicted for want of memory while another one on its node uses more than '
    + 'that; nor one of higher priority than another that does as it does',
  source: `${source}/helpers.go (rankMemoryPressure)`,
  on: ['memory|kubelet/', 'container|'],
  check({ cells, memory, now }, write) {
    if (write.key.startsWith('container|')) {
      // the values of a container's cell
      const [was, is] = [write.before as Container | undefined, write.after as Container | undefined]
      if (is?.state === 'running') memory.set(write.key, { last: is } satisfies Running)
      else if (was?.state === 'running') memory.set(write.key, { last: was, until: now } satisfies Running)
      return undefined
    }
    const eviction = decided(cells, write)
    if (eviction?.message.startsWith('The node was low on resource: memory') !== true) return undefined
    const { node, pod } = eviction
    const others = eviction.others.filter((other) => !isCriticalPod(other))
    if (others.length === 0 || cells.read(sandboxKey(node, pod.metadata.uid))?.ready !== true) return undefined
    const isGreedy = exceeds(pod, (name) => {
      // The Step that decides on it may end its containers as well.
      const known = memory.get(containerKey(node, pod.metadata.uid, name)) as Running | undefined // as set above
      return known?.until === undefined || known.until === now ? known?.last : undefined
    })
    const priority = pod.spec.priority ?? 0
    for (const other of others) {
      const isOtherGreedy = exceeds(other, finding(cells, node, other))
      const isSooner = isOtherGreedy !== isGreedy ? isOtherGreedy : (other.spec.priority ?? 0) < priority
      if (!isSooner) continue
      const why = isOtherGreedy === isGreedy ? 'has a lower priority' : 'uses more memory than it asked for'
      return {
        message: `${nameOf(pod)} is evicted from ${node} for want of memory, and ${nameOf(other)}, which ${why}, is not`,
        objects: [nameOf(pod), nameOf(other)], cells: [write.key],
      }
    }
    return 'held'
  },
}

export const criticalPodsStay: Step = {
  kind: 'step',
  name: 'critical-pods-stay',
  title: 'A kubelet evicts no critical pod: none with the priority of the system, and no static one',
  source: `${source}/eviction_manager.go (evictPod); kubernetes/kubernetes#40573`,
  on: ['memory|kubelet/'],
  check({ cells }, write) {
    const eviction = decided(cells, write)
    if (eviction === undefined) return undefined
    const { node, pod, others } = eviction
    if (!isCriticalPod(pod)) return others.some(isCriticalPod) ? 'held' : undefined
    return { message: `${nameOf(pod)} is critical and is evicted from ${node}`, objects: [nameOf(pod)], cells: [write.key] }
  },
}

const types = ['MemoryPressure', 'DiskPressure', 'PIDPressure'] as const

export const pressureTold: Finally = {
  kind: 'finally',
  name: 'pressure-told',
  title: 'In the end a node has the conditions of pressure that its kubelet knows of, and where it knows of none it has none',
  source: 'pkg/kubelet/nodestatus/setters.go (MemoryPressureCondition); --eviction-pressure-transition-period',
  subjects: (cells) => cells.read(indexKey('nodes', 'all', '')) ?? [],
  watch({ cells, memory }) {
    for (const node of cells.read(indexKey('nodes', 'all', '')) ?? []) {
      if (cells.read(`memory|${kubeletOf(node)}|eviction`) !== undefined) memory.set(node, true)
    }
  },
  check({ cells, memory }, node, ending): Verdict {
    const isServed = cells.read(downKey(node)) === undefined && cells.read(cutKey(node)) === undefined
      && cells.read(reflectorKey(kubeletOf(node), 'pods')) !== undefined
    const stored = cells.read(objectKey('nodes', node))
    if (ending !== 'quiescent' || !isServed || stored === undefined || !memory.has(node)) return undefined
    const known = cells.read(`memory|${kubeletOf(node)}|eviction`) as EvictionMemory | undefined // as written by the kubelet
    const isUnder = (type: string): boolean =>
      stored.status.conditions?.some((one) => one.type === type && one.status === 'True') === true
    const wrong = types.find((type) => isUnder(type) !== (known?.conditions.includes(type) === true))
    const passing = known?.passing ?? []
    if (wrong === undefined && passing.length === 0) return 'held'
    const message = wrong === undefined
      ? `The kubelet of ${node} goes on telling of ${passing.join(', ')}, which is over`
      : `Node ${node} ${isUnder(wrong) ? 'has' : 'does not have'} the condition ${wrong}, and its kubelet knows otherwise`
    return { message, objects: [`Node ${node}`], cells: [objectKey('nodes', node)] }
  },
}
