/** Namespace, Node, Lease, ConfigMap, Secret, ServiceAccount: `pkg/apis/{core,coordination}/validation`. */
import { equal } from '#kernel/value'
import { byteLength } from '../text.js'
import type { ConfigMap, Input, Lease, Namespace, Node, Secret, ServiceAccount } from '../types.js'
import {
  all, complain, each, forbiddenIf, oneOf, when, type Errors,
} from './check.js'
import { duplicate, forbidden, invalid, required, tooLong, valid } from './field.js'
import { isDualStack, parseIP, validateCIDR } from './ip.js'
import { immutable, validateKubeFinalizer, validateMeta, validateMetaUpdate } from './meta.js'
import { isConfigMapKey, isLabelKey, nameIsDNSLabel, nameIsDNSSubdomain } from './names.js'
import { validateQuantities } from './resources.js'
import { validateTaints } from './scheduling.js'

const MAX_DATA_BYTES = 1024 * 1024

export const validateNamespace = (namespace: Input<Namespace>): Errors => all(
  validateMeta(namespace.metadata, false, nameIsDNSLabel),
  ...(namespace.spec?.finalizers ?? []).map((one) => all(
    complain('spec.finalizers', one, isLabelKey(one)), validateKubeFinalizer(one, 'spec.finalizers'))))

export const validateNamespaceUpdate = (namespace: Input<Namespace>, old: Input<Namespace>): Errors =>
  validateMetaUpdate(namespace.metadata, old.metadata)

const validateNodeParts = (node: Input<Node>): Errors => all(
  validateTaints(node.spec?.taints, 'metadata.taints'), // upstream's path, though taints are in the spec
  validateQuantities(node.status?.capacity, 'status.capacity'),
  validateQuantities(node.status?.allocatable, 'status.allocatable'))

export function validateNode(node: Input<Node>): Errors {
  const ranges = node.spec?.podCIDRs ?? []
  const addresses = ranges.map((range) => range.split('/')[0] ?? '')
  return all(
    validateMeta(node.metadata, false, nameIsDNSSubdomain),
    validateNodeParts(node),
    each(ranges, 'spec.podCIDRs', (range, path) => validateCIDR(path, range)),
    when(ranges.length > 1 && addresses.every((one) => parseIP(one) !== undefined) &&
      (ranges.length > 2 || !isDualStack(addresses)), () =>
      invalid('spec.podCIDRs', ranges, 'may specify no more than one CIDR for each IP family')))
}

export function validateNodeUpdate(node: Input<Node>, old: Input<Node>): Errors {
  const seen = new Set<string>()
  const [before, after] = [old.spec?.podCIDRs ?? [], node.spec?.podCIDRs ?? []]
  const provider = old.spec?.providerID ?? ''
  return all(
    validateMetaUpdate(node.metadata, old.metadata),
    validateNodeParts(node),
    each(node.status?.addresses, 'status.addresses', ({ type = '', address = '' }, path) => {
      const repeated = seen.has(`${type} ${address}`)
      seen.add(`${type} ${address}`)
      return when(repeated, () => duplicate(path, { Type: type, Address: address }))
    }),
    forbiddenIf(before.length > 0 && !equal(before, after), 'spec.podCIDRs',
      'node updates may not change podCIDR except from "" to valid'),
    forbiddenIf(provider !== '' && provider !== (node.spec?.providerID ?? ''), 'spec.providerID',
      'node updates may not change providerID except from "" to valid'))
}

const validateLeaseSpec = (spec: Input<Lease['spec']>): Errors => {
  const { leaseDurationSeconds: duration, leaseTransitions: transitions, strategy, preferredHolder } = spec
  return all(
    when(duration !== undefined && duration <= 0, () =>
      invalid('spec.leaseDurationSeconds', duration, 'must be greater than 0')),
    when(transitions !== undefined && transitions < 0, () =>
      invalid('spec.leaseTransitions', transitions, 'must be greater than or equal to 0')),
    oneOf('spec.strategy.strategy', strategy, ['OldestEmulationVersion']),
    forbiddenIf((preferredHolder ?? '') !== '' && (strategy ?? '') === '', 'spec.preferredHolder',
      'may only be specified if `strategy` is defined'))
}

export const validateLease = (lease: Input<Lease>): Errors =>
  all(validateMeta(lease.metadata, true, nameIsDNSSubdomain, false), validateLeaseSpec(lease.spec ?? {}))

export const validateLeaseUpdate = (lease: Input<Lease>, old: Input<Lease>): Errors =>
  all(validateMetaUpdate(lease.metadata, old.metadata), validateLeaseSpec(lease.spec ?? {}))

type Data = { readonly [key: string]: string } | undefined

const validateKeys = (data: Data, path: string): Errors =>
  all(...Object.keys(data ?? {}).map((key) => complain(`${path}[${key}]`, key, isConfigMapKey(key))))

const textBytes = (data: Data): number => Object.values(data ?? {}).reduce((sum, text) => sum + byteLength(text), 0)

/** Decoded size of base64 text. */
const base64Bytes = (data: Data): number => Object.values(data ?? {}).reduce((sum, text) =>
  sum + (text.length / 4) * 3 - (text.endsWith('==') ? 2 : text.endsWith('=') ? 1 : 0), 0)

export const validateConfigMap = (configMap: Input<ConfigMap>): Errors => all(
  validateMeta(configMap.metadata, true, nameIsDNSSubdomain),
  validateKeys(configMap.data, 'data'),
  ...Object.keys(configMap.data ?? {}).map((key) => when(configMap.binaryData?.[key] !== undefined, () =>
    invalid(`data[${key}]`, key, 'duplicate of key present in binaryData'))),
  validateKeys(configMap.binaryData, 'binaryData'),
  when(textBytes(configMap.data) + base64Bytes(configMap.binaryData) > MAX_DATA_BYTES, () =>
    tooLong('[]', MAX_DATA_BYTES))) // upstream's spelling of the whole object

const frozen = (path: string) => forbidden(path, 'field is immutable when `immutable` is set')

export const validateConfigMapUpdate = (configMap: Input<ConfigMap>, old: Input<ConfigMap>): Errors => all(
  validateMetaUpdate(configMap.metadata, old.metadata),
  old.immutable !== true ? valid : all(
    when(configMap.immutable !== true, () => frozen('immutable')),
    when(!equal(configMap.data ?? {}, old.data ?? {}), () => frozen('data')),
    when(!equal(configMap.binaryData ?? {}, old.binaryData ?? {}), () => frozen('binaryData'))),
  validateConfigMap(configMap))

/** What each built-in type of Secret must hold. */
const secretKeys: Readonly<Record<string, readonly string[]>> = {
  'kubernetes.io/dockercfg': ['.dockercfg'],
  'kubernetes.io/dockerconfigjson': ['.dockerconfigjson'],
  'kubernetes.io/ssh-auth': ['ssh-privatekey'],
  'kubernetes.io/tls': ['tls.crt', 'tls.key'],
}

export function validateSecret(secret: Input<Secret>): Errors {
  const { type = '', data = {} } = secret
  const basic = ['username', 'password']
  const missing = type === 'kubernetes.io/basic-auth' && basic.every((key) => data[key] === undefined) ? basic
    : (secretKeys[type] ?? []).filter((key) => data[key] === undefined)
  const account = secret.metadata?.annotations?.['kubernetes.io/service-account.name'] ?? ''
  return all(
    validateMeta(secret.metadata, true, nameIsDNSSubdomain),
    validateKeys(data, 'data'),
    when(base64Bytes(data) > MAX_DATA_BYTES, () => tooLong('data', MAX_DATA_BYTES)),
    missing.map((key) => required(`data[${key}]`)),
    when(type === 'kubernetes.io/service-account-token' && account === '', () =>
      required('metadata.annotations[kubernetes.io/service-account.name]')))
}

export const validateSecretUpdate = (secret: Input<Secret>, old: Input<Secret>): Errors => all(
  validateMetaUpdate(secret.metadata, old.metadata),
  immutable('type', secret.type, old.type),
  old.immutable !== true ? valid : all(
    when(secret.immutable !== true, () => frozen('immutable')),
    when(!equal(secret.data ?? {}, old.data ?? {}), () => frozen('data'))),
  validateSecret(secret))

export const validateServiceAccount = (account: Input<ServiceAccount>): Errors =>
  validateMeta(account.metadata, true, nameIsDNSSubdomain)

export const validateServiceAccountUpdate = (account: Input<ServiceAccount>, old: Input<ServiceAccount>): Errors =>
  all(validateMetaUpdate(account.metadata, old.metadata), validateServiceAccount(account))
