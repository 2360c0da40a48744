import type { Namespace } from '#api/types'
import { allKinds } from '#api/manifests/kinds'
import type { Finding, Judging, Step, Verdict, Write } from '#checker/claim'
import { part, type Cells } from '#kernel/cells'
import { indexKey, objectKey, type StoredObject } from '#machine/objects'

/** The controller's own wait, a grace period, its longest pause between two looks, and room for what may be late; ms. */
const patience = 10 * 60_000

const namespaced: readonly string[] =
  [...new Set(allKinds().filter(({ isNamespaced }) => isNamespaced).map(({ resource }) => resource))]

/** Everything that is in the namespace. */
const contentOf = (cells: Cells, namespace: string): readonly StoredObject[] => namespaced.flatMap((resource) => {
  const names = cells.read(indexKey(resource, 'namespace', namespace)) ?? []
  return names.flatMap((name) => cells.read(objectKey(resource, name)) ?? [])
})

const describe = ({ kind, metadata }: StoredObject): string => `${kind} ${metadata.namespace ?? ''}/${metadata.name}`

const isHeld = ({ metadata }: StoredObject): boolean => (metadata.finalizers ?? []).length > 0

function left(namespace: string, content: readonly StoredObject[], state: string): Finding {
  const first = content.slice(0, 3).map(describe)
  const some = `${first.join(', ')}${content.length > 3 ? ', …' : ''}`
  const count = `${content.length} ${content.length === 1 ? 'object' : 'objects'}`
  const rest = content.length === 0 ? '' : ` with ${count} in it: ${some}`
  return { message: `Namespace ${namespace} ${state}${rest}.`, objects: [`Namespace ${namespace}`, ...first] }
}

const isDeleted = (namespace: Namespace | undefined): boolean => namespace?.metadata.deletionTimestamp !== undefined

export const namespaceDeletedInTheEnd: Step = {
  kind: 'step',
  name: 'namespace-deleted-in-the-end',
  title: 'A namespace that is deleted goes once nothing is in it any more, and it does go, unless a finalizer or a pod that '
    + 'does not stop holds some of its content',
  source: 'pkg/controller/namespace/deletion; kubernetes/kubernetes#60807',
  on: ['store|namespaces|'],
  check({ cells, now, wake }: Judging, { key, before, after }: Write): Verdict {
    const name = part(key, 2)
    const [was, is] = [before as Namespace | undefined, after as Namespace | undefined] // the values of such a cell
    if (isDeleted(is) && !isDeleted(was)) wake(name, now + patience)
    if (is !== undefined || !isDeleted(was)) return undefined
    const content = contentOf(cells, name)
    return content.length === 0 ? 'held' : left(name, content, 'is gone')
  },
  due({ cells, now, disturbed, wake }: Judging, name: string): Verdict {
    const namespace = cells.read(objectKey('namespaces', name))
    if (namespace === undefined || !isDeleted(namespace)) return undefined
    if (disturbed) {
      wake(name, now + patience)
      return undefined
    }
    const content = contentOf(cells, name)
    // A pod that nobody has deleted yet holds nothing.
    const isStopping = (one: StoredObject): boolean => one.kind === 'Pod' && one.metadata.deletionTimestamp !== undefined
    const isWaiting = content.some((one) => isHeld(one) || isStopping(one)) || isHeld(namespace)
      || (namespace.spec.finalizers ?? []).some((finalizer) => finalizer !== 'kubernetes')
    return isWaiting ? undefined : left(name, content, `is still terminating after ${patience / 60_000} minutes`)
  },
}
