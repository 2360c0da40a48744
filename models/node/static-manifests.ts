/**
 * Models: pkg/kubelet/config/common.go (applyDefaults, tryDecodeSinglePod), file.go, pkg/api/pod/util.go
 *   (HasAPIObjectReference): a node's directory of manifests, which is the Node's annotation orrery.dev/static-pods
 * Reads: nothing (it is handed text)
 * Writes: nothing
 * Omits: files in JSON lists; what only the API server's options allow. A file that is wrong is not run
 */
import * as either from 'fp-ts/lib/Either.js'
import { admitCreate } from '#api/admit'
import { composeDocuments } from '#api/manifests/yaml-documents'
import { readValue } from '#api/manifests/yaml-value'
import type { JsonObject, Pod, PodSpec } from '#api/types'
import { hashAnnotation, sourceAnnotation, staticUid } from './static-cells.js'

export const staticPodsAnnotation = 'orrery.dev/static-pods'

export interface StaticPods {
  readonly pods: readonly Pod[]
  /** What is wrong with those that are not run. */
  readonly errors: readonly string[]
}

type Loose = Readonly<Record<string, unknown>>

/** HasAPIObjectReference: what in the API a pod cannot do without. */
export function apiReference(spec: PodSpec): string | undefined {
  if ((spec.serviceAccountName ?? '') !== '') return 'serviceaccounts'
  const containers = [...spec.containers, ...spec.initContainers ?? []]
  const refersTo = (ref: 'secret' | 'configMap'): boolean => containers.some(({ env = [], envFrom = [] }) =>
    envFrom.some((from) => (from as Loose)[`${ref}Ref`] !== undefined)
    || env.some(({ valueFrom }) => (valueFrom as Loose | undefined)?.[`${ref}KeyRef`] !== undefined))
  if ((spec.imagePullSecrets ?? []).length > 0 || refersTo('secret')) return 'secrets'
  if (refersTo('configMap')) return 'configmaps'
  const { resourceClaims } = spec as unknown as { readonly resourceClaims?: readonly unknown[] } // not typed here
  if ((resourceClaims ?? []).length > 0) return 'resourceclaims'
  for (const volume of spec.volumes ?? []) {
    for (const [source, resource] of volumes) if ((volume as unknown as Loose)[source] !== undefined) return resource
    for (const projected of (volume.projected?.['sources'] ?? []) as readonly Loose[]) { // as validation has found
      for (const [source, resource] of projections) if (projected[source] !== undefined) return resource
    }
  }
  return undefined
}

const volumes: readonly (readonly [source: string, resource: string])[] = [
  ['configMap', 'configmaps (via configmap volumes)'], ['secret', 'secrets (via secret volumes)'],
  ['csi', 'csidrivers (via CSI volumes)'], ['glusterfs', 'endpoints (via glusterFS volumes)'],
  ['persistentVolumeClaim', 'persistentvolumeclaims'],
  ['ephemeral', 'persistentvolumeclaims (via ephemeral volumes)'], ['azureFile', 'secrets (via azureFile volumes)'],
]

const projections: readonly (readonly [source: string, resource: string])[] = [
  ['configMap', 'configmaps (via projected volumes)'], ['secret', 'secrets (via projected volumes)'],
  ['serviceAccountToken', 'serviceaccounts (via projected volumes)'], ['clusterTrustBundle', 'clustertrustbundles'],
  ['podCertificate', 'podcertificates'],
]

/** A short one of the file's content (FNV-1a). */
function hashOf(text: string): string {
  let hash = 0x811c9dc5
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193)
  return (hash >>> 0).toString(16).padStart(8, '0')
}

/** Even where the node is in trouble. */
const tolerations = [{ operator: 'Exists', effect: 'NoExecute' }] as const

/** applyDefaults: which pod a file makes on a node. */
function podFrom(json: JsonObject, node: string): either.Either<string, Pod> {
  const admitted = admitCreate('Pod', json)
  if (either.isLeft(admitted)) return either.left(`invalid pod: ${admitted.left.message ?? ''}`)
  const { metadata, spec, apiVersion, kind } = admitted.right
  const resource = apiReference(spec)
  if (resource !== undefined) return either.left(`static pods may not reference ${resource}`)
  const hash = hashOf(JSON.stringify(json))
  const name = `${metadata.name}-${node.toLowerCase()}`
  return either.right({
    apiVersion, kind,
    metadata: {
      ...metadata, name, uid: staticUid(`${metadata.namespace}/${name}`, hash),
      annotations: { ...metadata.annotations, [hashAnnotation]: hash, [sourceAnnotation]: 'file' },
    },
    spec: { ...spec, nodeName: node, tolerations: [...spec.tolerations ?? [], ...tolerations] },
    status: { phase: 'Pending' },
  })
}

// A cache of a pure function: each node's kubelet asks again for the same text.
const known = new Map<string, StaticPods>()

/** The pods of a directory: YAML documents, one for each file. */
export function staticPodsIn(text: string, node: string): StaticPods {
  const cached = known.get(`${node} ${text}`)
  if (cached !== undefined) return cached
  const { documents, errors } = composeDocuments({ file: staticPodsAnnotation, text })
  const problems = errors.map(({ message }) => message)
  const pods: Pod[] = []
  for (const document of documents) {
    const { value, errors: wrong } = readValue(document)
    problems.push(...wrong.map(({ message }) => message))
    if (value === undefined || value === null || wrong.length > 0) continue
    const object = value as JsonObject
    const made = object['kind'] === 'Pod'
      ? podFrom(object, node)
      : either.left(`invalid pod: ${JSON.stringify(object['kind'] ?? null)} is not the kind Pod`)
    if (either.isLeft(made)) problems.push(made.left)
    else pods.push(made.right)
  }
  if (known.size >= 256) known.clear()
  const found = { pods, errors: problems }
  known.set(`${node} ${text}`, found)
  return found
}
