/**
 * Models: a scenario file: what a user does, one kubectl command after the other (docs/scenarios.md)
 * Reads: nothing
 * Writes: nothing
 * Omits: nothing that is observable
 */
import * as either from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import * as t from 'io-ts'
import { nearest } from '#api/manifests/suggest'
import type { DeletionPropagation, Json, JsonObject } from '#api/types'
import { child, errorText, invalid, required, typeInvalid } from '#api/validation/field'
import {
  count, fails, flag, isObject, named, reference, referenceOf, text, texts, type Parsed,
} from './scenario-parts.js'
import { encodeAction } from './scenario-writing.js'
import { shutdownConfig, shutdownOptions } from './shutdown-options.js'
import type { ShutdownConfig } from '../node/node-shutdown-decisions.js'
import {
  drainDefaults, isOf, type Machine, type NodeChoice, type Of, type PatchType, type Target, type UserAction,
} from './user-actions.js'

type Body = Json | undefined
type Verb = (path: string, body: Body, namespace: string) => Parsed<UserAction>

/** A body of members, or the short form `deployment/web`. */
function about(
  path: string, body: Body, namespace: string, options: readonly string[],
  make: (target: Target, body: JsonObject) => Parsed<UserAction>,
): Parsed<UserAction> {
  if (!isObject(body)) return pipe(reference(path, body, namespace), either.chain((target) => make(target, {})))
  const own = typeof body['namespace'] === 'string' ? body['namespace'] : namespace
  return pipe(named(path, body, options, own), either.chain((target) =>
    (target === undefined ? fails(required(path, 'name an object, such as "deployment: web"')) : make(target, body))))
}

/** A node's name, `{ node: name }`, `{ node-of: deployment/web }` or `{ drained: true }`. */
function onNode(
  path: string, body: Body, namespace: string, options: readonly string[],
  make: (node: NodeChoice, body: JsonObject) => Parsed<UserAction>,
): Parsed<UserAction> {
  if (!isObject(body)) return pipe(text(path, body), either.chain((name) => make({ name }, {})))
  const own = typeof body['namespace'] === 'string' ? body['namespace'] : namespace
  return pipe(named(path, body, [...options, 'node-of', 'drained'], own), either.chain((target): Parsed<UserAction> => {
    if (body['drained'] === true) return make({ drained: true }, body)
    if (body['node-of'] !== undefined) {
      return pipe(referenceOf(child(path, 'node-of'), body['node-of'], own), either.chain((of) => make(of, body)))
    }
    if (target?.resource !== 'nodes') return fails(required(path, 'name a node, such as "node: node-1"'))
    return make({ name: target.name }, body)
  }))
}

function written(verb: 'apply' | 'create'): Verb {
  return (path, body) => {
    if (!isObject(body)) return pipe(texts(path, body), either.map((files) => ({ do: verb, files, objects: [] })))
    const stranger = Object.keys(body).find((member) => member !== 'files' && member !== 'objects')
    if (stranger !== undefined) return fails(invalid(child(path, stranger), body[stranger], 'unknown option'))
    const objects = body['objects'] ?? []
    if (!Array.isArray(objects) || !objects.every((one) => isObject(one as Json))) { // items of JSON
      return fails(typeInvalid(child(path, 'objects'), objects, 'must be a list of objects'))
    }
    const action = { do: verb, objects: objects as readonly JsonObject[] } // each was looked at
    if (body['files'] === undefined) return either.right(action)
    return pipe(texts(child(path, 'files'), body['files']), either.map((files) => ({ ...action, files })))
  }
}

const rollout = (verb: 'restart' | 'pause' | 'resume'): Verb => (path, body, namespace) =>
  about(path, body, namespace, [], (target) => either.right({ do: verb, target }))

const cordoning = (verb: 'cordon' | 'uncordon'): Verb => (path, body, namespace) =>
  onNode(path, body, namespace, [], (node) => either.right({ do: verb, node }))

function onMachine(
  path: string, body: Body, namespace: string, options: readonly string[],
  make: (node: Machine, members: JsonObject) => Parsed<UserAction>,
): Parsed<UserAction> {
  return onNode(path, body, namespace, options, (node, members): Parsed<UserAction> => (isOf(node)
    ? fails(invalid(child(path, 'node-of'), members['node-of'], 'name the node, such as "node: node-1", or say "drained: true"'))
    : make(node, members)))
}

const shutdown: Verb = (path, body, namespace) =>
  onMachine(path, body, namespace, shutdownOptions, (node, members) =>
    either.map((config: ShutdownConfig) => ({ do: 'shutdown' as const, node, config }))(shutdownConfig(path, members)))

const cascades: Readonly<Record<string, DeletionPropagation>> =
  { background: 'Background', foreground: 'Foreground', orphan: 'Orphan' }

const remove: Verb = (path, body, namespace) => {
  const options = ['cascade', 'grace-period', 'force', 'pod-of']
  const make = (target: Target | Of, members: JsonObject): Parsed<UserAction> => {
    const word = members['cascade'] ?? 'background'
    const cascade = typeof word === 'string' ? cascades[word] : undefined
    if (cascade === undefined) {
      return fails(invalid(child(path, 'cascade'), word, `must be one of ${Object.keys(cascades).join(', ')}`))
    }
    return pipe(
      either.Do,
      either.apS('gracePeriod', count(child(path, 'grace-period'), members['grace-period'])),
      either.apS('force', flag(child(path, 'force'), members['force'], false)),
      either.map(({ gracePeriod, force }) =>
        ({ do: 'delete' as const, target, cascade, force, ...(gracePeriod === undefined ? {} : { gracePeriod }) })))
  }
  if (isObject(body) && body['pod-of'] !== undefined) {
    return pipe(referenceOf(child(path, 'pod-of'), body['pod-of'], namespace), either.chain((of) => make(of, body)))
  }
  return about(path, body, namespace, options, make)
}

const drain: Verb = (path, body, namespace) => {
  const options = ['ignore-daemonsets', 'delete-emptydir-data', 'force', 'disable-eviction', 'grace-period', 'timeout']
  return onNode(path, body, namespace, options, (node, members) => {
    const is = (option: string, otherwise: boolean): Parsed<boolean> =>
      flag(child(path, option), members[option], otherwise)
    return pipe(
      either.Do,
      either.apS('ignoreDaemonSets', is('ignore-daemonsets', drainDefaults.ignoreDaemonSets)),
      either.apS('deleteEmptyDirData', is('delete-emptydir-data', drainDefaults.deleteEmptyDirData)),
      either.apS('force', is('force', drainDefaults.force)),
      either.apS('disableEviction', is('disable-eviction', drainDefaults.disableEviction)),
      either.apS('gracePeriod', count(child(path, 'grace-period'), members['grace-period'])),
      either.apS('timeout', count(child(path, 'timeout'), members['timeout'])),
      either.map(({ gracePeriod, timeout, ...flags }) => ({
        do: 'drain' as const, node, ...flags,
        ...(gracePeriod === undefined ? {} : { gracePeriod }), ...(timeout === undefined ? {} : { timeout }),
      })))
  })
}

/** Names to texts; `null` where `nullable`. */
type Texts = Readonly<Record<string, string | null>>

function mapOf(path: string, value: Json | undefined, nullable: boolean): Parsed<Texts> {
  if (!isObject(value) || Object.keys(value).length === 0) return fails(required(path))
  const wrong = Object.entries(value).find(([, one]) => typeof one !== 'string' && !(nullable && one === null))
  return wrong === undefined ? either.right(value as Texts) // each was looked at
    : fails(typeInvalid(child(path, wrong[0]), wrong[1] ?? null, 'must be a text'))
}

const patchTypes: readonly PatchType[] = ['strategic', 'merge', 'json']
const taintPattern = /^[^=:]+(?:=[^:]*)?(?::(?:NoSchedule|PreferNoSchedule|NoExecute))?-?$/

const verbs: Readonly<Record<string, Verb>> = {
  apply: written('apply'),
  create: written('create'),
  scale: (path, body, namespace) => about(path, body, namespace, ['replicas'], (target, { replicas }) =>
    pipe(count(child(path, 'replicas'), replicas), either.chain((wanted): Parsed<UserAction> =>
      (wanted === undefined ? fails(required(child(path, 'replicas')))
        : either.right({ do: 'scale', target, replicas: wanted }))))),
  'set-image': (path, body, namespace) => about(path, body, namespace, ['images'], (target, members) =>
    pipe(mapOf(child(path, 'images'), members['images'], false), either.map((images) =>
      ({ do: 'set-image' as const, target, images: images as Readonly<Record<string, string>> })))), // no nulls asked for
  restart: rollout('restart'),
  pause: rollout('pause'),
  resume: rollout('resume'),
  undo: (path, body, namespace) => about(path, body, namespace, ['to-revision'], (target, members) =>
    pipe(count(child(path, 'to-revision'), members['to-revision']), either.map((toRevision) =>
      ({ do: 'undo' as const, target, ...(toRevision === undefined ? {} : { toRevision }) })))),
  patch: (path, body, namespace) => about(path, body, namespace, ['type', 'patch'], (target, members) => {
    const { type = 'strategic', patch } = members
    const known = patchTypes.find((one) => one === type)
    if (known === undefined) return fails(invalid(child(path, 'type'), type, `must be one of ${patchTypes.join(', ')}`))
    if (patch === undefined) return fails(required(child(path, 'patch')))
    return either.right({ do: 'patch', target, type: known, patch })
  }),
  delete: remove,
  drain,
  cordon: cordoning('cordon'),
  uncordon: cordoning('uncordon'),
  prune: (path, body, namespace) => onMachine(path, body, namespace, [], (node) => either.right({ do: 'prune', node })),
  'kill-pause': (path, body, namespace) => onMachine(path, body, namespace, [], (node) => either.right({ do: 'kill-pause', node })),
  shutdown,
  label: (path, body, namespace) => about(path, body, namespace, ['labels'], (target, members) =>
    pipe(mapOf(child(path, 'labels'), members['labels'], true),
      either.map((labels) => ({ do: 'label' as const, target, labels })))),
  taint: (path, body, namespace) => onNode(path, body, namespace, ['taints'], (node, members) =>
    pipe(texts(child(path, 'taints'), members['taints']), either.chain((taints): Parsed<UserAction> => {
      const wrong = taints.findIndex((one) => !taintPattern.test(one))
      if (wrong < 0) return either.right({ do: 'taint', node, taints })
      const shape = 'must be key=value:Effect, key:Effect or, to remove it, key:Effect-'
      return fails(invalid(`${child(path, 'taints')}[${wrong}]`, taints[wrong], shape))
    }))),
}

const example = '"scale: { deployment: web, replicas: 5 }"'

/** One step of a scenario: a map of one member, the action. */
export function parseAction(json: unknown, path = '', namespace = 'default'): Parsed<UserAction> {
  const step = json as Json // what a YAML or JSON reader gave
  const members = isObject(step) ? Object.entries(step) : []
  const [first] = members
  if (first === undefined || members.length > 1) {
    const found = isObject(step) ? Object.keys(step).join(', ') : step
    return fails(typeInvalid(path, found, `a step is one action, such as ${example}`))
  }
  const [name, body] = first
  const verb = verbs[name]
  if (verb !== undefined) return verb(child(path, name), body, namespace)
  const meant = nearest(name, Object.keys(verbs))
  const hint = meant === undefined ? `must be one of ${Object.keys(verbs).join(', ')}` : `did you mean "${meant}"?`
  return fails(invalid(path, name, `unknown action; ${hint}`))
}

const isAction = (value: unknown): value is UserAction =>
  typeof value === 'object' && value !== null && 'do' in value && Object.hasOwn(verbs, String(value.do))

/** A step as it is written in a scenario file, and what a user does. */
export const userAction: t.Type<UserAction, JsonObject, unknown> = new t.Type(
  'UserAction', isAction,
  (json, context) => pipe(parseAction(json), either.mapLeft((errors) =>
    errors.map((error) => ({ value: json, context, message: errorText(error) })))),
  encodeAction)

export interface Scenario {
  readonly namespace: string
  readonly steps: readonly UserAction[]
}

/** A scenario file: `steps`, and the `namespace` of what names none. */
export function parseScenario(json: unknown): Parsed<Scenario> {
  const file = json as Json // what a YAML or JSON reader gave
  if (!isObject(file)) return fails(typeInvalid('', file ?? null, 'a scenario is a map with the member "steps"'))
  const stranger = Object.keys(file).find((member) => member !== 'steps' && member !== 'namespace')
  if (stranger !== undefined) {
    return fails(invalid(stranger, file[stranger], 'unknown member; a scenario has "steps" and "namespace"'))
  }
  const { steps, namespace = 'default' } = file
  if (typeof namespace !== 'string') return fails(typeInvalid('namespace', namespace, 'must be a text'))
  if (!Array.isArray(steps)) return fails(required('steps', 'a list of actions'))
  const parsed = steps.map((step, index) => parseAction(step, `steps[${index}]`, namespace))
  const errors = parsed.flatMap((one) => (either.isLeft(one) ? one.left : []))
  if (errors.length > 0) return either.left(errors)
  return either.right({ namespace, steps: parsed.flatMap((one) => (either.isRight(one) ? [one.right] : [])) })
}
