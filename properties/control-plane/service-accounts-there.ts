import type { ReplicaSet } from '#api/types'
import type { Ending, Finally, Judging, Verdict } from '#checker/claim'
import { allKey, indexKey, objectKey } from '#machine/objects'

/** The ServiceAccount that the set's pods name; `undefined` where it is one that every namespace has. */
function accountOf({ metadata: { namespace }, spec: { template } }: ReplicaSet): string | undefined {
  const { serviceAccountName: name = '' } = template.spec
  return name === '' || name === 'default' ? undefined : `${namespace}/${name}`
}

export const serviceAccountsThere: Finally = {
  kind: 'finally',
  name: 'service-accounts-there',
  title: 'In the end no ReplicaSet is short of pods because their ServiceAccount is not there',
  source: 'plugin/pkg/admission/serviceaccount/admission.go; kubernetes.io/docs/tasks/configure-pod-container/configure-service-account',
  subjects: (cells) => cells.read(allKey('replicasets')) ?? [],
  check({ cells }: Judging, subject: string, ending: Ending): Verdict {
    const set = cells.read(objectKey('replicasets', subject))
    const account = set === undefined ? undefined : accountOf(set)
    if (set === undefined || account === undefined || set.metadata.deletionTimestamp !== undefined || ending === 'livelock') return undefined
    if (cells.read(objectKey('serviceaccounts', account)) !== undefined) return 'held'
    const pods = cells.read(indexKey('pods', 'owner', set.metadata.uid)) ?? []
    const { replicas } = set.spec
    if (pods.length >= replicas) return undefined
    return {
      message: `ReplicaSet ${subject} has ${pods.length} of ${replicas} pods in the end: the API server refuses the others, since ` +
        `ServiceAccount ${account} is not there.`,
      objects: [`ReplicaSet ${subject}`, `ServiceAccount ${account}`],
      advice: `Create ServiceAccount ${account} before what runs as it, or name another in spec.template.spec.serviceAccountName.`,
      cells: [objectKey('serviceaccounts', account)],
    }
  },
}
