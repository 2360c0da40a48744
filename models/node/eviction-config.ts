/**
 * Models: KubeletConfiguration as far as it is about eviction (evictionHard, evictionSoft, evictionSoftGracePeriod,
 *   evictionMaxPodGracePeriod), which is the Node's annotation orrery.dev/eviction; pkg/kubelet/eviction/helpers.go
 * Reads: nothing (it is handed a node, or the text)
 * Writes: nothing
 * Omits: evictionMinimumReclaim, evictionPressureTransitionPeriod, mergeDefaultEvictionSettings; that a kubelet reads its
 *   configuration only when it begins
 */
import * as either from 'fp-ts/lib/Either.js'
import type { Either } from 'fp-ts/lib/Either.js'
import { parseYamlFile } from '#api/manifests/yaml-file'
import { nearest } from '#api/manifests/suggest'
import type { Json, JsonObject, Node } from '#api/types'
import { defaultEvictionHard, parseThresholds, type Statements, type Threshold } from './eviction-thresholds.js'

export const evictionAnnotation = 'orrery.dev/eviction'

export interface EvictionConfig {
  readonly thresholds: readonly Threshold[]
  /** Seconds that a pod is given at the most that goes for a soft threshold. */
  readonly maxPodGracePeriod: number
}

const isObject = (value: Json | undefined): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const members = ['evictionHard', 'evictionSoft', 'evictionSoftGracePeriod', 'evictionMaxPodGracePeriod'] as const

function statements(name: string, value: Json | undefined): Either<string, Statements | undefined> {
  if (value === undefined) return either.right(undefined)
  const wrong = !isObject(value) || Object.values(value).some((one) => typeof one !== 'string')
  // each value was looked at
  return wrong ? either.left(`${name} must be a mapping of signals to texts`) : either.right(value as Statements)
}

function configOf(value: JsonObject): Either<string, EvictionConfig> {
  const stranger = Object.keys(value).find((name) => !members.some((member) => member === name))
  if (stranger !== undefined) {
    const near = nearest(stranger, members)
    return either.left(`unknown field "${stranger}"${near === undefined ? '' : `; did you mean "${near}"?`}`)
  }
  const [hard, soft, softGracePeriod] = (['evictionHard', 'evictionSoft', 'evictionSoftGracePeriod'] as const)
    .map((name) => statements(name, value[name])) as [Parsed, Parsed, Parsed] // one each
  const { evictionMaxPodGracePeriod: most = 0 } = value
  if (typeof most !== 'number' || !Number.isInteger(most) || most < 0) {
    return either.left('evictionMaxPodGracePeriod must be a number of seconds, 0 or more')
  }
  if (either.isLeft(hard)) return hard
  if (either.isLeft(soft)) return soft
  if (either.isLeft(softGracePeriod)) return softGracePeriod
  return either.map((thresholds: readonly Threshold[]): EvictionConfig => ({ thresholds, maxPodGracePeriod: most }))(
    parseThresholds({
      hard: hard.right ?? defaultEvictionHard, soft: soft.right ?? {}, softGracePeriod: softGracePeriod.right ?? {},
    }))
}

type Parsed = Either<string, Statements | undefined>

const usual: EvictionConfig =
  { thresholds: either.getOrElse((): readonly Threshold[] => [])(parseThresholds({ hard: defaultEvictionHard })), maxPodGracePeriod: 0 }

/** The configuration that a text is, or why a kubelet would not begin with it. */
export function parseEviction(text: string): Either<string, EvictionConfig> {
  const { value, errors: [error] } = parseYamlFile(text, evictionAnnotation)
  if (error !== undefined) return either.left(error.message)
  return isObject(value) ? configOf(value) : either.left('it has to be a mapping')
}

// A cache of a pure function of an immutable object.
const known = new WeakMap<Node, EvictionConfig>()

/** The usual one where the Node says nothing, or nothing that can be read. */
export function evictionConfigOf(node: Node): EvictionConfig {
  const text = node.metadata.annotations?.[evictionAnnotation]
  if (text === undefined) return usual
  let config = known.get(node)
  if (config === undefined) known.set(node, config = either.getOrElse(() => usual)(parseEviction(text)))
  return config
}
