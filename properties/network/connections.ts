/** What clients of Services meet. */
import type { Pod } from '#api/types'
import { isPodReady } from '#api/meta'
import type { Judging, Step, Verdict, Write } from '#checker/claim'
import { part, type Cells } from '#kernel/cells'
import { objectKey } from '#machine/objects'
import type { Backend } from '#models/network/categorize-endpoints'
import { backendsByIP, backendsOf, routesOf, rulesKey } from '#models/network/routes'
import { nameOfPod, podId } from '#models/node/cells'
import { clientNodes, type Client, type Listener } from '#models/node/listeners'
import { isConnected } from './newest.js'
import { alternatives, cellsOf, isConnecting, isOpen, objectsOf, others, podText, refusals } from './refusals.js'

/** One text for one remedy. */
export const preStopAdvice =
  'Let the pod go on listening until every node has forgotten it: give its containers ' +
  '`lifecycle.preStop.sleep.seconds` of at least the time that endpoint changes take to reach the nodes (5 to 10), ' +
  'and a `terminationGracePeriodSeconds` of at least that plus the time that the application needs to finish its requests.'

export const readinessAdvice =
  'Give the container a `readinessProbe` on the port that the Service sends to, so that its pod is Ready only once ' +
  'it listens.'

export const targetPortAdvice =
  'Set the `targetPort` of the Service to a port on which a container of its pods listens.'

export const publishAdvice =
  'Take `publishNotReadyAddresses` off the Service, or make it headless: it keeps pods among the endpoints that are not ' +
  'ready yet, or stop.'

const opened = (uid: string, port: number): string => `opened ${uid} ${port}`
const closed = (uid: string): string => `closed ${uid}`
/** The Services whose clients have met the pod. */
const led = (uid: string): string => `led ${uid}`
/** The moments, counted, at which a pod became ready last and was asked to stop. */
const readied = (uid: string): string => `ready ${uid}`
const stopped = (uid: string): string => `stopped ${uid}`
const moments = 'moments'

/** Remembers when the ports of pods were opened and closed; the listener that was closed by this write, if one was. */
function remember({ memory, now }: Judging, { before, after }: Write): Listener | undefined {
  const [old, listener] = [before as Listener | undefined, after as Listener | undefined] // by prefix
  for (const port of listener?.ports ?? []) memory.set(opened(listener?.pod ?? '', port), true)
  const isSmaller = old !== undefined
    && (listener?.pod !== old.pod || old.ports.some((port) => !listener.ports.includes(port)))
  if (!isSmaller) return undefined
  memory.set(closed(old.pod), now)
  return old
}

const isStopping = (pod: Pod | undefined): boolean => pod === undefined || (pod.metadata.deletionTimestamp ?? null) !== null

/** Remembers which came first: that one pod was asked to stop, or that another was ready to take its place. */
function rememberPod({ memory }: Judging, { before, after }: Write): void {
  const [was, is] = [before as Pod | undefined, after as Pod | undefined] // by prefix
  const uid = (is ?? was)?.metadata.uid ?? ''
  const note = (key: string): void => {
    const moment = Number(memory.get(moments) ?? 0) + 1
    memory.set(moments, moment)
    memory.set(key, moment)
  }
  if (is !== undefined && isPodReady(is) && (was === undefined || !isPodReady(was))) note(readied(uid))
  if (isStopping(is) && !memory.has(stopped(uid))) note(stopped(uid))
}

/** Whether the backend has been ready since before the pod with that uid was asked to stop. */
const isReadySince = ({ memory }: Judging, uid: string) => (backend: Backend): boolean =>
  Number(memory.get(readied(backend.uid ?? '')) ?? 0) < Number(memory.get(stopped(uid)) ?? Infinity)

const heldWhere = ({ after }: Write): Verdict => ((after as Client).met > 0 ? 'held' : undefined) // by prefix

/** The Services whose clients met these pods: what becomes of them when a pod closes its listener is of interest. */
function rememberMet({ cells, memory }: Judging, { key, before }: Write): void {
  const [service, node] = [part(key, 1), part(key, 2)]
  const { due } = (before ?? {}) as Partial<Client> // by prefix
  const rules = cells.read(rulesKey(node, service))
  if (rules === undefined || due === undefined) return
  for (const { ip, uid } of backendsOf(routesOf(rules, node)).values()) {
    if (uid === undefined || (due !== 'all' && !due.includes(ip))) continue
    const services = (memory.get(led(uid)) ?? []) as readonly string[] // written below
    if (!services.includes(service)) memory.set(led(uid), [...services, service])
  }
}

/**
 * A pod that was asked to stop has closed its listener. Where a Service led to it and has others that are ready, and the
 * rules of a connected node no longer lead there, whoever connects there meets one of those.
 */
function closing(judging: Judging, ip: string, { pod: uid }: Listener): Verdict {
  const { cells, memory, disturbed } = judging
  const services = (memory.get(led(uid)) ?? []) as readonly string[] // as rememberMet left it
  const pod = cells.read(objectKey('pods', nameOfPod(podId(uid))))
  if (disturbed || services.length === 0 || !isStopping(pod?.metadata.uid === uid ? pod : undefined)) return undefined
  const isSince = isReadySince(judging, uid)
  const isSpared = (service: string, node: string): boolean => {
    const rules = cells.read(rulesKey(node, service))
    if (rules === undefined || !isConnected(cells, node)) return false
    const backends = backendsByIP(routesOf(rules, node))
    const isUsable = ([, other]: readonly [string, Backend]): boolean => other.ready && isOpen(cells, other) && isSince(other)
    return !backends.has(ip) && [...backends.values()].some((found) => found.some(isUsable))
  }
  return services.some((service) => clientNodes(cells).some((node) => isSpared(service, node))) ? 'held' : undefined
}

export const noConnectionToClosedListener: Step = {
  kind: 'step',
  name: 'no-connection-to-closed-listener',
  title: 'While only voluntary changes are under way, no new connection through a connected node reaches a pod that ' +
    'was asked to stop and has closed its listener, as long as the Service has another endpoint that its traffic policy ' +
    'allows and that was ready before the pod was asked to stop.',
  source: 'https://kubernetes.io/docs/tutorials/services/pods-and-endpoint-termination-flow/; kubernetes/kubernetes#86280',
  on: ['client|', 'listener|', 'store|pods|'],
  check(judging, write) {
    if (write.key.startsWith('store|')) return void rememberPod(judging, write)
    if (write.key.startsWith('listener|')) {
      const gone = remember(judging, write)
      return gone === undefined ? undefined : closing(judging, part(write.key, 1), gone)
    }
    if (!isConnecting(write)) return undefined
    rememberMet(judging, write)
    if (judging.disturbed) return undefined
    for (const refusal of refusals(judging.cells, write)) {
      const { service, node, backend, publishes, pod } = refusal
      const uid = backend.uid ?? ''
      const count = isStopping(pod) ? alternatives(judging.cells, refusal, isReadySince(judging, uid)) : 0
      if (count === 0) continue
      const since = judging.memory.get(closed(uid))
      const ago = typeof since === 'number' && judging.now > since ? `${((judging.now - since) / 1000).toFixed(1)} s before` : 'just before'
      return {
        message: `Service ${service} refused a connection on ${node}: the rules there led to ${podText(refusal)}, ` +
          `which ${pod === undefined ? 'is gone' : 'is terminating'} and closed its listener ${ago}; ${others(count)}`,
        objects: objectsOf(refusal),
        advice: publishes ? publishAdvice : preStopAdvice,
        cells: cellsOf(refusal),
      }
    }
    return undefined
  },
}

const declaredPorts = ({ spec }: Pod): readonly number[] =>
  [...spec.containers, ...spec.initContainers ?? []]
    .flatMap(({ ports = [] }) => ports.map(({ containerPort }) => containerPort))

const asksFor = (cells: Cells, service: string, port: number): boolean =>
  (cells.read(objectKey('services', service))?.spec.ports ?? []).some(({ targetPort }) => targetPort === port)

export const noConnectionBeforeListening: Step = {
  kind: 'step',
  name: 'no-connection-before-listening',
  title: 'While only voluntary changes are under way, no new connection through a connected node reaches a ready pod ' +
    'that has not listened on that port yet, as long as the Service has another ready endpoint that its traffic ' +
    'policy allows.',
  source: 'https://kubernetes.io/docs/concepts/configuration/liveness-readiness-startup-probes/',
  on: ['client|', 'listener|'],
  check(judging, write) {
    if (write.key.startsWith('listener|')) return void remember(judging, write)
    if (!isConnecting(write) || judging.disturbed) return undefined
    for (const refusal of refusals(judging.cells, write)) {
      const { service, node, backend: { uid = '', port }, publishes, pod } = refusal
      if (pod === undefined || isStopping(pod)) continue
      if (judging.memory.has(opened(uid, port))) continue
      const ports = declaredPorts(pod)
      const isDeclared = ports.includes(port)
      // A list of containerPorts is only information: a container may listen on the port that the Service names.
      if (!isDeclared && asksFor(judging.cells, service, port)) continue
      const count = alternatives(judging.cells, refusal, () => true)
      if (isDeclared && count === 0) continue
      const why = isDeclared ? `is Ready but does not listen on port ${port} yet; ${others(count)}`
        : `does not listen on port ${port}: its containers declare ${ports.length === 0 ? 'none' : ports.join(', ')}`
      return {
        message: `Service ${service} refused a connection on ${node}: ${podText(refusal)} ${why}`,
        objects: objectsOf(refusal),
        advice: !isDeclared ? targetPortAdvice : publishes ? publishAdvice : readinessAdvice,
        cells: cellsOf(refusal),
      }
    }
    return heldWhere(write)
  },
}
