/** What kubelets tell about probes that fail. */
import type { Container as ContainerSpec, Pod, Probe } from '#api/types'
import { chartKey } from '#machine/chart'
import { part } from '#kernel/cells'
import {
  containerKey,
  nodeName,
  probedBy,
  sandboxKey,
  type Container,
  type Sandbox,
} from '#models/node/cells'
import { httpResultOf, probeOf, specOf, type ProbeMemory } from '#models/node/probe-decisions'
import type { ProbeKind } from '#models/node/profile'
import { aboutContainer, warning, type Teller, type Turn } from './occurrence.js'
import { podNamed } from './workers.js'

const titles: Readonly<Record<ProbeKind, string>> = {
  startup: 'Startup',
  readiness: 'Readiness',
  liveness: 'Liveness',
}

/** Whether a Step is the answer that a probe worker gets, or that it gets none in time. */
export const isAnswer = (choice: string): boolean =>
  choice.startsWith('timer|kubelet/')
  && part(choice, 2).startsWith('probe:')
  && ['tick', 'timeout'].includes(part(choice, 3))

/** A worker has asked, and waits for an answer. */
export const isAwaiting = (snapshot: { readonly value: unknown } | undefined): boolean =>
  snapshot?.value === 'hanging'

/** A tick of a worker whose answer was a failure, or came too late. */
export const tellProbes: Teller = (turn) => {
  const { choice, process } = turn.step
  if (!isAnswer(choice)) return []
  const { uid, pod: name, container, kind } = probedBy(part(choice, 2))
  const snapshot = turn.after(chartKey(process, part(choice, 2))) as
    { readonly value: unknown; readonly context: ProbeMemory } | undefined // of a probe chart
  if (isAwaiting(snapshot)) return []
  // by prefix
  const running = turn.after(containerKey(nodeName(process), uid, container)) as Container | undefined
  const pod = podNamed(turn, name)
  const spec = pod === undefined ? undefined : specOf(pod, container)
  const probe = spec === undefined ? undefined : probeOf(spec, kind)
  if (snapshot === undefined || pod === undefined || spec === undefined || probe === undefined) return []
  if (snapshot.context.attempt !== running?.attempt) return []
  if (snapshot.context.last === 'success')
    return tellWarning(turn, pod, spec, probe, running).map((output) =>
      warning(
        aboutContainer(pod, container),
        'ProbeWarning',
        `${titles[kind]} probe warning: ${output}`,
        'kubelet',
      ),
    )
  if (snapshot.context.last !== 'failure') return []
  const output =
    part(choice, 3) === 'timeout'
      ? tooLate(turn, pod, spec, probe)
      : outputOf(turn, pod, spec, probe, running)
  return [
    warning(
      aboutContainer(pod, container),
      'Unhealthy',
      `${titles[kind]} probe failed: ${output}`,
      'kubelet',
    ),
  ]
}

/** What there is to say of a probe that has succeeded all the same. */
function tellWarning(
  turn: Turn,
  pod: Pod,
  spec: ContainerSpec,
  probe: Probe,
  running: Container,
): readonly string[] {
  const found = httpResultOf(spec, running, probe, askedOf(turn, pod, spec, probe).ip, running.since ?? 0)
  return found?.result === 'warning' ? [found.output] : []
}

/**
 * What the prober has to say: no connection, or an answer that is none. What a command printed is not known.
 */
function outputOf(turn: Turn, pod: Pod, spec: ContainerSpec, probe: Probe, running: Container): string {
  const { httpGet, tcpSocket, grpc } = probe
  const { ip, place, url } = askedOf(turn, pod, spec, probe)
  const isOpen = running.up === true && running.ports !== undefined
  const refused = `dial tcp ${place}: connect: connection refused`
  const known = isOpen ? httpResultOf(spec, running, probe, ip, running.since ?? 0) : undefined
  if (known?.result === 'failure') return known.output
  if (httpGet !== undefined)
    return isOpen ? 'HTTP probe failed with statuscode: 503' : `Get "${url}": ${refused}`
  if (tcpSocket !== undefined) return isOpen ? `dial tcp ${place}: i/o timeout` : refused
  if (grpc === undefined) return ''
  return isOpen
    ? 'service unhealthy (responded with "NOT_SERVING")'
    : `timeout: failed to connect service "${place}" within ${probe.timeoutSeconds}s: context deadline exceeded`
}

/** The same where no answer has come in time. */
function tooLate(turn: Turn, pod: Pod, spec: ContainerSpec, probe: Probe): string {
  const { exec, httpGet, tcpSocket, timeoutSeconds } = probe
  const { place, url } = askedOf(turn, pod, spec, probe)
  if (exec !== undefined)
    return `command timed out: "${(exec.command ?? []).join(' ')}" timed out after ${timeoutSeconds}s`
  if (httpGet !== undefined)
    return `Get "${url}": context deadline exceeded (Client.Timeout exceeded while awaiting headers)`
  return tcpSocket !== undefined
    ? `dial tcp ${place}: i/o timeout`
    : `timeout: health rpc did not complete within ${timeoutSeconds}s`
}

interface Where {
  readonly ip: string
  /** Address and port. */
  readonly place: string
  readonly url: string
}

function askedOf(
  { after, step }: Turn,
  pod: Pod,
  spec: ContainerSpec,
  { httpGet, tcpSocket, grpc }: Probe,
): Where {
  const asked = httpGet ?? tcpSocket ?? grpc
  if (asked === undefined) return { ip: '', place: '', url: '' }
  // by prefix
  const sandbox = after(sandboxKey(nodeName(step.process), pod.metadata.uid)) as Sandbox | undefined
  const port =
    typeof asked.port === 'number'
      ? asked.port
      : (spec.ports?.find(({ name }) => name === asked.port)?.containerPort ?? 0)
  const own = 'host' in asked && asked.host !== undefined && asked.host !== '' ? asked.host : undefined
  const ip = own ?? sandbox?.ips[0] ?? pod.status.podIP ?? pod.status.hostIP ?? ''
  const place = ip.includes(':') ? `[${ip}]:${port}` : `${ip}:${port}`
  return { ip, place, url: `${(httpGet?.scheme ?? 'HTTP').toLowerCase()}://${place}${httpGet?.path ?? '/'}` }
}
