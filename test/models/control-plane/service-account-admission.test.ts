/** Rows of plugin/pkg/admission/serviceaccount/admission_test.go. */
import { describe, expect, it } from 'vitest'
import type { Pod, PodSpec, ServiceAccount, Status } from '#api/types'
import { objectKey } from '#machine/objects'
import { accountRefusal, furnish, tokenPath, withAccount, withToken } from '#models/control-plane/service-account-admission'
import { podStrategy } from '#models/control-plane/pod-strategy'
import { pod, Server } from './requests.js'

const account = (more: object = {}, annotations?: object): ServiceAccount => ({
  apiVersion: 'v1', kind: 'ServiceAccount', ...more,
  metadata: { name: 'default', namespace: 'shop', uid: '', ...(annotations === undefined ? {} : { annotations }) },
} as ServiceAccount) // written by hand

const enforcing = (more: object = {}) => account(more, { 'kubernetes.io/enforce-mountable-secrets': 'true' })

const container = (more: object = {}) => ({ name: 'container-1', image: 'a', ...more })

const podOf = (spec: object, metadata: object = {}): Pod => pod({ name: 'myname', ...metadata }, { containers: [container()], ...spec }) as Pod

const specOf = (spec: object): PodSpec => podOf(spec).spec

const refusal = (accounts: readonly ServiceAccount[], one: Pod): Status | undefined => {
  let status: Status | undefined
  new Server().world.perform((cells) => {
    for (const each of accounts) cells.write(objectKey('serviceaccounts', `shop/${each.metadata.name}`), each)
    status = accountRefusal(cells, one)
  })
  return status
}

const mirror = { annotations: { 'kubernetes.io/config.mirror': 'true' } }
const forbidden = (why: string): string => `pods "myname" is forbidden: ${why}`
const key = { name: 'env-1', valueFrom: { secretKeyRef: { name: 'foo', key: 'a' } } }
const from = { secretRef: { name: 'foo' } }

describe('A pod', () => {
  it.each([
    ['without an account has default, where that is (TestFetchesUncachedServiceAccount)', podOf({}), [account()], undefined],
    ['is refused without its account (TestDeniesInvalidServiceAccount)', podOf({}), [],
      'error looking up service account shop/default: serviceaccount "default" not found'],
    ['is refused without the account that it names', podOf({ serviceAccountName: 'web' }), [account()],
      'error looking up service account shop/web: serviceaccount "web" not found'],
    ['of the kubelet needs none (TestIgnoresMirrorPod)', podOf({}, mirror), [], undefined],
    ['of the kubelet names no account (TestRejectsMirrorPodWithServiceAccount)', podOf({ serviceAccountName: 'default' }, mirror), [account()],
      'a mirror pod may not reference service accounts'],
    ['of the kubelet has no secret as a volume (TestRejectsMirrorPodWithSecretVolumes)',
      podOf({ volumes: [{ name: 'a', secret: { secretName: 'mysecret' } }] }, mirror), [], 'a mirror pod may not reference secrets'],
    ['of the kubelet has none projected', podOf({ volumes: [{ name: 'a', projected: { sources: [{ secret: { name: 's' } }] } }] }, mirror), [],
      'a mirror pod may not reference secrets'],
    ['of the kubelet has none in its environment', podOf({ containers: [container({ env: [key] })] }, mirror), [], 'a mirror pod may not reference secrets'],
    ['of the kubelet has none of CSI', podOf({ volumes: [{ name: 'a', csi: { driver: 'd', nodePublishSecretRef: { name: 's' } } }] }, mirror), [],
      'a mirror pod may not reference secrets'],
    ['of the kubelet has no token (TestRejectsMirrorPodWithServiceAccountTokenVolumeProjections)',
      podOf({ volumes: [{ name: 'a', projected: { sources: [{ serviceAccountToken: { path: 't' } }] } }] }, mirror), [],
      'a mirror pod may not use ServiceAccountToken volume projections'],
  ] as const)('%s', (_, one, accounts, wanted) => {
    const status = refusal(accounts, one)
    expect(status?.message).toBe(wanted === undefined ? undefined : forbidden(wanted))
    if (status !== undefined) expect([status.code, status.reason]).toEqual([403, 'Forbidden'])
  })

  it('that has no name yet is told by what its name is made of', () => {
    const unnamed = podOf({ serviceAccountName: 'web' }, { name: '', generateName: 'web-' })
    expect(refusal([], unnamed)?.message).toContain('pods "web-" is forbidden: ')
  })
})

const listed = { secrets: [{ name: 'foo' }] }
const secretVolume = { volumes: [{ name: 'a', secret: { secretName: 'foo' } }] }
const not = 'referencing secret.secretName="foo" is not allowed because service account default does not reference that secret'

const limited: readonly (readonly [string, ServiceAccount, object, string | undefined])[] = [
  ['a volume', enforcing(), secretVolume,
    'volume with secret.secretName="foo" is not allowed because service account default does not reference that secret'],
  ['a variable', enforcing(), { containers: [container({ env: [key] })] }, `container container-1 with envVar env-1 ${not}`],
  ['all variables', enforcing(), { containers: [container({ envFrom: [from] })] }, `container container-1 with envFrom ${not}`],
  ["an init container's variable", enforcing(), { initContainers: [container({ env: [key] })] }, `init container container-1 with envVar env-1 ${not}`],
  ["all of an init container's", enforcing(), { initContainers: [container({ envFrom: [from] })] }, `init container container-1 with envFrom ${not}`],
  ['images', enforcing(), { imagePullSecrets: [{ name: 'foo' }] },
    'imagePullSecrets[0].name="foo" is not allowed because service account default does not reference that imagePullSecret'],
  ['a volume, listed', enforcing(listed), secretVolume, undefined],
  ['a variable, listed', enforcing(listed), { containers: [container({ env: [key] })] }, undefined],
  ['all variables, listed', enforcing(listed), { containers: [container({ envFrom: [from] })] }, undefined],
  ["an init container's variable, listed", enforcing(listed), { initContainers: [container({ env: [key] })] }, undefined],
  ["all of an init container's, listed", enforcing(listed), { initContainers: [container({ envFrom: [from] })] }, undefined],
  ['images, listed', enforcing({ imagePullSecrets: [{ name: 'foo' }] }), { imagePullSecrets: [{ name: 'foo' }] }, undefined],
  ['a volume, of an account that does not mind', account(), secretVolume, undefined],
  ['a volume, of an account that says false', account({}, { 'kubernetes.io/enforce-mountable-secrets': 'false' }), secretVolume, undefined],
]

describe('An account that limits secrets (TestAllows…, TestRejectsUnreferenced…): one for', () => {
  it.each(limited)('%s', (_, one, spec, wanted) => {
    expect(refusal([one], podOf(spec))?.message).toBe(wanted === undefined ? undefined : forbidden(wanted))
  })
})

const mount = { name: 'kube-api-access-0', readOnly: true, mountPath: '/var/run/secrets/kubernetes.io/serviceaccount' }
const custom = { name: 'my-custom-mount', readOnly: false, mountPath: mount.mountPath }

describe('The volume with the token', () => {
  it('has the token, the certificate and the namespace (TestAssignsDefaultServiceAccountAndBoundTokenWithNoSecretTokens)', () => {
    const spec = withAccount(specOf({}), account())
    expect(spec).toMatchObject({ serviceAccountName: 'default', serviceAccount: 'default' })
    expect(spec.volumes).toEqual([{ name: mount.name, projected: { defaultMode: 0o644, sources: [
      { serviceAccountToken: { expirationSeconds: 3607, path: 'token' } },
      { configMap: { name: 'kube-root-ca.crt', items: [{ key: 'ca.crt', path: 'ca.crt' }] } },
      { downwardAPI: { items: [{ path: 'namespace', fieldRef: { apiVersion: 'v1', fieldPath: 'metadata.namespace' } }] } },
    ] } }])
    expect(spec.containers[0]?.volumeMounts).toEqual([mount])
  })

  it('is in every container and init container (TestAutomountsAPIToken)', () => {
    const spec = withToken(specOf({ initContainers: [container()], containers: [container(), container()] }))
    expect([...spec.initContainers ?? [], ...spec.containers].map(({ volumeMounts }) => volumeMounts)).toEqual([[mount], [mount], [mount]])
  })

  it('is not where something is mounted there already, nor in the pod that needs it nowhere (TestRespectsExistingMount)', () => {
    const taken = specOf({ initContainers: [container({ volumeMounts: [custom] })], containers: [container({ volumeMounts: [custom] })] })
    expect(withToken(taken)).toBe(taken)
    const half = withToken(specOf({ containers: [container({ volumeMounts: [custom] }), container()] }))
    expect(half.containers.map(({ volumeMounts }) => volumeMounts)).toEqual([[custom], [mount]])
    expect(half.volumes).toHaveLength(1)
  })

  it('is the one that the pod has, where it has one', () => {
    const own = { name: 'kube-api-access-abc', emptyDir: {} }
    const spec = withToken(specOf({ volumes: [own] }))
    expect([spec.volumes, spec.containers[0]?.volumeMounts]).toEqual([[own], [{ ...mount, name: own.name }]])
  })

  it.each([
    [undefined, undefined, true], [undefined, true, true], [undefined, false, false],
    [true, undefined, true], [true, false, true], [false, undefined, false], [false, true, false],
  ])('is there where the pod says %s and its account %s: %s', (said, byAccount, wanted) => {
    const spec = specOf(said === undefined ? {} : { automountServiceAccountToken: said })
    const furnished = withAccount(spec, account(byAccount === undefined ? {} : { automountServiceAccountToken: byAccount }))
    expect(furnished.volumes !== undefined).toBe(wanted)
  })
})

describe('The secrets for images', () => {
  const two = { imagePullSecrets: [{ name: 'foo' }, { name: 'bar' }] }

  it("are the account's where the pod has none (TestAddImagePullSecrets)", () => {
    expect(withAccount(specOf({}), account(two)).imagePullSecrets).toEqual([{ name: 'foo' }, { name: 'bar' }])
  })

  it("are the pod's where it has some (TestDoNotAddImagePullSecrets)", () => {
    expect(withAccount(specOf({ imagePullSecrets: [{ name: 'foo' }] }), account(two)).imagePullSecrets).toEqual([{ name: 'foo' }])
  })
})

describe('The API server', () => {
  const create = (body: object) => ({ verb: 'create', resource: 'pods', key: 'shop', body } as const)

  it('refuses a pod whose account is missing', () => {
    expect(new Server().refusal(create(pod({ name: 'web' }, { serviceAccountName: 'web' })))).toBe(
      'Forbidden pods "web" is forbidden: error looking up service account shop/web: serviceaccount "web" not found')
  })

  it('takes a pod whose account is there, and one without any', () => {
    const server = new Server()
    server.must({ verb: 'create', resource: 'serviceaccounts', key: 'shop', body: { ...account(), metadata: { name: 'web', namespace: 'shop' } } })
    expect(server.refusal(create(pod({ name: 'web' }, { serviceAccountName: 'web' })))).toBe('accepted')
    expect(server.refusal(create(pod({ name: 'plain' })))).toBe('accepted')
  })

  it('gives pods of one template one spec, where they look at their token', () => {
    new Server().world.perform((cells) => {
      const one = podOf({ containers: [{ ...container(), command: ['cat', `${tokenPath}/token`] }] })
      const other = { ...one, metadata: { ...one.metadata, name: 'other' } }
      expect(podStrategy.admit?.(cells, one, undefined)?.message).toContain('serviceaccount "default" not found')
      cells.write(objectKey('serviceaccounts', 'shop/default'), account())
      expect(podStrategy.admit?.(cells, one, undefined)).toBeUndefined()
      expect(furnish(cells, one).spec).toBe(furnish(cells, other).spec)
      expect((podStrategy.prepareForCreate(cells, one) as Pod).spec.volumes).toHaveLength(1)
      expect(furnish(cells, podOf({}, mirror)).spec.volumes).toBeUndefined()
    })
  })
})
