/**
 * Models: pkg/registry/rbac/validation/rule.go (appliesTo, describeSubject), apiserver/pkg/authentication/serviceaccount/util.go
 * Reads: nothing (it is handed bindings and a user)
 * Writes: nothing
 * Omits: nothing
 */
import { groupKey, serviceAccountUser, userKey } from '#machine/binding-subjects'
import type { Subject, UserInfo } from './types.js'

/** `namespace` is that of the binding, `''` for one of the whole cluster: ServiceAccounts without a namespace are there. */
export function appliesToUser({ name, groups }: UserInfo, subject: Subject, namespace: string): boolean {
  switch (subject.kind) {
    case 'User': return name === subject.name
    case 'Group': return groups.includes(subject.name)
    case 'ServiceAccount': {
      const home = (subject.namespace ?? '') === '' ? namespace : subject.namespace ?? ''
      return home !== '' && name === serviceAccountUser(home, subject.name)
    }
    default: return false
  }
}

/** The first subject of a binding that the user is. */
export const subjectOf = (user: UserInfo, subjects: readonly Subject[], namespace: string): Subject | undefined =>
  subjects.find((subject) => appliesToUser(user, subject, namespace))

/** Upstream's words, name before namespace. */
export function describeSubject({ kind, name, namespace = '' }: Subject, bindingNamespace: string): string {
  if (kind !== 'ServiceAccount') return `${kind} "${name}"`
  return `${kind} "${name}/${namespace === '' ? bindingNamespace : namespace}"`
}

/** Under which the bindings of a user are found. */
export const userKeys = ({ name, groups }: UserInfo): readonly string[] => [userKey(name), ...[...new Set(groups)].map(groupKey)]
