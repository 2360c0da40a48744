/** The pod template of a workload. */
import type { PodTemplateSpec } from '#api/types'
import { containers } from './containers.js'
import { annotations, labels, spreadConstraints, tolerations } from './metadata.js'
import type { Paper } from './paper.js'
import { volumes } from './volumes.js'

const space = '  '

export function podTemplate(paper: Paper, { metadata, spec }: PodTemplateSpec): void {
  paper.write(0, 'Pod Template:\n')
  labels(paper, `${space}Labels`, metadata.labels)
  if (Object.keys(metadata.annotations ?? {}).length > 0)
    annotations(paper, `${space}Annotations`, metadata.annotations)
  if ((spec.serviceAccountName ?? '') !== '') paper.field(1, 'Service Account', spec.serviceAccountName ?? '')
  const { initContainers = [] } = spec
  if (initContainers.length > 0) containers(paper, 'Init Containers', initContainers, undefined, space)
  containers(paper, 'Containers', spec.containers, undefined, space)
  volumes(paper, spec.volumes, space)
  spreadConstraints(paper, spec.topologySpreadConstraints, space)
  if ((spec.priorityClassName ?? '') !== '')
    paper.field(1, 'Priority Class Name', spec.priorityClassName ?? '')
  labels(paper, `${space}Node-Selectors`, spec.nodeSelector)
  tolerations(paper, `${space}Tolerations`, spec.tolerations)
}
