/**
 * Models: pkg/registry/core/service/strategy.go, pkg/registry/core/service/storage (patchAllocatedValues,
 *   normalizeClusterIPs, dropTypeDependentFields, initIPFamilyFields), with the allocators of `service-allocation.ts`
 * Reads: store, clusterip, nodeport
 * Writes: clusterip, nodeport
 * Omits: dual stack (the cluster has IPv4 alone), load balancer classes
 */
import type { IPFamily, Service, ServicePort, ServiceSpec } from '#api/types'
import type { Cells } from '#kernel/cells'
import { equal } from '#kernel/value'
import type { StoredObject } from '#machine/objects'
import {
  allocate, claim, isHeadless, needsClusterIP, needsHealthCheck, needsNodePort, refusal,
} from './service-allocation.js'
import { bumpGeneration, type Strategy } from './strategy.js'

/** Leaves out members that are `undefined`, so that an absent field is absent. */
function compact<T extends object>(object: T): T {
  const entries = Object.entries(object)
  return entries.every(([, value]) => value !== undefined)
    ? object
    : Object.fromEntries(entries.filter(([, value]) => value !== undefined)) as T // the same members, fewer of them
}

/** One of `clusterIP` and `clusterIPs` alone stands for both. */
function normalizeClusterIPs(spec: ServiceSpec): ServiceSpec {
  if (spec.clusterIP === undefined || spec.clusterIP === '' || (spec.clusterIPs?.length ?? 0) > 0) return spec
  return { ...spec, clusterIPs: [spec.clusterIP] }
}

/** Keeps what was allocated for the Service where an update says nothing about it. */
function patchAllocatedValues(spec: ServiceSpec, old: ServiceSpec): ServiceSpec {
  const patched: { -readonly [Field in keyof ServiceSpec]: ServiceSpec[Field] } = { ...spec }
  if (needsClusterIP(old) && needsClusterIP(spec)) {
    if ((spec.clusterIP ?? '') === '') patched.clusterIP = old.clusterIP
    if ((spec.clusterIPs?.length ?? 0) === 0) patched.clusterIPs = old.clusterIPs
    patched.ipFamilies ??= old.ipFamilies
    patched.ipFamilyPolicy ??= old.ipFamilyPolicy
  }
  if (needsNodePort(old) && needsNodePort(spec)) patched.ports = patchNodePorts(spec.ports ?? [], old.ports ?? [])
  if (needsHealthCheck(old) && needsHealthCheck(spec)) patched.healthCheckNodePort ??= old.healthCheckNodePort
  return compact(patched)
}

/** By the port's name; a number that another port now uses is not given back. */
function patchNodePorts(ports: readonly ServicePort[], old: readonly ServicePort[]): readonly ServicePort[] {
  const used = new Set(ports.map(({ nodePort }) => nodePort))
  return ports.map((port) => {
    if (port.nodePort !== undefined) return port
    const before = old.find(({ name }) => (name ?? '') === (port.name ?? ''))?.nodePort
    return before === undefined || used.has(before) ? port : { ...port, nodePort: before }
  })
}

/** Takes away what the new type has no use for, unless the update changed it too. */
function dropTypeDependentFields(spec: ServiceSpec, old: ServiceSpec): ServiceSpec {
  const kept: { -readonly [Field in keyof ServiceSpec]: ServiceSpec[Field] } = { ...spec }
  if (needsClusterIP(old) && !needsClusterIP(spec)) {
    if (spec.clusterIP === old.clusterIP && equal(spec.clusterIPs, old.clusterIPs)) {
      kept.clusterIP = undefined
      kept.clusterIPs = undefined
    }
    if (equal(spec.ipFamilies, old.ipFamilies)) kept.ipFamilies = undefined
    if (spec.ipFamilyPolicy === old.ipFamilyPolicy) kept.ipFamilyPolicy = undefined
  }
  const numbers = new Set((old.ports ?? []).map(({ nodePort }) => nodePort))
  const samePorts = (spec.ports ?? []).every(({ nodePort }) => nodePort === undefined || numbers.has(nodePort))
  if (hasNodePorts(old) && !hasNodePorts(spec) && samePorts) {
    kept.ports = spec.ports?.map(({ nodePort: _, ...port }) => port)
  }
  if (needsHealthCheck(old) && !needsHealthCheck(spec) && spec.healthCheckNodePort === old.healthCheckNodePort) {
    kept.healthCheckNodePort = undefined
  }
  return compact(kept)
}

const hasNodePorts = ({ type }: ServiceSpec): boolean => type === 'NodePort' || type === 'LoadBalancer'

/** initIPFamilyFields on a cluster of IPv4 alone. */
function initIPFamilies(spec: ServiceSpec): ServiceSpec {
  if (spec.type === 'ExternalName') return spec
  const isDual = isHeadless(spec) && Object.keys(spec.selector ?? {}).length === 0
  const policy = spec.ipFamilyPolicy ?? (isDual ? 'RequireDualStack' : 'SingleStack')
  const families: readonly IPFamily[] = (spec.ipFamilies?.length ?? 0) > 0 ? spec.ipFamilies ?? [] : ['IPv4']
  const other: IPFamily = families[0] === 'IPv4' ? 'IPv6' : 'IPv4'
  const both = isDual && families.length < 2 && policy !== 'SingleStack' ? [...families, other] : families
  return { ...spec, ipFamilyPolicy: policy, ipFamilies: both }
}

const prepared = (cells: Cells, service: Service, spec: ServiceSpec): Service =>
  ({ ...service, spec: allocate(cells, service, initIPFamilies(normalizeClusterIPs(spec))) })

export const serviceStrategy: Strategy = {
  namespaced: true,
  prepareForCreate: (cells, object) => {
    const service = object as Service // by resource
    return { ...prepared(cells, service, service.spec), status: { loadBalancer: {} } } as StoredObject // a Service
  },
  prepareForUpdate: (cells, object, old) => {
    const [service, before] = [object as Service, old as Service] // by resource
    const spec = dropTypeDependentFields(patchAllocatedValues(service.spec, before.spec), before.spec)
    return bumpGeneration(prepared(cells, service, spec), before)
  },
  admit: (cells, object) => refusal(cells, object as Service), // by resource
  afterWrite: (cells, old, object) =>
    claim(cells, old as Service | undefined, object as Service | undefined), // by resource
}
