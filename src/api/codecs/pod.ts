/** Codecs of pods: api `core/v1/types.go`. */
import type {
  ContainerState, ContainerStateRunning, ContainerStateTerminated, ContainerStateWaiting, ContainerStatus,
  Pod,
  PodCondition, PodSpec, PodStatus, PodTemplateSpec,
} from '../types.js'
import {
  container, ephemeralContainer, resourceList, resourceRequirements, volume,
} from './container.js'
import { localObjectReference, namespacedMeta, objectMeta, stringMap, strings } from './meta.js'
import { affinity, toleration, topologySpreadConstraint } from './scheduling.js'
import { boolean, int32, int64, json, jsonObject, list, object, string, time } from './wire.js'

type Items<T> = NonNullable<T> extends readonly (infer Item)[] ? Item & object : never

export const podSpec = object<PodSpec>('PodSpec', {
  volumes: list(volume),
  initContainers: list(container),
  containers: list(container),
  ephemeralContainers: list(ephemeralContainer),
  restartPolicy: string,
  terminationGracePeriodSeconds: int64,
  activeDeadlineSeconds: int64,
  dnsPolicy: string,
  nodeSelector: stringMap,
  serviceAccountName: string,
  serviceAccount: string,
  automountServiceAccountToken: boolean,
  nodeName: string,
  hostNetwork: boolean,
  hostPID: boolean,
  hostIPC: boolean,
  shareProcessNamespace: boolean,
  securityContext: jsonObject,
  imagePullSecrets: list(localObjectReference),
  hostname: string,
  subdomain: string,
  affinity,
  schedulerName: string,
  tolerations: list(toleration),
  hostAliases: list(object<Items<PodSpec['hostAliases']>>('HostAlias', { ip: string, hostnames: strings })),
  priorityClassName: string,
  priority: int32,
  dnsConfig: jsonObject,
  readinessGates: list(object<Items<PodSpec['readinessGates']>>('PodReadinessGate', { conditionType: string })),
  runtimeClassName: string,
  enableServiceLinks: boolean,
  preemptionPolicy: string,
  overhead: resourceList,
  topologySpreadConstraints: list(topologySpreadConstraint),
  setHostnameAsFQDN: boolean,
  os: object<NonNullable<PodSpec['os']>>('PodOS', { name: string }),
  hostUsers: boolean,
  schedulingGates: list(object<Items<PodSpec['schedulingGates']>>('PodSchedulingGate', { name: string })),
  resourceClaims: list(json),
  resources: resourceRequirements,
  hostnameOverride: string,
  schedulingGroup: jsonObject,
})

export const podTemplateSpec = object<PodTemplateSpec>('PodTemplateSpec', {
  metadata: objectMeta, spec: podSpec,
})

const containerState = object<ContainerState>('ContainerState', {
  waiting: object<ContainerStateWaiting>('ContainerStateWaiting', { reason: string, message: string }),
  running: object<ContainerStateRunning>('ContainerStateRunning', { startedAt: time }),
  terminated: object<ContainerStateTerminated>('ContainerStateTerminated', {
    exitCode: int32, signal: int32, reason: string, message: string, startedAt: time, finishedAt: time,
    containerID: string,
  }),
})

const containerStatus = object<ContainerStatus>('ContainerStatus', {
  name: string,
  state: containerState,
  lastState: containerState,
  ready: boolean,
  restartCount: int32,
  image: string,
  imageID: string,
  containerID: string,
  started: boolean,
  allocatedResources: resourceList,
  resources: resourceRequirements,
  volumeMounts: list(json),
  user: jsonObject,
  allocatedResourcesStatus: list(json),
  stopSignal: string,
})

const podCondition = object<PodCondition>('PodCondition', {
  type: string, status: string, observedGeneration: int64, lastProbeTime: time, lastTransitionTime: time,
  reason: string, message: string,
})

const ip = (name: string) => object<{ readonly ip: string }>(name, { ip: string })

export const podStatus = object<PodStatus>('PodStatus', {
  observedGeneration: int64,
  phase: string,
  conditions: list(podCondition),
  message: string,
  reason: string,
  nominatedNodeName: string,
  hostIP: string,
  hostIPs: list(ip('HostIP')),
  podIP: string,
  podIPs: list(ip('PodIP')),
  startTime: time,
  initContainerStatuses: list(containerStatus),
  containerStatuses: list(containerStatus),
  qosClass: string,
  ephemeralContainerStatuses: list(containerStatus),
  resize: string,
  resourceClaimStatuses: list(json),
  extendedResourceClaimStatus: jsonObject,
  allocatedResources: resourceList,
  resources: resourceRequirements,
  nodeAllocatableResourceClaimStatuses: list(json),
})

export const pod = object<Pod>('Pod', {
  apiVersion: string, kind: string, metadata: namespacedMeta, spec: podSpec, status: podStatus,
})
