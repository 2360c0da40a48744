/** What to write into the YAML, and where: the advice of a finding made concrete for the objects that were given. */
import type { LoadedObject } from '#api/manifests/load'
import type { Json, JsonObject } from '#api/types'
import { preStopAdvice, readinessAdvice } from '#properties/network/connections'
import { startupAdvice } from '#properties/workloads/desired-state'
import { budgetAdvice, unhealthyAdvice } from '#properties/workloads/drain-completes'
import { surgeAdvice } from '#properties/workloads/rollout-completes'
import { terminatingAdvice } from '#properties/workloads/running-pods'
import { givenAs, placeOf } from './places.js'

export interface Remedy {
  /** The field under which the lines belong: `spec.template.spec.containers[0]`. */
  readonly field: string
  /** Where that is, in each file that gives the object: `orders.yaml:24`. */
  readonly places: readonly string[]
  readonly yaml: readonly string[]
}

/** The lines that one object lacks; undefined where it has what is advised. */
interface Lack {
  readonly field: string
  readonly yaml: readonly string[]
}

const member = (value: Json | undefined, ...path: readonly string[]): Json | undefined =>
  path.reduce<Json | undefined>((at, name) =>
    (typeof at === 'object' && at !== null && !Array.isArray(at) ? (at as JsonObject)[name] : undefined), value) // neither list nor null

/** The containers of an object that makes pods, by their fields. */
function containersOf(object: JsonObject): readonly (readonly [field: string, container: Json])[] {
  const path = object['kind'] === 'Pod' ? ['spec', 'containers'] : ['spec', 'template', 'spec', 'containers']
  const list = member(object, ...path)
  return Array.isArray(list) ? list.map((container: Json, index) => [`${path.join('.')}[${index}]`, container] as const) : []
}

const inContainer = (isLacking: (container: Json) => boolean, yaml: (container: Json) => readonly string[]) =>
  (object: JsonObject): Lack | undefined => {
    const found = containersOf(object).find(([, container]) => isLacking(container))
    return found === undefined ? undefined : { field: found[0], yaml: yaml(found[1]) }
  }

/** JSON as YAML in one line. */
function flow(value: Json | undefined): string {
  if (Array.isArray(value)) return `[${value.map(flow).join(', ')}]`
  if (typeof value === 'object' && value !== null) {
    return `{ ${Object.entries(value).map(([name, one]) => `${name}: ${flow(one)}`).join(', ')} }`
  }
  return typeof value === 'string' && !/^[A-Za-z/][\w./-]*$/.test(value) ? JSON.stringify(value) : String(value)
}

const handlers = ['httpGet', 'tcpSocket', 'grpc', 'exec']

/** The handler of a probe, to ask the same in another. */
const handlerOf = (probe: Json | undefined): string => {
  const name = handlers.find((one) => member(probe, one) !== undefined)
  return name === undefined ? 'tcpSocket: { port: PORT }' : `${name}: ${flow(member(probe, name))}`
}

const portOf = (container: Json): string => {
  const ports = member(container, 'ports')
  const first = Array.isArray(ports) ? member(ports[0] as Json | undefined, 'containerPort') : undefined // widened by isArray
  return typeof first === 'number' ? String(first) : 'PORT'
}

const rolling = (maxSurge: number, maxUnavailable: number): readonly string[] =>
  ['strategy:', `  rollingUpdate: { maxSurge: ${maxSurge}, maxUnavailable: ${maxUnavailable} }`]

const remedies: ReadonlyMap<string, (object: JsonObject) => Lack | undefined> = new Map([
  [preStopAdvice, inContainer(
    (container) => member(container, 'lifecycle', 'preStop') === undefined,
    () => ['lifecycle:', '  preStop:', '    sleep: { seconds: 10 }'],
  )],
  [readinessAdvice, inContainer(
    (container) => member(container, 'readinessProbe') === undefined,
    (container) => ['readinessProbe:', `  tcpSocket: { port: ${portOf(container)} }`],
  )],
  [startupAdvice, inContainer(
    (container) => member(container, 'livenessProbe') !== undefined && member(container, 'startupProbe') === undefined,
    (container) => ['startupProbe:', `  ${handlerOf(member(container, 'livenessProbe'))}`, '  periodSeconds: 5', '  failureThreshold: 60  # up to 5 minutes'],
  )],
  [surgeAdvice, (object) => (object['kind'] === 'Deployment' ? { field: 'spec', yaml: rolling(0, 1) } : undefined)],
  [terminatingAdvice, (object) => (object['kind'] === 'Deployment' ? { field: 'spec', yaml: rolling(0, 1) } : undefined)],
  [budgetAdvice, (object) => (object['kind'] === 'PodDisruptionBudget'
    ? { field: 'spec', yaml: ['maxUnavailable: 1  # instead of minAvailable'] } : undefined)],
  [unhealthyAdvice, (object) => (object['kind'] === 'PodDisruptionBudget'
    ? { field: 'spec', yaml: ['unhealthyPodEvictionPolicy: AlwaysAllow'] } : undefined)],
])

/** What to add, for the first of the objects that lacks it. */
export function remedyOf(
  { advice, objects }: { readonly advice?: string; readonly objects: readonly string[] }, loaded: readonly LoadedObject[],
): Remedy | undefined {
  const lackOf = advice === undefined ? undefined : remedies.get(advice)
  if (lackOf === undefined) return undefined
  for (const object of objects) {
    const found = givenAs(object, loaded).flatMap((one) => {
      const lack = lackOf(one.object)
      return lack === undefined ? [] : [{ one, lack }]
    })
    const [first] = found
    if (first === undefined) continue
    return { ...first.lack, places: found.map(({ one, lack }) => placeOf(one, lack.field)) }
  }
  return undefined
}
