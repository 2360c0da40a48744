/** What components tell with core/v1 Events: output, derived from what a recording's Steps changed. */
import type { Pod } from '#api/types'
import { nameOf, type StoredObject } from '#machine/objects'
import type { Recorded } from '#trace/record'

/** The object that a KubeEvent is about. */
export interface Involved {
  readonly kind: string
  /** `namespace/name`, or the name alone. */
  readonly name: string
  readonly uid: string
  /** `spec.containers{web}`. */
  readonly fieldPath?: string
}

/** One call of a component's event recorder. */
export interface Occurrence {
  readonly about: Involved
  readonly type: 'Normal' | 'Warning'
  readonly reason: string
  readonly message: string
  /** `kubelet`, `default-scheduler`. */
  readonly from: string
  /** The node that a kubelet is of. */
  readonly host?: string
  /** Told through events.k8s.io: repetitions are a series, and none is left out. */
  readonly isNew?: true
}

/** One Step, with what cells held before it and after it. */
export interface Turn {
  readonly step: Recorded
  readonly before: (key: string) => unknown
  readonly after: (key: string) => unknown
}

export type Teller = (turn: Turn) => readonly Occurrence[]

export const about = (object: StoredObject): Involved => ({
  kind: object.kind,
  name: nameOf(object),
  uid: object.metadata.uid,
})

export const aboutPod = (name: string, uid: string): Involved => ({ kind: 'Pod', name, uid })

/** GenerateContainerRef. */
export function aboutContainer(pod: Pod, container: string): Involved {
  const list = pod.spec.containers.some(({ name }) => name === container) ? 'containers' : 'initContainers'
  return { ...about(pod), fieldPath: `spec.${list}{${container}}` }
}

export const normal = (about: Involved, reason: string, message: string, from: string): Occurrence => ({
  about,
  type: 'Normal',
  reason,
  message,
  from,
})

export const warning = (about: Involved, reason: string, message: string, from: string): Occurrence => ({
  about,
  type: 'Warning',
  reason,
  message,
  from,
})
