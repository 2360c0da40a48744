/**
 * Equality and fingerprints of JSON values, by content: the same on every run, store, worker and Node version.
 */
import type { Value } from './cells.js'

/** Deep equality; a member that is `undefined` equals an absent one, as in JSON. */
export function equal(a: Value, b: Value): boolean {
  if (a === b) return true
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false
  if (Array.isArray(a) !== Array.isArray(b)) return false
  if (Array.isArray(a) && Array.isArray(b)) {
    if (a.length !== b.length) return false
    for (let i = 0; i < a.length; i++) if (!equal(a[i], b[i])) return false
    return true
  }
  const left = a as Record<string, Value> // neither an array nor null: a JSON object
  const right = b as Record<string, Value>
  let members = 0
  for (const name in left) {
    if (left[name] === undefined) continue
    members++
    if (!equal(left[name], right[name])) return false
  }
  for (const name in right) if (right[name] !== undefined) members--
  return members === 0
}

/** 53 bits of hash as one number: exact in a double, and cheap to combine. */
export type Hash = number

const mask = 0x1fffff // 21 bits of the high lane beside 32 of the low one

/** Two 32-bit lanes mixed step by step (after MurmurHash3's finaliser, public domain). */
function mix(lane: number, word: number): number {
  let h = Math.imul(lane ^ word, 0x9e3779b1)
  h ^= h >>> 15
  h = Math.imul(h, 0x85ebca6b)
  return h ^ (h >>> 13)
}

const join = (low: number, high: number): Hash => (high & mask) * 0x100000000 + (low >>> 0)

export function hashString(text: string): Hash {
  let low = 0x811c9dc5
  let high = 0x2545f491
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i)
    low = Math.imul(low ^ code, 0x01000193)
    high = mix(high, code + i)
  }
  return join(mix(low, text.length), high)
}

/** Combines two hashes; the order matters. */
export function combine(a: Hash, b: Hash): Hash {
  const low = mix(mix(a | 0, b | 0), (b / 0x100000000) | 0)
  const high = mix(mix((a / 0x100000000) | 0, (b / 0x100000000) | 0), b | 0)
  return join(low, high)
}

/** Adds without regard to order, so that the hash of a set can be kept up to date by its changes. */
export function exclusiveOr(a: Hash, b: Hash): Hash {
  const low = (a | 0) ^ (b | 0)
  const high = Math.floor(a / 0x100000000) ^ Math.floor(b / 0x100000000)
  return join(low, high)
}

// A cache of a pure function on immutable objects: it can be emptied at any time without a visible change.
const known = new WeakMap<object, Hash>()

/** The hash of a JSON value by content; members in any order, `undefined` members left out. */
export function hashValue(value: Value): Hash {
  switch (typeof value) {
    case 'string': return hashString(value)
    case 'number': return Number.isInteger(value) && value >= 0 && value < 0x7fffffff
      ? combine(1, value)
      : combine(2, hashString(String(value)))
    case 'boolean': return value ? 3 : 4
    case 'undefined': return 5
    case 'object': return value === null ? 6 : hashObject(value)
    default: throw new Error(`a cell holds a ${typeof value}; cells hold JSON only`)
  }
}

function hashObject(value: object): Hash {
  const cached = known.get(value)
  if (cached !== undefined) return cached
  let hash: Hash
  if (Array.isArray(value)) {
    hash = combine(7, value.length)
    for (const entry of value) hash = combine(hash, hashValue(entry))
  } else {
    const object = value as Record<string, Value> // a JSON object
    hash = 8
    for (const name in object) {
      const member = object[name]
      if (member !== undefined) hash = exclusiveOr(hash, combine(hashString(name), hashValue(member)))
    }
    hash = combine(9, hash)
  }
  known.set(value, hash)
  return hash
}

/** 14 hexadecimal digits. */
export const hex = (hash: Hash): string => hash.toString(16).padStart(14, '0')
