/** EndpointSlices: `pkg/apis/discovery/validation/validation.go`. */
import { equal } from '#kernel/value'
import type { Endpoint, EndpointPort, EndpointSlice, Input } from '../types.js'
import {
  all, complain, dnsLabel, each, isSet, nameIfSet, qualifiedName, requiredOneOf, when, type Errors,
} from './check.js'
import { protocols } from './containers.js'
import { duplicate, invalid, required, tooMany, valid } from './field.js'
import { isIPv4, isIPv6, validateEndpointIP, validateIP } from './ip.js'
import { immutable, validateLabels, validateMeta } from './meta.js'
import { isDNS1123Label, isDNS1123Subdomain, isLabelValue, nameIsDNSSubdomain } from './names.js'

const MAX_ADDRESSES = 100
const MAX_PORTS = 20000
const MAX_ENDPOINTS = 1000
const MAX_HINTS = 8

export function validateEndpointSlice(slice: Input<EndpointSlice>, old?: Input<EndpointSlice>): Errors {
  const endpoints = validateEndpoints(slice.endpoints ?? [], slice.addressType ?? '')
  return all(
    validateMeta(slice.metadata, true, nameIsDNSSubdomain),
    requiredOneOf('addressType', slice.addressType, ['FQDN', 'IPv4', 'IPv6']),
    validatePorts(slice.ports ?? []),
    old !== undefined && equal(old.endpoints, slice.endpoints) ? valid : endpoints,
    old === undefined ? valid : immutable('addressType', slice.addressType, old.addressType))
}

function validateEndpoints(endpoints: readonly Input<Endpoint>[], type: string): Errors {
  if (endpoints.length > MAX_ENDPOINTS) return [tooMany('endpoints', endpoints.length, MAX_ENDPOINTS)]
  return each(endpoints, 'endpoints', (endpoint, place) => {
    const { addresses = [], hostname, nodeName, deprecatedTopology } = endpoint
    const path = `${place}.addresses`
    return all(
      when(addresses.length === 0, () => required(path, 'must contain at least 1 address')),
      when(addresses.length > MAX_ADDRESSES, () => tooMany(path, addresses.length, MAX_ADDRESSES)),
      each(addresses, path, (address, at) => validateAddress(address, type, path, at)),
      nameIfSet(`${place}.nodeName`, nodeName, nameIsDNSSubdomain),
      validateLabels(deprecatedTopology, `${place}.deprecatedTopology`),
      hostname === undefined ? valid : dnsLabel(`${place}.hostname`, hostname),
      validateHints(endpoint, `${place}.hints`))
  })
}

function validateAddress(address: string, type: string, path: string, place: string): Errors {
  if (type === 'FQDN') return validateDomainName(address, place)
  if (type !== 'IPv4' && type !== 'IPv6') return valid
  const errors = validateIP(place, address)
  if (errors.length > 0) return errors
  const fits = type === 'IPv4' ? isIPv4(address) : isIPv6(address)
  return all(
    when(!fits, () => invalid(path, address, `must be an ${type} address`)),
    validateEndpointIP(place, address))
}

/** `IsFullyQualifiedDomainName`. */
function validateDomainName(address: string, path: string): Errors {
  if (address === '') return [required(path)]
  const name = address.replace(/\.$/, '')
  const complaints = isDNS1123Subdomain(name)
  if (complaints.length > 0) return [invalid(path, name, complaints.join(','))]
  if (!name.includes('.')) {
    return [invalid(path, name, 'should be a domain with at least two segments separated by dots')]
  }
  const bad = name.split('.').find((label) => isDNS1123Label(label).length > 0)
  return bad === undefined ? valid : [invalid(path, bad, isDNS1123Label(bad).join(','))]
}

function validatePorts(ports: readonly Input<EndpointPort>[]): Errors {
  if (ports.length > MAX_PORTS) return [tooMany('ports', ports.length, MAX_PORTS)]
  const names = new Set<string>()
  return each(ports, 'ports', ({ name = '', protocol, appProtocol }, place) => {
    const repeated = names.has(name)
    names.add(name)
    return all(
      isSet(name) ? dnsLabel(`${place}.name`, name) : valid,
      when(repeated, () => duplicate(`${place}.name`, name)),
      requiredOneOf(`${place}.protocol`, protocol, protocols),
      appProtocol === undefined ? valid : qualifiedName(`${place}.appProtocol`, appProtocol))
  })
}

function validateHints({ hints }: Input<Endpoint>, path: string): Errors {
  const { forZones = [], forNodes = [] } = hints ?? {}
  if (forZones.length > MAX_HINTS) return [tooMany(`${path}.forZones`, forZones.length, MAX_HINTS)]
  return all(
    unique(forZones, `${path}.forZones`, (name, place) => complain(place, name, isLabelValue(name))),
    forNodes.length > MAX_HINTS ? [tooMany(`${path}.forNodes`, forNodes.length, MAX_HINTS)]
      : unique(forNodes, `${path}.forNodes`, (name, place) =>
        complain(place, name, nameIsDNSSubdomain(name, false))))
}

function unique(
  named: readonly { readonly name?: string }[], path: string, check: (name: string, place: string) => Errors,
): Errors {
  const seen = new Set<string>()
  return each(named, path, ({ name = '' }, place) => {
    const repeated = seen.has(name)
    seen.add(name)
    return all(when(repeated, () => duplicate(`${place}.name`, name)), check(name, `${place}.name`))
  })
}
