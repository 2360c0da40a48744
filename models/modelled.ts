/** What the models look at, and what is only stored: said once, so that a verdict never claims more than was checked. */
import type { Json, JsonObject } from '#api/types'

/** Kinds that some process acts on. Every other kind is stored as the API server would store it. */
export const modelledKinds: ReadonlySet<string> = new Set([
  'Namespace', 'Node', 'Pod', 'ReplicaSet', 'Deployment', 'Service', 'EndpointSlice', 'Lease', 'ConfigMap', 'Secret',
  'ServiceAccount', 'PodDisruptionBudget',
])

/** Fields that would make a difference and that nothing looks at, by kind; `[]` goes through a list. */
const podFields = [
  'volumes[].persistentVolumeClaim', 'volumes[].hostPath', 'volumes[].csi', 'volumes[].nfs', 'volumes[].ephemeral',
  'containers[].securityContext', 'initContainers[].securityContext', 'securityContext', 'priorityClassName',
  'runtimeClassName', 'hostIPC', 'resourceClaims',
] as const

const templates: Readonly<Record<string, string>> = { Pod: 'spec', ReplicaSet: 'spec.template.spec', Deployment: 'spec.template.spec' }

const ownFields: Readonly<Record<string, readonly string[]>> = {
  Service: ['spec.externalName', 'spec.sessionAffinity=ClientIP', 'spec.loadBalancerClass', 'spec.trafficDistribution'],
}

export interface Unmodelled {
  readonly kind: string
  readonly field?: string
  readonly count: number
}

/** Counts, over all objects, what is accepted without being looked at. In alphabetical order. */
export function unmodelledOf(objects: readonly JsonObject[]): readonly Unmodelled[] {
  const counts = new Map<string, Unmodelled>()
  const add = (kind: string, field?: string): void => {
    const id = `${kind} ${field ?? ''}`
    counts.set(id, { kind, ...(field === undefined ? {} : { field }), count: (counts.get(id)?.count ?? 0) + 1 })
  }
  for (const object of objects) {
    const kind = String(object['kind'])
    if (!modelledKinds.has(kind)) {
      add(kind)
      continue
    }
    const template = templates[kind]
    const fields = [...template === undefined ? [] : podFields.map((field) => `${template}.${field}`), ...ownFields[kind] ?? []]
    for (const field of fields) if (holds(object, field)) add(kind, field.replace(/=.*/, ''))
  }
  return [...counts.values()].sort((a, b) => compare(a.kind, b.kind) || compare(a.field ?? '', b.field ?? ''))
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)

/** Whether the object says something at the path. */
function holds(object: JsonObject, field: string): boolean {
  const [path = '', wanted] = field.split('=')
  const look = (value: Json | undefined, parts: readonly string[]): boolean => {
    const [head, ...rest] = parts
    if (head === undefined) return wanted === undefined ? isSaid(value) : value === wanted
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return false
    const isList = head.endsWith('[]')
    const member = (value as JsonObject)[isList ? head.slice(0, -2) : head] // neither a list nor null
    if (!isList) return look(member, rest)
    return Array.isArray(member) && (member as readonly Json[]).some((entry) => look(entry, rest)) // widened by isArray
  }
  return look(object, path.split('.'))
}

const isSaid = (value: Json | undefined): boolean =>
  value !== undefined && value !== null && value !== false
  && !(typeof value === 'object' && Object.keys(value).length === 0 && !Array.isArray(value))
  && !(Array.isArray(value) && value.length === 0)
