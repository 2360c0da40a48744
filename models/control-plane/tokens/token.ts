/**
 * Models: pkg/serviceaccount/claims.go (Claims), apiserver/pkg/authentication/serviceaccount/util.go (ServiceAccountInfo.UserInfo)
 * Reads: nothing (it is handed the objects)
 * Writes: nothing
 * Omits: signatures: a token is a value, and nobody makes one up. Audit annotations
 */
import { serviceAccountUser } from '#machine/binding-subjects'
import type { Ref, Token, TokenTimes } from '#machine/token'
import type { UserInfo } from '../rbac/types.js'

/** Whom tokens are for that name nobody: kubeadm's API servers. */
export const apiAudiences: readonly string[] = ['https://kubernetes.default.svc.cluster.local']

/** What a token can be bound to; a pod's token names its node, too. */
export interface BoundTo {
  readonly pod?: Ref
  readonly secret?: Ref
  readonly node?: Ref
}

const warnAt = (now: number, seconds: number): { readonly warnAfter?: number } =>
  (seconds === 0 ? {} : { warnAfter: now + seconds })

export const timesFrom = (now: number, expirationSeconds: number, warnAfter = 0): TokenTimes =>
  ({ issuedAt: now, notBefore: now, expiry: now + expirationSeconds, ...warnAt(now, warnAfter) })

/** Throws where a token would be bound to two kinds of objects: a caller's mistake. */
export function claims(
  namespace: string, serviceAccount: Ref, { pod, secret, node }: BoundTo, audiences: readonly string[], times?: TokenTimes,
): Token {
  if (secret !== undefined && (node !== undefined || pod !== undefined)) {
    throw new Error('internal error, token can only be bound to one object type')
  }
  return {
    namespace, serviceAccount, audiences,
    ...(pod === undefined ? {} : { pod }), ...(secret === undefined ? {} : { secret }), ...(node === undefined ? {} : { node }),
    ...(times === undefined ? {} : { times }),
  }
}

/** The groups of every ServiceAccount of a namespace. */
export const serviceAccountGroups = (namespace: string): readonly string[] =>
  ['system:serviceaccounts', `system:serviceaccounts:${namespace}`]

const extraPrefix = 'authentication.kubernetes.io/'

/** Who somebody is that shows this token, once it was found valid. */
export function userOf({ namespace, serviceAccount: { name, uid }, pod, node, id }: Token): UserInfo {
  const extra: Readonly<Record<string, readonly string[]>> = {
    ...(pod === undefined ? {} : { [`${extraPrefix}pod-name`]: [pod.name], [`${extraPrefix}pod-uid`]: [pod.uid] }),
    ...(id === undefined ? {} : { [`${extraPrefix}credential-id`]: [`JTI=${id}`] }),
    ...(node === undefined ? {} : { [`${extraPrefix}node-name`]: [node.name] }),
    ...(node === undefined || node.uid === '' ? {} : { [`${extraPrefix}node-uid`]: [node.uid] }),
  }
  const groups = [...serviceAccountGroups(namespace), 'system:authenticated']
  const user = { name: serviceAccountUser(namespace, name), uid, groups }
  return Object.keys(extra).length === 0 ? user : { ...user, extra }
}
