/**
 * Models: component-helpers/auth/rbac/validation/policy_comparator.go (Covers, BreakdownRule),
 *   pkg/registry/rbac/validation/policy_compact.go (CompactRules), pkg/apis/rbac/v1/evaluation_helpers.go (CompactString)
 * Reads: nothing (it is handed rules)
 * Writes: nothing
 * Omits: nothing
 */
import { urlCovers } from './rule-matching.js'
import type { PolicyRule } from './types.js'

/** The same, one verb, one resource and one name at a time. */
export function breakdownRule({ verbs, apiGroups = [], resources = [], resourceNames = [], nonResourceURLs = [] }: PolicyRule) {
  const parts: PolicyRule[] = []
  for (const group of apiGroups) {
    for (const resource of resources) {
      for (const verb of verbs) {
        const one = { apiGroups: [group], resources: [resource], verbs: [verb] }
        if (resourceNames.length === 0) parts.push(one)
        else parts.push(...resourceNames.map((name) => ({ ...one, resourceNames: [name] })))
      }
    }
  }
  for (const url of nonResourceURLs) parts.push(...verbs.map((verb) => ({ nonResourceURLs: [url], verbs: [verb] })))
  return parts
}

const hasAll = (set: readonly string[] = [], wanted: readonly string[] = []): boolean =>
  wanted.every((one) => set.includes(one))

const hasAllOrStar = (set: readonly string[] = [], wanted: readonly string[] = []): boolean =>
  set.includes('*') || hasAll(set, wanted)

/** `*\/scale` covers `deployments/scale`. */
const resourcesCover = (set: readonly string[] = [], wanted: readonly string[] = []): boolean =>
  set.includes('*') || wanted.every((path) => {
    const slash = path.indexOf('/')
    return set.includes(path) || (slash >= 0 && set.includes(`*/${path.slice(slash + 1)}`))
  })

const urlsCover = (set: readonly string[] = [], wanted: readonly string[] = []): boolean =>
  wanted.every((path) => set.some((owner) => urlCovers(owner, path)))

const namesCover = (set: readonly string[] = [], wanted: readonly string[] = []): boolean =>
  set.length === 0 || (wanted.length > 0 && hasAll(set, wanted))

const ruleCovers = (owner: PolicyRule, part: PolicyRule): boolean =>
  hasAllOrStar(owner.verbs, part.verbs) && hasAllOrStar(owner.apiGroups, part.apiGroups)
  && resourcesCover(owner.resources, part.resources) && namesCover(owner.resourceNames, part.resourceNames)
  && urlsCover(owner.nonResourceURLs, part.nonResourceURLs)

/** What of `servant` the rules of `owner` do not allow, in the smallest pieces; none where they cover it. */
export const uncovered = (owner: readonly PolicyRule[], servant: readonly PolicyRule[]): readonly PolicyRule[] =>
  servant.flatMap(breakdownRule).filter((part) => !owner.some((rule) => ruleCovers(rule, part)))

/** Group, resource and name, where a rule has nothing else but verbs. */
export function simpleResource(rule: PolicyRule): string | undefined {
  const { apiGroups = [], resources = [], resourceNames = [], nonResourceURLs = [] } = rule
  if (resourceNames.length > 1 || nonResourceURLs.length > 0 || apiGroups.length !== 1 || resources.length !== 1) return undefined
  return JSON.stringify([apiGroups[0], resources[0], ...resourceNames])
}

/** Rules about one resource each become one with all their verbs; others stay as they are, and come first. */
export function compactRules(rules: readonly PolicyRule[]): readonly PolicyRule[] {
  const others: PolicyRule[] = []
  const simple = new Map<string, PolicyRule>()
  for (const rule of rules) {
    const id = simpleResource(rule)
    if (id === undefined) {
      others.push(rule)
      continue
    }
    const known = simple.get(id)
    simple.set(id, known === undefined ? rule : { ...known, verbs: [...known.verbs, ...rule.verbs] })
  }
  return [...others, ...simple.values()]
}

const list = (texts: readonly string[]): string => `[${texts.map((text) => JSON.stringify(text)).join(' ')}]`

/** `{APIGroups:[""], Resources:["pods"], Verbs:["get" "list"]}`. */
export function compactString(rule: PolicyRule): string {
  const parts: readonly (readonly [string, readonly string[] | undefined])[] = [
    ['APIGroups', rule.apiGroups], ['Resources', rule.resources], ['NonResourceURLs', rule.nonResourceURLs],
    ['ResourceNames', rule.resourceNames], ['Verbs', rule.verbs],
  ]
  return `{${parts.flatMap(([name, texts = []]) => (texts.length === 0 ? [] : [`${name}:${list(texts)}`])).join(', ')}}`
}
