/** What the control plane tells about pods and nodes. */
import type { Deployment, Node, Pod, ReplicaSet } from '#api/types'
import { getPodCondition, isPodReady } from '#api/pods'
import { part } from '#kernel/cells'
import { nameOf, objectKey } from '#machine/objects'
import type { Answer } from '#machine/request'
import type { Change } from '#trace/record'
import { about, normal, warning, type Occurrence, type Teller } from './occurrence.js'

interface Changed<T> {
  readonly before: T | undefined
  readonly after: T | undefined
  /** The process that asked for it, without `kube-controller-manager/`. */
  readonly by: string
}

const manager = 'kube-controller-manager/'

const shortly = (process: string): string =>
  process.startsWith(manager) ? process.slice(manager.length) : process

/** What a kubelet says of a pod that it does not take begins so. */
const rejected = 'Pod was rejected: '

function ofPod({ before, after, by }: Changed<Pod>): readonly Occurrence[] {
  if (before === undefined || after === undefined) return []
  const pod = about(after)
  const told: Occurrence[] = []
  if ((before.spec.nodeName ?? '') === '' && (after.spec.nodeName ?? '') !== '') {
    const message = `Successfully assigned ${nameOf(after)} to ${after.spec.nodeName ?? ''}`
    told.push({ ...normal(pod, 'Scheduled', message, after.spec.schedulerName), isNew: true })
  }
  const scheduled = getPodCondition(after.status, 'PodScheduled')
  if (
    scheduled?.status === 'False'
    && getPodCondition(before.status, 'PodScheduled')?.message !== scheduled.message
  ) {
    told.push({
      ...warning(pod, 'FailedScheduling', scheduled.message ?? '', after.spec.schedulerName),
      isNew: true,
    })
  }
  const isMarked =
    before.metadata.deletionTimestamp === undefined && after.metadata.deletionTimestamp !== undefined
  if (isMarked && by === 'taint-eviction') {
    told.push(
      normal(
        pod,
        'TaintManagerEviction',
        `Marking for deletion Pod ${nameOf(after)}`,
        'taint-eviction-controller',
      ),
    )
  }
  if (by === 'node-lifecycle' && isPodReady(before) && !isPodReady(after)) {
    told.push(warning(pod, 'NodeNotReady', 'Node is not ready', 'node-controller'))
  }
  const { phase, reason, message = '' } = after.status
  if (before.status.phase !== phase && reason !== undefined && message.startsWith(rejected)) {
    told.push(warning(pod, reason, message.slice(rejected.length), 'kubelet'))
  }
  return told
}

const pressures: Readonly<Record<string, readonly [bad: string, good: string]>> = {
  MemoryPressure: ['NodeHasInsufficientMemory', 'NodeHasSufficientMemory'],
  DiskPressure: ['NodeHasDiskPressure', 'NodeHasNoDiskPressure'],
  PIDPressure: ['NodeHasInsufficientPID', 'NodeHasSufficientPID'],
}

function ofNode({ before, after, by }: Changed<Node>): readonly Occurrence[] {
  if (before === undefined || after === undefined) return []
  const node = about(after)
  const condition = ({ status }: Node, type: string): string | undefined =>
    status.conditions?.find((one) => one.type === type)?.status
  const status = (reason: string, from: string): Occurrence =>
    normal(node, reason, `Node ${after.metadata.name} status is now: ${reason}`, from)
  const told: Occurrence[] = []
  const isChanged = (type: string): boolean => condition(before, type) !== condition(after, type)
  if (isChanged('Ready')) {
    told.push(
      status(
        condition(after, 'Ready') === 'True' ? 'NodeReady' : 'NodeNotReady',
        by.startsWith('kubelet/') ? 'kubelet' : 'node-controller',
      ),
    )
  }
  for (const [type, [bad, good]] of Object.entries(pressures)) {
    if (isChanged(type) && by.startsWith('kubelet/'))
      told.push(status(condition(after, type) === 'True' ? bad : good, 'kubelet'))
  }
  if ((before.spec.unschedulable ?? false) !== (after.spec.unschedulable ?? false)) {
    told.push(status(after.spec.unschedulable === true ? 'NodeNotSchedulable' : 'NodeSchedulable', 'kubelet'))
  }
  return told
}

const controllerOf = (object: { readonly metadata: Pod['metadata'] }): string | undefined =>
  object.metadata.ownerReferences?.find(({ controller }) => controller === true)?.name

/** What a controller tells of its own object when it creates, scales or deletes another. */
export const tellPods: Teller = ({ step: { changes, process }, after }) => {
  const by = shortly(process)
  return changes.flatMap((change): readonly Occurrence[] => {
    switch (`${part(change.key, 0)} ${part(change.key, 1)}`) {
      case 'store pods': {
        const changed = { ...ofCell<Pod>(change), by }
        return [...ofPod(changed), ...ofOwner(changed, after)]
      }
      case 'store replicasets':
        return ofDeployment({ ...ofCell<ReplicaSet>(change), by }, after)
      case 'store nodes':
        return ofNode({ ...ofCell<Node>(change), by })
      default:
        return part(change.key, 0) === 'response'
          ? ofRefusal(change.before as Answer | undefined, by, after)
          : [] // by prefix
    }
  })
}

const ofCell = <T>({
  before,
  after,
}: Change): { readonly before: T | undefined; readonly after: T | undefined } => ({
  before: before as T | undefined,
  after: after as T | undefined,
}) // of the cell of an object, by its resource

/** RealPodControl: createPods, DeletePod. */
function ofOwner({ before, after, by }: Changed<Pod>, read: (key: string) => unknown): readonly Occurrence[] {
  const pod = after ?? before
  const name = pod === undefined ? undefined : controllerOf(pod)
  if (by !== 'replicaset' || pod === undefined || name === undefined) return []
  // by resource
  const owner = read(objectKey('replicasets', `${pod.metadata.namespace}/${name}`)) as ReplicaSet | undefined
  if (owner === undefined) return []
  const tell = (reason: string, message: string): readonly Occurrence[] => [
    normal(about(owner), reason, message, 'replicaset-controller'),
  ]
  if (before === undefined) return tell('SuccessfulCreate', `Created pod: ${pod.metadata.name}`)
  const isDeleted =
    after === undefined
      ? before.metadata.deletionTimestamp === undefined
      : before.metadata.deletionTimestamp === undefined && after.metadata.deletionTimestamp !== undefined
  return isDeleted ? tell('SuccessfulDelete', `Deleted pod: ${pod.metadata.name}`) : []
}

/** The controller hears that a pod could not be created. */
function ofRefusal(
  answer: Answer | undefined,
  by: string,
  read: (key: string) => unknown,
): readonly Occurrence[] {
  if (answer === undefined || by !== 'replicaset' || answer.response.ok) return []
  const { verb, resource, body } = answer.request
  if (verb !== 'create' || resource !== 'pods') return []
  const pod = body as Pod // the body of a create
  const owner = read(objectKey('replicasets', `${pod.metadata.namespace}/${controllerOf(pod) ?? ''}`)) as
    ReplicaSet | undefined // by resource
  const message = `Error creating: ${answer.response.status.message ?? ''}`
  return owner === undefined ? [] : [warning(about(owner), 'FailedCreate', message, 'replicaset-controller')]
}

/** scaleReplicaSet, getNewReplicaSet. */
function ofDeployment(
  { before, after, by }: Changed<ReplicaSet>,
  read: (key: string) => unknown,
): readonly Occurrence[] {
  if (by !== 'deployment' || after === undefined) return []
  const name = controllerOf(after)
  const owner = read(objectKey('deployments', `${after.metadata.namespace}/${name ?? ''}`)) as
    Deployment | undefined // by resource
  const [was, is] = [before?.spec.replicas ?? 0, after.spec.replicas]
  if (owner === undefined || was === is) return []
  const message = `Scaled ${was < is ? 'up' : 'down'} replica set ${after.metadata.name} from ${was} to ${is}`
  return [normal(about(owner), 'ScalingReplicaSet', message, 'deployment-controller')]
}
