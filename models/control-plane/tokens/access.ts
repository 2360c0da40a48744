/**
 * Models: apiserver/pkg/endpoints/filters (WithAuthentication, WithAuthorization), pkg/registry/rbac/<kind>/policybased
 * Reads: store, index, deadlines
 * Writes: nothing
 * Omits: everything about components of Kubernetes: their requests show no token and are allowed (a test proves that RBAC would
 *   allow them); expiry, since the kubelet renews a pod's token long before; impersonation; audiences other than the API server's
 */
import type { Status } from '#api/types'
import { unauthorized } from '#api/status'
import type { Cells } from '#kernel/cells'
import { objectKey, splitName } from '#machine/objects'
import type { ApiRequest } from '#machine/request'
import type { Token } from '#machine/token'
import { applyPatch, type Patch } from '../patch.js'
import { forbidden } from '../rbac/authorizer.js'
import { bindingRefusal, roleRefusal } from '../rbac/escalation.js'
import { attributesOf } from '../rbac/request-attributes.js'
import { StoredRoles } from '../rbac/stored-roles.js'
import type { ClusterRole, ClusterRoleBinding, Role, RoleBinding, UserInfo } from '../rbac/types.js'
import { isExpired } from './token-expiry.js'
import { userOf } from './token.js'
import { invalid, misdirected, type TokenGetter } from './token-validation.js'

const getterOf = (cells: Cells): TokenGetter => ({
  serviceAccount: (namespace, name) => cells.read(objectKey('serviceaccounts', `${namespace}/${name}`)),
  pod: (namespace, name) => cells.read(objectKey('pods', `${namespace}/${name}`)),
  secret: (namespace, name) => cells.read(objectKey('secrets', `${namespace}/${name}`)),
  node: (name) => cells.read(objectKey('nodes', name)),
})

const anonymous: UserInfo = { name: 'system:anonymous', groups: ['system:unauthenticated'] }

/** Who shows this token; `undefined` where nobody may. */
export function authenticate(cells: Cells, token: Token | 'none'): UserInfo | undefined {
  if (token === 'none') return anonymous
  return misdirected(token) === undefined && !isExpired(cells, token) && invalid(token, getterOf(cells)) === undefined ? userOf(token) : undefined
}

/** Why whoever shows the request's token may not make it: 401 or 403. */
export function accessRefusal(
  cells: Cells, request: ApiRequest, token: Token | 'none', namespaced: boolean,
): Status | undefined {
  const user = authenticate(cells, token)
  if (user === undefined) return unauthorized('Unauthorized')
  const roles = new StoredRoles(cells)
  return forbidden(roles, attributesOf(user, request, namespaced)) ?? escalationRefusal(cells, request, user, roles)
}

/** What a write of a role or binding would leave there. */
function written(cells: Cells, { verb, resource, key, body }: ApiRequest, old: unknown): unknown {
  if (verb === 'create' || verb === 'update') return body
  if (verb !== 'patch' || old === undefined) return undefined
  const patched = applyPatch(cells.read(objectKey(resource, key))!, body as Patch) // it is there, and patches are our own
  return patched.ok ? patched.value : undefined
}

function escalationRefusal(cells: Cells, request: ApiRequest, user: UserInfo, roles: StoredRoles): Status | undefined {
  const { resource, key, verb } = request
  const isRole = resource === 'roles' || resource === 'clusterroles'
  if (!isRole && resource !== 'rolebindings' && resource !== 'clusterrolebindings') return undefined
  const old = verb === 'create' ? undefined : cells.read(objectKey(resource, key))
  const sent = written(cells, request, old)
  if (sent === undefined) return undefined
  const namespace = resource.startsWith('cluster') ? undefined : splitName(key.includes('/') ? key : `${key}/`).namespace
  const home = <T extends { readonly metadata: object }>(object: T): T =>
    (namespace === undefined ? object : { ...object, metadata: { ...object.metadata, namespace } })
  return isRole
    ? roleRefusal(roles, user, home(sent as Role | ClusterRole), old as Role | ClusterRole | undefined) // by resource
    : bindingRefusal(roles, user, home(sent as RoleBinding | ClusterRoleBinding), old as RoleBinding | undefined) // by resource
}
