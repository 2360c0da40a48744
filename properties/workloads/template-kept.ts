import type { Pod, ReplicaSet } from '#api/types'
import { getControllerOf } from '#api/meta'
import type { Judging, Step, Verdict, Write } from '#checker/claim'
import { part, type Cells } from '#kernel/cells'
import { equal } from '#kernel/value'
import { nameOf, objectKey } from '#machine/objects'
import { deploymentText, podText, replicaSetProcess, setText, syncOf } from './workloads.js'

/** What a pod has of its set's template, as far as nothing on the way may change it. */
const kept = ['terminationGracePeriodSeconds', 'restartPolicy', 'activeDeadlineSeconds', 'nodeSelector', 'hostNetwork'] as const

function ofPod(cells: Cells, pod: Pod): Verdict {
  const owner = getControllerOf(pod)
  const set = owner === undefined ? undefined : cells.read(objectKey('replicasets', `${pod.metadata.namespace}/${owner.name}`))
  // The template of a set that a user changes may be another one by now.
  if (set === undefined || set.metadata.uid !== owner?.uid || getControllerOf(set) === undefined) return undefined
  const { spec } = set.spec.template
  const wrong = kept.find((field) => !equal(pod.spec[field], spec[field]))
  if (wrong !== undefined) {
    const message = `${podText(pod)} was made with ${wrong} ${JSON.stringify(pod.spec[wrong])}, where the template of ${setText(set)} `
      + `says ${JSON.stringify(spec[wrong])}.`
    return { message, objects: [podText(pod), setText(set)] }
  }
  const other = spec.containers.find(({ name, image }) => pod.spec.containers.find((one) => one.name === name)?.image !== image)
  if (other === undefined) return 'held'
  return { message: `${podText(pod)} was made without the container ${other.name} of ${setText(set)}.`, objects: [podText(pod), setText(set)] }
}

export const templateKept: Step = {
  kind: 'step',
  name: 'template-kept',
  title: 'A pod that a ReplicaSet of a Deployment makes is as its template says, and a ReplicaSet that a Deployment makes has its '
    + 'minReadySeconds',
  source: 'pkg/controller/controller_utils.go (GetPodFromTemplate); pkg/controller/deployment/sync.go (getNewReplicaSet)',
  on: ['store|pods|', 'store|replicasets|'],
  check({ cells }: Judging, write: Write): Verdict {
    const { key, before, after, process } = write
    if (before !== undefined || after === undefined) return undefined
    if (part(key, 1) === 'pods') return process === replicaSetProcess ? ofPod(cells, after as Pod) : undefined // by prefix
    const set = after as ReplicaSet // by prefix
    const d = syncOf(cells, write)?.base
    if (d === undefined) return undefined
    const [wanted, has] = [d.spec.minReadySeconds ?? 0, set.spec.minReadySeconds ?? 0]
    if (wanted === has) return 'held'
    return {
      message: `${deploymentText(d)} made ReplicaSet ${nameOf(set)} with minReadySeconds ${has}, where it has ${wanted}.`,
      objects: [deploymentText(d), setText(set)],
    }
  },
}
