/**
 * Models: apiserver/pkg/endpoints/request/requestinfo.go (NewRequestInfo), as far as authorisation looks at it
 * Reads: nothing
 * Writes: nothing
 * Omits: the watches behind a reflector, which are no requests here
 */
import { splitName } from '#machine/objects'
import type { ApiRequest } from '#machine/request'
import { apiGroupOf } from '../group-resource.js'
import type { ResourceAttributes, UserInfo } from './types.js'

/** Verbs whose URLs end with a resource. */
const nameless: ReadonlySet<string> = new Set(['list', 'deletecollection'])

/** What a request is about, to those who decide whether it may be made. */
export function attributesOf(user: UserInfo, { verb, resource, subresource, key }: ApiRequest, namespaced: boolean): ResourceAttributes {
  const isNameless = nameless.has(verb) || (verb === 'create' && subresource === undefined)
  const target = splitName(key)
  const name = isNameless ? '' : target.name
  // Where no object is named, the key is a namespace, or a new object's full name.
  const home = !namespaced ? '' : isNameless && !key.includes('/') ? key : target.namespace
  return {
    user, verb, apiGroup: apiGroupOf(resource), resource, name,
    ...(subresource === undefined ? {} : { subresource }),
    // A namespace is in itself.
    namespace: resource === 'namespaces' ? name : home,
  }
}
