/** Applications as manifests: a Deployment, and often a Service before it and a PodDisruptionBudget around it. */
import * as fc from 'fast-check'
import type { JsonObject } from '#api/types'
import { given, podSpecs } from './pods.js'

export interface Application {
  readonly name: string
  readonly replicas: number
  readonly objects: readonly JsonObject[]
}

const some = fc.constantFrom<number | string>(1, 2, '25%', '50%', '100%')
const any = fc.oneof(some, fc.constantFrom<number | string>(0, '0%'))

/** Not both zero, which would leave nothing to move. */
const rollingUpdate = fc.oneof(
  fc.record({ maxSurge: some, maxUnavailable: any }),
  fc.record({ maxSurge: any, maxUnavailable: some }),
)

const strategies: fc.Arbitrary<JsonObject | undefined> = fc.oneof(
  { weight: 4, arbitrary: rollingUpdate.map((bounds) => ({ type: 'RollingUpdate', rollingUpdate: bounds })) },
  { weight: 1, arbitrary: fc.constant({ type: 'Recreate' }) },
  { weight: 1, arbitrary: fc.constant(undefined) },
)

const labelsOf = (name: string): JsonObject => ({ app: name })

const deployments = (name: string, replicas: number): fc.Arbitrary<JsonObject> => fc.record({
  strategy: strategies,
  minReadySeconds: fc.constantFrom(undefined, 0, 3),
  revisionHistoryLimit: fc.constantFrom(undefined, 1, 5), // with 0 there is nothing to go back to
  spec: podSpecs(`example.com/${name}:1`),
}).map(({ spec, ...rest }) => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name, labels: labelsOf(name) },
  spec: {
    replicas,
    selector: { matchLabels: labelsOf(name) },
    ...given(rest),
    template: { metadata: { labels: labelsOf(name) }, spec },
  },
}))

const services = (name: string): fc.Arbitrary<JsonObject> => fc.record({
  type: fc.constantFrom(undefined, 'ClusterIP', 'NodePort'),
  targetPort: fc.constantFrom('http', 8080),
  internalTrafficPolicy: fc.constantFrom(undefined, 'Cluster', 'Local'),
}).map(({ targetPort, ...rest }) => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name },
  spec: { selector: labelsOf(name), ports: [{ name: 'http', port: 80, targetPort }], ...given(rest) },
}))

/** Lets at least one pod go at a time, so that nodes can be drained. */
const budgets = (name: string, replicas: number): fc.Arbitrary<JsonObject> => fc.oneof(
  fc.constantFrom<number | string>(1, 2, '50%').map((maxUnavailable) => ({ maxUnavailable })),
  fc.integer({ min: 0, max: replicas - 1 }).map((minAvailable) => ({ minAvailable })),
).map((bound) => ({
  apiVersion: 'policy/v1',
  kind: 'PodDisruptionBudget',
  metadata: { name },
  spec: { ...bound, selector: { matchLabels: labelsOf(name) } },
}))

export const applications = (name: string): fc.Arbitrary<Application> =>
  fc.integer({ min: 1, max: 5 }).chain((replicas) => fc.record({
    deployment: deployments(name, replicas),
    service: fc.option(services(name), { nil: undefined }),
    budget: fc.option(budgets(name, replicas), { nil: undefined }),
  }).map(({ deployment, service, budget }) => ({
    name,
    replicas,
    objects: [service, deployment, budget].filter((object) => object !== undefined),
  })))
