/** Secrets and ConfigMaps that pods need and the input does not bring: somebody else does, it is assumed. */
import type { Json, JsonObject } from '#api/types'
import type { Scenario } from '#properties/scenario'

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

/** The kinds whose pods are Kubernetes' own: those of a custom resource are somebody else's. */
const builtIn = /^(?:v1|apps\/.*|batch\/.*)$/

const templatePaths: Readonly<Record<string, readonly string[]>> =
  { Pod: ['spec'], CronJob: ['spec', 'jobTemplate', 'spec', 'template', 'spec'] }

/** The spec of the pods that an object is or makes. */
function podSpecOf(object: JsonObject): Json | undefined {
  if (!builtIn.test(textAt(object, 'apiVersion') ?? '')) return undefined
  const path = templatePaths[textAt(object, 'kind') ?? ''] ?? ['spec', 'template', 'spec']
  return path.reduce<Json | undefined>((at, name) => (isObject(at) ? at[name] : undefined), object)
}

const metadataOf = ({ metadata }: JsonObject): JsonObject => (isObject(metadata) ? metadata : {})
const namespaceOf = (object: JsonObject): string => textAt(metadataOf(object), 'namespace') ?? 'default'

const provided = 'ConfigMap kube-root-ca.crt' // in every namespace, by kube-controller-manager

/** `ConfigMap shop/settings`, each once, in alphabetical order. */
export function assumedOf(objects: readonly JsonObject[]): readonly string[] {
  const given = new Set(objects.map((object) =>
    `${textAt(object, 'kind') ?? ''} ${namespaceOf(object)}/${textAt(metadataOf(object), 'name') ?? ''}`))
  const wanted = new Set<string>()
  for (const object of objects) {
    for (const reference of referencesIn(podSpecOf(object))) {
      if (reference === provided) continue
      const [kind = '', name = ''] = reference.split(' ')
      const full = `${kind} ${namespaceOf(object)}/${name}`
      if (!given.has(full)) wanted.add(full)
    }
  }
  return [...wanted].sort()
}

const resources: Readonly<Record<string, string>> = { ConfigMap: 'configmaps', Secret: 'secrets' }

/** The scenario, with what `assumedOf` found. */
export function assuming(scenario: Scenario, assumed: readonly string[]): Scenario {
  if (assumed.length === 0) return scenario
  const named = assumed.map((one) => {
    const [kind = '', name = ''] = one.split(' ')
    return `${resources[kind] ?? ''} ${name}`
  })
  return { ...scenario, assumed: named }
}
