/** What must be true of containers that do what their manifests command. */
import { timerKey } from '#machine/chart'
import { allKey, objectKey } from '#machine/objects'
import { isPodPhaseTerminal } from '#api/pods'
import type { ContainerStatus, Pod } from '#api/types'
import type { Finally, Finding, Judging, Verdict } from '#checker/claim'
import type { Cells } from '#kernel/cells'
import { kubeletOf, podOwner, restartsKey } from '#models/node/cells'
import { specOf } from '#models/node/probe-decisions'
import { isProgram } from '#models/node/programs'
import { isLost } from '../workloads/workloads.js'

/** So many restarts, the last of them less than ten minutes ago, are a loop. */
const loop = 3

export const commandAdvice = 'Read what it wrote (orrery logs), and mend its command or what that needs. Where its image does '
  + 'otherwise, say so in a profile (docs/profiles.md).'

const failedProbe = {
  liveness: 'liveness probe fails', startup: 'startup probe does not succeed in time', oom: 'memory limit is too small',
} as const

/** The container is started over and over again. */
function isInLoop(cells: Cells, { metadata, spec }: Pod, { name, restartCount }: ContainerStatus): boolean {
  const timer = (what: string): string => timerKey(kubeletOf(spec.nodeName ?? ''), podOwner(metadata.uid), `${what}.${name}`)
  return restartCount >= loop && (cells.pending(timer('stable')) || cells.pending(timer('backoff')))
}

function finding(cells: Cells, pod: Pod, subject: string, { name, state, lastState }: ContainerStatus): Finding {
  const { cause = 'exit' } = cells.read(restartsKey(pod.metadata.uid, name)) ?? {}
  const { exitCode } = state.terminated ?? lastState?.terminated ?? {}
  const why = cause === 'exit' ? `it ends with exit code ${exitCode ?? 0}` : `its ${failedProbe[cause]}`
  return {
    message: `Container ${name} of Pod ${subject} is started over and over again in the end: ${why}.`,
    objects: [`Pod ${subject}`], advice: commandAdvice,
  }
}

const programsOf = (cells: Cells, pod: Pod): readonly ContainerStatus[] =>
  [...pod.status.initContainerStatuses ?? [], ...pod.status.containerStatuses ?? []].filter(({ name }) => {
    const spec = specOf(pod, name)
    return spec !== undefined && isProgram(cells, pod, spec)
  })

export const containersStayUp: Finally = {
  kind: 'finally',
  name: 'containers-stay-up',
  severity: 'warning',
  title: 'In the end no container that does what its command says is started over and over again',
  source: 'kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle (how Pods handle problems with containers; CrashLoopBackOff)',
  subjects: (cells) => cells.read(allKey('pods')) ?? [],
  check({ cells, disturbed }: Judging, subject: string): Verdict {
    const pod = cells.read(objectKey('pods', subject))
    const node = pod?.spec.nodeName ?? ''
    if (pod === undefined || node === '' || disturbed || isLost(cells, node)) return undefined
    if (pod.metadata.deletionTimestamp !== undefined || isPodPhaseTerminal(pod.status.phase)) return undefined
    const programs = programsOf(cells, pod)
    const found = programs.find((status) => isInLoop(cells, pod, status))
    if (found !== undefined) return finding(cells, pod, subject, found)
    return programs.length === 0 ? undefined : 'held'
  },
}
