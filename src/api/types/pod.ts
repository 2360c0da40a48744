import type { ConditionStatus, Json, JsonObject, ResourceList, Time } from './json.js'
import type { LocalObjectReference, NamespacedMeta, TemplateMeta } from './meta.js'
import type { Affinity, Toleration, TopologySpreadConstraint } from './scheduling.js'
import type { Container, EphemeralContainer, ResourceRequirements, Volume } from './container.js'

export type RestartPolicy = 'Always' | 'OnFailure' | 'Never'

/** core/v1 `PodSpec` of Kubernetes 1.36, after defaulting. */
export type PodSpec = {
  readonly volumes?: readonly Volume[]
  readonly initContainers?: readonly Container[]
  readonly containers: readonly Container[]
  readonly ephemeralContainers?: readonly EphemeralContainer[]
  readonly restartPolicy: RestartPolicy
  readonly terminationGracePeriodSeconds: number
  readonly activeDeadlineSeconds?: number
  readonly dnsPolicy: 'ClusterFirstWithHostNet' | 'ClusterFirst' | 'Default' | 'None'
  readonly nodeSelector?: { readonly [label: string]: string }
  readonly serviceAccountName?: string
  readonly serviceAccount?: string
  readonly automountServiceAccountToken?: boolean
  readonly nodeName?: string
  readonly hostNetwork?: boolean
  readonly hostPID?: boolean
  readonly hostIPC?: boolean
  readonly shareProcessNamespace?: boolean
  readonly securityContext: JsonObject
  readonly imagePullSecrets?: readonly LocalObjectReference[]
  readonly hostname?: string
  readonly subdomain?: string
  readonly affinity?: Affinity
  readonly schedulerName: string
  readonly tolerations?: readonly Toleration[]
  readonly hostAliases?: readonly { readonly ip: string; readonly hostnames?: readonly string[] }[]
  readonly priorityClassName?: string
  readonly priority?: number
  readonly dnsConfig?: JsonObject
  readonly readinessGates?: readonly { readonly conditionType: string }[]
  readonly runtimeClassName?: string
  readonly enableServiceLinks?: boolean
  readonly preemptionPolicy?: 'Never' | 'PreemptLowerPriority'
  readonly overhead?: ResourceList
  readonly topologySpreadConstraints?: readonly TopologySpreadConstraint[]
  readonly setHostnameAsFQDN?: boolean
  readonly os?: { readonly name: 'linux' | 'windows' }
  readonly hostUsers?: boolean
  readonly schedulingGates?: readonly { readonly name: string }[]
  readonly resourceClaims?: readonly Json[]
  readonly resources?: ResourceRequirements
  readonly hostnameOverride?: string
  readonly schedulingGroup?: JsonObject
}

export type PodTemplateSpec = { readonly metadata: TemplateMeta; readonly spec: PodSpec }

export type ContainerStateWaiting = { readonly reason?: string; readonly message?: string }
export type ContainerStateRunning = { readonly startedAt?: Time | null }
export type ContainerStateTerminated = {
  readonly exitCode: number
  readonly signal?: number
  readonly reason?: string
  readonly message?: string
  readonly startedAt?: Time | null
  readonly finishedAt?: Time | null
  readonly containerID?: string
}

/** At most one is set; none set reads as waiting. */
export type ContainerState = {
  readonly waiting?: ContainerStateWaiting
  readonly running?: ContainerStateRunning
  readonly terminated?: ContainerStateTerminated
}

export type ContainerStatus = {
  readonly name: string
  readonly state: ContainerState
  readonly lastState?: ContainerState
  readonly ready: boolean
  readonly restartCount: number
  readonly image: string
  readonly imageID?: string
  readonly containerID?: string
  readonly started?: boolean
  readonly allocatedResources?: ResourceList
  readonly resources?: ResourceRequirements
  readonly volumeMounts?: readonly Json[]
  readonly user?: JsonObject
  readonly allocatedResourcesStatus?: readonly Json[]
  readonly stopSignal?: string
}

export type PodPhase = 'Pending' | 'Running' | 'Succeeded' | 'Failed' | 'Unknown'

/** Types that upstream writes: PodScheduled, Initialized, ContainersReady, Ready, DisruptionTarget, … */
export type PodCondition = {
  readonly type: string
  readonly status: ConditionStatus
  readonly observedGeneration?: number
  readonly lastProbeTime?: Time | null
  readonly lastTransitionTime?: Time | null
  readonly reason?: string
  readonly message?: string
}

export type PodStatus = {
  readonly observedGeneration?: number
  readonly phase: PodPhase
  readonly conditions?: readonly PodCondition[]
  readonly message?: string
  readonly reason?: string
  readonly nominatedNodeName?: string
  readonly hostIP?: string
  readonly hostIPs?: readonly { readonly ip: string }[]
  readonly podIP?: string
  readonly podIPs?: readonly { readonly ip: string }[]
  readonly startTime?: Time | null
  readonly initContainerStatuses?: readonly ContainerStatus[]
  readonly containerStatuses?: readonly ContainerStatus[]
  readonly qosClass?: 'Guaranteed' | 'Burstable' | 'BestEffort'
  readonly ephemeralContainerStatuses?: readonly ContainerStatus[]
  readonly resize?: string
  readonly resourceClaimStatuses?: readonly Json[]
  readonly extendedResourceClaimStatus?: JsonObject
  readonly allocatedResources?: ResourceList
  readonly resources?: ResourceRequirements
  readonly nodeAllocatableResourceClaimStatuses?: readonly Json[]
}

export type Pod = {
  readonly apiVersion: 'v1'
  readonly kind: 'Pod'
  readonly metadata: NamespacedMeta
  readonly spec: PodSpec
  readonly status: PodStatus
}
