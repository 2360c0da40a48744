import { describe, expect, test } from 'vitest'
import { profileKey } from '#models/node/profile'
import { createPod, node, oneNode, podIn, settleFor, type PodOptions } from '../../support/node.js'
import { create, type Bench } from '../../support/drive.js'

const image = 'registry.example/shop/web:1'

const dockerConfig = (host: string, auth = 'dXNlcjpwYXNz'): string => btoa(JSON.stringify({ auths: { [host]: { auth } } }))

function withSecrets(secrets: Readonly<Record<string, string>>): Bench {
  const bench = oneNode()
  bench.world.perform((cells) => cells.write(profileKey(image), { needsPullSecret: true }))
  for (const [name, text] of Object.entries(secrets)) {
    create(bench.world, 'secrets', {
      apiVersion: 'v1', kind: 'Secret', metadata: { name, namespace: 'default', uid: '' },
      type: 'kubernetes.io/dockerconfigjson', data: { '.dockerconfigjson': text },
    })
  }
  return bench
}

const using = (name: string, secret?: string, policy: 'IfNotPresent' | 'Never' = 'IfNotPresent'): PodOptions => ({
  name, containers: [{ image, imagePullPolicy: policy }],
  spec: secret === undefined ? {} : { imagePullSecrets: [{ name: secret }] },
})

/** What its container does after a few seconds. */
function run(bench: Bench, pod: PodOptions): string {
  createPod(bench, pod)
  settleFor(bench, 8)
  const status = podIn(bench, pod.name)?.status
  return status?.containerStatuses?.[0]?.state.waiting?.reason ?? status?.phase ?? 'gone'
}

describe('An image whose registry asks for credentials', () => {
  test('is pulled with a secret of the pod for that registry', () => {
    const bench = withSecrets({ right: dockerConfig('registry.example'), other: dockerConfig('elsewhere.example') })
    expect(run(bench, using('none'))).toBe('ImagePullBackOff')
    expect(podIn(bench, 'none')?.status.containerStatuses?.[0]?.state.waiting?.message)
      .toBe(`Back-off pulling image "${image}": ErrImagePull: failed to pull image "${image}": 401 Unauthorized`)
    expect(run(bench, using('other', 'other'))).toBe('ImagePullBackOff')
    expect(run(bench, using('missing', 'nowhere'))).toBe('ImagePullBackOff')
    expect(run(bench, using('right', 'right'))).toBe('Running')
  })

  // The gate KubeletEnsureSecretPulledImages: kubernetes.io/docs/concepts/containers/images
  test('may not be used without them because another pod has pulled it', () => {
    const bench = withSecrets({ right: dockerConfig('https://registry.example/v2/') })
    expect(run(bench, using('first', 'right'))).toBe('Running')
    expect(run(bench, using('guest'))).toBe('ImagePullBackOff')
    expect(run(bench, using('never', undefined, 'Never'))).toBe('ErrImageNeverPull')
    expect(run(bench, using('second', 'right', 'Never'))).toBe('Running')
  })

  test('and that was on the node before its kubelet pulled it is everybody\'s', () => {
    const bench = withSecrets({})
    bench.world.perform((cells) => cells.write(`images|${node}`, [image]))
    expect(run(bench, using('guest'))).toBe('Running')
  })
})
