import { apply, deletePodOf, deployment, late, scale, scenarioOf, service, setImage, wellBehaved } from '../manifests.js'
import type { Small } from '../baselines.js'

/** Ready, and then not ready for one probe or two. */
const moody = { 'web:1': { probes: { readiness: [
  { afterSeconds: 2, answer: 'success' as const },
  { afterSeconds: 10, answer: 'failure' as const },
  { afterSeconds: 11.7, answer: 'success' as const },
] } } }

export const network: readonly Small[] = [
  {
    name: 'service-of-a-rollout',
    scenario: scenarioOf({},
      apply(service('web'), deployment('web', { container: wellBehaved }), service('api'), deployment('api', { replicas: 1 })),
      setImage('web', 2)),
  },
  {
    name: 'flapping-readiness',
    scenario: scenarioOf({ nodes: 1, profiles: moody },
      apply(service('web'), deployment('web', { replicas: 1, container: { ...wellBehaved, readinessProbe: {
        httpGet: { path: '/', port: 'http' }, periodSeconds: 1, failureThreshold: 1,
      } } }))),
    // The controller has not seen that it took the pod off the slice when the pod is ready again.
    schedules: [late('watch|kube-controller-manager/endpointslice|endpointslices', 3, 1_900)],
  },
  {
    name: 'slices-come-late',
    scenario: scenarioOf({ nodes: 1 }, apply(service('web'), deployment('web', { replicas: 1 }))),
    // The pod is ready when the controller has not yet seen the slice that it made: it has to come back to that.
    schedules: [late('watch|kube-controller-manager/endpointslice|endpointslices', 0, 2_000)],
  },
  {
    name: 'last-endpoint-terminates',
    scenario: scenarioOf({ nodes: 2 },
      apply(service('web'), deployment('web', { replicas: 1, container: wellBehaved })), deletePodOf('web'), scale('web', 2), scale('web', 0)),
  },
  {
    name: 'service-of-pods-that-run',
    scenario: scenarioOf({ nodes: 2 }, apply(deployment('web', { container: wellBehaved })), apply(service('web')), deletePodOf('web')),
  },
  {
    name: 'service-changes',
    scenario: scenarioOf({ nodes: 2 },
      apply(service('web'), deployment('web', { container: wellBehaved })),
      apply(service('web', { ports: [{ name: 'http', port: 81, targetPort: 8080 }] })),
      scale('web', 3),
      { do: 'delete', target: { resource: 'services', namespace: 'default', name: 'web' }, cascade: 'Background', force: false }),
  },
]
