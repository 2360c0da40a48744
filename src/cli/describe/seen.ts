/** A recording as descriptions are made from it: the objects at one moment, and when things came about. */
import type { ContainerStatus, Node, Pod, PodStatus } from '#api/types'
import { nameOf, objectKey, type Resource, type Resources, type StoredObject } from '#machine/objects'
import type { Container } from '#models/node/cells'
import type { Moment } from '#trace/moment'
import type { Change, Recorded, Recording } from '#trace/record'
import type { ContainerTimes, RunTimes } from './containers.js'
import type { SeenEvent } from './events.js'
import type { Scene } from './scene.js'
import { firstDay, type At } from './times.js'

/** One run of a container, from its start to its end. */
interface Run {
  readonly attempt: number
  readonly started: number
  readonly finished: At
}

const never: RunTimes = { started: undefined, finished: undefined }

export class Seen implements Scene {
  readonly now: number
  private readonly taken: readonly Recorded[]

  constructor(
    recording: Recording,
    private readonly moment: Moment,
    private readonly told: (object: StoredObject) => readonly SeenEvent[],
  ) {
    this.now = moment.now
    this.taken = recording.steps.filter(({ n }) => n <= moment.steps)
  }

  readonly get = <R extends Resource>(resource: R, name: string): Resources[R] | undefined =>
    this.moment.get(objectKey(resource, name)) as Resources[R] | undefined // by resource

  readonly list = <R extends Resource>(resource: R): readonly Resources[R][] =>
    this.moment.keys(`store|${resource}|`).map((key) => this.moment.get(key) as Resources[R]) // by resource

  readonly eventsOf = (object: StoredObject): readonly SeenEvent[] => this.told(object)

  /** The changes of one cell so far, with their times. */
  private changes(key: string): readonly (Change & { readonly at: number })[] {
    return this.taken.flatMap(({ at, changes }) =>
      changes.filter((change) => change.key === key).map((change) => ({ ...change, at })),
    )
  }

  private objectChanges(object: StoredObject): readonly (Change & { readonly at: number })[] {
    const all = this.changes(objectKey(resourceOf(object), nameOf(object)))
    const begin = all.findLastIndex(({ before }) => before === undefined)
    return all.slice(Math.max(0, begin))
  }

  /** What was there in the beginning came about then. */
  readonly createdAt = (object: StoredObject): At => {
    const [first] = this.objectChanges(object)
    return first === undefined || first.before !== undefined ? 0 : first.at
  }

  /** A deletion counts from the end of its grace period. */
  readonly deletedAt = (object: StoredObject): At => {
    const marked = this.objectChanges(object).find(
      ({ after }) => metadataOf(after)?.deletionTimestamp !== undefined,
    )
    return marked === undefined
      ? undefined
      : marked.at + (metadataOf(marked.after)?.deletionGracePeriodSeconds ?? 0) * 1000
  }

  readonly startedAt = (pod: Pod): At =>
    // of the pod's cell
    this.objectChanges(pod).find(({ after }) => isToldByKubelet((after as Pod | undefined)?.status))?.at

  readonly transitionOf = (object: StoredObject, type: string): At => {
    const all = this.objectChanges(object)
    const is = (value: unknown): string | undefined =>
      conditionsOf(value).find((one) => one.type === type)?.status
    return all.findLast(({ before, after }) => is(before) !== is(after))?.at ?? this.createdAt(object)
  }

  readonly heartbeatOf = (node: Node): At => {
    const key = objectKey('nodes', node.metadata.name)
    const kubelet = `kubelet/${node.metadata.name}`
    return (
      this.taken.findLast(
        (step) => step.process === kubelet && step.changes.some((change) => change.key === key),
      )?.at ?? 0
    )
  }

  readonly timesOf = (pod: Pod, { name, state, restartCount }: ContainerStatus): ContainerTimes => {
    const runs = this.runsOf(pod, name)
    const at =
      state.waiting === undefined
        ? runs.findLastIndex(({ attempt }) => attempt === restartCount)
        : runs.length
    const before = runs.slice(0, Math.max(0, at)).findLast(({ finished }) => finished !== undefined)
    return { state: runs[at] ?? never, lastState: before ?? never }
  }

  private runsOf(pod: Pod, name: string): readonly Run[] {
    const runs: Run[] = []
    for (const { at, before, after } of this.changes(
      `container|${pod.spec.nodeName ?? ''}|${pod.metadata.uid}|${name}`,
    )) {
      const [was, is] = [before as Container | undefined, after as Container | undefined] // by prefix
      const last = runs.at(-1)
      const hasEnded =
        was?.state === 'running' && (is === undefined || is.attempt !== was.attempt || is.state !== 'running')
      if (hasEnded && last !== undefined) runs[runs.length - 1] = { ...last, finished: at }
      const hasBegun = is?.state === 'running' && (was?.state !== 'running' || was.attempt !== is.attempt)
      if (hasBegun) runs.push({ attempt: is.attempt, started: at, finished: undefined })
      // What was created and never ran began, in Go's words, at the beginning of time.
      if (!hasBegun && is?.state === 'exited' && was?.attempt !== is.attempt)
        runs.push({ attempt: is.attempt, started: -firstDay, finished: at })
    }
    return runs
  }
}

const metadataOf = (value: unknown): StoredObject['metadata'] | undefined =>
  (value as StoredObject | undefined)?.metadata // of an object's cell

const conditionsOf = (value: unknown): readonly { readonly type: string; readonly status: string }[] =>
  // conditions of all kinds have both
  (value as { readonly status?: PodStatus } | undefined)?.status?.conditions ?? []

/** A kubelet says where the pod runs, or that it does not. */
const isToldByKubelet = (status: PodStatus | undefined): boolean =>
  status !== undefined && (status.hostIP !== undefined || status.phase !== 'Pending')

/** The resource of a kind that Orrery describes. */
export const resourceOf = ({ kind }: Pick<StoredObject, 'kind'>): string => `${kind.toLowerCase()}s`
