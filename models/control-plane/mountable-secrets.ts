/**
 * Models: plugin/pkg/admission/serviceaccount/admission.go (limitSecretReferences), pkg/api/pod/util.go (VisitPodSecretNames)
 * Reads: nothing (it is handed a pod's spec and a ServiceAccount)
 * Writes: nothing
 * Omits: the flag that limits every account
 */
import type { Container, PodSpec, ServiceAccount, Volume } from '#api/types'

/** strconv.ParseBool */
const truths: ReadonlySet<string> = new Set(['1', 't', 'T', 'true', 'TRUE', 'True'])

export const enforcesMountableSecrets = ({ metadata: { annotations = {} } }: ServiceAccount): boolean =>
  truths.has(annotations['kubernetes.io/enforce-mountable-secrets'] ?? '')

interface Reference {
  readonly secret: string
  /** Where it stands, in upstream's words. */
  readonly where: string
}

const inContainer = (kind: string, { name, env = [], envFrom = [] }: Container): readonly Reference[] => [
  ...env.flatMap(({ name: variable, valueFrom }) => (valueFrom?.secretKeyRef === undefined ? []
    : [{ secret: valueFrom.secretKeyRef.name ?? '', where: `${kind} ${name} with envVar ${variable} referencing` }])),
  ...envFrom.flatMap(({ secretRef }) => (secretRef === undefined ? []
    : [{ secret: secretRef.name ?? '', where: `${kind} ${name} with envFrom referencing` }])),
]

const textIn = (value: unknown, member: string): string => {
  const found = typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>)[member] : undefined // JSON
  return typeof found === 'string' ? found : ''
}

/** Why the pod may not use these secrets, the first that its account does not list; `undefined` where it may. */
export function secretRefusal(account: ServiceAccount, spec: PodSpec): string | undefined {
  const { metadata: { name }, secrets = [], imagePullSecrets: pull = [] } = account
  const references = [
    ...(spec.volumes ?? []).flatMap(({ secret }) => (secret === undefined ? []
      : [{ secret: textIn(secret, 'secretName'), where: 'volume with' }])),
    ...(spec.initContainers ?? []).flatMap((container) => inContainer('init container', container)),
    ...spec.containers.flatMap((container) => inContainer('container', container)),
  ]
  const wrong = references.find(({ secret }) => !secrets.some((one) => one.name === secret))
  if (wrong !== undefined) {
    return `${wrong.where} secret.secretName="${wrong.secret}" is not allowed because service account ${name} ` +
      'does not reference that secret'
  }
  const wanted = spec.imagePullSecrets ?? []
  const index = wanted.findIndex((secret) => !pull.some((one) => one.name === secret.name))
  return index < 0 ? undefined : `imagePullSecrets[${index}].name="${wanted[index]?.name ?? ''}" is not allowed because ` +
    `service account ${name} does not reference that imagePullSecret`
}

/** Sources with a secret's reference of their own, and the member that holds it. */
const referring = {
  cephfs: 'secretRef', cinder: 'secretRef', flexVolume: 'secretRef', rbd: 'secretRef', scaleIO: 'secretRef', iscsi: 'secretRef',
  storageos: 'secretRef', csi: 'nodePublishSecretRef',
} as const

const referringSources = Object.keys(referring) as readonly (keyof typeof referring)[] // its own keys

function volumeSecrets(volume: Volume): readonly string[] {
  const projected = (volume.projected?.sources ?? []) as readonly object[] // projected sources
  return [
    textIn(volume.azureFile, 'secretName'), textIn(volume.secret, 'secretName'),
    ...projected.flatMap((source) => ('secret' in source ? [textIn(source.secret, 'name')] : [])),
    ...referringSources.map((source) =>
      textIn((volume[source] as Readonly<Record<string, unknown>> | undefined)?.[referring[source]], 'name')), // JSON
  ]
}

/** Whether anything in the spec names a secret. */
export function referencesSecrets(spec: PodSpec): boolean {
  const containers = [...spec.initContainers ?? [], ...spec.containers, ...spec.ephemeralContainers ?? []]
  return [
    ...(spec.imagePullSecrets ?? []).map(({ name = '' }) => name),
    ...containers.flatMap((container) => inContainer('', container).map(({ secret }) => secret)),
    ...(spec.volumes ?? []).flatMap(volumeSecrets),
  ].some((name) => name !== '')
}
