/** Codecs of Service and EndpointSlice: api `core/v1/types.go`, `discovery/v1/types.go`. */
import type {
  Endpoint, EndpointConditions, EndpointPort, EndpointSlice, LoadBalancerIngress, Service, ServicePort,
  ServiceSpec, ServiceStatus,
} from '../types.js'
import { condition, namespacedMeta, objectReference, stringMap, strings } from './meta.js'
import { boolean, int32, intOrString, list, object, string } from './wire.js'

const servicePort = object<ServicePort>('ServicePort', {
  name: string, protocol: string, appProtocol: string, port: int32, targetPort: intOrString, nodePort: int32,
})

type AffinityConfig = NonNullable<ServiceSpec['sessionAffinityConfig']>
type PortStatus = NonNullable<LoadBalancerIngress['ports']>[number]

const ingress = object<LoadBalancerIngress>('LoadBalancerIngress', {
  ip: string, hostname: string, ipMode: string,
  ports: list(object<PortStatus>('PortStatus', { port: int32, protocol: string, error: string })),
})

export const service = object<Service>('Service', {
  apiVersion: string, kind: string, metadata: namespacedMeta,
  spec: object<ServiceSpec>('ServiceSpec', {
    ports: list(servicePort),
    selector: stringMap,
    clusterIP: string,
    clusterIPs: strings,
    type: string,
    externalIPs: strings,
    sessionAffinity: string,
    loadBalancerIP: string,
    loadBalancerSourceRanges: strings,
    externalName: string,
    externalTrafficPolicy: string,
    healthCheckNodePort: int32,
    publishNotReadyAddresses: boolean,
    sessionAffinityConfig: object<AffinityConfig>('SessionAffinityConfig', {
      clientIP: object<NonNullable<AffinityConfig['clientIP']>>('ClientIPConfig', { timeoutSeconds: int32 }),
    }),
    ipFamilies: strings,
    ipFamilyPolicy: string,
    allocateLoadBalancerNodePorts: boolean,
    loadBalancerClass: string,
    internalTrafficPolicy: string,
    trafficDistribution: string,
  }),
  status: object<ServiceStatus>('ServiceStatus', {
    loadBalancer: object<NonNullable<ServiceStatus['loadBalancer']>>('LoadBalancerStatus', {
      ingress: list(ingress),
    }),
    conditions: list(condition),
  }),
})

const named = (name: string) => list(object<{ readonly name: string }>(name, { name: string }))

const endpoint = object<Endpoint>('Endpoint', {
  addresses: strings,
  conditions: object<EndpointConditions>('EndpointConditions', {
    ready: boolean, serving: boolean, terminating: boolean,
  }),
  hostname: string,
  targetRef: objectReference,
  deprecatedTopology: stringMap,
  nodeName: string,
  zone: string,
  hints: object<NonNullable<Endpoint['hints']>>('EndpointHints', {
    forZones: named('ForZone'), forNodes: named('ForNode'),
  }),
})

export const endpointSlice = object<EndpointSlice>('EndpointSlice', {
  apiVersion: string, kind: string, metadata: namespacedMeta, addressType: string,
  endpoints: list(endpoint),
  ports: list(object<EndpointPort>('EndpointPort', {
    name: string, protocol: string, port: int32, appProtocol: string,
  })),
})
