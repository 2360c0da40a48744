/** Secrets and ConfigMaps that pods need and the input does not bring: somebody else does, it is assumed. */
import type { LoadedObject } from '#api/manifests/load'
import type { Json, JsonObject } from '#api/types'

const isObject = (value: Json | undefined): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const textAt = (object: JsonObject, name: string): string | undefined =>
  (typeof object[name] === 'string' ? object[name] : undefined)

/** The kind that a reference of this name points to, and the member that holds the name. */
const references: Readonly<Record<string, readonly [kind: string, member: string]>> = {
  secretRef: ['Secret', 'name'],
  configMapRef: ['ConfigMap', 'name'],
  secretKeyRef: ['Secret', 'name'],
  configMapKeyRef: ['ConfigMap', 'name'],
  secret: ['Secret', 'secretName'],
  configMap: ['ConfigMap', 'name'],
}

/** `Secret gone` for every reference in a pod's spec that is not optional. */
function* referencesIn(value: Json | undefined): Iterable<string> {
  if (Array.isArray(value)) for (const item of value as readonly Json[]) yield* referencesIn(item) // widened by isArray
  if (!isObject(value)) return
  for (const [name, member] of Object.entries(value)) {
    const reference = references[name]
    if (reference !== undefined && isObject(member) && member['optional'] !== true) {
      // A source of a projected volume has `name` where a volume has `secretName`.
      const named = textAt(member, reference[1]) ?? textAt(member, 'name')
      if (named !== undefined) yield `${reference[0]} ${named}`
    }
    yield* referencesIn(member)
  }
}

/** The specs of the pods that an object is or makes. */
function podSpecOf({ kind, object }: LoadedObject): Json | undefined {
  const path = kind === 'Pod' ? ['spec'] : kind === 'CronJob' ? ['spec', 'jobTemplate', 'spec', 'template', 'spec'] : ['spec', 'template', 'spec']
  return path.reduce<Json | undefined>((at, name) => (isObject(at) ? at[name] : undefined), object)
}

const provided = 'ConfigMap kube-root-ca.crt' // in every namespace, by kube-controller-manager

/** `ConfigMap shop/settings`, each once, in alphabetical order. */
export function assumedOf(loaded: readonly LoadedObject[]): readonly string[] {
  const given = new Set(loaded.map(({ kind, namespace, name }) => `${kind} ${namespace ?? ''}/${name}`))
  const wanted = new Set<string>()
  for (const one of loaded) {
    if (!one.isBuiltIn) continue
    for (const reference of referencesIn(podSpecOf(one))) {
      if (reference === provided) continue
      const [kind = '', name = ''] = reference.split(' ')
      const full = `${kind} ${one.namespace ?? 'default'}/${name}`
      if (!given.has(full)) wanted.add(full)
    }
  }
  return [...wanted].sort()
}
