/** The containers of a pod, with what became of them, or those of a pod template. */
import type {
  Container,
  ContainerPort,
  ContainerState,
  ContainerStatus,
  JsonObject,
  ResourceRequirements,
} from '#api/types'
import { canonicalQuantity } from '#api/quantity'
import { environment, environmentFrom, type Owner } from './env.js'
import type { Paper } from './paper.js'
import { probeText } from './probes.js'
import { byText } from './selectors.js'
import { rfc1123, type At } from './times.js'

/** When a container began and ended; inside a World there are no times. */
export interface RunTimes {
  readonly started: At
  readonly finished: At
}

export interface ContainerTimes {
  readonly state: RunTimes
  readonly lastState: RunTimes
}

/** What a pod has beside the containers of a template. */
export interface Lived {
  readonly owner: Owner
  readonly statuses: readonly ContainerStatus[]
  readonly timesOf: (status: ContainerStatus) => ContainerTimes
}

const portsText = (ports: readonly ContainerPort[], numberOf: (port: ContainerPort) => number): string =>
  ports
    .map((port) => `${numberOf(port)}/${port.protocol}${port.name === undefined ? '' : ` (${port.name})`}`)
    .join(', ')

function ports(paper: Paper, name: string, text: string): void {
  if (text.includes(',')) paper.field(2, `${name}s`, text)
  else paper.field(2, name, text === '' ? '<none>' : text)
}

/** The type of the seccomp profile of a security context, and its file. */
export function seccomp(
  paper: Paper,
  levels: readonly [number, number],
  context: JsonObject | undefined,
): void {
  const profile = context?.['seccompProfile'] as
    { readonly type?: string; readonly localhostProfile?: string } | undefined // as validated
  if (profile === undefined) return
  paper.field(levels[0], 'SeccompProfile', profile.type ?? '')
  if (profile.type === 'Localhost') paper.field(levels[1], 'LocalhostProfile', profile.localhostProfile ?? '')
}

function basics(
  paper: Paper,
  container: Container,
  status: ContainerStatus | undefined,
  space: string,
): void {
  paper.write(1, `${space === '' ? '' : ' '}${container.name}:\n`)
  if (status !== undefined) paper.field(2, 'Container ID', status.containerID ?? '')
  paper.field(2, 'Image', container.image)
  if (status !== undefined) paper.field(2, 'Image ID', status.imageID ?? '')
  ports(
    paper,
    'Port',
    portsText(container.ports ?? [], ({ containerPort }) => containerPort),
  )
  ports(
    paper,
    'Host Port',
    portsText(container.ports ?? [], ({ hostPort = 0 }) => hostPort),
  )
  seccomp(paper, [2, 3], container.securityContext)
  for (const [name, words] of [
    ['Command', container.command],
    ['Args', container.args],
  ] as const) {
    if (words === undefined || words.length === 0) continue
    paper.write(2, `${name}:\n`)
    for (const line of words.flatMap((word) => word.split('\n'))) paper.write(3, `${line}\n`)
  }
}

function state(
  paper: Paper,
  name: string,
  { running, waiting, terminated }: ContainerState,
  times: RunTimes,
): void {
  if (running !== undefined) {
    paper.field(2, name, 'Running')
    paper.field(3, 'Started', rfc1123(times.started))
  } else if (terminated !== undefined && waiting === undefined) {
    const { reason = '', message = '', exitCode, signal = 0 } = terminated
    paper.field(2, name, 'Terminated')
    if (reason !== '') paper.field(3, 'Reason', reason)
    if (message !== '') paper.field(3, 'Message', message)
    paper.field(3, 'Exit Code', exitCode)
    if (signal > 0) paper.field(3, 'Signal', signal)
    paper.field(3, 'Started', rfc1123(times.started))
    paper.field(3, 'Finished', rfc1123(times.finished))
  } else {
    paper.field(2, name, 'Waiting')
    if (waiting?.reason !== undefined && waiting.reason !== '') paper.field(3, 'Reason', waiting.reason)
  }
}

export function resources(
  paper: Paper,
  { limits = {}, requests = {} }: ResourceRequirements,
  level: number,
): void {
  for (const [name, list] of [
    ['Limits', limits],
    ['Requests', requests],
  ] as const) {
    const names = Object.keys(list).sort(byText)
    if (names.length > 0) paper.write(level, `${name}:\n`)
    for (const resource of names) paper.field(level + 1, resource, canonicalQuantity(list[resource] ?? 0))
  }
}

function mounts(paper: Paper, { volumeMounts = [], volumeDevices = [] }: Container): void {
  const none = volumeMounts.length === 0 ? '\t<none>' : ''
  paper.write(2, `Mounts:${none}\n`)
  for (const { mountPath, name, readOnly, subPath } of [...volumeMounts].sort((a, b) =>
    byText(a.mountPath, b.mountPath),
  )) {
    const path = subPath === undefined || subPath === '' ? '' : `,path=${JSON.stringify(subPath)}`
    paper.write(3, `${mountPath} from ${name} (${readOnly === true ? 'ro' : 'rw'}${path})\n`)
  }
  if (volumeDevices.length === 0) return
  paper.write(2, `Devices:${none}\n`)
  for (const { devicePath, name } of [...volumeDevices].sort((a, b) => byText(a.devicePath, b.devicePath))) {
    paper.write(3, `${devicePath} from ${name}\n`)
  }
}

/** `space` stands before what belongs to a pod template. */
export function containers(
  paper: Paper,
  title: string,
  all: readonly Container[],
  lived?: Lived,
  space = '',
): void {
  paper.write(0, `${space}${title}:${all.length === 0 ? ' <none>' : ''}\n`)
  for (const container of all) {
    const status = lived?.statuses.find(({ name }) => name === container.name)
    basics(paper, container, status, space)
    if (status !== undefined && lived !== undefined) {
      const times = lived.timesOf(status)
      state(paper, 'State', status.state, times.state)
      if (status.lastState?.terminated !== undefined)
        state(paper, 'Last State', status.lastState, times.lastState)
      paper.field(2, 'Ready', status.ready ? 'True' : 'False')
      paper.field(2, 'Restart Count', status.restartCount)
    }
    resources(paper, container.resources ?? {}, 2)
    for (const [name, probe] of [
      ['Liveness', container.livenessProbe],
      ['Readiness', container.readinessProbe],
      ['Startup', container.startupProbe],
    ] as const) {
      if (probe !== undefined) paper.field(2, name, probeText(probe))
    }
    environmentFrom(paper, container)
    environment(paper, container, lived?.owner)
    mounts(paper, container)
  }
}
