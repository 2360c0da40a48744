/** What clients of Services meet. */
import type { Pod } from '#api/types'
import { compileLabelMap } from '#api/selectors'
import type { Finally, Judging, Step, Verdict, Write } from '#checker/claim'
import { part, type Cells } from '#kernel/cells'
import { nameOf, objectKey } from '#machine/objects'
import { downKey } from '#models/client/reflector'
import type { Backend } from '#models/network/categorize-endpoints'
import { isHostAddress } from '#models/network/client'
import { backendsOf, routesOf, rulesKey, type PortRoutes } from '#models/network/routes'
import { accepts, clientKey, listenerKey, type Client, type Listener } from '#models/node/listeners'
import { isConnected, newestRules, nodeNames, serviceNames } from './newest.js'

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
const anyClosed = 'closed'

/** Remembers when the ports of pods were opened and closed. */
function remember({ memory, now }: Judging, { before, after }: Write): void {
  const [old, listener] = [before as Listener | undefined, after as Listener | undefined] // by prefix
  for (const port of listener?.ports ?? []) memory.set(opened(listener?.pod ?? '', port), true)
  const isSmaller = old !== undefined
    && (listener?.pod !== old.pod || old.ports.some((port) => !listener.ports.includes(port)))
  if (isSmaller) {
    memory.set(closed(old.pod), now)
    memory.set(anyClosed, true)
  }
}

interface Refusal {
  readonly service: string
  readonly node: string
  readonly backend: Backend
  /** The Service publishes pods whether they are ready or not. */
  readonly publishes: boolean
  /** As the API has it; absent once it is gone, or another has its name. */
  readonly pod?: Pod
}

/** Connections that this Step opened, through a connected node, and that nothing answered. */
function refusals(cells: Cells, { key, before, after }: Write): readonly Refusal[] {
  const [service, node] = [part(key, 1), part(key, 2)]
  const { due } = (before ?? {}) as Partial<Client> // by prefix
  const { failures } = after as Client // by prefix
  const rules = cells.read(rulesKey(node, service))
  if (rules === undefined || due === undefined || !isConnected(cells, node)) return []
  return Object.keys(failures).flatMap((address) => {
    const backend = backendsOf(routesOf(rules, node)).get(address)
    if (failures[address] !== 'refused' || backend === undefined) return []
    if (due !== 'all' && !due.includes(backend.ip)) return []
    const pod = backend.pod === undefined ? undefined : cells.read(objectKey('pods', backend.pod))
    const publishes = rules.service.spec.publishNotReadyAddresses === true
    return [{ service, node, backend, publishes, ...(pod?.metadata.uid === backend.uid && pod !== undefined ? { pod } : {}) }]
  })
}

const isOpen = (cells: Cells, { ip, port, node }: Backend): boolean => {
  const listener = cells.read(listenerKey(ip))
  const isDown = node !== undefined && cells.read(downKey(node)) !== undefined
  return listener !== undefined && accepts(listener, port) && !isDown
}

/** How many other endpoints could have answered: ready by the newest slices, allowed from this node, and listening. */
function alternatives(cells: Cells, { service, node, backend }: Refusal): number {
  const newest = newestRules(cells, service, node)
  const backends = newest === undefined ? [] : [...backendsOf(routesOf(newest, node)).values()]
  return backends.filter((other) => other.ip !== backend.ip && other.ready && isOpen(cells, other)).length
}

/** Connections were opened by this write; nothing else is judged. */
const isConnecting = ({ key, after }: Write): boolean =>
  key.startsWith('client|') && after !== undefined && (after as Client).due === undefined // by prefix

const heldWhere = ({ after }: Write): Verdict => ((after as Client).met > 0 ? 'held' : undefined) // by prefix

const podText = ({ backend }: Refusal): string =>
  backend.pod === undefined ? `${backend.ip}:${backend.port}` : `pod ${backend.pod} (${backend.ip}:${backend.port})`

const cellsOf = ({ service, node, backend }: Refusal): readonly string[] => [
  clientKey(service, node), rulesKey(node, service), listenerKey(backend.ip),
  ...(backend.pod === undefined ? [] : [objectKey('pods', backend.pod)]),
]

const objectsOf = ({ service, node, backend }: Refusal): readonly string[] =>
  [`Service ${service}`, ...(backend.pod === undefined ? [] : [`Pod ${backend.pod}`]), `Node ${node}`]

const others = (count: number): string => `${count} other ready endpoint${count === 1 ? '' : 's'} could have answered`

export const noConnectionToClosedListener: Step = {
  kind: 'step',
  name: 'no-connection-to-closed-listener',
  title: 'While only voluntary changes are under way, no new connection through a connected node reaches a pod that ' +
    'was asked to stop and has closed its listener, as long as the Service has another ready endpoint that its traffic ' +
    'policy allows.',
  source: 'https://kubernetes.io/docs/tutorials/services/pods-and-endpoint-termination-flow/; kubernetes/kubernetes#86280',
  on: ['client|', 'listener|'],
  check(judging, write) {
    if (write.key.startsWith('listener|')) return void remember(judging, write)
    if (!isConnecting(write) || judging.disturbed) return undefined
    for (const refusal of refusals(judging.cells, write)) {
      const { service, node, backend, publishes, pod } = refusal
      const isStopping = pod === undefined || (pod.metadata.deletionTimestamp ?? null) !== null
      const count = isStopping ? alternatives(judging.cells, refusal) : 0
      if (count === 0) continue
      const since = judging.memory.get(closed(backend.uid ?? ''))
      const ago = typeof since === 'number' ? `${((judging.now - since) / 1000).toFixed(1)} s before` : 'before'
      return {
        message: `Service ${service} refused a connection on ${node}: the rules there led to ${podText(refusal)}, ` +
          `which ${pod === undefined ? 'is gone' : 'is terminating'} and closed its listener ${ago}; ${others(count)}`,
        objects: objectsOf(refusal),
        advice: publishes ? publishAdvice : preStopAdvice,
        cells: cellsOf(refusal),
      }
    }
    return judging.memory.has(anyClosed) ? heldWhere(write) : undefined
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
      if (pod === undefined || (pod.metadata.deletionTimestamp ?? null) !== null) continue
      if (judging.memory.has(opened(uid, port))) continue
      const ports = declaredPorts(pod)
      const isDeclared = ports.includes(port)
      // A list of containerPorts is only information: a container may listen on the port that the Service names.
      if (!isDeclared && asksFor(judging.cells, service, port)) continue
      const count = alternatives(judging.cells, refusal)
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

/**
 * Upstream gives a freed address out again at once, while rules of some node may still lead there: for as long as
 * changes are on their way, a connection may reach a stranger. So this is judged in the end.
 */
export const noMisdelivery: Finally = {
  kind: 'finally',
  name: 'no-misdelivery',
  title: 'In the end no connected node sends what is meant for a Service to a pod that the Service does not select, ' +
    'even where the address of a pod was given to another.',
  source: 'pkg/proxy/endpointslicecache.go (addEndpoints); kubernetes/kubernetes#112604',
  subjects: serviceNames,
  check({ cells }, name, ending) {
    const service = cells.read(objectKey('services', name))
    if (ending !== 'quiescent' || service === undefined) return undefined
    const selector = service.spec.selector ?? {}
    const matches = compileLabelMap(selector)
    const isSelecting = Object.keys(selector).length > 0
    const seen = new Set<readonly PortRoutes[]>()
    let isExercised = false
    for (const node of nodeNames(cells)) {
      const rules = isConnected(cells, node) ? cells.read(rulesKey(node, name)) : undefined
      const routes = rules === undefined ? undefined : routesOf(rules, node)
      if (routes === undefined || seen.has(routes)) continue
      seen.add(routes)
      for (const backend of backendsOf(routes).values()) {
        const listener = cells.read(listenerKey(backend.ip))
        if (backend.uid === undefined || listener === undefined) continue
        isExercised = true
        const pod = cells.read(objectKey('pods', backend.pod ?? ''))
        const isStranger = listener.pod !== backend.uid && !isHostAddress(cells, backend.node, backend.ip)
        if (!isStranger && (pod === undefined || !isSelecting || matches(pod.metadata.labels))) continue
        const who = isStranger ? `the pod with uid ${listener.pod}` : `pod ${pod === undefined ? '' : nameOf(pod)}`
        return {
          message: `Service ${name}: ${node} sends its connections to ${backend.ip}:${backend.port}, where ${who} ` +
            'listens, which the Service does not select',
          objects: [`Service ${name}`, `Pod ${backend.pod ?? ''}`, `Node ${node}`],
          cells: [rulesKey(node, name), listenerKey(backend.ip)],
        }
      }
    }
    return isExercised ? 'held' : undefined
  },
}
