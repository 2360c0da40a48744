/** Smaller scenarios: fewer of the user's actions, objects, nodes and replicas. The boldest come first. */
import type { JsonObject } from '#api/types'
import type { UserAction } from '#models/client/user-actions'
import type { Scenario } from './scenario.js'

export function* smaller(scenario: Scenario): Iterable<Scenario> {
  yield* fewerActions(scenario)
  yield* fewerObjects(scenario)
  yield* fewerNodes(scenario)
  yield* fewerReplicas(scenario)
}

const withScript = (scenario: Scenario, script: readonly UserAction[]): Scenario => ({ ...scenario, script })

/** Lists without a stretch: all, halves, quarters, …, single entries. */
function* without<T>(list: readonly T[]): Iterable<readonly T[]> {
  for (let size = list.length; size >= 1; size = Math.floor(size / 2)) {
    for (let from = list.length - size; from >= 0; from -= size) yield [...list.slice(0, from), ...list.slice(from + size)]
  }
}

function* fewerActions(scenario: Scenario): Iterable<Scenario> {
  // The first action brings the objects; without it there is nothing to do.
  const [first, ...rest] = scenario.script
  if (first === undefined) return
  for (const script of without(rest)) yield withScript(scenario, [first, ...script])
}

type Apply = Extract<UserAction, { readonly objects: unknown }>

const isApply = (action: UserAction): action is Apply => 'objects' in action

const id = (object: JsonObject): string => {
  const { name, namespace } = (object['metadata'] ?? {}) as { readonly name?: string; readonly namespace?: string } // an object
  return `${String(object['kind'])} ${namespace ?? ''}/${name ?? ''}`
}

const isSource = ({ kind }: JsonObject): boolean => kind === 'ConfigMap' || kind === 'Secret'

/** What pods ask for is asked for still: somebody else brings it. */
const assumedFor = ({ kind, metadata }: JsonObject): string => {
  const { name, namespace } = metadata as { readonly name?: string; readonly namespace?: string } // an object
  return `${kind === 'Secret' ? 'secrets' : 'configmaps'} ${namespace ?? 'default'}/${name ?? ''}`
}

/** Without some objects, in every action that brings them, and without the actions on them. */
function* fewerObjects(scenario: Scenario): Iterable<Scenario> {
  const ids = [...new Set(scenario.script.filter(isApply).flatMap(({ objects }) => objects.map(id)))]
  for (const kept of without(ids)) {
    if (kept.length === 0) continue
    const keep = new Set(kept)
    const script = scenario.script.flatMap((action): UserAction[] => {
      if (!isApply(action)) return [action]
      const objects = action.objects.filter((object) => keep.has(id(object)))
      return objects.length === 0 ? [] : [{ ...action, objects, files: [] }]
    })
    if (!script.some(isApply)) continue
    const dropped = scenario.script.filter(isApply).flatMap(({ objects }) => objects)
      .filter((object) => isSource(object) && !keep.has(id(object)))
    const assumed = [...new Set([...scenario.assumed ?? [], ...dropped.map(assumedFor)])].sort()
    yield { ...scenario, script, ...(assumed.length === 0 ? {} : { assumed }) }
  }
}

function* fewerNodes(scenario: Scenario): Iterable<Scenario> {
  for (let count = 1; count < scenario.nodes.length; count++) yield { ...scenario, nodes: scenario.nodes.slice(0, count) }
}

function* fewerReplicas(scenario: Scenario): Iterable<Scenario> {
  for (const replicas of [1, 2]) {
    let changed = false
    const script = scenario.script.map((action): UserAction => {
      if (!isApply(action)) return action
      return { ...action, objects: action.objects.map((object) => {
        const spec = object['spec'] as JsonObject | undefined // an object where there is one
        const before = spec?.['replicas']
        if (typeof before !== 'number' || before <= replicas) return object
        changed = true
        return { ...object, spec: { ...spec, replicas } }
      }) }
    })
    if (changed) yield withScript(scenario, script)
  }
}
