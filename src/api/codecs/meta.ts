/** Codecs of what every object shares: api `meta/v1/types.go`. */
import type {
  Condition, DeleteOptions, LabelSelector, LabelSelectorRequirement, LocalObjectReference, NamespacedMeta,
  ObjectMeta, ObjectReference, OwnerReference,
} from '../types.js'
import { boolean, int64, json, list, map, object, string, time, type Fields } from './wire.js'

export const stringMap = map(string)
export const strings = list(string)

const ownerReference = object<OwnerReference>('OwnerReference', {
  apiVersion: string, kind: string, name: string, uid: string, controller: boolean, blockOwnerDeletion: boolean,
})

const metaFields: Fields<NamespacedMeta> = {
  name: string,
  uid: string,
  generateName: string,
  namespace: string,
  resourceVersion: string,
  generation: int64,
  creationTimestamp: string,
  deletionTimestamp: string,
  deletionGracePeriodSeconds: int64,
  labels: stringMap,
  annotations: stringMap,
  ownerReferences: list(ownerReference),
  finalizers: strings,
  selfLink: string,
  managedFields: list(json),
}

export const objectMeta = object<ObjectMeta>('ObjectMeta', metaFields)
export const namespacedMeta = object<NamespacedMeta>('ObjectMeta', metaFields)

const labelSelectorRequirement = object<LabelSelectorRequirement>('LabelSelectorRequirement', {
  key: string, operator: string, values: strings,
})

export const labelSelector = object<LabelSelector>('LabelSelector', {
  matchLabels: stringMap, matchExpressions: list(labelSelectorRequirement),
})

export const objectReference = object<ObjectReference>('ObjectReference', {
  kind: string, namespace: string, name: string, uid: string, apiVersion: string, resourceVersion: string,
  fieldPath: string,
})

export const localObjectReference = object<LocalObjectReference>('LocalObjectReference', { name: string })

export const condition = object<Condition>('Condition', {
  type: string, status: string, observedGeneration: int64, lastTransitionTime: time, reason: string,
  message: string,
})

export const deleteOptions = object<DeleteOptions>('DeleteOptions', {
  apiVersion: string,
  kind: string,
  gracePeriodSeconds: int64,
  preconditions: object<NonNullable<DeleteOptions['preconditions']>>('Preconditions', {
    uid: string, resourceVersion: string,
  }),
  orphanDependents: boolean,
  propagationPolicy: string,
  dryRun: strings,
})
