import leven from 'leven'
import { allKinds, fieldsOf, groupOf } from './kinds.js'
import type { FieldType } from './kinds.js'
import { childPath } from './paths.js'

/** The candidate that was probably meant: the same but for case, or few letters apart. */
export const nearest = (word: string, candidates: Iterable<string>): string | undefined => {
  // A third of the letters may differ; short words need to be closer, or `to` becomes `ip`.
  const most = Math.min(4, Math.floor(word.length / 3))
  let best: { readonly candidate: string; readonly distance: number } | undefined
  for (const candidate of candidates) {
    if (candidate.toLowerCase() === word.toLowerCase()) return candidate
    const distance = leven(word.toLowerCase(), candidate.toLowerCase(), { maxDistance: most + 1 })
    if (distance <= most && distance < (best?.distance ?? Infinity)) best = { candidate, distance }
  }
  return best?.candidate
}

/** Where in a kind a field of this name lives: the shallowest place, lists as `[]`, status left out. */
export const placeOfField = (type: string, name: string): string | undefined => {
  const seen = new Set<string>()
  let level: { readonly path: string; readonly type: string }[] = [{ path: '', type }]
  while (level.length > 0) {
    const next: typeof level = []
    for (const { path, type } of level) {
      if (fieldsOf(type).has(name)) return childPath(path, name)
      for (const [field, fieldType] of fieldsOf(type)) {
        if (path === '' && (field === 'status' || field === 'metadata')) continue
        const [inner, brackets] = innermost(fieldType)
        if (inner === undefined || seen.has(inner)) continue
        seen.add(inner)
        next.push({ path: childPath(path, field) + brackets, type: inner })
      }
    }
    level = next
  }
  return undefined
}

const innermost = (type: FieldType): readonly [type: string | undefined, brackets: string] => {
  switch (type.is) {
    case 'value': return [undefined, '']
    case 'object': return [type.type, '']
    case 'list': case 'map': {
      const [inner, brackets] = innermost(type.of)
      return [inner, `[]${brackets}`]
    }
  }
}

/**
 * Whether the group is a built-in one but for a letter or two (`networking.k8.io`, kind Ingress): a cluster
 * would say that there is no such kind, and a definition for it is unlikely to be what is missing.
 */
export const isMisspeltGroup = (apiVersion: string, kind: string): boolean => {
  const group = groupOf(apiVersion)
  return allKinds().some((one) =>
    one.kind === kind && one.group.includes('.') && leven(one.group, group, { maxDistance: 3 }) <= 2)
}

/** Next step for an apiVersion and kind that no cluster serves. */
export const adviseKind = (apiVersion: string, kind: string): string => {
  const kinds = allKinds()
  const served = kinds.filter((one) => one.kind === kind).map((one) => one.apiVersion)
  if (served.length > 0) {
    return `Write apiVersion: ${nearest(apiVersion, served) ?? stable(served)} for kind ${kind}.`
  }
  const inVersion = kinds.filter((one) => one.apiVersion === apiVersion).map((one) => one.kind)
  const near = nearest(kind, inVersion)
  if (near !== undefined) return `Did you mean kind: ${near}?`
  const anywhere = nearest(kind, kinds.map((one) => one.kind))
  const home = kinds.find((one) => one.kind === anywhere)
  if (home !== undefined) return `Did you mean apiVersion: ${home.apiVersion} and kind: ${home.kind}?`
  return inVersion.length > 0
    ? `Use one of the kinds of ${apiVersion}: "kubectl api-resources" lists them.`
    : 'Use a served apiVersion: "kubectl api-versions" lists them.'
}

const stable = (versions: readonly string[]): string =>
  versions.find((version) => /(^|\/)v\d+$/.test(version)) ?? versions[0] ?? ''
