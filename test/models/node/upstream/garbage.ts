import {
  evictContainers, evictSandboxes, type DeadContainer, type DeadSandbox, type PodStates,
} from '#models/node/container-gc'
import { table, type Table } from './table.js'

const gcSource = 'pkg/kubelet/kuberuntime/kuberuntime_gc_test.go'

interface Collected {
  /** `foo/bar 2`: of pod foo the container bar, made at 2; ` now` has been made just now, ` runs` runs. */
  readonly containers: readonly string[]
  readonly policy?: readonly [maxPerPodContainer: number, maxContainers: number]
  readonly evictTerminated?: boolean
  readonly notReady?: boolean
}

const podStates: PodStates =
  { isRemoved: (uid) => uid === 'deleted', isTerminated: (uid) => uid !== 'running' }

/** Indices of those that stay. */
function remaining(one: Collected): readonly number[] {
  const { containers, policy: [maxPerPodContainer, maxContainers] = [2, 6] } = one
  const { evictTerminated = false, notReady = false } = one
  const all = containers.map((text, index): DeadContainer => {
    const [unit = '', age = '', state = ''] = text.split(' ')
    const [uid = '', name = ''] = unit.split('/')
    return {
      id: String(index), uid, name, createdAt: age === 'now' ? 1e9 : Number(age), isOld: age !== 'now',
      state: state === 'runs' ? 'running' : state === 'unknown' ? 'unknown' : 'exited',
    }
  })
  const limits = { maxPerPodContainer, maxContainers }
  const gone = new Set(
    evictContainers(all, limits, podStates, !notReady, evictTerminated).map(({ id }) => id),
  )
  return all.flatMap(({ id }, index) => (gone.has(id) ? [] : [index]))
}

const foo = (...ages: readonly (number | string)[]): readonly string[] => ages.map((age) => `foo/bar ${age}`)

const containerGc = table(gcSource, 'TestContainerGC', remaining, [
  ['all go where none may stay', { containers: foo(0), policy: [1, 0] }, []],
  ['the oldest go where only so many may stay in all',
    { containers: foo(4, 3, 2, 1, 0), policy: [-1, 4] }, [0, 1, 2, 3]],
  ['none goes without limits', { containers: foo(2, 1, 0), policy: [-1, -1] }, [0, 1, 2]],
  ['those that were made just now stay', { containers: foo('now', 'now', 'now') }, [0, 1, 2]],
  ['the oldest go where only so many may stay of each', { containers: foo(2, 1, 0) }, [0, 1]],
  ['one that runs stays', { containers: foo(2, 1, '0 runs') }, [0, 1, 2]],
  ['none goes within the limits', { containers: foo(1, 0) }, [0, 1]],
  ['the limit is for each name in each pod', {
    containers: [...foo(2, 1, 0), 'foo1/baz 2', 'foo1/baz 1', 'foo1/baz 0', 'foo2/bar 2', 'foo2/bar 1',
      'foo2/bar 0'],
  }, [0, 1, 3, 4, 6, 7]],
  ['of each something stays where that is possible', {
    containers: [...foo(1, 0), ...[1, 2, 3, 4].flatMap((n) => [`foo${n}/bar${n} 1`, `foo${n}/bar${n} 0`])],
  }, [0, 2, 4, 6, 8]],
  ['the oldest pods lose theirs where it is not', {
    containers: [
      ...foo(2, 1), 'foo1/bar1 2', 'foo1/bar1 1', 'foo2/bar2 1', 'foo3/bar3 0', 'foo4/bar4 1', 'foo5/bar5 0',
      'foo6/bar6 2', 'foo7/bar7 1',
    ],
  }, [0, 2, 4, 6, 8, 9]],
  ['all of pods that have ended go when the disk is full', {
    containers: [...foo(2, 1), 'foo1/bar1 2', 'foo1/bar1 1', 'running/bar2 1', 'foo3/bar3 0 runs'],
    evictTerminated: true,
  }, [4, 5]],
  ['those of deleted pods go, but not what was made just now', {
    containers: [...foo(1, 0), 'deleted/bar1 now', 'deleted/bar1 1', 'deleted/bar1 0'],
  }, [0, 1, 2]],
  ['not before it is known which pods there are',
    { containers: ['deleted/bar1 0'], evictTerminated: true, notReady: true }, [0]],
])

const unknownGc = table(gcSource, 'TestUnknownStateContainerGC', remaining, [
  ['one in an unknown state goes as well', { containers: foo('0 unknown'), policy: [0, 0] }, []],
])

interface Sandboxes {
  /** `foo1 1 ready full`: of pod foo1, made at 1, ready, with containers. */
  readonly sandboxes: readonly string[]
  readonly ended?: readonly string[]
  readonly evictTerminated?: boolean
}

function remainingSandboxes(
  { sandboxes, ended = [], evictTerminated = false }: Sandboxes,
): readonly number[] {
  const all = sandboxes.map((text, index): DeadSandbox => {
    const [uid = '', age = '', ...words] = text.split(' ')
    return {
      id: String(index), uid, createdAt: Number(age), ready: words.includes('ready'),
      hasContainers: words.includes('full'),
    }
  })
  const pods: PodStates =
    { isRemoved: (uid) => uid === 'deleted', isTerminated: (uid) => ended.includes(uid) }
  const gone = new Set(evictSandboxes(all, pods, evictTerminated).map(({ id }) => id))
  return all.flatMap(({ id }, index) => (gone.has(id) ? [] : [index]))
}

const sandboxGc = table(gcSource, 'TestSandboxGC', remainingSandboxes, [
  ['dead ones of deleted pods go', { sandboxes: ['deleted 0'] }, []],
  ['those that are ready stay', { sandboxes: ['deleted 0 ready'] }, [0]],
  ['those of pods that are there stay', { sandboxes: ['foo1 0 ready', 'foo2 0'] }, [0, 1]],
  ['of several dead ones the newest stays', { sandboxes: ['foo1 1', 'foo1 0'] }, [0]],
  ['and those with containers', { sandboxes: ['foo1 1', 'foo1 0 full'] }, [0, 1]],
  ['dead ones of pods that have ended go when the disk is full',
    { sandboxes: ['foo1 0 ready', 'foo2 0'], ended: ['foo1', 'foo2'], evictTerminated: true }, [0]],
  ['one with containers stays', { sandboxes: ['foo1 0 full'] }, [0]],
  ['all of these together', {
    sandboxes: ['foo1 1 ready', 'foo1 0', 'foo2 1 full', 'foo2 0', 'deleted 0'], ended: ['deleted'],
  }, [0, 2]],
])

export const garbage: readonly Table[] = [containerGc, unknownGc, sandboxGc]
