/** Services: `pkg/apis/core/validation/validation.go` ValidateServiceCreate, ValidateServiceUpdate. */
import type { Input, Json, Service, ServicePort, ServiceSpec } from '../types.js'
import {
  all, complain, dnsLabel, each, forbiddenIf, immutableField, isSet, oneOf, qualifiedName, requiredOneOf,
  when,
  type Errors,
} from './check.js'
import { protocols } from './containers.js'
import { duplicate, forbidden, invalid, required, valid } from './field.js'
import { validateCIDR, validateEndpointIP, validateIP } from './ip.js'
import { validateLabels, validateMeta, validateMetaUpdate } from './meta.js'
import { isDNS1123Subdomain, isPortNumber, nameIsDNSLabel } from './names.js'
import { validatePort } from './probes.js'
import { isHeadless, validateIPsUpdate, validateServiceIPs } from './service-ips.js'

type Spec = Input<ServiceSpec>

export const validateServiceCreate = (service: Input<Service>): Errors =>
  all(validateMeta(service.metadata, true, nameIsDNSLabel), validateService(service.spec ?? {}, undefined))

export function validateServiceUpdate(service: Input<Service>, old: Input<Service>): Errors {
  const [spec, before] = [service.spec ?? {}, old.spec ?? {}]
  return all(
    validateMetaUpdate(service.metadata, old.metadata),
    validateIPsUpdate(spec, before),
    when(spec.type === 'LoadBalancer' && before.type === 'LoadBalancer' &&
      spec.loadBalancerClass !== before.loadBalancerClass, () =>
      invalid('spec.loadBalancerClass', spec.loadBalancerClass, 'may not change once set')),
    validateLoadBalancerClass(spec),
    forbiddenIf(needsHealthCheck(spec) && needsHealthCheck(before) &&
      spec.healthCheckNodePort !== before.healthCheckNodePort, 'spec.healthCheckNodePort', immutableField),
    validateService(spec, before))
}

function validateService(spec: Spec, old: Spec | undefined): Errors {
  const { ports = [], type = '' } = spec
  return all(
    when(ports.length === 0 && !isHeadless(spec) && type !== 'ExternalName', () => required('spec.ports')),
    validateType(spec),
    validatePorts(ports, 'spec.ports'),
    validateLabels(spec.selector, 'spec.selector'),
    validateSessionAffinity(spec),
    validateServiceIPs(spec, old),
    each(spec.externalIPs, 'spec.externalIPs', (ip, path) => {
      const errors = validateIP(path, ip, old?.externalIPs)
      return errors.length > 0 ? errors : validateEndpointIP(path, ip)
    }),
    requiredOneOf('spec.type', type, ['ClusterIP', 'ExternalName', 'LoadBalancer', 'NodePort']),
    type !== 'ClusterIP' ? valid : each(ports, 'spec.ports', ({ nodePort = 0 }, path) =>
      forbiddenIf(nodePort !== 0, `${path}.nodePort`, "may not be used when `type` is 'ClusterIP'")),
    validateRepeatedPorts(ports, 'spec.ports'),
    validateLoadBalancer(spec, old),
    validateTrafficPolicies(spec))
}

/** Headless and ExternalName services exclude what needs an address. */
function validateType(spec: Spec): Errors {
  const { type = '', externalName = '' } = spec
  if (type === 'LoadBalancer' || type === 'NodePort') {
    return when(isHeadless(spec), () =>
      invalid('spec.clusterIPs[0]', 'None', `may not be set to 'None' for ${type} services`))
  }
  if (type !== 'ExternalName') return valid
  const name = externalName.replace(/\.$/, '')
  const refused = 'may not be set for ExternalName services'
  return all(
    forbiddenIf((spec.clusterIPs ?? []).length > 0, 'spec.clusterIPs', refused),
    forbiddenIf((spec.ipFamilies ?? []).length > 0, 'spec.ipFamilies', refused),
    forbiddenIf(spec.ipFamilyPolicy !== undefined, 'spec.ipFamilyPolicy', refused),
    name === '' ? [required('spec.externalName')] : complain('spec.externalName', name, isDNS1123Subdomain(name)))
}

function validatePorts(ports: readonly Input<ServicePort>[], path: string): Errors {
  const names = new Set<string>()
  return each(ports, path, ({ name = '', port = 0, protocol, targetPort, appProtocol }, place) => {
    const repeated = name !== '' && names.has(name)
    names.add(name)
    return all(
      name === '' ? when(ports.length > 1, () => required(`${place}.name`)) : dnsLabel(`${place}.name`, name),
      when(repeated, () => duplicate(`${place}.name`, name)),
      complain(`${place}.port`, port, isPortNumber(port)),
      requiredOneOf(`${place}.protocol`, protocol, protocols),
      validatePort(targetPort, `${place}.targetPort`),
      appProtocol === undefined ? valid : qualifiedName(`${place}.appProtocol`, appProtocol))
  })
}

function validateRepeatedPorts(ports: readonly Input<ServicePort>[], path: string): Errors {
  const [nodePorts, seen] = [new Set<string>(), new Set<string>()]
  return all(
    each(ports, path, ({ protocol = '', nodePort = 0 }, place) => {
      const repeated = nodePort !== 0 && nodePorts.has(`${protocol}/${nodePort}`)
      nodePorts.add(`${protocol}/${nodePort}`)
      return when(repeated, () => duplicate(`${place}.nodePort`, nodePort))
    }),
    each(ports, path, ({ protocol = '', port = 0 }, place) => {
      const repeated = seen.has(`${protocol}/${port}`)
      seen.add(`${protocol}/${port}`)
      return when(repeated, () => duplicate(place, shownPort(protocol, port)))
    }))
}

/** Go prints the key that it looked the port up by. */
const shownPort = (protocol: string, port: number): Json =>
  ({ Name: '', Protocol: protocol, AppProtocol: null, Port: port, TargetPort: 0, NodePort: 0 })

function validateSessionAffinity(spec: Spec): Errors {
  const { sessionAffinity = '', sessionAffinityConfig: config } = spec
  const path = 'spec.sessionAffinityConfig'
  const why = 'when session affinity type is ClientIP'
  const timeout = config?.clientIP?.timeoutSeconds
  const missing = config === undefined ? path : config.clientIP === undefined ? `${path}.clientIP`
    : timeout === undefined ? `${path}.clientIP.timeoutSeconds` : undefined
  return all(
    requiredOneOf('spec.sessionAffinity', sessionAffinity, ['ClientIP', 'None']),
    sessionAffinity !== 'ClientIP' ? valid : missing !== undefined ? [required(missing, why)]
      : when(timeout !== undefined && (timeout <= 0 || timeout > 86400), () =>
        invalid(`${path}.clientIP.timeoutSeconds`, timeout, 'must be greater than 0 and less than 86400')),
    forbiddenIf(sessionAffinity === 'None' && config !== undefined, path,
      'must not be set when session affinity is None'))
}

function validateLoadBalancer(spec: Spec, old: Spec | undefined): Errors {
  const isLoadBalancer = spec.type === 'LoadBalancer'
  const ranges = spec.loadBalancerSourceRanges ?? []
  return all(
    forbiddenIf(ranges.length > 0 && !isLoadBalancer, 'spec.LoadBalancerSourceRanges', onlyLoadBalancer),
    each(ranges, 'spec.LoadBalancerSourceRanges', (range, path) =>
      validateCIDR(path, range.trim(), old?.loadBalancerSourceRanges?.map((one) => one.trim()))),
    forbiddenIf(spec.allocateLoadBalancerNodePorts !== undefined && !isLoadBalancer,
      'spec.allocateLoadBalancerNodePorts', onlyLoadBalancer),
    when(isLoadBalancer && spec.allocateLoadBalancerNodePorts === undefined, () =>
      required('allocateLoadBalancerNodePorts')),
    validateLoadBalancerClass(spec))
}

const onlyLoadBalancer = "may only be used when `type` is 'LoadBalancer'"

const validateLoadBalancerClass = ({ type, loadBalancerClass }: Spec): Errors =>
  loadBalancerClass === undefined ? valid
    : type === 'LoadBalancer' ? qualifiedName('spec.loadBalancerClass', loadBalancerClass)
      : [forbidden('spec.loadBalancerClass', onlyLoadBalancer)]

const isExternal = ({ type, externalIPs = [] }: Spec): boolean =>
  type === 'LoadBalancer' || type === 'NodePort' || (type === 'ClusterIP' && externalIPs.length > 0)

const needsHealthCheck = ({ type, externalTrafficPolicy }: Spec): boolean =>
  type === 'LoadBalancer' && externalTrafficPolicy === 'Local'

/** A health check port that nobody chose is allocated later, so its absence is no error here. */
function validateTrafficPolicies(spec: Spec): Errors {
  const { externalTrafficPolicy: external, internalTrafficPolicy: internal, healthCheckNodePort: port = 0 } = spec
  return all(
    isExternal(spec) ? requiredOneOf('spec.externalTrafficPolicy', external, ['Cluster', 'Local'])
      : when(isSet(external), () =>
        invalid('spec.externalTrafficPolicy', external, 'may only be set for externally-accessible services')),
    when(port !== 0 && !needsHealthCheck(spec), () => invalid('spec.healthCheckNodePort', port,
      "may only be set when `type` is 'LoadBalancer' and `externalTrafficPolicy` is 'Local'")),
    port !== 0 && needsHealthCheck(spec) ? complain('spec.healthCheckNodePort', port, isPortNumber(port)) : valid,
    when(internal === undefined && ['ClusterIP', 'NodePort', 'LoadBalancer'].includes(spec.type ?? ''), () =>
      required('spec.internalTrafficPolicy')),
    oneOf('spec.internalTrafficPolicy', internal, ['Cluster', 'Local']),
    oneOf('spec.trafficDistribution', spec.trafficDistribution,
      ['PreferClose', 'PreferSameZone', 'PreferSameNode']))
}
