/** `describe service`, `describe endpointslice`. */
import type { EndpointSlice, Service } from '#api/types'
import { events } from './events.js'
import { annotations, labels } from './metadata.js'
import { Paper } from './paper.js'
import type { Scene } from './scene.js'
import { mapText } from './selectors.js'

const joinHostPort = (host: string, port: number): string =>
  host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`

/** How many endpoints are named. */
const most = 3

/** formatEndpointSlices: the ready endpoints of one port. */
function endpointsText(slices: readonly EndpointSlice[], port: string): string {
  if (slices.length === 0) return '<none>'
  const shown: string[] = []
  let [count, more] = [0, false]
  for (const { ports, endpoints } of slices) {
    const asked = ports.length === 0 ? [undefined] : ports.filter(({ name = '' }) => name === port)
    for (const one of asked) {
      for (const { addresses, conditions } of endpoints ?? []) {
        if (shown.length === most) more = true
        if (conditions?.ready === false) continue
        const [address = ''] = addresses
        if (!more) shown.push(one === undefined ? address : joinHostPort(address, one.port ?? 0))
        count++
      }
    }
  }
  return more ? `${shown.join(',')} + ${count - most} more...` : shown.join(',')
}

const listText = (all: readonly string[] | undefined): string =>
  (all ?? []).length === 0 ? '<none>' : (all ?? []).join(',')

export function describeService(scene: Scene, service: Service): string {
  const paper = new Paper()
  const { metadata, spec, status } = service
  const optional = (name: string, value: string | number | undefined): void => {
    if (value !== undefined && value !== '' && value !== 0) paper.field(0, name, value)
  }
  paper.field(0, 'Name', metadata.name)
  paper.field(0, 'Namespace', metadata.namespace)
  labels(paper, 'Labels', metadata.labels)
  annotations(paper, 'Annotations', metadata.annotations)
  paper.field(0, 'Selector', mapText(spec.selector))
  paper.field(0, 'Type', spec.type)
  optional('IP Family Policy', spec.ipFamilyPolicy)
  paper.field(0, 'IP Families', listText(spec.ipFamilies))
  paper.field(0, 'IP', spec.clusterIP ?? '')
  paper.field(0, 'IPs', listText(spec.clusterIPs))
  optional('External IPs', (spec.externalIPs ?? []).join(','))
  optional('Desired LoadBalancer IP', spec.loadBalancerIP)
  optional('External Name', spec.externalName)
  optional(
    'LoadBalancer Ingress',
    (status.loadBalancer?.ingress ?? [])
      .map(({ ip, ipMode, hostname = '' }) =>
        ip === undefined ? hostname : `${ip}${ipMode === undefined ? '' : ` (${ipMode})`}`,
      )
      .join(', '),
  )
  const slices = scene
    .list('endpointslices')
    .filter(
      (slice) =>
        slice.metadata.namespace === metadata.namespace
        && slice.metadata.labels?.['kubernetes.io/service-name'] === metadata.name,
    )
  for (const { name = '', port, protocol, targetPort, appProtocol, nodePort = 0 } of spec.ports ?? []) {
    const called = name === '' ? '<unset>' : name
    paper.write(0, `Port:\t${called}\t${port}/${protocol}\n`)
    paper.field(0, 'TargetPort', `${targetPort}/${protocol}`)
    optional('AppProtocol', appProtocol)
    if (nodePort !== 0) paper.write(0, `NodePort:\t${called}\t${nodePort}/${protocol}\n`)
    paper.field(0, 'Endpoints', endpointsText(slices, name))
  }
  paper.field(0, 'Session Affinity', spec.sessionAffinity)
  optional('External Traffic Policy', spec.externalTrafficPolicy)
  optional('Internal Traffic Policy', spec.internalTrafficPolicy)
  optional('HealthCheck NodePort', spec.healthCheckNodePort)
  optional('LoadBalancer Source Ranges', (spec.loadBalancerSourceRanges ?? []).join(','))
  optional('Traffic Distribution', spec.trafficDistribution)
  events(paper, scene.eventsOf(service), scene.now)
  return paper.toString()
}

export function describeEndpointSlice(scene: Scene, slice: EndpointSlice): string {
  const paper = new Paper()
  const { metadata, ports, endpoints } = slice
  paper.field(0, 'Name', metadata.name)
  paper.field(0, 'Namespace', metadata.namespace)
  labels(paper, 'Labels', metadata.labels)
  annotations(paper, 'Annotations', metadata.annotations)
  paper.field(0, 'AddressType', slice.addressType)
  paper.write(0, ports.length === 0 ? 'Ports: <unset>\n' : 'Ports:\n')
  if (ports.length > 0) paper.write(1, 'Name\tPort\tProtocol\n  ----\t----\t--------\n')
  for (const { name = '', port, protocol = 'TCP' } of ports)
    paper.write(1, `${name === '' ? '<unset>' : name}\t${port ?? '<unset>'}\t${protocol}\n`)
  paper.write(0, endpoints.length === 0 ? 'Endpoints: <none>\n' : 'Endpoints:\n')
  for (const {
    addresses,
    conditions,
    hostname = '<unset>',
    targetRef,
    nodeName = '<unset>',
    zone = '<unset>',
  } of endpoints) {
    paper.field(1, '- Addresses', addresses.length === 0 ? '<none>' : addresses.join(', '))
    paper.write(2, 'Conditions:\n')
    paper.field(3, 'Ready', conditions?.ready ?? '<unset>')
    paper.field(2, 'Hostname', hostname)
    if (targetRef !== undefined)
      paper.field(2, 'TargetRef', `${targetRef.kind ?? ''}/${targetRef.name ?? ''}`)
    paper.field(2, 'NodeName', nodeName)
    paper.field(2, 'Zone', zone)
  }
  events(paper, scene.eventsOf(slice), scene.now)
  return paper.toString()
}
