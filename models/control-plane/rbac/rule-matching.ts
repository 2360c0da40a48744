/**
 * Models: pkg/apis/rbac/v1/evaluation_helpers.go, plugin/pkg/auth/authorizer/rbac/rbac.go (RuleAllows)
 * Reads: nothing (it is handed rules and a request)
 * Writes: nothing
 * Omits: nothing
 */
import { isPath, type Attributes, type PolicyRule } from './types.js'

const all = '*'

const includes = (list: readonly string[] | undefined, wanted: string): boolean =>
  list?.some((one) => one === all || one === wanted) ?? false

/** `pods/log`, `*` and `*\/scale`; a resource without its subresource does not match it. */
export const resourceMatches = (rule: PolicyRule, combined: string, subresource: string): boolean =>
  rule.resources?.some((one) => one === all || one === combined || (subresource !== '' && one === `*/${subresource}`)) ?? false

/** No names: any object, and requests that name none. `*` is not special among names. */
export const resourceNameMatches = ({ resourceNames = [] }: PolicyRule, name: string): boolean =>
  resourceNames.length === 0 || resourceNames.includes(name)

/** A path is covered by itself and by what it begins with, where that ends in `*`. */
export const urlCovers = (owner: string, path: string): boolean =>
  owner === path || (owner.endsWith(all) && path.startsWith(owner.replace(/\*+$/, '')))

export const nonResourceURLMatches = ({ nonResourceURLs = [] }: PolicyRule, path: string): boolean =>
  nonResourceURLs.some((one) => one === all || urlCovers(one, path))

/** Whether this rule alone allows the request. */
export function ruleAllows(attributes: Attributes, rule: PolicyRule): boolean {
  if (!includes(rule.verbs, attributes.verb)) return false
  if (isPath(attributes)) return nonResourceURLMatches(rule, attributes.path)
  const { apiGroup, resource, subresource = '', name } = attributes
  return includes(rule.apiGroups, apiGroup)
    && resourceMatches(rule, subresource === '' ? resource : `${resource}/${subresource}`, subresource)
    && resourceNameMatches(rule, name)
}
