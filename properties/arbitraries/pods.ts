/** Pods of an application as a person writes them, and how their containers behave: both fit together. */
import * as fc from 'fast-check'
import type { JsonObject } from '#api/types'
import type { Profile } from '#models/node/profile'

/** Without the members that are not there. */
export const given = (members: Readonly<Record<string, JsonObject[string]>>): JsonObject =>
  Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined))

/** The slowest start of a container: probes allow for it. */
const slowestStart = 4

export const profiles: fc.Arbitrary<Profile> = fc.record({
  startSeconds: fc.integer({ min: 0, max: slowestStart }),
  pullSeconds: fc.constantFrom(0, 1, 5),
  closesListenerAfterSeconds: fc.constantFrom(0, 1),
  exitsAfterSigtermSeconds: fc.constantFrom(0, 1, 8),
}, { requiredKeys: [] })

const asked = { httpGet: { path: '/', port: 'http' } }

const readiness = fc.record({
  periodSeconds: fc.constantFrom(1, 5, 10),
  initialDelaySeconds: fc.constantFrom(0, 2),
  failureThreshold: fc.constantFrom(1, 3),
  successThreshold: fc.constantFrom(1, 2),
}, { requiredKeys: ['periodSeconds'] })

/** Gives up after twice the slowest start at the earliest. */
const patient = fc.record({
  periodSeconds: fc.constantFrom(2, 5, 10),
  failureThreshold: fc.integer({ min: slowestStart, max: 10 }),
})

const ask = (probe: fc.Arbitrary<Readonly<Record<string, number>>>): fc.Arbitrary<JsonObject | undefined> =>
  fc.option(probe.map((numbers) => ({ ...asked, ...numbers })), { nil: undefined })

const resources = fc.record({
  cpu: fc.constantFrom('50m', '250m', '1'),
  memory: fc.constantFrom('64Mi', '256Mi'),
}).map((requests) => ({ requests }))

const hooks = fc.integer({ min: 1, max: 10 }).map((seconds) => ({ preStop: { sleep: { seconds } } }))

/** A pod's spec with one container of this image, which listens on the port that it names. */
export const podSpecs = (image: string): fc.Arbitrary<JsonObject> => fc.record({
  readinessProbe: ask(readiness),
  livenessProbe: ask(patient),
  startupProbe: ask(patient),
  resources: fc.option(resources, { nil: undefined }),
  lifecycle: fc.option(hooks, { nil: undefined }),
  terminationGracePeriodSeconds: fc.constantFrom(undefined, 0, 15, 60),
  isSpread: fc.boolean(),
}).map(({ terminationGracePeriodSeconds: grace, isSpread, ...rest }) => given({
  // A hook has to end within the grace period.
  terminationGracePeriodSeconds: rest.lifecycle !== undefined && grace === 0 ? undefined : grace,
  containers: [{ name: 'main', image, ports: [{ name: 'http', containerPort: 8080 }], ...given(rest) }],
  topologySpreadConstraints: isSpread
    ? [{ maxSkew: 1, topologyKey: 'kubernetes.io/hostname', whenUnsatisfiable: 'ScheduleAnyway' }]
    : undefined,
}))
