import type { ConditionStatus, Json, Time } from './json.js'

export type Labels = { readonly [key: string]: string }
export type Annotations = { readonly [key: string]: string }

export type OwnerReference = {
  readonly apiVersion: string
  readonly kind: string
  readonly name: string
  readonly uid: string
  readonly controller?: boolean
  readonly blockOwnerDeletion?: boolean
}

/**
 * apimachinery `meta/v1.ObjectMeta` as a World stores it. Names may hold `#` (`web#1-0`), a symbol for
 * what the API server would have generated. `resourceVersion` and times are absent inside a World;
 * `deletionTimestamp`, when present, is a marker and no time.
 */
export type ObjectMeta = {
  readonly name: string
  readonly uid: string
  readonly generateName?: string
  readonly namespace?: string
  readonly resourceVersion?: string
  readonly generation?: number
  readonly creationTimestamp?: Time | null
  readonly deletionTimestamp?: Time | null
  readonly deletionGracePeriodSeconds?: number
  readonly labels?: Labels
  readonly annotations?: Annotations
  readonly ownerReferences?: readonly OwnerReference[]
  readonly finalizers?: readonly string[]
  readonly selfLink?: string
  readonly managedFields?: readonly Json[]
}

/** Metadata of an object that lives in a namespace. */
export type NamespacedMeta = ObjectMeta & { readonly namespace: string }

/** Metadata inside a pod template: no identity yet. */
export type TemplateMeta = Partial<ObjectMeta>

export type LabelSelectorOperator = 'In' | 'NotIn' | 'Exists' | 'DoesNotExist'

export type LabelSelectorRequirement = {
  readonly key: string
  readonly operator: LabelSelectorOperator
  readonly values?: readonly string[]
}

/** Empty selects everything; absent (undefined) selects nothing. */
export type LabelSelector = {
  readonly matchLabels?: Labels
  readonly matchExpressions?: readonly LabelSelectorRequirement[]
}

export type ObjectReference = {
  readonly kind?: string
  readonly namespace?: string
  readonly name?: string
  readonly uid?: string
  readonly apiVersion?: string
  readonly resourceVersion?: string
  readonly fieldPath?: string
}

export type LocalObjectReference = { readonly name?: string }

/** apimachinery `meta/v1.Condition`. */
export type Condition = {
  readonly type: string
  readonly status: ConditionStatus
  readonly observedGeneration?: number
  readonly lastTransitionTime?: Time | null
  readonly reason: string
  readonly message: string
}

export type DeletionPropagation = 'Orphan' | 'Background' | 'Foreground'

export type DeleteOptions = {
  readonly apiVersion?: string
  readonly kind?: string
  readonly gracePeriodSeconds?: number
  readonly preconditions?: { readonly uid?: string; readonly resourceVersion?: string }
  readonly orphanDependents?: boolean
  readonly propagationPolicy?: DeletionPropagation
  readonly dryRun?: readonly string[]
}

/** What every stored object has in common. */
export type KubeObject = {
  readonly apiVersion: string
  readonly kind: string
  readonly metadata: ObjectMeta
}
