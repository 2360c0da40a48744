/** What must be true of pods that name ConfigMaps and Secrets. */
import { chartKey, timerKey } from '#machine/chart'
import { allKey, objectKey } from '#machine/objects'
import { isPodPhaseTerminal } from '#api/pods'
import type { ContainerStatus, Pod } from '#api/types'
import type { Finally, Judging, Verdict } from '#checker/claim'
import type { Cells } from '#kernel/cells'
import { kubeletOf, podOwner } from '#models/node/cells'
import { environmentProblem, mountProblem } from '#models/node/config-sources'
import type { PodMemory } from '#models/node/pod-memory'
import { awaitedTokens } from '#models/node/pod-tokens'
import { specOf } from '#models/node/probe-decisions'
import { isLost } from '../workloads/workloads.js'

export const configurationAdvice = 'Bring what it names with the manifests, before the pods that want it or with them, '
  + 'or say optional: true where they can do without.'

const isWaiting = ({ state }: ContainerStatus): boolean => state.waiting?.reason === 'CreateContainerConfigError'

const accountProblem = (cells: Cells, { metadata: { namespace }, spec: { serviceAccountName = 'default' } }: Pod): string | undefined =>
  (cells.read(objectKey('serviceaccounts', `${namespace}/${serviceAccountName}`)) === undefined
    ? `failed to fetch token: serviceaccounts "${serviceAccountName}" not found` : undefined)

/** What the pod waits for, and what is the matter with it now; `undefined` where it waits for nothing. */
function waiting(cells: Cells, pod: Pod, process: string): { readonly what: string; readonly problem: string | undefined } | undefined {
  const { uid } = pod.metadata
  const worker = cells.read(chartKey(process, podOwner(uid)))?.context as PodMemory | undefined // the pod worker's memory
  if (worker?.unmounted !== undefined && worker.mounted !== true) {
    return { what: 'its volumes', problem: mountProblem(cells, pod) }
  }
  if (worker !== undefined && worker.mounted !== true && awaitedTokens(cells, process, pod).length > 0) {
    return { what: 'a token', problem: accountProblem(cells, pod) }
  }
  const status = [...pod.status.initContainerStatuses ?? [], ...pod.status.containerStatuses ?? []].find(isWaiting)
  const spec = status === undefined ? undefined : specOf(pod, status.name)
  return spec === undefined
    ? undefined
    : { what: `the environment of its container ${spec.name}`, problem: environmentProblem(cells, pod, spec) }
}

export const configurationFound: Finally = {
  kind: 'finally',
  name: 'configuration-found',
  title: 'In the end no pod waits for a ConfigMap or Secret, or for a key of one, that its volumes and variables name, '
    + 'nor for the token of a ServiceAccount',
  source: 'kubernetes.io/docs/concepts/configuration/configmap (Using ConfigMaps as files from a Pod; Optional ConfigMaps)',
  subjects: (cells) => cells.read(allKey('pods')) ?? [],
  check({ cells, disturbed }: Judging, subject: string): Verdict {
    const pod = cells.read(objectKey('pods', subject))
    const node = pod?.spec.nodeName ?? ''
    if (pod === undefined || node === '' || disturbed || isLost(cells, node)) return undefined
    if (pod.metadata.deletionTimestamp !== undefined || isPodPhaseTerminal(pod.status.phase)) return undefined
    const process = kubeletOf(node)
    const found = waiting(cells, pod, process)
    if (found === undefined) return namesAny(pod) ? 'held' : undefined
    const { what, problem } = found
    const retries = ['mount', 'retry'].some((timer) => cells.pending(timerKey(process, podOwner(pod.metadata.uid), timer)))
    if (problem === undefined && retries) return undefined // it came just now
    return {
      message: problem === undefined
        ? `Pod ${subject} waits for ${what} in the end, though all that they name is there.`
        : `Pod ${subject} waits for ${what} in the end: ${problem}.`,
      objects: [`Pod ${subject}`],
      ...(problem === undefined ? {} : { advice: configurationAdvice }),
    }
  },
}

/** Beside the token that every pod is given. */
const namesAny = ({ spec }: Pod): boolean =>
  (spec.volumes ?? []).some(({ name, configMap, secret, projected }) =>
    (configMap ?? secret ?? projected) !== undefined && !name.startsWith('kube-api-access-'))
  || [...spec.initContainers ?? [], ...spec.containers].some(({ env = [], envFrom = [] }) =>
    envFrom.length > 0 || env.some(({ valueFrom }) => (valueFrom?.configMapKeyRef ?? valueFrom?.secretKeyRef) !== undefined))
