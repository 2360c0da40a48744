/**
 * Models: pkg/kubelet/prober/worker.go (newWorker, doProbe), prober.go (runProbe)
 * Reads: container, sandbox, listener, chart, store, deadlines
 * Writes: nothing
 * Omits: the time that an answer takes: it comes at once or, where the container hangs, never. Warnings of a probe are
 *   successes
 */
import type { Container as ContainerSpec, IntOrString, Pod, Probe } from '#api/types'
import type { Cells } from '#kernel/cells'
import { chartKey, timerKey } from '#machine/chart'
import { objectKey } from '#machine/objects'
import {
  containerKey, containerOwner, probeOwner, runtimeOf, sandboxKey, type Answer, type Container,
} from './cells.js'
import { doHTTPProbe, type ProbeResult } from './http-probe.js'
import { accepts, listenerKey } from './listeners.js'
import { profileOf, type FullProfile, type ProbeKind } from './profile.js'
import { pageOf, servingChanges } from './serving.js'

export type Result = Answer | 'unknown'

/** What a probe worker remembers about the container that it probes. */
export interface ProbeMemory {
  /** The attempt of the container; −1 before the first. */
  readonly attempt: number
  /** What the results manager holds. */
  readonly value: Result
  readonly last?: Answer
  /** How often in a row it was `last`; saturates at the threshold. */
  readonly run: number
  /** Waits for another container. */
  readonly hold?: true
}

export const initialValue: Readonly<Record<ProbeKind, Result>> =
  { readiness: 'failure', liveness: 'success', startup: 'unknown' }

export const freshMemory = (kind: ProbeKind, attempt: number): ProbeMemory =>
  ({ attempt, value: initialValue[kind], run: 0 })

export const probeOf = (container: ContainerSpec, kind: ProbeKind): Probe | undefined =>
  (kind === 'readiness' ? container.readinessProbe
    : kind === 'liveness' ? container.livenessProbe : container.startupProbe)

/** What a worker knows of this attempt of a container; what it would begin with where it never probed it. */
export function resultOf(
  cells: Cells, process: string, uid: string, name: string, kind: ProbeKind, attempt: number,
): ProbeMemory {
  const snapshot = cells.read(chartKey(process, probeOwner(uid, name, kind)))
  const memory = snapshot?.context as ProbeMemory | undefined // the probe chart's memory
  return memory?.attempt === attempt ? memory : freshMemory(kind, attempt)
}

/** isContainerStarted, but for what a restarted kubelet takes over. */
export const isStarted = (
  cells: Cells, process: string, uid: string, spec: ContainerSpec, container: Container | undefined,
): boolean => container?.state === 'running' && (spec.startupProbe === undefined
  || resultOf(cells, process, uid, spec.name, 'startup', container.attempt).value === 'success')

/** ResolveContainerPort. */
function portOf(spec: ContainerSpec, port: IntOrString): number | undefined {
  if (typeof port === 'number') return port
  return spec.ports?.find(({ name }) => name === port)?.containerPort ?? (/^\d+$/.test(port) ? Number(port) : undefined)
}

/**
 * Whether the probe can be made at all. One of a port by a name that the container does not have is an error of the prober,
 * whose result is thrown away: the container stays unready, or alive, or never starts, as it began.
 */
export function isAskable(spec: ContainerSpec, { httpGet, tcpSocket, grpc }: Probe): boolean {
  const asked = httpGet ?? tcpSocket ?? grpc
  return asked === undefined || portOf(spec, asked.port) !== undefined
}

/** The address that probes of a pod ask. */
export function probedAddress(cells: Cells, node: string, uid: string): string | undefined {
  const sandbox = cells.read(sandboxKey(node, uid))
  if (sandbox?.hostNetwork !== true) return sandbox?.ips[0]
  const addresses = cells.read(objectKey('nodes', node))?.status.addresses
  return addresses?.find(({ type }) => type === 'InternalIP')?.address
}

/** Whether it is asked and gives no answer: the probe fails when its timeout is over. */
export const isHanging = ({ answers }: Container, kind: ProbeKind): boolean => answers?.[kind] === 'hangs'

/** What a probe of the container comes to now. */
export function answerOf(
  cells: Cells, node: string, uid: string, spec: ContainerSpec, container: Container, kind: ProbeKind,
): Answer {
  const said = container.answers?.[kind]
  if (said !== undefined) return said === 'hangs' ? 'failure' : said
  const probe = probeOf(spec, kind)
  if (container.up !== true || probe === undefined) return 'failure'
  const asked = probe.httpGet ?? probe.tcpSocket ?? probe.grpc
  if (asked === undefined || ('host' in asked && asked.host !== undefined && asked.host !== '')) {
    return 'success'
  }
  const port = portOf(spec, asked.port)
  const address = probedAddress(cells, node, uid)
  const listener = address === undefined ? undefined : cells.read(listenerKey(address))
  if (port === undefined || listener === undefined || !accepts(listener, port)) return 'failure'
  const found = httpResultOf(spec, container, probe, address, container.since ?? 0)
  return found?.result === 'failure' ? 'failure' : 'success'
}

/**
 * What an HTTP probe of the container comes to so many seconds after its start, once it listens; `undefined` where nothing is
 * known of what it answers there.
 */
export function httpResultOf(
  spec: ContainerSpec, { serving }: Container, { httpGet }: Probe, address: string | undefined, seconds: number,
): ProbeResult | undefined {
  const port = httpGet === undefined || serving === undefined ? undefined : portOf(spec, httpGet.port)
  if (httpGet === undefined || serving === undefined || port === undefined) return undefined
  const { scheme = 'HTTP', path = '/' } = httpGet
  // What is mounted may bring certificates.
  if (pageOf(serving, port, '/', seconds) === undefined || (scheme === 'HTTPS' && serving.open === true)) return undefined
  const host = address === undefined ? 'localhost' : address.includes(':') ? `[${address}]` : address
  const url = `${scheme.toLowerCase()}://${host}:${port}${path.startsWith('/') ? path : `/${path}`}`
  return doHTTPProbe(url, (at, asked) => pageOf(serving, at, asked, seconds) ?? { code: 200, body: '' })
}

/** Whether going on with the same answer would change nothing. */
export const isSettled = ({ value, last, hold }: ProbeMemory, answer: Answer): boolean =>
  hold === true || (value === answer && (last === undefined || last === answer))

/** One answer: doProbe from the result on. */
export function afterAnswer(memory: ProbeMemory, kind: ProbeKind, probe: Probe, answer: Answer): ProbeMemory {
  const threshold = answer === 'failure' ? probe.failureThreshold : probe.successThreshold
  const run = Math.min(memory.last === answer ? memory.run + 1 : 1, threshold)
  if (run < threshold) return { ...memory, last: answer, run }
  const holds = kind === 'startup' || (kind === 'liveness' && answer === 'failure')
  return holds
    ? { ...memory, value: answer, last: answer, run: 0, hold: true }
    : { ...memory, value: answer, last: answer, run }
}

/** The same by what its server is known to answer. */
function startsToSucceed(spec: ContainerSpec, container: Container, startSeconds: number, kind: ProbeKind): readonly number[] {
  const { serving, up, since = 0 } = container
  const comesUp = up === true ? [] : [startSeconds]
  const probe = probeOf(spec, kind)
  if (serving === undefined || probe?.httpGet === undefined) return comesUp
  return [...comesUp, ...servingChanges(serving).filter((seconds) => seconds > Math.max(since, up === true ? 0 : startSeconds))]
    .filter((seconds) => httpResultOf(spec, container, probe, undefined, seconds)?.result !== 'failure')
}

/** Seconds after the container's start at which it will begin to answer with success, and does not yet. */
function changesOf(
  cells: Cells, node: string, uid: string, spec: ContainerSpec, { probes, startSeconds }: FullProfile, container: Container,
  kind: ProbeKind,
): readonly number[] {
  const { name } = spec
  const answers = probes?.[kind]
  if (answers === undefined) return startsToSucceed(spec, container, startSeconds, kind)
  const isToCome = (index: number): boolean =>
    cells.pending(timerKey(runtimeOf(node), containerOwner(uid, name), `answer.${kind}.${index}`))
  return answers.flatMap(({ afterSeconds, answer }, index) =>
    (answer === 'success' && afterSeconds > 0 && isToCome(index) ? [afterSeconds] : []))
}

/**
 * When a container that has just been started is first probed, in milliseconds from then; `undefined` where
 * no answer that is to come soon could change anything. Ticks that are known to change nothing are left out,
 * but their phase is kept.
 */
export function firstTick(
  cells: Cells, node: string, pod: Pod, spec: ContainerSpec, container: Container, kind: ProbeKind,
): number | undefined {
  const probe = probeOf(spec, kind)
  if (probe === undefined || !isAskable(spec, probe)) return undefined
  const { uid } = pod.metadata
  const period = probe.periodSeconds
  const answer = answerOf(cells, node, uid, spec, container, kind)
  const profile = profileOf(cells, pod, spec)
  const upcoming = changesOf(cells, node, uid, spec, profile, container, kind)
  const change = upcoming.length === 0 ? 0 : Math.min(...upcoming)
  // A server that will never be ready says so itself, once it listens.
  const isRefusing = upcoming.length === 0 && container.up !== true && container.serving !== undefined
  const delay = Math.max(0, (probe.initialDelaySeconds ?? 0) - (kind === 'startup' ? 0 : startupLead(spec)))
  const atTick = (from: number): number => Math.ceil(from / period) * period * 1000
  switch (kind) {
    // Each status of a container that is not ready yet triggers a probe at once.
    case 'readiness': return atTick(Math.max(delay, answer === 'failure' ? isRefusing ? profile.startSeconds : change : 0))
    case 'startup': return Math.max(period * 1000, atTick(delay))
    case 'liveness': {
      const isHasty = probe.failureThreshold === 1 && delay === 0 && answer === 'failure'
      const options = [`${spec.name} is first probed a period later`, `${spec.name} is probed at once`]
      if (isHasty && cells.choose(options) === 1) return 0
      const first = Math.max(period * 1000, atTick(delay))
      const fails = answer === 'failure' && (upcoming.length === 0 || change * 1000 > first)
      return fails ? first : undefined
    }
  }
}

/** How long the startup probe had taken at least, in seconds. */
const startupLead = ({ startupProbe }: ContainerSpec): number => {
  if (startupProbe === undefined) return 0
  const { periodSeconds, initialDelaySeconds = 0 } = startupProbe
  return Math.max(periodSeconds, Math.ceil(initialDelaySeconds / periodSeconds) * periodSeconds)
}

/** The container spec of that name, init containers included. */
export const specOf = (pod: Pod, name: string): ContainerSpec | undefined =>
  pod.spec.containers.find((one) => one.name === name)
    ?? pod.spec.initContainers?.find((one) => one.name === name)

export const containerOf = (cells: Cells, node: string, uid: string, name: string): Container | undefined =>
  cells.read(containerKey(node, uid, name))
