/** Two turns of a controller side by side: where they differ first, in words. */
import { equal } from '#kernel/value'
import type { Ask, End, Turn } from './oracle.js'

/** What is asked, in a line. */
export function describeAsk(ask: Ask): string {
  switch (ask.is) {
    case 'get': return `reads ${ask.resource} ${ask.key} from its cache`
    case 'list': return `lists ${ask.resource} from its cache`
    case 'call': {
      const { verb, resource, subresource, key } = ask.request
      return `${verb} ${resource}${subresource === undefined ? '' : `/${subresource}`} ${key}`
    }
    default: throw new Error(`unknown ${JSON.stringify(ask satisfies never)}`)
  }
}

function describeEnd(end: End | undefined): string {
  switch (end?.is) {
    case undefined: return 'goes on'
    case 'done': return 'returns'
    case 'requeue': return 'returns, to be tried again'
    case 'requeueAfter': return `returns, to be called again after ${end.ms} ms`
    case 'failed': return `throws: ${end.message}`
    default: throw new Error(`unknown ${JSON.stringify(end satisfies never)}`)
  }
}

/** The first place in which two JSON values differ. */
function placeOf(a: unknown, b: unknown, path: readonly string[] = []): readonly string[] {
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return path
  const [left, right] = [a as Readonly<Record<string, unknown>>, b as Readonly<Record<string, unknown>>] // not null
  const name = [...new Set([...Object.keys(left), ...Object.keys(right)])].find((one) => !equal(left[one], right[one]))
  return name === undefined ? path : placeOf(left[name], right[name], [...path, name])
}

const at = (value: unknown, path: readonly string[]): unknown =>
  path.reduce<unknown>((inner, name) => (inner as Readonly<Record<string, unknown>>)[name], value) // the path is of both

/** A value in a line that is not too long to read. */
function brief(value: unknown): string {
  const text = value === undefined ? 'absent' : JSON.stringify(value)
  return text.length <= 80 ? text : `${text.slice(0, 77)}...`
}

/** What each of the two does, from where they differ. */
export function differenceOf(first: Turn, again: Turn): readonly [string, string] {
  const index = Array.from({ length: Math.max(first.asks.length, again.asks.length) }, (_, i) => i)
    .find((i) => !equal(first.asks[i], again.asks[i]))
  if (index === undefined) return [describeEnd(first.end), describeEnd(again.end)]
  const [one, other] = [first.asks[index], again.asks[index]]
  if (one === undefined) return [describeEnd(first.end), describeAsk(other!)]
  if (other === undefined) return [describeAsk(one), describeEnd(again.end)]
  const [left, right] = [one, other].map((ask) => (ask.is === 'call' ? ask.request : ask))
  if (describeAsk(one) !== describeAsk(other)) return [describeAsk(one), describeAsk(other)]
  const path = placeOf(left, right)
  const line = (ask: Ask, value: unknown): string => `${describeAsk(ask)}, ${path.join('.')}: ${brief(at(value, path))}`
  return [line(one, left), line(other, right)]
}
