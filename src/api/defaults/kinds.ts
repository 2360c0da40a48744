/** Defaults of the other kinds: `pkg/apis/{core,apps,discovery}/v1/defaults.go`. */
import type {
  ConfigMap, Deployment, EndpointSlice, Input, Namespace, Node, ReplicaSet, Secret, Service, ServicePort,
  ServiceSpec,
} from '../types.js'
import { toBase64 } from '../text.js'
import { fill, fillZero, mapField, mapItems } from './fill.js'
import { setDefaultsPodTemplate } from './pod.js'

/** `SetDefaults_Deployment`. */
export const setDefaultsDeployment = (deployment: Input<Deployment>): Input<Deployment> =>
  mapField(fill(deployment, { spec: {} }), 'spec', (given) => {
    let spec = fill(given, {
      replicas: 1, strategy: {}, revisionHistoryLimit: 10, progressDeadlineSeconds: 600, template: {},
    })
    spec = mapField(spec, 'strategy', (strategy) => {
      const typed = fillZero(strategy, { type: 'RollingUpdate' })
      return typed.type !== 'RollingUpdate' ? typed : mapField(fill(typed, { rollingUpdate: {} }),
        'rollingUpdate', (rolling) => fill(rolling, { maxUnavailable: '25%', maxSurge: '25%' }))
    })
    return mapField(spec, 'template', setDefaultsPodTemplate)
  })

/** `SetDefaults_ReplicaSet`. */
export const setDefaultsReplicaSet = (replicaSet: Input<ReplicaSet>): Input<ReplicaSet> =>
  mapField(fill(replicaSet, { spec: {} }), 'spec', (spec) =>
    mapField(fill(spec, { replicas: 1, template: {} }), 'template', setDefaultsPodTemplate))

const hasClusterIP = ({ type = '' }: Input<ServiceSpec>): boolean =>
  ['ClusterIP', 'NodePort', 'LoadBalancer'].includes(type)

const externallyAccessible = ({ type, externalIPs }: Input<ServiceSpec>): boolean =>
  type === 'LoadBalancer' || type === 'NodePort' || (type === 'ClusterIP' && (externalIPs?.length ?? 0) > 0)

/** `SetDefaults_Service`. */
export const setDefaultsService = (service: Input<Service>): Input<Service> =>
  mapField(fill(service, { spec: {} }), 'spec', (given) => {
    let spec = fillZero(given, { sessionAffinity: 'None', type: 'ClusterIP' })
    if (spec.sessionAffinity === 'None' && spec.sessionAffinityConfig !== undefined) {
      const { sessionAffinityConfig: _, ...rest } = spec
      spec = rest
    }
    if (spec.sessionAffinity === 'ClientIP' && spec.sessionAffinityConfig?.clientIP?.timeoutSeconds === undefined) {
      spec = { ...spec, sessionAffinityConfig: { clientIP: { timeoutSeconds: 10800 } } }
    }
    spec = mapField(spec, 'ports', (ports) => mapItems(ports, setDefaultsServicePort))
    if (externallyAccessible(spec)) spec = fillZero(spec, { externalTrafficPolicy: 'Cluster' })
    if (hasClusterIP(spec)) spec = fill(spec, { internalTrafficPolicy: 'Cluster' })
    return spec.type === 'LoadBalancer' ? fill(spec, { allocateLoadBalancerNodePorts: true }) : spec
  })

const setDefaultsServicePort = (port: Input<ServicePort>): Input<ServicePort> =>
  fillZero(port, { protocol: 'TCP', targetPort: port.port ?? 0 })

/** `SetDefaults_Namespace`, `SetDefaults_NamespaceStatus`. */
export function setDefaultsNamespace(namespace: Input<Namespace>): Input<Namespace> {
  const name = namespace.metadata?.name ?? ''
  const filled = mapField(fill(namespace, { spec: {}, status: {} }), 'status', (status) =>
    fillZero(status, { phase: 'Active' }))
  if (name === '' || filled.metadata?.labels?.['kubernetes.io/metadata.name'] === name) return filled
  return mapField(filled, 'metadata', (metadata) =>
    ({ ...metadata, labels: { ...metadata.labels, 'kubernetes.io/metadata.name': name } }))
}

/**
 * `SetDefaults_NodeStatus`: what nobody reserved is allocatable. Conversion keeps `podCIDR` and the list
 * alike.
 */
export function setDefaultsNode(node: Input<Node>): Input<Node> {
  const filled = mapField(fill(node, { spec: {}, status: {} }), 'status', (status) =>
    (status.capacity === undefined ? status : fill(status, { allocatable: status.capacity })))
  return mapField(filled, 'spec', (spec) => {
    const { podCIDR = '', podCIDRs: [first] = [] } = spec
    if (podCIDR === '') return first === undefined ? spec : { ...spec, podCIDR: first }
    return first === podCIDR ? spec : { ...spec, podCIDRs: [podCIDR] }
  })
}

/** `SetDefaults_EndpointPort`. */
export const setDefaultsEndpointSlice = (slice: Input<EndpointSlice>): Input<EndpointSlice> =>
  mapField(fill(slice, { endpoints: [], ports: [] }), 'ports', (ports) =>
    mapItems(ports, (port) => fill(port, { name: '', protocol: 'TCP' })))

export const setDefaultsConfigMap = (configMap: Input<ConfigMap>): Input<ConfigMap> => configMap

/** `SetDefaults_Secret`; `stringData` goes into `data` as it does in conversion. */
export function setDefaultsSecret(secret: Input<Secret>): Input<Secret> {
  const typed = fillZero(secret, { type: 'Opaque' })
  if (typed.stringData === undefined) return typed
  const { stringData, ...rest } = typed
  const encoded = Object.entries(stringData).map(([key, text]) => [key, toBase64(text)])
  return { ...rest, data: { ...rest.data, ...Object.fromEntries(encoded) } }
}
