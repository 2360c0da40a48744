/**
 * Models: pkg/controller/serviceaccount/tokens_controller.go (syncServiceAccount, syncSecret, generateTokenIfNeeded,
 *   removeSecretReference), pkg/serviceaccount/legacy.go (LegacyClaims)
 * Reads: nothing (it is handed the objects)
 * Writes: nothing
 * Omits: the token's text: what stands for it names its ServiceAccount and secret
 */
import type { Secret, ServiceAccount } from '#api/types'
import type { Ref } from '#machine/token'

export const tokenSecretType = 'kubernetes.io/service-account-token'

const nameKey = 'kubernetes.io/service-account.name'
const uidKey = 'kubernetes.io/service-account.uid'

/** The ServiceAccount that a secret is a token for; `uid` is `''` where it names any of that name. */
export function accountOf({ type, metadata: { annotations = {} } }: Secret): Ref | undefined {
  const name = annotations[nameKey] ?? ''
  return type !== tokenSecretType || name === '' ? undefined : { name, uid: annotations[uidKey] ?? '' }
}

const isSame = ({ name, uid }: Ref, { metadata }: ServiceAccount): boolean =>
  name === metadata.name && (uid === '' || uid === metadata.uid)

/** Whether the secret is a token for this very account (IsServiceAccountToken). */
export function isTokenOf(secret: Secret, account: ServiceAccount): boolean {
  const ref = accountOf(secret)
  return ref !== undefined && isSame(ref, account)
}

/** The secrets to be deleted with an account that is gone, each by its uid. */
export const orphanedTokens = (gone: ServiceAccount, secrets: readonly Secret[]): readonly Secret[] =>
  secrets.filter((secret) => isTokenOf(secret, gone))

/** What must be done about one secret. */
export type SecretAction =
  | { readonly is: 'nothing' }
  /** With its uid as a precondition; NotFound and Conflict are as good as done. */
  | { readonly is: 'delete' }
  /** The secret as it is read anew, changed; nothing where it has changed meanwhile. */
  | { readonly is: 'update'; readonly secret: Secret }

const base64 = (text: string): string => btoa(text)

/** What stands for the token of a secret, which never expires. */
export const tokenText = ({ metadata: { namespace, name, uid } }: Secret, account: ServiceAccount): string =>
  `${namespace}/${account.metadata.name} ${account.metadata.uid}, by ${name} ${uid}`

/** `rootCA` is `''` where none is configured. `account`: the newest of the name (and uid, if any) that the secret says. */
export function decideSecret(secret: Secret, account: ServiceAccount | undefined, rootCA: string): SecretAction {
  const ref = accountOf(secret)
  if (ref === undefined) return { is: 'nothing' }
  if (account === undefined || !isSame(ref, account)) return { is: 'delete' }
  const { data = {}, metadata } = secret
  const needs = {
    ...(rootCA !== '' && data['ca.crt'] !== base64(rootCA) ? { 'ca.crt': base64(rootCA) } : {}),
    ...((data['namespace'] ?? '') === '' ? { namespace: base64(metadata.namespace) } : {}),
    ...((data['token'] ?? '') === '' ? { token: base64(tokenText(secret, account)) } : {}),
  }
  if (Object.keys(needs).length === 0) return { is: 'nothing' }
  const annotations = { ...metadata.annotations, [nameKey]: account.metadata.name, [uidKey]: account.metadata.uid }
  return { is: 'update', secret: { ...secret, data: { ...data, ...needs }, metadata: { ...metadata, annotations } } }
}

/** The account without a secret that is gone, of which it spoke; `undefined` where it need not change. */
export function withoutReference(account: ServiceAccount | undefined, ref: Ref, secret: string): ServiceAccount | undefined {
  if (account === undefined || !isSame(ref, account)) return undefined
  const { secrets = [] } = account
  return secrets.some(({ name }) => name === secret) ? { ...account, secrets: secrets.filter(({ name }) => name !== secret) } : undefined
}
