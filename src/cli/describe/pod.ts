/** `describe pod`. Layout and words: kubectl pkg/describe/describe.go, describePod. */
import type { NamespacedMeta, Pod } from '#api/types'
import { computePodQos } from '#models/node/qos'
import { containers, resources, seccomp } from './containers.js'
import { events } from './events.js'
import { annotations, labels, spreadConstraints, tolerations } from './metadata.js'
import { Paper } from './paper.js'
import type { Scene } from './scene.js'
import { rfc1123, since } from './times.js'
import { volumes } from './volumes.js'

export const controllerText = ({ ownerReferences = [] }: Partial<NamespacedMeta>): string | undefined => {
  const owner = ownerReferences.find(({ controller }) => controller === true)
  return owner === undefined ? undefined : `${owner.kind}/${owner.name}`
}

export function describePod(scene: Scene, pod: Pod): string {
  const paper = new Paper()
  const { spec, status } = pod
  head(paper, scene, pod)
  if (spec.resources !== undefined) {
    paper.write(0, 'Resources:\n')
    resources(paper, spec.resources, 1)
  }
  const timesOf = (one: Parameters<Scene['timesOf']>[1]): ReturnType<Scene['timesOf']> =>
    scene.timesOf(pod, one)
  const lived = (statuses = status.containerStatuses) => ({
    owner: pod.metadata,
    statuses: statuses ?? [],
    timesOf,
  })
  const { initContainers = [], ephemeralContainers = [] } = spec
  if (initContainers.length > 0)
    containers(paper, 'Init Containers', initContainers, lived(status.initContainerStatuses ?? []))
  containers(paper, 'Containers', spec.containers, lived())
  if (ephemeralContainers.length > 0) {
    containers(
      paper,
      'Ephemeral Containers',
      ephemeralContainers,
      lived(status.ephemeralContainerStatuses ?? []),
    )
  }
  conditions(paper, pod)
  volumes(paper, spec.volumes)
  paper.field(0, 'QoS Class', status.qosClass ?? computePodQos(spec))
  labels(paper, 'Node-Selectors', spec.nodeSelector)
  tolerations(paper, 'Tolerations', spec.tolerations)
  spreadConstraints(paper, spec.topologySpreadConstraints)
  events(paper, scene.eventsOf(pod), scene.now)
  return paper.toString()
}

function head(paper: Paper, scene: Scene, pod: Pod): void {
  const { metadata, spec, status } = pod
  const optional = (name: string, value: string | number | undefined): void => {
    if (value !== undefined && value !== '') paper.field(0, name, value)
  }
  paper.field(0, 'Name', metadata.name)
  paper.field(0, 'Namespace', metadata.namespace)
  optional('Priority', spec.priority)
  optional('Priority Class Name', spec.priorityClassName)
  optional('Runtime Class Name', spec.runtimeClassName)
  optional('Service Account', spec.serviceAccountName)
  paper.field(
    0,
    'Node',
    (spec.nodeName ?? '') === '' ? '<none>' : `${spec.nodeName ?? ''}/${status.hostIP ?? ''}`,
  )
  const started = scene.startedAt(pod)
  if (started !== undefined) paper.field(0, 'Start Time', rfc1123(started))
  labels(paper, 'Labels', metadata.labels)
  annotations(paper, 'Annotations', metadata.annotations)
  if (metadata.deletionTimestamp !== undefined && status.phase !== 'Failed' && status.phase !== 'Succeeded') {
    paper.field(0, 'Status', `Terminating (lasts ${since(scene.deletedAt(pod), scene.now)})`)
    paper.field(
      0,
      'Termination Grace Period',
      `${metadata.deletionGracePeriodSeconds ?? spec.terminationGracePeriodSeconds}s`,
    )
  } else {
    paper.field(0, 'Status', status.phase)
  }
  optional('Reason', status.reason)
  optional('Message', status.message)
  seccomp(paper, [0, 0], spec.securityContext)
  paper.field(0, 'IP', status.podIP ?? '')
  const { podIPs = [] } = status
  paper.write(0, `IPs:${podIPs.length === 0 ? '\t<none>' : ''}\n`)
  for (const { ip } of podIPs) paper.field(1, 'IP', ip)
  optional('Controlled By', controllerText(metadata))
  optional('NominatedNodeName', status.nominatedNodeName)
}

function conditions(paper: Paper, { spec, status }: Pod): void {
  const { conditions: all = [] } = status
  if ((spec.readinessGates ?? []).length > 0) {
    paper.write(0, 'Readiness Gates:\n  Type\tStatus\n')
    for (const { conditionType } of spec.readinessGates ?? []) {
      paper.write(
        1,
        `${conditionType} \t${all.find(({ type }) => type === conditionType)?.status ?? '<none>'} \n`,
      )
    }
  }
  if (all.length === 0) return
  paper.write(0, 'Conditions:\n  Type\tStatus\n')
  for (const { type, status: value } of all) paper.write(1, `${type} \t${value} \n`)
}
