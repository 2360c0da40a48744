import type { Ending, Finally, Judging, Verdict } from '#checker/claim'
import { allKey, objectKey } from '#machine/objects'
import { reflectorKey } from '#machine/watch'

/** What every namespace has, and which controller sees to it. */
const furniture = [
  { kind: 'ServiceAccount', resource: 'serviceaccounts', name: 'default', by: 'kube-controller-manager/serviceaccount' },
  {
    kind: 'ConfigMap', resource: 'configmaps', name: 'kube-root-ca.crt',
    by: 'kube-controller-manager/root-ca-certificate-publisher',
  },
] as const

export const namespacesFurnished: Finally = {
  kind: 'finally',
  name: 'namespaces-furnished',
  title: 'In the end every active namespace has its ServiceAccount default and its ConfigMap kube-root-ca.crt',
  source: 'pkg/controller/serviceaccount/serviceaccounts_controller.go; pkg/controller/certificates/rootcacertpublisher/publisher.go',
  subjects: (cells) => cells.read(allKey('namespaces')) ?? [],
  check({ cells }: Judging, subject: string, ending: Ending): Verdict {
    const namespace = cells.read(objectKey('namespaces', subject))
    if (ending !== 'quiescent' || namespace?.status.phase !== 'Active') return undefined
    for (const { kind, resource, name, by } of furniture) {
      if (cells.read(reflectorKey(by, resource)) === undefined) continue // nobody is there to do it
      if (cells.read(objectKey(resource, `${subject}/${name}`)) !== undefined) continue
      return { message: `Namespace ${subject} has no ${kind} ${name} in the end.`, objects: [`Namespace ${subject}`] }
    }
    return 'held'
  },
}
