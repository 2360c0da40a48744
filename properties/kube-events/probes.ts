/** What kubelets tell about probes that fail. */
import type { Container as ContainerSpec, Pod, Probe } from '#api/types'
import { chartKey } from '#machine/chart'
import { part } from '#kernel/cells'
import { containerKey, nodeName, probedBy, sandboxKey, type Container, type Sandbox } from '#models/node/cells'
import { probeOf, specOf, type ProbeMemory } from '#models/node/probe-decisions'
import type { ProbeKind } from '#models/node/profile'
import { podNamed } from './containers.js'
import { aboutContainer, warning, type Teller, type Turn } from './occurrence.js'

const titles: Readonly<Record<ProbeKind, string>> = { startup: 'Startup', readiness: 'Readiness', liveness: 'Liveness' }

/** A tick of a worker whose answer was a failure. */
export const tellProbes: Teller = (turn) => {
  const { choice, process } = turn.step
  if (!choice.startsWith('timer|kubelet/') || part(choice, 3) !== 'tick' || !part(choice, 2).startsWith('probe:')) return []
  const { uid, pod: name, container, kind } = probedBy(part(choice, 2))
  const snapshot = turn.after(chartKey(process, part(choice, 2))) as { readonly context: ProbeMemory } | undefined // of a probe chart
  const running = turn.after(containerKey(nodeName(process), uid, container)) as Container | undefined // by prefix
  const pod = podNamed(turn, name)
  const spec = pod === undefined ? undefined : specOf(pod, container)
  const probe = spec === undefined ? undefined : probeOf(spec, kind)
  if (snapshot?.context.last !== 'failure' || pod === undefined || spec === undefined || probe === undefined) return []
  if (snapshot.context.attempt !== running?.attempt) return []
  const output = outputOf(turn, pod, spec, probe, running)
  return [warning(aboutContainer(pod, container), 'Unhealthy', `${titles[kind]} probe failed: ${output}`, 'kubelet')]
}

/** What the prober has to say: no connection, or an answer that is none. What a command printed is not known. */
function outputOf({ after, step }: Turn, pod: Pod, spec: ContainerSpec, { httpGet, tcpSocket, grpc }: Probe, running: Container): string {
  const sandbox = after(sandboxKey(nodeName(step.process), pod.metadata.uid)) as Sandbox | undefined // by prefix
  const asked = httpGet ?? tcpSocket ?? grpc
  if (asked === undefined) return ''
  const port = typeof asked.port === 'number' ? asked.port : spec.ports?.find(({ name }) => name === asked.port)?.containerPort ?? 0
  const own = 'host' in asked && asked.host !== undefined && asked.host !== '' ? asked.host : undefined
  const ip = own ?? sandbox?.ips[0] ?? pod.status.podIP ?? pod.status.hostIP ?? ''
  const place = ip.includes(':') ? `[${ip}]:${port}` : `${ip}:${port}`
  const isOpen = running.up === true && running.ports !== undefined
  const refused = `dial tcp ${place}: connect: connection refused`
  if (httpGet !== undefined) {
    const { scheme = 'HTTP', path = '/' } = httpGet
    return isOpen ? 'HTTP probe failed with statuscode: 503' : `Get "${scheme.toLowerCase()}://${place}${path}": ${refused}`
  }
  if (tcpSocket !== undefined) return isOpen ? `dial tcp ${place}: i/o timeout` : refused
  return isOpen ? 'service unhealthy (responded with "NOT_SERVING")' : `timeout: failed to connect service "${place}" within 1s: context deadline exceeded`
}
