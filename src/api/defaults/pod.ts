/** Pod and pod template defaults: `pkg/apis/core/v1/defaults.go`. */
import type { Container, Input, Pod, PodSpec, PodTemplateSpec } from '../types.js'
import { setDefaultsContainer } from './container.js'
import { fill, fillZero, mapField, mapItems } from './fill.js'
import { setDefaultsVolume } from './volumes.js'

/** `SetDefaults_PodSpec`: what a template gets too. */
export function setDefaultsPodSpec(spec: Input<PodSpec>): Input<PodSpec> {
  let filled = fillZero(spec, {
    dnsPolicy: 'ClusterFirst', restartPolicy: 'Always', schedulerName: 'default-scheduler',
  })
  filled = fill(filled, { securityContext: {}, terminationGracePeriodSeconds: 30 })
  filled = mapField(filled, 'volumes', (volumes) => mapItems(volumes, setDefaultsVolume))
  filled = mapField(filled, 'initContainers', (list) => mapItems(list, setDefaultsContainer))
  filled = mapField(filled, 'containers', (list) => mapItems(list, setDefaultsContainer))
  filled = mapField(filled, 'ephemeralContainers', (list) => mapItems(list, setDefaultsContainer))
  // the deprecated name of the field; conversion keeps both alike
  const account = filled.serviceAccountName ?? filled.serviceAccount
  if (account === undefined) return filled
  return fillZero(filled, { serviceAccountName: account, serviceAccount: account })
}

export const setDefaultsPodTemplate = (template: Input<PodTemplateSpec>): Input<PodTemplateSpec> =>
  mapField(fill(template, { metadata: {}, spec: {} }), 'spec', setDefaultsPodSpec)

/** `SetDefaults_Pod` and conversion: what a pod gets and its template does not. */
export const setDefaultsPod = (pod: Input<Pod>): Input<Pod> =>
  mapField(fill(pod, { spec: {} }), 'spec', (given) => {
    let spec = setDefaultsPodSpec(given)
    if ((spec.terminationGracePeriodSeconds ?? 0) < 0) spec = { ...spec, terminationGracePeriodSeconds: 1 }
    spec = mapField(spec, 'initContainers', (list) => mapItems(list, requestLimits))
    spec = mapField(spec, 'containers', (list) => mapItems(list, requestLimits))
    spec = fill(spec, { enableServiceLinks: true })
    if (spec.hostNetwork !== true) return spec
    spec = mapField(spec, 'containers', (list) => mapItems(list, hostPorts))
    return mapField(spec, 'initContainers', (list) => mapItems(list, hostPorts))
  })

/** A container requests what it limits, where it says nothing else. */
const requestLimits = (container: Input<Container>): Input<Container> =>
  mapField(container, 'resources', (resources) => {
    const { limits, requests } = resources
    const missing = Object.entries(limits ?? {}).filter(([name]) => requests?.[name] === undefined)
    return missing.length === 0 ? resources : { ...resources, requests: { ...requests, ...Object.fromEntries(missing) } }
  })

/** On the host's network a port is the host's port. */
const hostPorts = (container: Input<Container>): Input<Container> =>
  mapField(container, 'ports', (ports) =>
    mapItems(ports, (port) => fillZero(port, { hostPort: port.containerPort })))
