import { isAlias, isMap, isScalar, isSeq } from 'yaml'
import type { Alias, Node, Pair, YAMLMap } from 'yaml'
import type { FieldPath } from './paths.js'
import { keyText, resolvePlain } from './yaml-scalar.js'

/** Where a path leads: the offset to show and the value's node; undefined where it led only partly. */
export type Found = { readonly offset: number; readonly node: unknown }

type TargetOf = (alias: Alias) => Node | undefined

/**
 * Follows a path from `root` as far as it leads: a path of a missing field ends at the deepest part that is
 * there. Keys may hold dots and brackets, so the longest key that fits is taken, and the last of equal ones.
 * Understands both of upstream's spellings for keys of maps, `labels.app` and `labels[app]`.
 */
export const findField = (root: Node, path: FieldPath, targetOf: TargetOf): Found => {
  let node: unknown = root
  let offset = root.range?.[0] ?? 0
  let rest = path
  while (rest !== '') {
    const value = isAlias(node) ? targetOf(node) : node
    const step = into(value, rest, targetOf)
    if (step === undefined) return { offset, node: undefined }
    offset = offsetOf(step.place) ?? offset
    node = step.value
    rest = step.rest
  }
  return { offset, node: isAlias(node) ? targetOf(node) : node }
}

/** What stands in the file for a single value, as written; undefined for lists and maps. */
export const sourceOf = (node: unknown): string | undefined => (isScalar(node) ? node.source : undefined)

export const offsetOf = (node: unknown): number | undefined =>
  isScalar(node) || isMap(node) || isSeq(node) || isAlias(node) ? node.range?.[0] : undefined

/** Characters that a value takes in its file. */
export const sizeOf = (node: unknown): number => {
  const range = isMap(node) || isSeq(node) || isScalar(node) ? node.range : undefined
  return range ? range[1] - range[0] : 0
}

type Step = { readonly value: unknown; readonly place: unknown; readonly rest: string }

const into = (value: unknown, path: string, targetOf: TargetOf): Step | undefined => {
  if (isMap(value)) return intoMap(value, path, targetOf)
  return isSeq(value) ? intoList(value.items, path) : undefined
}

const intoList = (items: readonly unknown[], path: string): Step | undefined => {
  const match = /^\[(\d+)\]/.exec(path)
  const item = match === null ? undefined : items[Number(match[1])]
  if (match === null || item === undefined) return undefined
  return { value: item, place: item, rest: path.slice(match[0].length) }
}

const intoMap = (map: YAMLMap, path: string, targetOf: TargetOf): Step | undefined => {
  const name = path.startsWith('.') ? path.slice(1) : path
  let best: { pair: Pair; length: number } | undefined
  for (const pair of map.items) {
    const length = matchedLength(keyOf(pair.key), name)
    if (length !== undefined && length >= (best?.length ?? 0)) best = { pair, length }
  }
  if (best === undefined) return intoMerged(map, path, targetOf)
  return { value: best.pair.value, place: best.pair.key, rest: name.slice(best.length) }
}

const intoMerged = (map: YAMLMap, path: string, targetOf: TargetOf): Step | undefined => {
  for (const { key, value } of map.items) {
    if (keyOf(key) !== '<<') continue
    for (const source of isSeq(value) ? value.items : [value]) {
      const target = isAlias(source) ? targetOf(source) : source
      const step = isMap(target) ? intoMap(target, path, targetOf) : undefined
      if (step !== undefined) return step
    }
  }
  return undefined
}

/** Length of the path's beginning that spells `key` and ends there. */
const matchedLength = (key: string, path: string): number | undefined =>
  [key, `[${key}]`, `["${key}"]`]
    .find((spelling) => path.startsWith(spelling) && /^([.[]|$)/.test(path.slice(spelling.length)))?.length

const keyOf = (key: unknown): string => {
  if (!isScalar(key) || typeof key.value !== 'string') return ''
  return key.type === 'PLAIN' ? keyText(resolvePlain(key.value)) ?? '' : key.value
}
