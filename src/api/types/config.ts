import type { Time } from './json.js'
import type { LocalObjectReference, NamespacedMeta, ObjectReference } from './meta.js'

export type ConfigMap = {
  readonly apiVersion: 'v1'
  readonly kind: 'ConfigMap'
  readonly metadata: NamespacedMeta
  readonly immutable?: boolean
  readonly data?: { readonly [key: string]: string }
  /** Base64 text. */
  readonly binaryData?: { readonly [key: string]: string }
}

/** `data` holds base64 text; `stringData` is write-only and folded into `data` on the way in. */
export type Secret = {
  readonly apiVersion: 'v1'
  readonly kind: 'Secret'
  readonly metadata: NamespacedMeta
  readonly immutable?: boolean
  readonly data?: { readonly [key: string]: string }
  readonly stringData?: { readonly [key: string]: string }
  readonly type: string
}

export type ServiceAccount = {
  readonly apiVersion: 'v1'
  readonly kind: 'ServiceAccount'
  readonly metadata: NamespacedMeta
  readonly secrets?: readonly ObjectReference[]
  readonly imagePullSecrets?: readonly LocalObjectReference[]
  readonly automountServiceAccountToken?: boolean
}

/** core/v1 Event; the project says KubeEvent, because an event drives a statechart. */
export type KubeEvent = {
  readonly apiVersion: 'v1'
  readonly kind: 'Event'
  readonly metadata: NamespacedMeta
  readonly involvedObject: ObjectReference
  readonly reason?: string
  readonly message?: string
  readonly source?: { readonly component?: string; readonly host?: string }
  readonly firstTimestamp?: Time | null
  readonly lastTimestamp?: Time | null
  readonly count?: number
  readonly type?: string
  readonly eventTime?: Time | null
  readonly series?: { readonly count?: number; readonly lastObservedTime?: Time | null }
  readonly action?: string
  readonly related?: ObjectReference
  readonly reportingComponent?: string
  readonly reportingInstance?: string
}
