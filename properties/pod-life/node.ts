/**
 * What the node has of a pod: its sandbox, and its containers as they start, come up, are signalled and end.
 */
import type { Container as ContainerSpec, LifecycleHandler, Pod, Probe } from '#api/types'
import { isRestartableInitContainer } from '#api/pods'
import { part } from '#kernel/cells'
import type { Container, Sandbox } from '#models/node/cells'
import { probeOf, specOf } from '#models/node/probe-decisions'
import { listed, sandbox, type Chronicler, type Happening } from './event.js'

export const chronicleSandbox: Chronicler = ({ step, pod }) =>
  step.changes.flatMap(({ key, before, after }) =>
    part(key, 0) === 'sandbox' && part(key, 2) === pod.metadata.uid
      ? ofSandbox(before as Sandbox | undefined, after as Sandbox | undefined)
      : [],
  ) // by prefix

function ofSandbox(was: Sandbox | undefined, is: Sandbox | undefined): readonly Happening[] {
  const said = (text: string, becomes: 'runs' | 'ends'): readonly Happening[] => [
    { lane: sandbox, text, becomes },
  ]
  if (is === undefined) return said('is removed', 'ends')
  if (is.ready && (was?.ready !== true || was.attempt !== is.attempt)) {
    const network =
      is.hostNetwork === true ? 'it has the network of its node' : `its address is ${is.ips.join(', ')}`
    const again = is.attempt > 0 ? `, the ${ordinal(is.attempt + 1)}` : ''
    return said(`is ready${again}: ${network}`, 'runs')
  }
  return was?.ready === true && !is.ready ? said('is stopped, its address is given back', 'ends') : []
}

const ordinal = (number: number): string =>
  `${number}${['th', 'st', 'nd', 'rd'][number % 100 > 10 && number % 100 < 14 ? 0 : number % 10] ?? 'th'}`

export const chronicleContainers: Chronicler = (turn) =>
  turn.step.changes.flatMap(({ key, before, after }) =>
    part(key, 0) === 'container' && part(key, 2) === turn.pod.metadata.uid
      ? ofContainer(turn.pod, part(key, 3), before as Container | undefined, after as Container | undefined)
      : [],
  ) // by prefix

function ofContainer(
  pod: Pod,
  lane: string,
  was: Container | undefined,
  is: Container | undefined,
): readonly Happening[] {
  if (is === undefined) return []
  const spec = specOf(pod, lane)
  const found: Happening[] = []
  const isNew = was === undefined || was.attempt !== is.attempt || was.sandbox !== is.sandbox
  if (isNew && is.state === 'running') {
    const text = is.attempt > 0 ? `starts again (restart ${is.attempt})` : `starts${roleOf(pod, spec)}`
    found.push({ lane, text, becomes: 'runs', tells: ['Pulled', 'Created', 'Started'] })
    if (is.attempt === 0 && spec !== undefined) found.push(...probesOf(spec).map((text) => ({ lane, text })))
  }
  if (!isNew && was.up !== true && is.up === true) found.push({ lane, text: upText(is) })
  if (!isNew && was.stopping !== true && is.stopping === true && is.state === 'running')
    found.push({ lane, text: 'gets SIGTERM' })
  if (was?.state === 'running' && !isNew && is.state !== 'running') found.push(endOf(pod, spec, was, is))
  return found
}

const isInit = (pod: Pod, spec: ContainerSpec | undefined): boolean =>
  spec !== undefined && (pod.spec.initContainers ?? []).includes(spec)

const isPlainInit = (pod: Pod, spec: ContainerSpec | undefined): boolean =>
  spec !== undefined && isInit(pod, spec) && !isRestartableInitContainer(spec)

function roleOf(pod: Pod, spec: ContainerSpec | undefined): string {
  if (spec === undefined || !isInit(pod, spec)) return ''
  return isRestartableInitContainer(spec)
    ? ': a sidecar, those after it wait until it has started'
    : ': those after it wait until it has ended'
}

/** Port 0 stands for any: the pod names none. */
function upText({ ports = [] }: Container): string {
  const named = ports.filter((port) => port !== 0).map(String)
  return named.length === 0 ? 'has come up' : `has come up and listens on ${listed(named)}`
}

function endOf(
  pod: Pod,
  spec: ContainerSpec | undefined,
  was: Container,
  { exitCode = 0, reason = '' }: Container,
): Happening {
  const how =
    reason === 'OOMKilled'
      ? 'is killed for want of memory'
      : exitCode === 137 && was.stopping === true
        ? 'gets SIGKILL and ends'
        : 'ends'
  const mustEnd = isPlainInit(pod, spec) || (!isInit(pod, spec) && pod.spec.restartPolicy !== 'Always')
  const isAsked = was.stopping === true || pod.metadata.deletionTimestamp !== undefined
  const tone =
    exitCode !== 0 || !(mustEnd || isAsked)
      ? { tone: 'bad' as const }
      : mustEnd
        ? { tone: 'good' as const }
        : {}
  return {
    lane: spec?.name ?? '',
    text: `${how} with exit code ${exitCode}${reason === '' ? '' : ` (${reason})`}`,
    becomes: 'ends',
    ...tone,
  }
}

const asks = ({ exec, httpGet, tcpSocket, grpc }: Probe): string =>
  exec !== undefined
    ? `exec ${(exec.command ?? []).join(' ')}`
    : httpGet !== undefined
      ? `GET ${httpGet.path ?? '/'} on port ${httpGet.port}`
      : tcpSocket !== undefined
        ? `TCP to port ${tcpSocket.port}`
        : `gRPC on port ${grpc?.port ?? ''}`

/** How a container is going to be probed, once. */
const probesOf = (spec: ContainerSpec): readonly string[] =>
  (['startup', 'readiness', 'liveness'] as const).flatMap((kind) => {
    const probe = probeOf(spec, kind)
    if (probe === undefined) return []
    const delay =
      probe.initialDelaySeconds === undefined || probe.initialDelaySeconds === 0
        ? ''
        : ` after ${probe.initialDelaySeconds}s`
    const after = spec.startupProbe !== undefined && kind !== 'startup' ? ', once it has started' : ''
    const { periodSeconds, failureThreshold } = probe
    const threshold =
      failureThreshold === 1 ? '1 failure counts' : `${failureThreshold} failures in a row count`
    return [`${kind} probe: ${asks(probe)}, every ${periodSeconds}s${delay}${after}; ${threshold}`]
  })

/** What a hook does, in short. */
export const hookText = ({ exec, httpGet, tcpSocket, sleep }: LifecycleHandler): string =>
  sleep !== undefined
    ? `sleep ${sleep.seconds}s`
    : exec !== undefined
      ? `exec ${(exec.command ?? []).join(' ')}`
      : httpGet !== undefined
        ? `GET ${httpGet.path ?? '/'} on port ${httpGet.port}`
        : `TCP to port ${tcpSocket?.port ?? ''}`
