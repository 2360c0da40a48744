import type { Mutant } from '../mutants.js'
import { fitsRequest } from '../scheduling/filters.js'
import type { FilterPlugin } from '../scheduling/framework.js'
import { decidesBy } from './sched-with.js'
import { podRequests } from '../scheduling/requests.js'
import { defaultProfile } from '../scheduling/schedule-pod.js'

const fitByLimits: FilterPlugin = {
  name: 'NodeResourcesFit',
  prepare({ pod: { spec } }) {
    const containers = spec.containers.map((container) =>
      ({ ...container, resources: { requests: container.resources?.limits ?? container.resources?.requests } }))
    const limits = podRequests({ ...spec, containers })
    return (node) => fitsRequest(limits, node)
  },
}

export const schedCountsLimits: Mutant = {
  name: 'sched-counts-limits',
  title: 'kube-scheduler asks whether a pod\'s limits fit a node, not its requests',
  breaks: ['pending-pods-are-scheduled'],
  apply: decidesBy({
    ...defaultProfile,
    filters: defaultProfile.filters.map((plugin) => (plugin.name === 'NodeResourcesFit' ? fitByLimits : plugin)),
  }),
}
