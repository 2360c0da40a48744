/**
 * Models: plugin/pkg/auth/authorizer/rbac/rbac.go (Authorize), apiserver/pkg/authorization/authorizerfactory (PrivilegedGroups),
 *   apiserver/pkg/endpoints/handlers/responsewriters/errors.go (ForbiddenStatusError)
 * Reads: nothing by itself (roles and bindings come from a RoleSource)
 * Writes: nothing
 * Omits: the Node authorizer (what a kubelet may read follows from the pods bound to its node) and webhooks; audit
 */
import type { Status } from '#api/types'
import { forbiddenStatus } from '#api/status'
import { ruleAllows } from './rule-matching.js'
import { visitRulesFor, type RoleSource } from './rule-resolver.js'
import { isPath, type Attributes } from './types.js'

export interface Decision {
  readonly allowed: boolean
  /** By what it is allowed, or what could not be resolved; `''` where there is nothing to say. */
  readonly reason: string
}

/** Members may do anything, whatever roles there are. */
export const privilegedGroup = 'system:masters'

export function authorize(source: RoleSource, attributes: Attributes): Decision {
  const { user } = attributes
  if (user.groups.includes(privilegedGroup)) return { allowed: true, reason: '' }
  const errors: string[] = []
  let by: string | undefined
  visitRulesFor(source, user, isPath(attributes) ? '' : attributes.namespace, (visited) => {
    if ('error' in visited) errors.push(visited.error)
    else if (ruleAllows(attributes, visited.rule)) by = visited.source()
    return by === undefined
  })
  if (by !== undefined) return { allowed: true, reason: `RBAC: allowed by ${by}` }
  return { allowed: false, reason: errors.length === 0 ? '' : `RBAC: ${aggregate(errors)}` }
}

/** apimachinery utilerrors.NewAggregate: each message once, in brackets where there are several. */
export function aggregate(errors: readonly string[]): string {
  const different = [...new Set(errors)]
  return different.length === 1 ? different[0] ?? '' : `[${different.join(', ')}]`
}

const htmlSafe: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' }

const sanitize = (text: string): string => text.replace(/[&<>]/g, (one) => htmlSafe[one] ?? one)

function forbiddenMessage(attributes: Attributes): string {
  const { user, verb } = attributes
  if (isPath(attributes)) return `User "${user.name}" cannot ${verb} path "${attributes.path}"`
  const { resource, subresource = '', apiGroup, namespace } = attributes
  const what = `resource "${subresource === '' ? resource : `${resource}/${subresource}`}" in API group "${apiGroup}"`
  const where = namespace === '' ? 'at the cluster scope' : `in the namespace "${namespace}"`
  return `User "${user.name}" cannot ${verb} ${what} ${where}`
}

/** What the API server answers instead: 403 in upstream's words. */
export function refusal(attributes: Attributes, reason: string): Status {
  const said = sanitize(forbiddenMessage(attributes))
  const why = reason === '' ? said : `${said}: ${reason}`
  if (isPath(attributes)) return forbiddenStatus('', '', why)
  const { resource, apiGroup, name } = attributes
  return forbiddenStatus(apiGroup === '' ? resource : `${resource}.${apiGroup}`, name, why)
}

/** `undefined` where the request may go on. */
export function forbidden(source: RoleSource, attributes: Attributes): Status | undefined {
  const { allowed, reason } = authorize(source, attributes)
  return allowed ? undefined : refusal(attributes, reason)
}
