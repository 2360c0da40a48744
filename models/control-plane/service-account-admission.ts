/**
 * Models: plugin/pkg/admission/serviceaccount/admission.go (Admit, Validate)
 * Reads: store
 * Writes: nothing
 * Omits: the second and more that upstream waits for the account `default`; that the name of the token's volume is random; the
 *   subresource ephemeralcontainers
 */
import type { Container, Pod, PodSpec, ServiceAccount, Status, Volume, VolumeMount } from '#api/types'
import { forbiddenStatus, notFoundStatus } from '#api/status'
import type { Cells } from '#kernel/cells'
import { objectKey } from '#machine/objects'
import { enforcesMountableSecrets, referencesSecrets, secretRefusal } from './mountable-secrets.js'

export const tokenPath = '/var/run/secrets/kubernetes.io/serviceaccount'

const volumePrefix = 'kube-api-access-'

const tokenVolume: Volume = {
  name: `${volumePrefix}0`,
  projected: {
    defaultMode: 0o644,
    sources: [
      { serviceAccountToken: { path: 'token', expirationSeconds: 3607 } },
      { configMap: { name: 'kube-root-ca.crt', items: [{ key: 'ca.crt', path: 'ca.crt' }] } },
      { downwardAPI: { items: [{ path: 'namespace', fieldRef: { apiVersion: 'v1', fieldPath: 'metadata.namespace' } }] } },
    ],
  },
}

const isMirror = ({ metadata: { annotations = {} } }: Pod): boolean => annotations['kubernetes.io/config.mirror'] !== undefined

const accountOf = ({ spec: { serviceAccountName = '' } }: Pod): string =>
  (serviceAccountName === '' ? 'default' : serviceAccountName)

function refused({ metadata: { name = '', generateName = '' } }: Pod, why: string | undefined): Status | undefined {
  if (why === undefined) return undefined
  return forbiddenStatus('pods', name !== '' ? name : generateName !== '' ? generateName : 'Unknown', why)
}

function mirrorRefusal(pod: Pod): Status | undefined {
  if ((pod.spec.serviceAccountName ?? '') !== '') return refused(pod, 'a mirror pod may not reference service accounts')
  if (referencesSecrets(pod.spec)) return refused(pod, 'a mirror pod may not reference secrets')
  const projectsToken = (pod.spec.volumes ?? []).some(({ projected }) =>
    ((projected?.sources ?? []) as readonly object[]).some((source) => 'serviceAccountToken' in source)) // projected sources
  return projectsToken ? refused(pod, 'a mirror pod may not use ServiceAccountToken volume projections') : undefined
}

/** Why the pod may not be created. `named`: a missing account `default` is let through, which is made with its namespace. */
export function accountRefusal(cells: Cells, pod: Pod, which: 'all' | 'named' = 'all'): Status | undefined {
  if (isMirror(pod)) return which === 'all' ? mirrorRefusal(pod) : undefined
  const name = accountOf(pod)
  if (which === 'named' && name === 'default') return undefined
  const { namespace } = pod.metadata
  const account = cells.read(objectKey('serviceaccounts', `${namespace}/${name}`))
  if (account === undefined) {
    const missing = notFoundStatus('serviceaccount', name).message ?? ''
    return refused(pod, `error looking up service account ${namespace}/${name}: ${missing}`)
  }
  return enforcesMountableSecrets(account) ? refused(pod, secretRefusal(account, pod.spec)) : undefined
}

/** The pod's word counts before its account's; else tokens are mounted. */
export const mountsToken = (spec: PodSpec, { automountServiceAccountToken }: ServiceAccount): boolean =>
  spec.automountServiceAccountToken ?? automountServiceAccountToken ?? true

const isAtTokenPath = ({ mountPath }: VolumeMount): boolean => mountPath === tokenPath

function withMount<C extends Container>(containers: readonly C[], name: string): readonly C[] {
  const mount: VolumeMount = { name, readOnly: true, mountPath: tokenPath }
  return containers.map((container) => (container.volumeMounts?.some(isAtTokenPath) === true ? container
    : { ...container, volumeMounts: [...container.volumeMounts ?? [], mount] }))
}

/** The token's volume, in every container that mounts nothing there. */
export function withToken(spec: PodSpec): PodSpec {
  const own = spec.volumes?.find(({ name }) => name.startsWith(volumePrefix))
  const name = own?.name ?? tokenVolume.name
  const { initContainers = [], containers } = spec
  const isNeeded = [...initContainers, ...containers].some(({ volumeMounts = [] }) => !volumeMounts.some(isAtTokenPath))
  if (!isNeeded) return spec
  return {
    ...spec,
    ...(initContainers.length === 0 ? {} : { initContainers: withMount(initContainers, name) }),
    containers: withMount(containers, name),
    ...(own === undefined ? { volumes: [...spec.volumes ?? [], tokenVolume] } : {}),
  }
}

/** The spec of a pod as the plugin leaves it. */
export function withAccount(spec: PodSpec, account: ServiceAccount): PodSpec {
  const name = (spec.serviceAccountName ?? '') === '' ? 'default' : spec.serviceAccountName ?? ''
  const named = spec.serviceAccountName === name && spec.serviceAccount === name ? spec
    : { ...spec, serviceAccountName: name, serviceAccount: name }
  const mounted = mountsToken(spec, account) ? withToken(named) : named
  const secrets = account.imagePullSecrets ?? []
  return (spec.imagePullSecrets ?? []).length > 0 || secrets.length === 0 ? mounted
    : { ...mounted, imagePullSecrets: secrets.map((secret) => (secret.name === undefined ? {} : { name: secret.name })) }
}

// A cache of a pure function of immutable objects.
const seeing = new WeakMap<PodSpec, boolean>()

/** Whether it makes a difference to the pod that it has a token: its containers speak of the place, or it asks for one. */
export function seesToken(spec: PodSpec): boolean {
  let sees = seeing.get(spec)
  if (sees === undefined) {
    sees = JSON.stringify([spec.initContainers, spec.containers]).includes(tokenPath)
      || (spec.volumes ?? []).some(({ projected }) => JSON.stringify(projected?.['sources'] ?? []).includes('serviceAccountToken'))
    seeing.set(spec, sees)
  }
  return sees
}

// A cache of a pure function: the pods of one template share a spec, before and after.
const furnished = new WeakMap<PodSpec, WeakMap<ServiceAccount, PodSpec>>()

/** A new pod with all that its ServiceAccount gives it. Mirror pods stay as they are, or their kubelet would not know them. */
export function furnish(cells: Cells, pod: Pod): Pod {
  if (isMirror(pod)) return pod
  const account = cells.read(objectKey('serviceaccounts', `${pod.metadata.namespace}/${accountOf(pod)}`))
  if (account === undefined) return pod
  let byAccount = furnished.get(pod.spec)
  if (byAccount === undefined) furnished.set(pod.spec, byAccount = new WeakMap())
  let spec = byAccount.get(account)
  if (spec === undefined) byAccount.set(account, spec = withAccount(pod.spec, account))
  return spec === pod.spec ? pod : { ...pod, spec }
}
