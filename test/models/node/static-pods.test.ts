import { describe, expect, test } from 'vitest'
import type { Node, Pod } from '#api/types'
import { loadManifests } from '#api/manifests/load'
import { objectKey } from '#machine/objects'
import { handle } from '#models/control-plane/api-server'
import { sandboxesKey } from '#models/node/cells'
import { apiReference, staticPodsAnnotation, staticPodsIn } from '#models/node/static-manifests'
import { staticPodProblems } from '#models/node/static-pod-annotations'
import {
  deletePod, kubelet, node, podIn, podOn, restartKubelet, sceneOf, settle, settleFor,
} from '../../support/node.js'
import { build, get, type Bench } from '../../support/drive.js'
import { kubernetes } from '#models/kubernetes'
import { partition } from '#models/faults/partition'
import { addNode, buildNode } from '#models/node-lifecycle/nodes'

const file = (name: string, image = 'web:1', more = ''): string => `
apiVersion: v1
kind: Pod
metadata: { name: ${name} }
spec:
  containers: [{ name: app, image: "${image}" }]
${more}`

const withFiles = (text: string): Bench => {
  const bench = build([], kubernetes())
  const built: Node = buildNode(0, { podCidr: true })
  bench.world.perform((cells) => addNode(cells, {
    ...built, metadata: { ...built.metadata, annotations: { ...built.metadata.annotations, [staticPodsAnnotation]: text } },
  }))
  const running = build([kubelet], bench.kubernetes, bench.world.store)
  settleFor(running, 20)
  return running
}

const write = ({ world }: Bench, text: string): void => world.perform((cells) => {
  const patch = { metadata: { annotations: { [staticPodsAnnotation]: text } } }
  handle(cells, { verb: 'patch', resource: 'nodes', key: node, body: { type: 'merge', patch } })
})

const mirror = (bench: Bench, name = 'web'): Pod | undefined => podIn(bench, `${name}-${node}`)

const sandboxes = ({ world }: Bench): readonly string[] => (world.store.get(sandboxesKey(node)) ?? []) as readonly string[]

describe('A file in the directory of manifests', () => {
  test('makes a pod that runs, and that others see as its mirror pod', () => {
    const bench = withFiles(file('web'))
    const pod = mirror(bench)
    expect(pod?.status.phase).toBe('Running')
    expect(pod?.metadata.uid).toBe(`Pod:default/web-${node}`)
    expect(pod?.metadata.ownerReferences).toEqual([
      { apiVersion: 'v1', kind: 'Node', name: node, uid: `Node:${node}`, controller: true },
    ])
    const { annotations = {} } = pod?.metadata ?? {}
    expect(annotations['kubernetes.io/config.source']).toBe('file')
    expect(annotations['kubernetes.io/config.mirror']).toBe(annotations['kubernetes.io/config.hash'])
    expect(pod?.spec.tolerations).toContainEqual({ operator: 'Exists', effect: 'NoExecute' })
    expect(sandboxes(bench)).toEqual([`Static:default/web-${node}~${annotations['kubernetes.io/config.hash'] ?? ''}`])
  })

  test('that goes takes its pod and its mirror pod with it', () => {
    const bench = withFiles(file('web'))
    write(bench, '')
    settle(bench.world)
    expect([mirror(bench), sandboxes(bench)]).toEqual([undefined, []])
  })

  test('that changes makes another pod, once the earlier one has ended', () => {
    const bench = withFiles(file('web'))
    const before = sandboxes(bench)
    write(bench, file('web', 'web:2'))
    settle(bench.world)
    expect(sandboxes(bench)).toHaveLength(1)
    expect(sandboxes(bench)).not.toEqual(before)
    expect(mirror(bench)?.status).toMatchObject({ phase: 'Running', containerStatuses: [{ image: 'web:2', restartCount: 0 }] })
  })

  test('that refers to the API is not run', () => {
    const text = file('web', 'web:1', '  serviceAccountName: someone')
    expect(staticPodsIn(text, node).errors).toEqual(['static pods may not reference serviceaccounts'])
    expect(mirror(withFiles(text))).toBeUndefined()
  })
})

describe('A mirror pod', () => {
  test('that is deleted is made again, and its static pod runs on', () => {
    const bench = withFiles(file('web'))
    const before = sandboxes(bench)
    deletePod(bench, `web-${node}`, 30)
    settle(bench.world)
    expect(mirror(bench)?.metadata.deletionTimestamp).toBeUndefined()
    expect(mirror(bench)?.metadata.uid).toBe(`Pod:default/web-${node}~1`)
    expect(mirror(bench)?.status).toMatchObject({ phase: 'Running', containerStatuses: [{ restartCount: 0 }] })
    expect(sandboxes(bench)).toEqual(before)
  })

  test('is made once the API server can be reached; the static pod runs all the while', () => {
    const bench = withFiles('')
    write(bench, file('web'))
    settleFor(bench, 0)
    bench.world.perform(() => partition.inject(sceneOf(bench), node))
    settleFor(bench, 60)
    expect(sandboxes(bench)).toHaveLength(1)
    bench.world.perform(() => partition.heal?.(sceneOf(bench), node))
    settleFor(bench, 120)
    expect(mirror(bench)?.status.phase).toBe('Running')
  })

  test('and its pod outlive a restart of the kubelet', () => {
    const bench = withFiles(file('web'))
    const [before, uid] = [sandboxes(bench), mirror(bench)?.metadata.uid]
    restartKubelet(bench)
    settle(bench.world)
    expect([sandboxes(bench), mirror(bench)?.metadata.uid]).toEqual([before, uid])
    expect(mirror(bench)?.status).toMatchObject({ phase: 'Running', containerStatuses: [{ restartCount: 0, ready: true }] })
  })

  test('that nobody has a file for is deleted', () => {
    const bench = withFiles(file('web'))
    const stale = mirror(bench)
    write(bench, '')
    settle(bench.world)
    bench.world.perform((cells) => {
      handle(cells, { verb: 'create', resource: 'pods', key: 'default', body: { ...stale, metadata: { ...stale?.metadata, uid: '' } } })
    })
    settle(bench.world)
    expect(get(bench.world, 'pods', `default/web-${node}`)).toBeUndefined()
    expect(bench.world.store.get(objectKey('nodes', node))).toBeDefined()
  })
})

describe('The annotation of a Node', () => {
  const problems = (kind: string, text: string): readonly string[] => {
    const annotations = JSON.stringify({ [staticPodsAnnotation]: text })
    const manifest = `apiVersion: v1\nkind: ${kind}\nmetadata:\n  name: node-1\n  annotations: ${annotations}\n`
    return staticPodProblems(loadManifests([{ file: 'node.yaml', text: manifest }]).objects)
      .map(({ code, message }) => `${message} [${code}]`)
  }
  const inAnnotation = `in the annotation ${staticPodsAnnotation}:`

  test('is checked where it is read', () => {
    expect(problems('Node', file('web'))).toEqual([])
    expect(problems('Node', 'kind: Service'))
      .toEqual([`${inAnnotation} invalid pod: "Service" is not the kind Pod [E_STATIC_POD]`])
    expect(problems('Node', file('web', 'web:1', '  imagePullSecrets: [{ name: regcred }]')))
      .toEqual([`${inAnnotation} static pods may not reference secrets [E_STATIC_POD]`])
    expect(problems('Namespace', file('web')))
      .toEqual([`the annotation ${staticPodsAnnotation} is on the Namespace, where no kubelet looks for it [E_STATIC_POD]`])
  })
})

// pkg/api/pod/util_test.go TestHasAPIObjectReference
describe('What a static pod may not refer to', () => {
  const volume = (source: object) => ({ volumes: [{ name: 'v', ...source }] })
  const projected = (source: object) => volume({ projected: { sources: [source] } })
  test.each([
    ['nothing', {}, undefined],
    ['an empty directory', volume({ emptyDir: {} }), undefined],
    ['a ServiceAccount', { serviceAccountName: 'default' }, 'serviceaccounts'],
    ['a Secret to pull with', { imagePullSecrets: [{ name: 'regcred' }] }, 'secrets'],
    ['a ConfigMap as a volume', volume({ configMap: { name: 'c' } }), 'configmaps (via configmap volumes)'],
    ['a Secret as a volume', volume({ secret: { secretName: 's' } }), 'secrets (via secret volumes)'],
    ['a claim of a volume', volume({ persistentVolumeClaim: { claimName: 'c' } }), 'persistentvolumeclaims'],
    ['a volume of its own', volume({ ephemeral: {} }), 'persistentvolumeclaims (via ephemeral volumes)'],
    ['a CSI driver', volume({ csi: { driver: 'd' } }), 'csidrivers (via CSI volumes)'],
    ['a projected token', projected({ serviceAccountToken: { path: 't' } }), 'serviceaccounts (via projected volumes)'],
    ['a projected Secret', projected({ secret: { name: 's' } }), 'secrets (via projected volumes)'],
    ['a projected ConfigMap', projected({ configMap: { name: 'c' } }), 'configmaps (via projected volumes)'],
    ['projected bundles of trust', projected({ clusterTrustBundle: { path: 'p' } }), 'clustertrustbundles'],
    ['the downward API', projected({ downwardAPI: { items: [] } }), undefined],
  ])('%s', (_, spec, expected) => {
    expect(apiReference({ ...podOn().spec, ...spec })).toBe(expected)
  })
})
