/** Containers, init containers and ephemeral ones: `pkg/apis/core/validation/validation.go`. */
import type {
  Container, ContainerPort, ContainerRestartRule, Input, PodSpec, VolumeSourceName,
} from '../types.js'
import {
  all, complain, dnsLabel, each, isSet, oneOf, requiredOneOf, requiredText, when, type Errors,
} from './check.js'
import { duplicate, forbidden, invalid, notSupported, required, tooMany, valid } from './field.js'
import { validateEnv, validateEnvFrom } from './env.js'
import { isPortName, isPortNumber } from './names.js'
import { validateNoProbesOrHooks, validateProbesAndHooks } from './probes.js'
import { validateContainerResources } from './resources.js'
import { validateSecurityContext } from './security.js'
import { validateVolumeDevices, validateVolumeMounts } from './volumes.js'

/** What containers see of their pod. */
export type Surroundings = {
  readonly spec: Input<PodSpec>
  readonly volumes: ReadonlyMap<string, VolumeSourceName>
  readonly claimNames: ReadonlySet<string>
}

export const protocols = ['SCTP', 'TCP', 'UDP']

/** `validateContainers`. */
export function validateContainers({ spec, volumes, claimNames }: Surroundings, path: string): Errors {
  const containers = spec.containers ?? []
  if (containers.length === 0) return [required(path)]
  const names = new Set<string>()
  return all(
    each(containers, path, (container, place) => {
      const { name = '' } = container
      const repeated = names.has(name)
      names.add(name)
      return all(
        validateCommon(container, { spec, volumes, claimNames }, place),
        when(repeated, () => duplicate(`${place}.name`, name)),
        validateProbesAndHooks(container, spec.terminationGracePeriodSeconds, spec.os?.name, place),
        validateRestartPolicy(container, place))
    }),
    validateHostPorts(containers, path))
}

/**
 * `validateInitContainers`: with `restartPolicy: Always` one is a sidecar, and only then has probes and
 * hooks.
 */
export function validateInitContainers({ spec, volumes, claimNames }: Surroundings, path: string): Errors {
  const names = new Set((spec.containers ?? []).map((container) => container.name ?? ''))
  return each(spec.initContainers, path, (container, place) => {
    const { name = '' } = container
    const repeated = names.has(name)
    if (name !== '') names.add(name)
    return all(
      validateCommon(container, { spec, volumes, claimNames }, place),
      validateInitRestartPolicy(container, place),
      when(repeated, () => duplicate(`${place}.name`, name)),
      validateHostPorts([container], path),
      container.restartPolicy === 'Always'
        ? validateProbesAndHooks(container, spec.terminationGracePeriodSeconds, spec.os?.name, place)
        : validateNoProbesOrHooks(container, place))
  })
}

/** `validateContainerCommon`. */
function validateCommon(container: Input<Container>, around: Surroundings, path: string): Errors {
  return all(
    isSet(container.name) ? dnsLabel(`${path}.name`, container.name) : [required(`${path}.name`)],
    requiredText(`${path}.image`, container.image),
    requiredOneOf(`${path}.terminationMessagePolicy`, container.terminationMessagePolicy,
      ['File', 'FallbackToLogsOnError']),
    validatePorts(container.ports, `${path}.ports`),
    validateEnv(container.env, `${path}.env`),
    validateEnvFrom(container.envFrom, `${path}.envFrom`),
    validateVolumeMounts(container, around.volumes, `${path}.volumeMounts`),
    validateVolumeDevices(container, around.volumes, `${path}.volumeDevices`),
    requiredOneOf(`${path}.imagePullPolicy`, container.imagePullPolicy, ['Always', 'IfNotPresent', 'Never']),
    validateContainerResources(container.resources, around.claimNames, `${path}.resources`),
    validateResizePolicy(container, around.spec.restartPolicy, `${path}.resizePolicy`),
    validateSecurityContext(container.securityContext, `${path}.securityContext`))
}

function validatePorts(ports: readonly Input<ContainerPort>[] | undefined, path: string): Errors {
  const names = new Set<string>()
  return each(ports, path, ({ name = '', containerPort = 0, hostPort = 0, protocol }, place) => {
    const complaints = name === '' ? [] : isPortName(name)
    const repeated = complaints.length === 0 && names.has(name)
    if (name !== '' && complaints.length === 0) names.add(name)
    return all(
      complain(`${place}.name`, name, complaints),
      when(repeated, () => duplicate(`${place}.name`, name)),
      containerPort === 0 ? [required(`${place}.containerPort`)]
        : complain(`${place}.containerPort`, containerPort, isPortNumber(containerPort)),
      hostPort === 0 ? valid : complain(`${place}.hostPort`, hostPort, isPortNumber(hostPort)),
      requiredOneOf(`${place}.protocol`, protocol, protocols))
  })
}

/** `checkHostPortConflicts`: one port of the host is one container's. */
function validateHostPorts(containers: readonly Input<Container>[], path: string): Errors {
  const taken = new Set<string>()
  return each(containers, path, (container, place) =>
    each(container.ports, `${place}.ports`, ({ protocol = '', hostIP = '', hostPort = 0 }, portPlace) => {
      const key = `${protocol}/${hostIP}/${hostPort}`
      const conflicts = hostPort !== 0 && taken.has(key)
      if (hostPort !== 0) taken.add(key)
      return when(conflicts, () => duplicate(`${portPlace}.hostPort`, key))
    }))
}

function validateResizePolicy(container: Input<Container>, podPolicy: string | undefined, path: string): Errors {
  const seen = new Set<string>()
  return all(...(container.resizePolicy ?? []).map(({ resourceName = '', restartPolicy = '' }, index) => {
    const repeated = seen.has(resourceName)
    seen.add(resourceName)
    return all(
      when(repeated, () => duplicate(`${path}[${index}]`, resourceName)),
      requiredOneOf(path, resourceName, ['cpu', 'memory']),
      requiredOneOf(path, restartPolicy, ['NotRequired', 'RestartContainer']),
      when(podPolicy === 'Never' && restartPolicy !== 'NotRequired', () =>
        invalid(path, restartPolicy, "must be 'NotRequired' when pod `restartPolicy` is 'Never'")))
  }))
}

/** `validateInitContainerRestartPolicy`, and that only a sidecar can be restarted to be resized. */
const validateInitRestartPolicy = (container: Input<Container>, path: string): Errors => all(
  container.restartPolicy !== undefined ? validateRestartPolicy(container, path)
    : when((container.restartPolicyRules ?? []).length > 0, () =>
      required(`${path}.restartPolicy`, 'must specify restartPolicy when restart rules are used')),
  container.restartPolicy === 'Always' ? valid
    : each(container.resizePolicy, `${path}.resizePolicy`, ({ restartPolicy = '' }, place) =>
      when(restartPolicy === 'RestartContainer', () => invalid(`${place}.restartPolicy`, restartPolicy,
        "must not be set to 'RestartContainer' for non-sidecar initContainers"))))

/** `validateContainerRestartPolicy`. */
function validateRestartPolicy(container: Input<Container>, path: string): Errors {
  const { restartPolicy, restartPolicyRules: rules = [] } = container
  return all(
    restartPolicy === undefined
      ? when(rules.length > 0, () =>
        required(`${path}.restartPolicy`, 'must specify restartPolicy when restart rules are used'))
      : oneOf(`${path}.restartPolicy`, restartPolicy, ['Always', 'Never', 'OnFailure']),
    when(rules.length > 20, () => tooMany(`${path}.restartPolicyRules`, rules.length, 20)),
    each(rules, `${path}.restartPolicyRules`, validateRestartRule))
}

function validateRestartRule({ action = '', exitCodes }: Input<ContainerRestartRule>, path: string): Errors {
  const actions = ['Restart', 'RestartAllContainers']
  const codes = exitCodes?.values ?? []
  return all(
    when(!actions.includes(action), () => notSupported(`${path}.action`, action, actions)),
    exitCodes === undefined ? [required(`${path}.exitCodes`, 'must be specified')]
      : oneOf(`${path}.exitCodes.operator`, exitCodes.operator ?? '', ['In', 'NotIn']),
    when(codes.length > 255, () => tooMany(`${path}.exitCodes.values`, codes.length, 255)))
}

/** What a pod asks of its images and a template does not: `validateContainerOnlyForPod`. */
export const validateImageNames = (containers: readonly Input<Container>[] | undefined, path: string): Errors =>
  each(containers, path, ({ image = '' }, place) => when(image.trim() !== image, () =>
    invalid(`${place}.image`, image, 'must not have leading or trailing whitespace')))

/** `ValidateContainerUpdates`: the containers of a pod stay, only their images change. */
export const validateContainerUpdates = (
  containers: readonly Input<Container>[], old: readonly Input<Container>[], path: string,
): Errors => (containers.length !== old.length
  ? [forbidden(path, 'pod updates may not add or remove containers')]
  : all(
    each(containers, path, ({ image }, place) => requiredText(`${place}.image`, image)),
    validateImageNames(containers, path)))

