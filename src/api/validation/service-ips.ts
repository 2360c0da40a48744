/** The addresses of a Service: ValidateServiceClusterIPsRelatedFields, validateUpgradeDowngradeClusterIPs. */
import type { Input, Json, ServiceSpec } from '../types.js'
import { all, each, oneOf, when, type Errors } from './check.js'
import { duplicate, invalid, required, valid } from './field.js'
import { isDualStack, isIPv6, validateIP } from './ip.js'

type Spec = Input<ServiceSpec>

/** A Service without an address of its own. */
export const isHeadless = ({ clusterIPs = [] }: Spec): boolean =>
  clusterIPs.length === 1 && clusterIPs[0] === 'None'

export function validateServiceIPs(spec: Spec, old: Spec | undefined): Errors {
  if (spec.type === 'ExternalName') return valid
  const path = 'spec.clusterIPs'
  const { clusterIP = '', clusterIPs = [], ipFamilies = [] } = spec
  const seen = new Set<string>()
  const addresses = all(
    when(clusterIPs[0] === 'None' && clusterIPs.length > 1, () =>
      invalid(path, clusterIPs, "'None' must be the first and only value")),
    each(clusterIPs, path, (ip, place, index) =>
      (index === 0 && ip === 'None' ? valid : validateIP(place, ip, old?.clusterIPs))))
  return all(
    clusterIP !== ''
      ? clusterIPs.length === 0 ? [required(path)] : when(clusterIPs[0] !== clusterIP, () =>
        invalid(path, clusterIPs, 'first value must match `clusterIP`'))
      : when(clusterIPs.length > 0, () =>
        invalid(path, clusterIPs, 'must be empty when `clusterIP` is not specified')),
    each(ipFamilies, 'spec.ipFamilies', (family, place) => {
      const repeated = seen.has(family)
      seen.add(family)
      return all(oneOf(place, family, ['IPv4', 'IPv6']), when(repeated, () => duplicate(place, family)))
    }),
    oneOf('spec.ipFamilyPolicy', spec.ipFamilyPolicy, ['PreferDualStack', 'RequireDualStack', 'SingleStack']),
    addresses,
    when(clusterIPs.length > 2, () => invalid(path, clusterIPs, 'may only hold up to 2 values')),
    addresses.length > 0 ? valid : validateFamilies(spec, path))
}

function validateFamilies(spec: Spec, path: string): Errors {
  const { clusterIPs = [], ipFamilies = [] } = spec
  return all(
    when(clusterIPs.length > 1 && !isDualStack(clusterIPs), () =>
      invalid(path, clusterIPs, 'may specify no more than one IP for each IP family')),
    isHeadless(spec) ? valid : each(clusterIPs, path, (ip, place, index) => {
      const family = ipFamilies[index]
      const mismatch = (family === 'IPv4' && isIPv6(ip)) || (family === 'IPv6' && !isIPv6(ip))
      return when(mismatch, () =>
        invalid(place, ip, `expected an ${family ?? ''} value as indicated by \`ipFamilies[${index}]\``))
    }))
}

/** Addresses and families that were given stay; a second one may come and go. */
export function validateIPsUpdate(spec: Spec, old: Spec): Errors {
  if (spec.type === 'ExternalName' || old.type === 'ExternalName') return valid
  const [was, is] = [isHeadless(old), isHeadless(spec)]
  return all(
    was && is ? valid : validateKept('clusterIPs', 'clusterIP', spec, old),
    was || is ? valid : validateKept('ipFamilies', 'ipFamily', spec, old))
}

/** Upstream shows the addresses in some complaints about families, and asks for them too. */
function validateKept(field: 'clusterIPs' | 'ipFamilies', one: string, spec: Spec, oldSpec: Spec): Errors {
  const path = `spec.${field}`
  const [values, old] = [spec[field] ?? [], oldSpec[field] ?? []]
  const changed = (index: number, shown: Json | undefined): Errors => when(
    old[index] !== undefined && values[index] !== undefined && old[index] !== values[index], () =>
      invalid(`${path}[${field === 'ipFamilies' ? 0 : index}]`, shown ?? null, 'may not change once set'))
  if (old.length === values.length) return all(...old.map((_, index) => changed(index, spec[field])))
  if (old.length < values.length) return changed(0, spec.clusterIPs)
  return all(
    when((spec.clusterIPs ?? []).length === 0, () =>
      invalid(`${path}[0]`, spec[field] ?? null, `primary ${one} can not be unset`)),
    changed(0, spec.clusterIPs),
    when(values.length === 1 && spec.ipFamilyPolicy !== 'SingleStack', () => invalid('spec.ipFamilyPolicy',
      spec.ipFamilyPolicy, `must be set to 'SingleStack' when releasing the secondary ${one}`)))
}
