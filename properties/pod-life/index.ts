/** A pod's life from a recording: what happens to it, in its sandbox and to its containers, in order. */
import type { Pod } from '#api/types'
import { objectKey } from '#machine/objects'
import { momentAfter } from '#trace/moment'
import type { Recording } from '#trace/record'
import { kubeEvents, type Told } from '../kube-events/index.js'
import { api, sandbox, type Chronicler, type Happening, type LifeEvent } from './event.js'
import { chronicleImages } from './images.js'
import { beginPostStarts, chronicleStops, endPostStarts } from './hooks.js'
import { chronicleBackoffs, chronicleKills, chronicleMounts } from './kubelet.js'
import { chronicleProbes } from './probes.js'
import { chronicleContainers, chronicleSandbox } from './node.js'
import { chronicleFaults, chronicleStatus } from './status.js'

export { type LifeEvent } from './event.js'

export interface Life {
  /** The pod as it was last. */
  readonly pod: Pod
  /** `API`, `Sandbox`, then its containers, init containers first. */
  readonly lanes: readonly string[]
  readonly events: readonly LifeEvent[]
  /** Whether the API server still has it in the end. */
  readonly isThere: boolean
}

/** The life of the pod that was last called so, as `namespace/name`; undefined where none ever was. */
export function lifeOf(recording: Recording, name: string): Life | undefined {
  const key = objectKey('pods', name)
  const start = momentAfter(recording, 0)
  const last =
    recording.order.world.store.get(key)
    ?? recording.steps
      .findLast(({ changes }) => changes.some((change) => change.key === key))
      ?.changes.find((change) => change.key === key)?.before
  if (last === undefined) return undefined
  const pod = last as Pod // by key
  const { initContainers = [], containers } = pod.spec
  const told = kubeEvents(recording).filter(
    ({ about }) => about.kind === 'Pod' && about.uid === pod.metadata.uid,
  )
  const chroniclers: readonly Chronicler[] = [
    chronicleFaults,
    chronicleStatus,
    chronicleMounts,
    chronicleProbes,
    endPostStarts,
    chronicleKills,
    chronicleStops,
    chronicleSandbox,
    chronicleImages(told),
    chronicleContainers,
    beginPostStarts,
    chronicleBackoffs,
  ]
  const written = new Map<string, unknown>()
  const before = (cell: string): unknown => (written.has(cell) ? written.get(cell) : start.get(cell))
  const events = recording.steps.flatMap((step): readonly LifeEvent[] => {
    const changed = new Map(step.changes.map((change) => [change.key, change.after]))
    const after = (cell: string): unknown => (changed.has(cell) ? changed.get(cell) : before(cell))
    const now = (after(key) ?? before(key)) as Pod | undefined // by key
    const found =
      now?.metadata.uid === pod.metadata.uid || (now === undefined && changed.size > 0)
        ? happenings(chroniclers, { step, before, after, pod: now ?? pod })
        : []
    for (const [cell, value] of changed) written.set(cell, value)
    return withEvents(
      found,
      told.filter(({ n }) => n === step.n),
      step,
    )
  })
  return {
    pod,
    events,
    lanes: [api, sandbox, ...initContainers.map((one) => one.name), ...containers.map((one) => one.name)],
    isThere: recording.order.world.store.get(key) !== undefined,
  }
}

const happenings = (
  chroniclers: readonly Chronicler[],
  turn: Parameters<Chronicler>[0],
): readonly Happening[] => chroniclers.flatMap((chronicle) => chronicle(turn))

/**
 * A KubeEvent stands with what it tells, or with the first that happens to the container, or the pod, that it
 * is about.
 */
function withEvents(
  found: readonly Happening[],
  told: readonly Told[],
  { at, n }: { readonly at: number; readonly n: number },
): readonly LifeEvent[] {
  const laneOf = ({ about: { fieldPath } }: Told): string => /\{(.*)\}$/.exec(fieldPath ?? '')?.[1] ?? api
  const placeOf = (event: Told): number => {
    const isSame = ({ lane }: Happening): boolean => lane === laneOf(event)
    const place = found.findIndex((one) => isSame(one) && one.tells?.includes(event.reason) === true)
    return place >= 0 ? place : found.findIndex(isSame)
  }
  const places = told.map(placeOf)
  return found.map(({ tells: _, ...one }, index) => ({
    ...one,
    at,
    n,
    events: [...new Set(told.filter((_, which) => places[which] === index).map(({ reason }) => reason))],
  }))
}
