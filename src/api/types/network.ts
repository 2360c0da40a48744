import type { IntOrString } from './json.js'
import type { Condition, NamespacedMeta, ObjectReference } from './meta.js'
import type { Protocol } from './container.js'

export type ServicePort = {
  readonly name?: string
  readonly protocol: Protocol
  readonly appProtocol?: string
  readonly port: number
  readonly targetPort: IntOrString
  readonly nodePort?: number
}

export type IPFamily = 'IPv4' | 'IPv6'
export type ServiceType = 'ClusterIP' | 'NodePort' | 'LoadBalancer' | 'ExternalName'
export type TrafficPolicy = 'Cluster' | 'Local'

/** `clusterIP` is `None` for a headless Service, absent for ExternalName. */
export type ServiceSpec = {
  readonly ports?: readonly ServicePort[]
  readonly selector?: { readonly [label: string]: string }
  readonly clusterIP?: string
  readonly clusterIPs?: readonly string[]
  readonly type: ServiceType
  readonly externalIPs?: readonly string[]
  readonly sessionAffinity: 'ClientIP' | 'None'
  readonly loadBalancerIP?: string
  readonly loadBalancerSourceRanges?: readonly string[]
  readonly externalName?: string
  readonly externalTrafficPolicy?: TrafficPolicy
  readonly healthCheckNodePort?: number
  readonly publishNotReadyAddresses?: boolean
  readonly sessionAffinityConfig?: { readonly clientIP?: { readonly timeoutSeconds?: number } }
  readonly ipFamilies?: readonly IPFamily[]
  readonly ipFamilyPolicy?: 'SingleStack' | 'PreferDualStack' | 'RequireDualStack'
  readonly allocateLoadBalancerNodePorts?: boolean
  readonly loadBalancerClass?: string
  readonly internalTrafficPolicy?: TrafficPolicy
  readonly trafficDistribution?: string
}

export type LoadBalancerIngress = {
  readonly ip?: string
  readonly hostname?: string
  readonly ipMode?: string
  readonly ports?: readonly { readonly port: number; readonly protocol: Protocol; readonly error?: string }[]
}

export type ServiceStatus = {
  readonly loadBalancer?: { readonly ingress?: readonly LoadBalancerIngress[] }
  readonly conditions?: readonly Condition[]
}

export type Service = {
  readonly apiVersion: 'v1'
  readonly kind: 'Service'
  readonly metadata: NamespacedMeta
  readonly spec: ServiceSpec
  readonly status: ServiceStatus
}

/** Absent `ready` and `serving` read as true, absent `terminating` as false. */
export type EndpointConditions = {
  readonly ready?: boolean
  readonly serving?: boolean
  readonly terminating?: boolean
}

export type Endpoint = {
  readonly addresses: readonly string[]
  readonly conditions?: EndpointConditions
  readonly hostname?: string
  readonly targetRef?: ObjectReference
  readonly deprecatedTopology?: { readonly [key: string]: string }
  readonly nodeName?: string
  readonly zone?: string
  readonly hints?: {
    readonly forZones?: readonly { readonly name: string }[]
    readonly forNodes?: readonly { readonly name: string }[]
  }
}

export type EndpointPort = {
  readonly name?: string
  readonly protocol?: Protocol
  readonly port?: number
  readonly appProtocol?: string
}

export type EndpointSlice = {
  readonly apiVersion: 'discovery.k8s.io/v1'
  readonly kind: 'EndpointSlice'
  readonly metadata: NamespacedMeta
  readonly addressType: 'IPv4' | 'IPv6' | 'FQDN'
  readonly endpoints: readonly Endpoint[]
  readonly ports: readonly EndpointPort[]
}
