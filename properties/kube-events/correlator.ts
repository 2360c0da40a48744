/** What the API keeps of many occurrences. Upstream: client-go tools/record/events_cache.go, tools/events. */
import type { Involved, Occurrence } from './occurrence.js'

/** A core/v1 Event as the API has it; times are in milliseconds of virtual time. */
export interface KubeEventSeen extends Omit<Occurrence, 'host'> {
  readonly count: number
  readonly first: number
  readonly last: number
}

/** An occurrence with its time and the Step that it happened in. */
export interface Told extends Occurrence {
  readonly at: number
  readonly n: number
}

const maxSimilar = 10
const similarWithin = 600_000
const burst = 25
const refill = 300_000

const idOf = ({ kind, name, uid }: Involved): string => `${kind} ${name} ${uid}`

/** The tokens of one component for one object. */
interface Bucket {
  tokens: number
  at: number
}

/**
 * Equal occurrences are counted; more than ten that differ in their messages alone become one; each component
 * may write
 * 25 times about an object, and then once in five minutes.
 */
export function correlate(told: readonly Told[]): readonly KubeEventSeen[] {
  const kept = new Map<string, KubeEventSeen>()
  const counts = new Map<string, KubeEventSeen>()
  const similar = new Map<string, { readonly messages: Set<string>; last: number }>()
  const buckets = new Map<string, Bucket>()
  for (const { at, n: _, host, ...one } of told) {
    const source = `${one.from} ${host ?? ''} ${idOf(one.about)}`
    const kind = `${source} ${one.type} ${one.reason}`
    const isCombined = one.isNew !== true && addSimilar(similar, kind, one.message, at)
    const message = isCombined ? `(combined from similar events): ${one.message}` : one.message
    const key = isCombined ? kind : `${kind} ${one.about.fieldPath ?? ''} ${one.message}`
    const before = counts.get(key)
    const event = { ...one, message, count: (before?.count ?? 0) + 1, first: before?.first ?? at, last: at }
    counts.set(key, event)
    if (one.isNew === true || takes(buckets, source, at)) kept.set(key, event)
  }
  return [...kept.values()]
}

function addSimilar(
  similar: Map<string, { readonly messages: Set<string>; last: number }>,
  kind: string,
  message: string,
  at: number,
): boolean {
  let group = similar.get(kind)
  if (group === undefined || at - group.last > similarWithin)
    similar.set(kind, (group = { messages: new Set(), last: at }))
  group.messages.add(message)
  group.last = at
  return group.messages.size >= maxSimilar
}

function takes(buckets: Map<string, Bucket>, source: string, at: number): boolean {
  let bucket = buckets.get(source)
  if (bucket === undefined) buckets.set(source, (bucket = { tokens: burst, at }))
  bucket.tokens = Math.min(burst, bucket.tokens + (at - bucket.at) / refill)
  bucket.at = at
  if (bucket.tokens < 1) return false
  bucket.tokens -= 1
  return true
}
