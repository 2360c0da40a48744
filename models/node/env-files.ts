/**
 * Models: variables out of a file of an empty directory (pkg/kubelet/kubelet_pods.go makeEnvironmentVariables, FileKeyRef)
 * Reads: files
 * Writes: nothing
 * Omits: files that containers were to write whose profile says how they behave: such variables are left out
 */
import * as either from 'fp-ts/lib/Either.js'
import type { Container, Pod } from '#api/types'
import type { Cells } from '#kernel/cells'
import { valueFrom, type EnvFile, type Known } from '../container/env-sources.js'
import { fileCall } from '../container/files/call.js'
import { viewOf } from '../container/files/view.js'
import { filesKey } from './process-cells.js'

const folderOf = (uid: string, volume: string): string =>
  `/var/lib/kubelet/pods/${uid}/volumes/kubernetes.io~empty-dir/${volume}`

/** What the pod's volumes hold; `undefined` for a volume that nothing is known of. */
export const envFileIn = (cells: Cells, node: string, { metadata: { uid } }: Pod): NonNullable<Known['envFile']> =>
  (volume, path): EnvFile | undefined => {
    const tree = cells.read(filesKey(node, uid))?.volumes[volume]
    if (tree === undefined) return undefined
    const [, answer] = fileCall(viewOf(tree), '/', { call: 'read', path: `/${path}` })
    return { hostPath: `${folderOf(uid, volume)}/${path}`, ...(answer.ok ? { text: answer.text ?? '' } : {}) }
  }

const isKnown = (cells: Cells, node: string, { metadata: { uid } }: Pod, volume: string): boolean =>
  cells.read(filesKey(node, uid))?.volumes[volume] !== undefined

/** The container without variables out of files that nothing is known of. */
export function withKnownFiles(cells: Cells, node: string, pod: Pod, spec: Container): Container {
  const { env = [] } = spec
  const isLeftOut = (variable: (typeof env)[number]): boolean => {
    const from = variable.valueFrom?.fileKeyRef
    return from !== undefined && !isKnown(cells, node, pod, from.volumeName)
  }
  return env.some(isLeftOut) ? { ...spec, env: env.filter((variable) => !isLeftOut(variable)) } : spec
}

const none: Omit<Known, 'envFile'> = {
  podIPs: [], hostIPs: [], services: [], servicesHaveSynced: true, allocatable: {},
  objects: { configMap: () => either.left({ message: '', isNotFound: true }), secret: () => either.left({ message: '', isNotFound: true }) },
}

/** Why a container cannot be made for want of a key in a file: the message of CreateContainerConfigError. */
export function envFileProblem(cells: Cells, node: string, pod: Pod, spec: Container): string | undefined {
  const files = (spec.env ?? []).flatMap(({ valueFrom: from }) => (from?.fileKeyRef === undefined ? [] : [from]))
  for (const from of files) {
    if (!isKnown(cells, node, pod, from.fileKeyRef?.volumeName ?? '')) continue
    const value = valueFrom(from, pod, spec, { ...none, envFile: envFileIn(cells, node, pod) })
    if (either.isLeft(value)) return value.left
  }
  return undefined
}
