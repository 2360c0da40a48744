/** Pod specs and pod templates: `pkg/apis/core/validation/validation.go` ValidatePodSpec. */
import type { Annotations, Container, Input, JsonObject, PodSpec, PodTemplateSpec } from '../types.js'
import {
  all, complain, dnsLabel, each, forbiddenIf, inRange, isSet, nameIfSet, oneOf, qualifiedName,
  requiredOneOf, when,
  type Errors,
} from './check.js'
import {
  validateContainers, validateInitContainers, type Surroundings,
} from './containers.js'
import { duplicate, invalid, notFound, required, tooLong, valid } from './field.js'
import { validateIP } from './ip.js'
import { validateAnnotations, validateLabels } from './meta.js'
import { isDNS1123Subdomain, nameIsDNSSubdomain } from './names.js'
import { validateContainerResources, validatePodResources } from './resources.js'
import { validateAffinity, validateTolerations, validateTopologySpread } from './scheduling.js'
import { validatePodSecurityContext } from './security.js'
import { validateVolumes } from './volumes.js'

const MAX_INT32 = 2147483647

/** `isPod` tells a pod, whose host ports are defaulted, from a template. */
export function validatePodSpec(spec: Input<PodSpec>, path: string, isPod: boolean): Errors {
  const volumes = validateVolumes(spec.volumes, `${path}.volumes`)
  const around: Surroundings = { spec, volumes: volumes.sources, claimNames: claimNames(spec) }
  return all(
    when(spec.terminationGracePeriodSeconds === undefined, () => required(`${path}.terminationGracePeriodSeconds`)),
    volumes.errors,
    validateContainers(around, `${path}.containers`),
    validateInitContainers(around, `${path}.initContainers`),
    spec.resources === undefined ? valid : validatePodResources(spec.resources, `${path}.resources`),
    spec.hostNetwork === true ? validateHostNetworkPorts(spec, path, isPod) : valid,
    requiredOneOf(`${path}.restartPolicy`, spec.restartPolicy, ['Always', 'OnFailure', 'Never']),
    requiredOneOf(`${path}.dnsPolicy`, spec.dnsPolicy,
      ['ClusterFirstWithHostNet', 'ClusterFirst', 'Default', 'None']),
    validateLabels(spec.nodeSelector, `${path}.nodeSelector`),
    validatePodSecurityContext(spec.securityContext, `${path}.securityContext`),
    validateAffinity(spec.affinity, `${path}.affinity`),
    validateDNSConfig(spec.dnsConfig, spec.dnsPolicy, `${path}.dnsConfig`),
    each(spec.readinessGates, `${path}.readinessGates`, ({ conditionType = '' }, place) =>
      qualifiedName(`${place}.conditionType`, conditionType)),
    validateSchedulingGates(spec, `${path}.schedulingGates`),
    validateTopologySpread(spec.topologySpreadConstraints, `${path}.topologySpreadConstraints`),
    validateNames(spec, path),
    validateTolerations(spec.tolerations, `${path}.tolerations`),
    each(spec.hostAliases, `${path}.hostAliases`, ({ ip = '', hostnames }, place) => all(
      validateIP(`${place}.ip`, ip),
      each(hostnames, `${place}.hostnames`, (name, at) => complain(at, name, isDNS1123Subdomain(name))))),
    spec.overhead === undefined ? valid
      : validateContainerResources({ limits: spec.overhead }, new Set(), `${path}.overhead`),
    validateOS(spec, path),
    validateFileKeyVolumes(spec, path))
}

/** `validateFileKeyRefVolumes`: a variable out of a file needs an empty directory that holds the file. */
function validateFileKeyVolumes(spec: Input<PodSpec>, path: string): Errors {
  const check = (container: Input<Container>, place: string): Errors =>
    each(container.env, `${place}.env`, ({ valueFrom }, at) => {
      if (valueFrom?.fileKeyRef === undefined) return valid
      const { volumeName = '' } = valueFrom.fileKeyRef
      const named = `${at}.valueFrom.fileKeyRef.volumeName`
      const volume = spec.volumes?.find((one) => (one.name ?? '') === volumeName)
      if (volume === undefined) return [notFound(named, volumeName)]
      return when(volume.emptyDir === undefined, () =>
        invalid(named, volumeName, 'referenced volume must be of type emptyDir'))
    })
  return all(
    each(spec.initContainers, `${path}.initContainers`, check),
    each(spec.containers, `${path}.containers`, check))
}

const claimNames = (spec: Input<PodSpec>): ReadonlySet<string> => new Set((spec.resourceClaims ?? []).flatMap(
  (claim) => (typeof claim === 'object' && claim !== null && 'name' in claim ? [String(claim.name)] : [])))

/** `validatePodHostNetworkDeps`. */
const validateHostNetworkPorts = (spec: Input<PodSpec>, path: string, isPod: boolean): Errors =>
  each(spec.containers, `${path}.containers`, (container, place) =>
    each(container.ports, `${place}.ports`, ({ hostPort = 0, containerPort = 0 }, portPlace) =>
      when((isPod || hostPort !== 0) && hostPort !== containerPort, () =>
        invalid(`${portPlace}.hostPort`, hostPort, 'must match `containerPort` when `hostNetwork` is true'))))

function validateSchedulingGates(spec: Input<PodSpec>, path: string): Errors {
  const seen = new Set<string>()
  return each(spec.schedulingGates, path, ({ name = '' }, place) => {
    const repeated = seen.has(name)
    seen.add(name)
    return all(qualifiedName(place, name), when(repeated, () => duplicate(place, name)))
  })
}

function validateNames(spec: Input<PodSpec>, path: string): Errors {
  const { activeDeadlineSeconds: deadline, hostname, subdomain, hostnameOverride } = spec
  return all(
    validateHostnameOverride(spec, hostnameOverride, `${path}.hostnameOverride`),
    nameIfSet(`${path}.serviceAccountName`, spec.serviceAccountName, nameIsDNSSubdomain),
    nameIfSet(`${path}.nodeName`, spec.nodeName, nameIsDNSSubdomain),
    deadline === undefined ? valid : inRange(`${path}.activeDeadlineSeconds`, deadline, 1, MAX_INT32),
    isSet(hostname) ? dnsLabel(`${path}.hostname`, hostname) : valid,
    isSet(subdomain) ? dnsLabel(`${path}.subdomain`, subdomain) : valid,
    nameIfSet(`${path}.priorityClassName`, spec.priorityClassName, nameIsDNSSubdomain),
    spec.runtimeClassName === undefined ? valid
      : complain(`${path}.runtimeClassName`, spec.runtimeClassName, isDNS1123Subdomain(spec.runtimeClassName)),
    oneOf(`${path}.preemptionPolicy`, spec.preemptionPolicy, ['PreemptLowerPriority', 'Never']))
}

/** `validatePodHostName`. */
const validateHostnameOverride = (spec: Input<PodSpec>, name: string | undefined, path: string): Errors =>
  name === undefined ? valid : all(
    forbiddenIf(spec.setHostnameAsFQDN === true, path, 'may not be specified when setHostnameAsFQDN is true'),
    forbiddenIf(spec.hostNetwork === true, path, 'may not be specified when hostNetwork is true'),
    when(name.length > 64, () => tooLong(path, 64)),
    complain(path, name, isDNS1123Subdomain(name)))

function validateDNSConfig(config: JsonObject | undefined, policy: string | undefined, path: string): Errors {
  const servers: readonly unknown[] = Array.isArray(config?.nameservers) ? config.nameservers : []
  if (policy === 'None' && config === undefined) {
    return [required(path, 'must provide `dnsConfig` when `dnsPolicy` is None')]
  }
  if (policy === 'None' && servers.length === 0) {
    return [required(`${path}.nameservers`, 'must provide at least one DNS nameserver when `dnsPolicy` is None')]
  }
  return all(
    when(servers.length > 3, () =>
      invalid(`${path}.nameservers`, config?.nameservers, 'must not have more than 3 nameservers')),
    each(servers, `${path}.nameservers`, (server, place) => validateIP(place, String(server))))
}

const validateOS = (spec: Input<PodSpec>, path: string): Errors => {
  if (spec.os === undefined) return valid
  return isSet(spec.os.name) ? oneOf(`${path}.os`, spec.os.name, ['linux', 'windows'])
    : [required(`${path}.os.name`)]
}

/** `ValidatePodTemplateSpec`. */
export const validatePodTemplate = (template: Input<PodTemplateSpec>, path: string): Errors => all(
  validateLabels(template.metadata?.labels, `${path}.labels`),
  validateAnnotations(template.metadata?.annotations, `${path}.annotations`),
  validateDeletionCost(template.metadata?.annotations, `${path}.annotations`),
  validatePodSpec(template.spec ?? {}, `${path}.spec`, false),
  forbiddenIf((template.spec?.ephemeralContainers ?? []).length > 0, `${path}.spec.ephemeralContainers`,
    'ephemeral containers not allowed in pod template'))

const DELETION_COST = 'controller.kubernetes.io/pod-deletion-cost'

/** `ValidatePodSpecificAnnotations`, the one that a controller reads. */
export function validateDeletionCost(annotations: Annotations | undefined, path: string): Errors {
  const cost = annotations?.[DELETION_COST]
  const isNumber = cost === undefined ||
    (/^(0|-?[1-9][0-9]*)$/.test(cost) && Math.abs(Number(cost)) <= MAX_INT32)
  return when(!isNumber, () => invalid(`${path}[${DELETION_COST}]`, cost, 'must be a 32bit integer'))
}
