/** Reads what was recorded from upstream: recorded/README.md. */
import { readFileSync } from 'node:fs'
import type { Json, JsonObject } from '#api/types'

const text = (file: string): string => readFileSync(new URL(`./recorded/${file}`, import.meta.url), 'utf8')

/** The lines of a recorded file; `T` is the shape that recorded/README.md gives. */
export const recorded = <T>(file: string): readonly T[] =>
  text(file).trim().split('\n').map((line) => JSON.parse(line) as T)

export const bases = JSON.parse(text('bases.json')) as Readonly<Record<string, JsonObject>>

/** A copy of `json` with the value at a dotted path replaced, or removed where it is undefined. */
export function changed(json: Json, path: string, to: Json | undefined): Json {
  const [step = '', ...rest] = path.split('.')
  const last = rest.length === 0
  if (Array.isArray(json)) {
    const at = Number(step)
    const list = json as readonly Json[] // Array.isArray forgets what a JSON list holds
    return last ? list.with(at, to ?? null) : list.with(at, changed(list[at] ?? {}, rest.join('.'), to))
  }
  const object = (json ?? {}) as JsonObject // the paths of the recording lead through objects and lists
  if (!last) return { ...object, [step]: changed(object[step] ?? {}, rest.join('.'), to) }
  const { [step]: _, ...others } = object
  return to === undefined ? others : { ...others, [step]: to }
}

/** Without zero values and status, members sorted: what the recording kept. */
export function pruned(json: Json | undefined): Json {
  if (Array.isArray(json)) return (json as readonly Json[]).map(pruned)
  if (typeof json !== 'object' || json === null) return json ?? null
  return Object.fromEntries(Object.entries(json)
    .map(([name, value]) => [name, pruned(value)] as const)
    .filter(([name, value]) => name !== 'status' && !isZero(value) && !(name === 'divisor' && value === '0'))
    .sort(([a], [b]) => (a < b ? -1 : 1)))
}

const isZero = (value: Json): boolean => value === null || value === '' || value === 0 || value === false ||
  (typeof value === 'object' && Object.keys(value).length === 0)
