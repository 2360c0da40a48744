/**
 * Pods of any sort that the API server takes, and containers that do what they like: init containers, sidecars, hooks,
 * probes of all sorts, restart policies, exits. Nothing is promised of them but what Kubernetes promises of any pod.
 */
import * as fc from 'fast-check'
import type { JsonObject } from '#api/types'
import type { UserAction } from '#models/client/user-actions'
import { buildNode } from '#models/node-lifecycle/nodes'
import { profileAnnotation, type Profile } from '#models/node/profile'
import type { Scenario } from '../scenario.js'
import { given } from './pods.js'

const maybe = <T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> => fc.option(arbitrary, { nil: undefined })

/** One in five. */
const seldom = <T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> =>
  fc.oneof({ weight: 4, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary })

const seconds = fc.constantFrom(0, 1, 2, 5, 11, 30)

const handlers: fc.Arbitrary<JsonObject> = fc.constantFrom(
  { httpGet: { path: '/', port: 8080 } }, { tcpSocket: { port: 8080 } }, { exec: { command: ['cat', '/tmp/healthy'] } },
  { grpc: { port: 8080 } },
)

interface ProbeNumbers { readonly successThreshold?: true; readonly ownGrace?: true }

const probes = ({ successThreshold, ownGrace }: ProbeNumbers): fc.Arbitrary<JsonObject | undefined> => maybe(fc.record({
  handler: handlers,
  initialDelaySeconds: maybe(fc.constantFrom(0, 1, 7)),
  periodSeconds: maybe(fc.constantFrom(1, 3, 10)),
  failureThreshold: maybe(fc.constantFrom(1, 2, 5)),
  successThreshold: successThreshold === true ? maybe(fc.constantFrom(1, 3)) : fc.constant(undefined),
  terminationGracePeriodSeconds: ownGrace === true ? maybe(fc.constantFrom(1, 9)) : fc.constant(undefined),
}).map(({ handler, ...numbers }) => ({ ...handler, ...given(numbers) })))

const hook = fc.oneof(
  fc.integer({ min: 1, max: 12 }).map((time): JsonObject => ({ sleep: { seconds: time } })),
  fc.integer({ min: 0, max: 12 }).map((time): JsonObject => ({ exec: { command: ['sleep', String(time)] } })),
)

const lifecycles = maybe(fc.record({ postStart: maybe(hook), preStop: maybe(hook) }).map((hooks) => given(hooks)))

interface Hook { readonly sleep?: { readonly seconds: number } }

/** A hook that sleeps for longer than the grace period is refused. */
function withinGrace({ lifecycle, ...spec }: JsonObject, grace = 30): JsonObject {
  const all = Object.entries((lifecycle ?? {}) as Readonly<Record<string, Hook>>) // as drawn above
  const kept = all.filter(([, { sleep }]) => sleep === undefined || sleep.seconds < grace)
  return kept.length === 0 ? spec : { ...spec, lifecycle: Object.fromEntries(kept) as JsonObject }
}

const allProbes = {
  startupProbe: probes({ ownGrace: true }), livenessProbe: probes({ ownGrace: true }),
  readinessProbe: probes({ successThreshold: true }),
}

const base = {
  imagePullPolicy: maybe(fc.constantFrom('Always', 'IfNotPresent')),
  image: fc.constantFrom('example.com/one:1', 'example.com/two'),
  resources: seldom(fc.constantFrom(
    { limits: { memory: '200Mi' } }, { requests: { memory: '100Mi' }, limits: { memory: '400Mi', 'ephemeral-storage': '1Gi' } },
  )),
  terminationMessagePolicy: seldom(fc.constant('FallbackToLogsOnError')),
}

const apps = fc.record({ ...base, ...allProbes, lifecycle: lifecycles })
const sidecars = fc.record({ ...base, ...allProbes, lifecycle: lifecycles, restartPolicy: fc.constant('Always') })
const inits = fc.record(base)

const answers = fc.array(
  fc.record({ afterSeconds: fc.constantFrom(0, 3, 8, 20), answer: fc.constantFrom('success' as const, 'failure' as const, 'hangs' as const) }),
  { minLength: 1, maxLength: 3 },
).map((list) => [...list].sort((a, b) => a.afterSeconds - b.afterSeconds)
  .filter(({ afterSeconds }, at, all) => all[at + 1]?.afterSeconds !== afterSeconds))

const exits = fc.record({
  afterSeconds: seconds, code: fc.constantFrom(0, 1, 3), times: maybe(fc.constantFrom(1, 2)), logs: seldom(fc.constant('no licence\n')),
}).map(({ afterSeconds, code, ...more }) => ({ afterSeconds, code, ...without(more) }))

/** Little, much, or much after a while. */
const uses = (little: string, much: string): fc.Arbitrary<NonNullable<Profile['memory']>> =>
  fc.constantFrom(little, much, [{ afterSeconds: 0, amount: little }, { afterSeconds: 12, amount: much }])

/** How a container behaves: mostly as it should in one way or the other, and in others not at all. */
const behaviours = (exit: fc.Arbitrary<Profile['exits']>): fc.Arbitrary<Profile> => fc.record({
  startSeconds: maybe(seconds),
  pullSeconds: maybe(fc.constantFrom(0, 4)),
  pullFails: maybe(fc.constantFrom(1, 2)),
  exits: exit,
  startup: maybe(answers), readiness: maybe(answers), liveness: maybe(answers),
  closesListenerAfterSeconds: maybe(fc.constantFrom(0, 1, 3)),
  exitsAfterSigtermSeconds: maybe(fc.constantFrom(0, 4, 40)),
  ignoresSigterm: maybe(fc.boolean()),
  memory: seldom(uses('150Mi', '300Mi')),
  disk: seldom(uses('300Mi', '2Gi')),
}).map(({ startup, readiness, liveness, ...rest }) => ({
  ...without(rest),
  ...(startup ?? readiness ?? liveness ? { probes: without({ startup, readiness, liveness }) } : {}),
}))

function without<T extends object>(members: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined)) as { [K in keyof T]?: Exclude<T[K], undefined> } // that is what the filter does
}

interface Part { readonly spec: JsonObject; readonly profile: Profile; readonly isInit: boolean }

/** Commands that are run: they become healthy or ill, end, hear SIGTERM or do not. */
const scripts = {
  ofApps: fc.constantFrom(
    'touch /tmp/healthy; sleep 8; rm /tmp/healthy; sleep 600', 'sleep 6; touch /tmp/healthy; sleep 600', 'sleep 5; exit 3', 'exit 0',
    'trap "exit 0" TERM; touch /tmp/healthy; while true; do sleep 30; done', 'touch /tmp/healthy; exec sleep 1000', 'sleep 700 & wait', 'nosuch',
  ),
  ofInits: fc.constantFrom('true', 'sleep 3', 'until test -f /tmp/done; do touch /tmp/done; sleep 1; done', 'echo done > /dev/termination-log; exit 1'),
}

/** One in five does what a command says; a profile says then only what is of its image and its use. */
const commanded = ({ spec, profile, isInit }: Part, script: string | undefined): Part => {
  if (script === undefined) return { spec, profile, isInit }
  const { pullSeconds, pullFails, memory, disk } = profile
  return {
    spec: { ...spec, image: 'busybox:1.36', command: ['sh', '-c', script] }, isInit,
    profile: without({ pullSeconds, pullFails, memory, disk }) as Profile, // members of one
  }
}

const part = (
  spec: fc.Arbitrary<object>, profile: fc.Arbitrary<Profile>, isInit: boolean, script: fc.Arbitrary<string>,
): fc.Arbitrary<Part> => fc.tuple(
  fc.record({ spec: spec.map((members) => without(members) as JsonObject), profile, isInit: fc.constant(isInit) }), seldom(script),
).map(([one, text]) => commanded(one, text))

const parts = fc.tuple(
  fc.array(fc.oneof(
    part(inits, behaviours(fc.oneof({ weight: 3, arbitrary: fc.constant({ afterSeconds: 1, code: 0 }) }, { weight: 1, arbitrary: exits })), true, scripts.ofInits),
    part(sidecars, behaviours(maybe(exits)), true, scripts.ofApps),
  ), { maxLength: 3, size: 'max' }),
  fc.array(part(apps, behaviours(maybe(exits)), false, scripts.ofApps), { minLength: 1, maxLength: 2, size: 'max' }),
).map(([before, after]) => [...before, ...after])

const target = { resource: 'pods', namespace: 'default', name: 'any' } as const

const deletions = fc.record({
  gracePeriod: maybe(fc.constantFrom(1, 6)), force: fc.constant(false),
}).map(({ gracePeriod, force }): UserAction => ({
  do: 'delete', target, cascade: 'Background', force, ...(gracePeriod === undefined ? {} : { gracePeriod }),
}))

/** What a volume of the pod shows, in two keys that belong together. */
const settings = (version: number): JsonObject => ({
  apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'settings', namespace: 'default' }, data: { a: `${version}`, b: `${version}` },
})

const shown: JsonObject = { name: 'settings', configMap: { name: 'settings' } }

/** Where they all run. */
export const onlyNode = buildNode(0)

/** One pod of any sort on one node, and perhaps its deletion. */
export const anyPods: fc.Arbitrary<Scenario> = fc.record({
  all: parts,
  restartPolicy: fc.constantFrom('Always', 'OnFailure', 'Never'),
  terminationGracePeriodSeconds: maybe(fc.constantFrom(0, 3, 20)),
  activeDeadlineSeconds: fc.option(fc.constantFrom(1, 15, 100), { nil: undefined, freq: 4 }),
  shareProcessNamespace: seldom(fc.constant(true)),
  deletion: maybe(deletions),
  changes: seldom(fc.integer({ min: 1, max: 2 })),
}).map(({ all, deletion, changes, ...pod }): Scenario => {
  const named = all.map((one, at) => ({ ...one, name: `${one.isInit ? 'init' : 'app'}-${at}` }))
  const specs = (isInit: boolean): JsonObject[] =>
    named.filter((one) => one.isInit === isInit).map(({ name, spec }) => ({ name, ...withinGrace(spec, pod.terminationGracePeriodSeconds) }))
  const behaves = Object.fromEntries(named.map(({ name, profile }) => [name, profile]))
  const before = specs(true)
  const object: JsonObject = {
    apiVersion: 'v1', kind: 'Pod',
    metadata: { name: 'any', annotations: { [profileAnnotation]: JSON.stringify({ containers: behaves }) } },
    spec: { ...without(pod), ...(changes === undefined ? {} : { volumes: [shown] }), ...(before.length === 0 ? {} : { initContainers: before }), containers: specs(false) },
  }
  const applied = (...objects: readonly JsonObject[]): UserAction => ({ do: 'apply', objects })
  const first = changes === undefined ? [applied(object)] : [applied(settings(0), object)]
  const later = Array.from({ length: changes ?? 0 }, (_, at) => applied(settings(at + 1)))
  return { nodes: [onlyNode], script: [...first, ...later, ...(deletion === undefined ? [] : [deletion])], profiles: {}, mutants: [] }
})
