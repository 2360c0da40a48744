/**
 * Models: pkg/kubelet/images/pullmanager/image_pull_manager.go (MustAttemptImagePull, mergePulledRecord),
 *   image_pull_policies.go (NeverVerifyPreloadedImages, the default of the gate KubeletEnsureSecretPulledImages),
 *   pkg/credentialprovider (the keyring of a pod's imagePullSecrets)
 * Reads: images, store
 * Writes: nothing
 * Omits: credential providers and service accounts that pull; wildcards of hosts; credentials of the node itself; secrets as
 *   the kubelet has them in its cache (they are read as the API has them)
 */
import type { Json, Pod, Secret } from '#api/types'
import { imageTag } from '#api/images'
import { key, type Cells, type Key } from '#kernel/cells'
import { objectKey } from '#machine/objects'
import { withDefaultTag } from './image-decision.js'

/** A secret that an image was pulled with. */
export interface PullSecret {
  readonly uid: string
  readonly namespace: string
  readonly name: string
  /** Of the credentials in it; empty where none could be made. */
  readonly hash: string
}

/** Who may use an image without asking its registry: everybody on the node, or whoever has such a secret. */
export interface Credentials {
  readonly nodePodsAccessible?: boolean
  readonly secrets?: readonly PullSecret[]
  readonly serviceAccounts?: readonly Omit<PullSecret, 'hash'>[]
}

/** ImagePulledRecord: by the image's name without tag and digest. */
export type PulledRecord = Readonly<Record<string, Credentials>>

export type VerificationPolicy = 'NeverVerify' | 'NeverVerifyPreloadedImages' | 'AlwaysVerify'

export interface PullKnown {
  readonly isPresent: boolean
  readonly record?: PulledRecord | undefined
  /** A pull was begun, and nothing is known of its end. */
  readonly intent?: boolean
}

/** trimImageTagDigest. */
export function withoutTag(image: string): string {
  const [name = image] = image.split('@')
  const tag = imageTag(image)
  return tag !== '' && name.endsWith(`:${tag}`) ? name.slice(0, -tag.length - 1) : name
}

/** MustAttemptImagePull: whether the registry has to be asked although the image may be there. */
export function mustAttemptImagePull(
  image: string, { isPresent, record, intent = false }: PullKnown, policy: VerificationPolicy,
  credentials: () => {
    readonly secrets: readonly PullSecret[]; readonly serviceAccount?: Omit<PullSecret, 'hash'> | undefined
  },
): boolean {
  if (!isPresent) return true
  const isPulledByKubelet = record !== undefined || intent
  if (policy === 'NeverVerify' || (policy === 'NeverVerifyPreloadedImages' && !isPulledByKubelet)) return false
  const known = record?.[withoutTag(image)]
  if (known === undefined) return true
  if (known.nodePodsAccessible === true) return false
  const { secrets = [], serviceAccounts = [] } = known
  if (secrets.length === 0 && serviceAccounts.length === 0) return true
  const { secrets: own, serviceAccount } = credentials()
  const isKnown = own.some((mine) => secrets.some((one) =>
    (one.hash !== '' && one.hash === mine.hash) || isSame(one, mine)))
  return !isKnown && !(serviceAccount !== undefined && serviceAccounts.some((one) => isSame(one, serviceAccount)))
}

const isSame = (a: Omit<PullSecret, 'hash'>, b: Omit<PullSecret, 'hash'>): boolean =>
  a.uid === b.uid && a.namespace === b.namespace && a.name === b.name

/** An image was pulled with that secret: whoever has it may use the image from now on. */
export function recordPulled(record: PulledRecord | undefined, image: string, secret: PullSecret): PulledRecord {
  const name = withoutTag(image)
  const others = (record?.[name]?.secrets ?? []).filter((one) => !isSame(one, secret))
  return { ...record, [name]: { secrets: [...others, secret] } }
}

/** What the kubelet keeps on disk of pulls with secrets. An image without a record may be used by everybody. */
export const pulledRecordKey = (node: string, image: string): Key<PulledRecord> => key('images', node, image)

/** Whether the registry has to be asked for an image that is on the node, given a pod's secrets for it. */
export const mustVerifyOn = (cells: Cells, node: string, image: string, secrets: readonly PullSecret[]): boolean =>
  mustAttemptImagePull(image, { isPresent: true, record: cells.read(pulledRecordKey(node, withDefaultTag(image))) },
    'NeverVerifyPreloadedImages', () => ({ secrets }))

const hostOf = (image: string): string => {
  const [first = '', ...rest] = image.split('/')
  const isHost = rest.length > 0 && (/[.:]/.test(first) || first === 'localhost')
  return isHost ? first : 'docker.io'
}

/** The pod's secrets that hold credentials for the image's registry, in their order. */
export function pullSecretsFor(cells: Cells, { metadata, spec }: Pod, image: string): readonly PullSecret[] {
  return (spec.imagePullSecrets ?? []).flatMap(({ name = '' }) => {
    const secret: Secret | undefined = cells.read(objectKey('secrets', `${metadata.namespace}/${name}`))
    const entry = secret === undefined ? undefined : entryFor(secret, hostOf(image))
    return secret === undefined || entry === undefined
      ? []
      : [{ uid: secret.metadata.uid, namespace: metadata.namespace, name, hash: entry }]
  })
}

const dockerHub = ['docker.io', 'index.docker.io', 'registry-1.docker.io']

/** What a secret says of a registry, as it stands there. */
function entryFor(secret: Secret, host: string): string | undefined {
  for (const [registry, entry] of Object.entries(authsIn(secret))) {
    const [name = ''] = registry.replace(/^https?:\/\//, '').split('/')
    if (name === host || (host === 'docker.io' && dockerHub.includes(name))) return JSON.stringify(entry)
  }
  return undefined
}

// A cache of a pure function of an immutable object.
const parsed = new WeakMap<Secret, Readonly<Record<string, Json>>>()

function authsIn(secret: Secret): Readonly<Record<string, Json>> {
  const known = parsed.get(secret)
  if (known !== undefined) return known
  const data = (secret as { readonly data?: Readonly<Record<string, string>> }).data ?? {} // as validated
  const text = data['.dockerconfigjson'] ?? data['.dockercfg']
  let auths: Readonly<Record<string, Json>> = {}
  try {
    const json = text === undefined ? {} : JSON.parse(atob(text)) as { readonly auths?: Readonly<Record<string, Json>> }
    auths = json.auths ?? (data['.dockercfg'] === undefined ? {} : json as Readonly<Record<string, Json>>)
  } catch {
    auths = {} // what is no JSON holds no credentials
  }
  parsed.set(secret, auths)
  return auths
}
