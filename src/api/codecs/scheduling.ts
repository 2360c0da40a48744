/** Codecs of affinity, tolerations, taints and topology spread: api `core/v1/types.go`. */
import type {
  Affinity, NodeAffinity, NodeSelector, NodeSelectorRequirement, NodeSelectorTerm, PodAffinity,
  PodAffinityTerm,
  PreferredSchedulingTerm, Taint, Toleration, TopologySpreadConstraint, WeightedPodAffinityTerm,
} from '../types.js'
import { labelSelector, strings } from './meta.js'
import { int32, int64, list, object, string, time } from './wire.js'

export const taint = object<Taint>('Taint', { key: string, value: string, effect: string, timeAdded: time })

export const toleration = object<Toleration>('Toleration', {
  key: string, operator: string, value: string, effect: string, tolerationSeconds: int64,
})

const nodeSelectorRequirement = object<NodeSelectorRequirement>('NodeSelectorRequirement', {
  key: string, operator: string, values: strings,
})

const nodeSelectorTerm = object<NodeSelectorTerm>('NodeSelectorTerm', {
  matchExpressions: list(nodeSelectorRequirement), matchFields: list(nodeSelectorRequirement),
})

const nodeAffinity = object<NodeAffinity>('NodeAffinity', {
  requiredDuringSchedulingIgnoredDuringExecution: object<NodeSelector>('NodeSelector', {
    nodeSelectorTerms: list(nodeSelectorTerm),
  }),
  preferredDuringSchedulingIgnoredDuringExecution: list(
    object<PreferredSchedulingTerm>('PreferredSchedulingTerm', { weight: int32, preference: nodeSelectorTerm })),
})

const podAffinityTerm = object<PodAffinityTerm>('PodAffinityTerm', {
  labelSelector, namespaces: strings, topologyKey: string, namespaceSelector: labelSelector,
  matchLabelKeys: strings, mismatchLabelKeys: strings,
})

const podAffinity = (name: string) => object<PodAffinity>(name, {
  requiredDuringSchedulingIgnoredDuringExecution: list(podAffinityTerm),
  preferredDuringSchedulingIgnoredDuringExecution: list(
    object<WeightedPodAffinityTerm>('WeightedPodAffinityTerm', { weight: int32, podAffinityTerm })),
})

export const affinity = object<Affinity>('Affinity', {
  nodeAffinity,
  podAffinity: podAffinity('PodAffinity'),
  podAntiAffinity: podAffinity('PodAntiAffinity'),
})

export const topologySpreadConstraint = object<TopologySpreadConstraint>('TopologySpreadConstraint', {
  maxSkew: int32, topologyKey: string, whenUnsatisfiable: string, labelSelector, minDomains: int32,
  nodeAffinityPolicy: string, nodeTaintsPolicy: string, matchLabelKeys: strings,
})
