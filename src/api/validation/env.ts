/** Environment variables: `pkg/apis/core/validation/validation.go` ValidateEnv, ValidateEnvFrom. */
import { canonicalQuantity } from '../quantity.js'
import type { EnvFromSource, EnvVar, EnvVarSource, Input, KeySelector } from '../types.js'
import {
  all, complain, dnsLabel, each, isSet, qualifiedName, requiredText, when, type Errors,
} from './check.js'
import { invalid, notSupported, required, valid } from './field.js'
import { isConfigMapKey, isEnvVarName, nameIsDNSSubdomain } from './names.js'
import { noBacksteps } from './paths.js'

const fieldPaths = [
  'metadata.name', 'metadata.namespace', 'metadata.uid', 'spec.nodeName', 'spec.serviceAccountName',
  'status.hostIP', 'status.hostIPs', 'status.podIP', 'status.podIPs',
]
const knownLabels = [
  ...fieldPaths, 'metadata.annotations', 'metadata.labels', 'spec.restartPolicy', 'spec.schedulerName',
  'status.phase',
]
const resourcePaths = [
  'limits.cpu', 'limits.ephemeral-storage', 'limits.memory', 'requests.cpu', 'requests.ephemeral-storage',
  'requests.memory',
]

export const validateEnv = (env: readonly Input<EnvVar>[] | undefined, path: string): Errors =>
  each(env, path, (variable, place) => all(
    isSet(variable.name) ? complain(`${place}.name`, variable.name, isEnvVarName(variable.name))
      : [required(`${place}.name`)],
    variable.valueFrom === undefined ? valid
      : validateValueFrom(variable.valueFrom, variable.value ?? '', `${place}.valueFrom`)))

function validateValueFrom(from: Input<EnvVarSource>, value: string, path: string): Errors {
  const sources: readonly (Errors | undefined)[] = [
    from.fieldRef && validateFieldRef(from.fieldRef, `${path}.fieldRef`),
    from.resourceFieldRef && validateResourceFieldRef(from.resourceFieldRef, `${path}.resourceFieldRef`),
    from.configMapKeyRef && validateKeyRef(from.configMapKeyRef, `${path}.configMapKeyRef`),
    from.secretKeyRef && validateKeyRef(from.secretKeyRef, `${path}.secretKeyRef`),
    from.fileKeyRef && validateFileKeyRef(from.fileKeyRef, `${path}.fileKeyRef`),
  ]
  const given = sources.filter((errors) => errors !== undefined)
  const complaint = given.length === 0
    ? 'must specify one of: `fieldRef`, `resourceFieldRef`, `configMapKeyRef`, `secretKeyRef` or `fileKeyRef`'
    : value !== '' ? 'may not be specified when `value` is not empty'
      : given.length > 1 ? 'may not have more than one field specified at a time' : ''
  return all(...given, when(complaint !== '', () => invalid(path, '', complaint)))
}

/** `validateObjectFieldSelector`: files may tell other `fields` than variables. */
export function validateFieldRef(
  ref: NonNullable<Input<EnvVarSource>['fieldRef']>, path: string, fields: readonly string[] = fieldPaths,
): Errors {
  const { apiVersion = '', fieldPath = '' } = ref
  if (apiVersion === '') return [required(`${path}.apiVersion`)]
  if (fieldPath === '') return [required(`${path}.fieldPath`)]
  const refuse = (why: string): Errors =>
    [invalid(`${path}.fieldPath`, fieldPath, `error converting fieldPath: ${why}`)]
  if (apiVersion !== 'v1') return refuse(`unsupported pod version: ${apiVersion}`)
  const [, subscripted, key = ''] = /^(.*)\['(.*)'\]$/.exec(fieldPath) ?? []
  if (subscripted !== undefined) {
    if (subscripted === 'metadata.annotations') return qualifiedName(path, key.toLowerCase())
    if (subscripted === 'metadata.labels') return qualifiedName(path, key)
    return refuse(`field label does not support subscript: ${fieldPath}`)
  }
  const internal = fieldPath === 'spec.host' ? 'spec.nodeName' : fieldPath
  if (!knownLabels.includes(internal)) return refuse(`field label not supported: ${fieldPath}`)
  return when(!fields.includes(internal), () => notSupported(`${path}.fieldPath`, internal, fields))
}

const wholeDivisors = ['1', '1k', '1M', '1G', '1T', '1P', '1E', '1Ki', '1Mi', '1Gi', '1Ti', '1Pi', '1Ei']

/** `validateContainerResourceFieldSelector`: a file has to name the container that it tells of. */
export function validateResourceFieldRef(
  ref: NonNullable<Input<EnvVarSource>['resourceFieldRef']>, path: string, isFile = false,
): Errors {
  const { containerName = '', resource = '', divisor = '0' } = ref
  const isHugePages = /^(requests|limits)\.hugepages-/.test(resource)
  const unit = canonicalQuantity(divisor)
  const kind = resource.replace(/^(requests|limits)\./, '')
  const words = kind === 'memory' ? 'memory'
    : kind === 'ephemeral-storage' ? 'local ephemeral storage' : 'hugepages'
  const supported = kind === 'cpu' ? ['1m', '1'] : wholeDivisors
  const allowed = kind === 'cpu' ? "only divisor's values 1m and 1 are supported with the cpu resource"
    : `only divisor's values ${wholeDivisors.join(', ')} are supported with the ${words} resource`
  return all(
    isFile && containerName === '' ? [required(`${path}.containerName`)]
      : resource === '' ? [required(`${path}.resource`)]
        : when(!resourcePaths.includes(resource) && !isHugePages, () =>
          notSupported(`${path}.resource`, resource, resourcePaths)),
    when(unit !== '0' && (resourcePaths.includes(resource) || isHugePages) && !supported.includes(unit), () =>
      invalid(`${path}.divisor`, resource, allowed)))
}

const validateKeyRef = ({ name = '', key = '' }: Input<KeySelector>, path: string): Errors => all(
  complain(`${path}.name`, name, nameIsDNSSubdomain(name, false)),
  key === '' ? [required(`${path}.key`)] : complain(`${path}.key`, key, isConfigMapKey(key)))

function validateFileKeyRef(ref: NonNullable<Input<EnvVarSource>['fileKeyRef']>, path: string): Errors {
  const { key = '', volumeName = '', path: file = '' } = ref
  return all(
    key === '' ? [required(`${path}.key`)] : complain(`${path}.key`, key, isEnvVarName(key)),
    volumeName === '' ? [required(`${path}.volumeName`)] : dnsLabel(`${path}.volumeName`, volumeName),
    file === '' ? [required(`${path}.path`)] : noBacksteps(file, `${path}.path`))
}

export const validateEnvFrom = (sources: readonly Input<EnvFromSource>[] | undefined, path: string): Errors =>
  each(sources, path, ({ prefix = '', configMapRef, secretRef }, place) => all(
    prefix === '' ? valid : complain(`${place}.prefix`, prefix, isEnvVarName(prefix)),
    configMapRef === undefined ? valid : validateSourceName(configMapRef.name, `${place}.configMapRef.name`),
    secretRef === undefined ? valid : validateSourceName(secretRef.name, `${place}.secretRef.name`),
    when(configMapRef === undefined && secretRef === undefined, () =>
      invalid(path, '', 'must specify one of: `configMapRef` or `secretRef`')),
    when(configMapRef !== undefined && secretRef !== undefined, () =>
      invalid(path, '', 'may not have more than one field specified at a time'))))

const validateSourceName = (name: string | undefined, path: string): Errors =>
  all(requiredText(path, name), isSet(name) ? complain(path, name, nameIsDNSSubdomain(name, true)) : valid)
