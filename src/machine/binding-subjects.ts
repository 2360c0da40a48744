/**
 * Under which names bindings of roles are found: those of the users and groups that they are for.
 * A ServiceAccount is a user, too.
 */

const userPrefix = 'system:serviceaccount:'

/** The user that a ServiceAccount is: `system:serviceaccount:default/web`, with a colon. */
export const serviceAccountUser = (namespace: string, name: string): string => `${userPrefix}${namespace}:${name}`

/** `namespace/name` of the ServiceAccount that a user is; `undefined` where it is none. */
export function serviceAccountOf(user: string): string | undefined {
  if (!user.startsWith(userPrefix)) return undefined
  const [namespace = '', name = '', ...more] = user.slice(userPrefix.length).split(':')
  return namespace === '' || name === '' || more.length > 0 ? undefined : `${namespace}/${name}`
}

/** A part of a key must not hold a bar. */
const safe = (text: string): string => text.replace(/[%|]/g, (one) => (one === '|' ? '%7C' : '%25'))

export const userKey = (name: string): string => `User:${safe(name)}`

export const groupKey = (name: string): string => `Group:${safe(name)}`

interface Subject {
  readonly kind: string
  readonly name: string
  readonly namespace?: string
}

/** One for each subject of a binding in `namespace` (`''`: of the whole cluster), none twice. */
export const subjectKeys = (subjects: readonly Subject[], namespace: string): readonly string[] => [...new Set(
  subjects.flatMap(({ kind, name, namespace: own = '' }) => {
    if (kind === 'User') return [userKey(name)]
    if (kind === 'Group') return [groupKey(name)]
    const home = own === '' ? namespace : own
    return kind === 'ServiceAccount' && home !== '' ? [userKey(serviceAccountUser(home, name))] : []
  }))]
