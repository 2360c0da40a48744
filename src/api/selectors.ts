/**
 * Label selectors as predicates. Compile once, match often: matching allocates nothing.
 * Sources: apimachinery `pkg/apis/meta/v1/helpers.go` LabelSelectorAsSelector, `pkg/labels/selector.go`.
 */
import type { Labels, LabelSelector, LabelSelectorRequirement } from './types.js'

export { parseFieldSelector } from './field-selectors.js'
export { parseLabelSelector } from './selector-syntax.js'

export type LabelMatcher = (labels: Labels | undefined) => boolean

const matchesNothing: LabelMatcher = () => false
const matchesEverything: LabelMatcher = () => true

// Caches of pure functions of immutable objects: two objects of one content may compile twice, no more.
const compiledSelectors = new WeakMap<LabelSelector, LabelMatcher>()
const compiledMaps = new WeakMap<Labels, LabelMatcher>()

/** An absent selector matches nothing, an empty one everything. Values are not validated here. */
export function compileSelector(selector: LabelSelector | undefined): LabelMatcher {
  if (selector === undefined) return matchesNothing
  let matcher = compiledSelectors.get(selector)
  if (matcher === undefined) {
    matcher = allOf([
      ...equalities(selector.matchLabels ?? {}),
      ...(selector.matchExpressions ?? []).map(compileRequirement),
    ])
    compiledSelectors.set(selector, matcher)
  }
  return matcher
}

/**
 * A Service's or ReplicationController's selector: each label must be there with its value. An empty map
 * matches everything (`labels.SelectorFromSet`); callers for whom it means nothing say so themselves.
 */
export function compileLabelMap(map: Labels): LabelMatcher {
  let matcher = compiledMaps.get(map)
  if (matcher === undefined) {
    matcher = allOf(equalities(map))
    compiledMaps.set(map, matcher)
  }
  return matcher
}

export const selectorMatches = (selector: LabelSelector | undefined, labels: Labels | undefined): boolean =>
  compileSelector(selector)(labels)

/** Whether the selector is there and restricts nothing. */
export const selectsEverything = (selector: LabelSelector | undefined): boolean =>
  selector !== undefined && Object.keys(selector.matchLabels ?? {}).length === 0 &&
  (selector.matchExpressions ?? []).length === 0

export const compileRequirement = ({ key, operator, values = [] }: LabelSelectorRequirement): LabelMatcher => {
  switch (operator) {
    case 'Exists': return (labels) => labels !== undefined && Object.hasOwn(labels, key)
    case 'DoesNotExist': return (labels) => labels === undefined || !Object.hasOwn(labels, key)
    case 'In': return (labels) => has(values, valueOf(labels, key))
    case 'NotIn': return (labels) => !has(values, valueOf(labels, key))
  }
}

function equalities(map: Labels): LabelMatcher[] {
  return Object.entries(map).map(([key, value]) => (labels) => labels !== undefined && labels[key] === value)
}

const valueOf = (labels: Labels | undefined, key: string): string | undefined =>
  labels !== undefined && Object.hasOwn(labels, key) ? labels[key] : undefined

const has = (values: readonly string[], value: string | undefined): boolean =>
  value !== undefined && values.includes(value)

export function allOf(matchers: readonly LabelMatcher[]): LabelMatcher {
  const [first, second] = matchers
  if (first === undefined) return matchesEverything
  if (second === undefined) return first
  return (labels) => {
    for (let i = 0; i < matchers.length; i++) if (matchers[i]?.(labels) === false) return false
    return true
  }
}
