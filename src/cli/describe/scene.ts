/** What a description is made from: the objects at one moment, and when things came about. */
import type { Resource, Resources, StoredObject } from '#machine/objects'
import type { ContainerStatus, Node, Pod } from '#api/types'
import type { ContainerTimes } from './containers.js'
import type { SeenEvent } from './events.js'
import type { At } from './times.js'

export interface Scene {
  /** Milliseconds of virtual time. */
  readonly now: number
  readonly get: <R extends Resource>(resource: R, name: string) => Resources[R] | undefined
  /** Every object of a resource, in the order of their names. */
  readonly list: <R extends Resource>(resource: R) => readonly Resources[R][]
  readonly createdAt: (object: StoredObject) => At
  readonly deletedAt: (object: StoredObject) => At
  /** When the kubelet first told of the pod. */
  readonly startedAt: (pod: Pod) => At
  readonly timesOf: (pod: Pod, status: ContainerStatus) => ContainerTimes
  /** When a condition of the object last changed its status. */
  readonly transitionOf: (object: StoredObject, type: string) => At
  /** When its kubelet last wrote the status of a node. */
  readonly heartbeatOf: (node: Node) => At
  readonly eventsOf: (object: StoredObject) => readonly SeenEvent[]
}
