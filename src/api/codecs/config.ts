/** Codecs of ConfigMap, Secret, ServiceAccount and the core/v1 Event. */
import type { ConfigMap, KubeEvent, Secret, ServiceAccount } from '../types.js'
import { localObjectReference, namespacedMeta, objectReference, stringMap } from './meta.js'
import { boolean, bytes, int32, list, map, object, string, time } from './wire.js'

const common = { apiVersion: string, kind: string, metadata: namespacedMeta }

export const configMap = object<ConfigMap>('ConfigMap', {
  ...common, immutable: boolean, data: stringMap, binaryData: map(bytes),
})

export const secret = object<Secret>('Secret', {
  ...common, immutable: boolean, data: map(bytes), stringData: stringMap, type: string,
})

export const serviceAccount = object<ServiceAccount>('ServiceAccount', {
  ...common, secrets: list(objectReference), imagePullSecrets: list(localObjectReference),
  automountServiceAccountToken: boolean,
})

export const kubeEvent = object<KubeEvent>('Event', {
  ...common,
  involvedObject: objectReference,
  reason: string,
  message: string,
  source: object<NonNullable<KubeEvent['source']>>('EventSource', { component: string, host: string }),
  firstTimestamp: time,
  lastTimestamp: time,
  count: int32,
  type: string,
  eventTime: time,
  series: object<NonNullable<KubeEvent['series']>>('EventSeries', { count: int32, lastObservedTime: time }),
  action: string,
  related: objectReference,
  reportingComponent: string,
  reportingInstance: string,
})
