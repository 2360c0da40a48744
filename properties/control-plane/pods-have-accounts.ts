import type { Pod } from '#api/types'
import type { Judging, Step, Verdict, Write } from '#checker/claim'
import { nameOf, objectKey } from '#machine/objects'

export const podsHaveAccounts: Step = {
  kind: 'step',
  name: 'pods-have-accounts',
  title: 'No pod is created that names a ServiceAccount which is not there (every namespace gets default by itself)',
  source: 'plugin/pkg/admission/serviceaccount/admission.go',
  on: ['store|pods'],
  check({ cells }: Judging, { before, after }: Write): Verdict {
    if (before !== undefined || after === undefined) return undefined
    const pod = after as Pod // the values of such cells
    const { serviceAccountName = '' } = pod.spec
    const isMirror = pod.metadata.annotations?.['kubernetes.io/config.mirror'] !== undefined
    if (serviceAccountName === '' || serviceAccountName === 'default' || isMirror) return undefined
    const name = `${pod.metadata.namespace}/${serviceAccountName}`
    if (cells.read(objectKey('serviceaccounts', name)) !== undefined) return 'held'
    return {
      message: `Pod ${nameOf(pod)} was created with ServiceAccount ${name}, which is not there.`,
      objects: [`Pod ${nameOf(pod)}`, `ServiceAccount ${name}`],
    }
  },
}
