/**
 * Models: pkg/kubelet/kubelet_pods.go (makeEnvironmentVariables) and pkg/volume/configmap, secret, projected
 *   (SetUpAt, MakePayload), as far as they wait for ConfigMaps and Secrets
 * Reads: store, elsewhere
 * Writes: nothing
 * Omits: the watch of each ConfigMap and Secret by itself, and its lag: what is read is what is stored
 */
import { key, type Cells, type Key } from '#kernel/cells'
import type { Container, KeySelector, Pod, PodSpec, Volume } from '#api/types'
import { objectKey } from '#machine/objects'

export type SourceResource = 'configmaps' | 'secrets'

/** Present where somebody else brings the object that the manifests name: it has every key. */
export const elsewhereKey = (resource: SourceResource, name: string): Key<true> =>
  key('elsewhere', resource, name)

/** What a pod wants of one ConfigMap or Secret. */
interface Reference {
  readonly resource: SourceResource
  readonly name: string
  readonly keys: readonly string[]
  readonly optional: boolean
  /** What is said where it has not a key. */
  readonly lacks: (key: string, namespace: string, name: string) => string
}

const variable = { configmaps: 'ConfigMap', secrets: 'Secret' } as const
const file = { configmaps: 'config', secrets: 'secret' } as const
const singular = { configmaps: 'configmap', secrets: 'secret' } as const

const ofVariable = (resource: SourceResource, { name = '', key: one, optional = false }: KeySelector): Reference => ({
  resource, name, keys: [one], optional,
  lacks: (missing, namespace) => `couldn't find key ${missing} in ${variable[resource]} ${namespace}/${name}`,
})

/** In the order in which the kubelet asks for them. */
function* variablesOf({ envFrom = [], env = [] }: Container): Iterable<Reference> {
  for (const { configMapRef, secretRef } of envFrom) {
    const [resource, of] = configMapRef !== undefined
      ? ['configmaps' as const, configMapRef]
      : ['secrets' as const, secretRef]
    if (of === undefined) continue
    yield { resource, name: of.name ?? '', keys: [], optional: of.optional ?? false, lacks: () => '' }
  }
  for (const { valueFrom } of env) {
    if (valueFrom?.configMapKeyRef !== undefined) yield ofVariable('configmaps', valueFrom.configMapKeyRef)
    else if (valueFrom?.secretKeyRef !== undefined) yield ofVariable('secrets', valueFrom.secretKeyRef)
  }
}

/** A volume of a ConfigMap or Secret, or one source of a projected volume; validated when the pod was created. */
interface FileSource {
  readonly name?: string
  readonly secretName?: string
  readonly optional?: boolean
  readonly items?: readonly { readonly key: string }[]
}

const ofFiles = (
  resource: SourceResource, { name, secretName, optional = false, items = [] }: FileSource,
): Reference => ({
  resource, name: secretName ?? name ?? '', keys: items.map((item) => item.key), optional,
  lacks: (missing) => `references non-existent ${file[resource]} key: ${missing}`,
})

interface Projection {
  readonly configMap?: FileSource
  readonly secret?: FileSource
}

function filesOf({ configMap, secret, projected }: Volume): readonly Reference[] {
  if (configMap !== undefined) return [ofFiles('configmaps', configMap as FileSource)] // as upstream's type has it
  if (secret !== undefined) return [ofFiles('secrets', secret as FileSource)] // likewise
  const sources = (projected?.['sources'] ?? []) as readonly Projection[] // likewise
  return sources.flatMap((source) => [
    ...source.secret === undefined ? [] : [ofFiles('secrets', source.secret)],
    ...source.configMap === undefined ? [] : [ofFiles('configmaps', source.configMap)],
  ])
}

/** What is the matter with what is referred to; `undefined` where all of it is there. */
function problemOf(cells: Cells, namespace: string, { resource, name, keys, optional, lacks }: Reference): string | undefined {
  const full = `${namespace}/${name}`
  const object = cells.read(objectKey(resource, full))
  if (object === undefined) {
    if (optional || cells.read(elsewhereKey(resource, full)) !== undefined) return undefined
    return `${singular[resource]} "${name}" not found`
  }
  if (optional) return undefined
  const data = { ...object.data, ...('binaryData' in object ? object.binaryData : {}) }
  const missing = keys.find((one) => !Object.hasOwn(data, one))
  return missing === undefined ? undefined : lacks(missing, namespace, name)
}

function firstProblem(cells: Cells, namespace: string, references: Iterable<Reference>): string | undefined {
  for (const reference of references) {
    const problem = problemOf(cells, namespace, reference)
    if (problem !== undefined) return problem
  }
  return undefined
}

/** Why a container's environment cannot be made: the message of CreateContainerConfigError. */
export const environmentProblem = (cells: Cells, { metadata }: Pod, container: Container): string | undefined =>
  firstProblem(cells, metadata.namespace, variablesOf(container))

// A cache of a pure function of immutable objects.
const mounts = new WeakMap<PodSpec, readonly (readonly [volume: string, references: readonly Reference[]])[]>()

function mountsOf(spec: PodSpec): readonly (readonly [volume: string, references: readonly Reference[]])[] {
  let known = mounts.get(spec)
  if (known === undefined) {
    known = (spec.volumes ?? []).map((volume) => [volume.name, filesOf(volume)] as const)
      .filter(([, references]) => references.length > 0)
    mounts.set(spec, known)
  }
  return known
}

/** Why a volume of the pod cannot be set up, in the words of the KubeEvent FailedMount. */
export function mountProblem(cells: Cells, { metadata, spec }: Pod): string | undefined {
  for (const [volume, references] of mountsOf(spec)) {
    const problem = firstProblem(cells, metadata.namespace, references)
    if (problem !== undefined) return `MountVolume.SetUp failed for volume "${volume}" : ${problem}`
  }
  return undefined
}
