import { describe, expect, test } from 'vitest'
import type { World } from '#cluster/world'
import type { Deployment, JsonObject } from '#api/types'
import { scriptKey, startScript } from '#models/client/script'
import type { Target, UserAction } from '#models/client/user-actions'
import { build, create, get, settle } from '../../support/drive.js'

const web: Target = { resource: 'deployments', namespace: 'default', name: 'web' }

const manifest = (spec: JsonObject = {}, image = 'shop/web:v1'): JsonObject => ({
  apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'web' },
  spec: {
    replicas: 3, selector: { matchLabels: { app: 'web' } },
    template: { metadata: { labels: { app: 'web' } }, spec: { containers: [{ name: 'app', image }] } },
    ...spec,
  },
})

const withoutReplicas = (image?: string): JsonObject => {
  const { replicas: _, ...spec } = manifest({}, image)['spec'] as JsonObject
  return { ...manifest(), spec }
}

function type(world: World, ...steps: readonly UserAction[]): readonly string[] {
  world.perform((cells) => startScript(cells, steps))
  return settle(world)
}

const apply = (...objects: readonly JsonObject[]): UserAction => ({ do: 'apply', objects })
const requests = (steps: readonly string[]): readonly string[] =>
  steps.filter((step) => step.startsWith('kube-apiserver: kubectl ')).map((step) => step.slice('kube-apiserver: kubectl '.length))
const failures = (world: World): readonly string[] => (world.read(scriptKey('kubectl'))?.failed ?? []).map(({ message }) => message)
const deployment = (world: World): Deployment => get(world, 'deployments', 'default/web')!

describe('kubectl apply', () => {
  test('creates what is not there, defaulted and validated by the API server', () => {
    const { world } = build(['kubectl'])
    expect(requests(type(world, apply(manifest())))).toEqual(['get deployments default/web', 'create deployments default'])
    expect(failures(world)).toEqual([])
    expect(deployment(world).spec.revisionHistoryLimit).toBe(10)
    expect(deployment(world).spec.template.spec.restartPolicy).toBe('Always')
    expect(deployment(world).status.replicas).toBe(0)
  })

  test('again makes no change', () => {
    const { world } = build(['kubectl'])
    const steps = type(world, apply(manifest()), apply(manifest()))
    expect(requests(steps)).toEqual(['get deployments default/web', 'create deployments default', 'get deployments default/web'])
  })

  test('leaves alone what the manifest never said, and what others changed', () => {
    const { world } = build(['kubectl'])
    type(world, apply(withoutReplicas()), { do: 'scale', target: web, replicas: 5 }, apply(withoutReplicas('shop/web:v2')))
    expect(deployment(world).spec.replicas).toBe(5)
    expect(deployment(world).spec.template.spec.containers[0]?.image).toBe('shop/web:v2')
    expect(deployment(world).spec.template.spec.containers[0]?.imagePullPolicy).toBe('IfNotPresent')
  })

  test('takes back what the manifest no longer says: its default returns', () => {
    const { world } = build(['kubectl'])
    type(world, apply(manifest({ minReadySeconds: 5 })), apply(withoutReplicas()))
    expect(deployment(world).spec.replicas).toBe(1)
    expect(deployment(world).spec.minReadySeconds ?? 0).toBe(0)
  })

  test('of another strategy takes the defaults of the old one away', () => {
    const { world } = build(['kubectl'])
    type(world, apply(manifest()), apply(manifest({ strategy: { type: 'Recreate' } })))
    expect(failures(world)).toEqual([])
    expect(deployment(world).spec.strategy).toEqual({ type: 'Recreate' })
  })

  test('of an invalid object says why, and goes on with the next', () => {
    const { world } = build(['kubectl'])
    const config: JsonObject = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'app' }, data: { a: '1' } }
    type(world, apply(manifest({ replicas: -1 }), config))
    expect(failures(world)).toEqual(['Error from server (Invalid): Deployment.apps "web" is invalid: ' +
      'spec.replicas: Invalid value: -1: must be greater than or equal to 0'])
    expect(get(world, 'configmaps', 'default/app')).toBeDefined()
  })

  test('before its namespace is there fails', () => {
    const { world } = build(['kubectl'])
    const namespace: JsonObject = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop' } }
    const config: JsonObject = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'app', namespace: 'shop' } }
    type(world, apply(config, namespace, config))
    expect(failures(world)).toEqual(['Error from server (NotFound): namespaces "shop" not found'])
    expect(get(world, 'configmaps', 'shop/app')).toBeDefined()
  })

  test('of a change of the selector is refused: it cannot change', () => {
    const { world } = build(['kubectl'])
    const other = manifest({ selector: { matchLabels: { app: 'other' } },
      template: { metadata: { labels: { app: 'other' } }, spec: { containers: [{ name: 'app', image: 'a' }] } } })
    type(world, apply(manifest()), apply(other))
    expect(failures(world).join()).toContain('field is immutable')
  })
})

const restartedAt = 'kubectl.kubernetes.io/restartedAt'

describe('a command', () => {
  test('scales by the subresource, and back', () => {
    const { world } = build(['kubectl'])
    const steps = type(world, apply(manifest()), { do: 'scale', target: web, replicas: 4 })
    expect(requests(steps).slice(2)).toEqual(['get deployments default/web', 'patch deployments/scale default/web'])
    expect(deployment(world).spec.replicas).toBe(4)
  })

  test('restarts a rollout: each restart changes the template anew', () => {
    const { world } = build(['kubectl'])
    type(world, apply(manifest()), { do: 'restart', target: web })
    const first = deployment(world).spec.template.metadata.annotations?.[restartedAt]
    expect(first).toBeDefined()
    const again = build(['kubectl']).world
    type(again, apply(manifest()), { do: 'restart', target: web }, { do: 'restart', target: web })
    expect(deployment(again).spec.template.metadata.annotations?.[restartedAt]).not.toBe(first)
    expect(deployment(again).metadata.generation).toBe(3)
  })

  test('pauses and resumes; twice is an error, and a paused rollout does not restart', () => {
    const { world } = build(['kubectl'])
    type(world, apply(manifest()), { do: 'pause', target: web }, { do: 'pause', target: web }, { do: 'restart', target: web })
    expect(deployment(world).spec.paused).toBe(true)
    expect(failures(world)).toEqual([
      'error: deployments "web" is already paused',
      'error: deployments "web" can\'t restart paused deployment (run rollout resume first)',
    ])
  })

  test('sets an image by container; an unknown container is an error', () => {
    const { world } = build(['kubectl'])
    type(world, apply(manifest()), { do: 'set-image', target: web, images: { app: 'shop/web:v2' } },
      { do: 'set-image', target: web, images: { nginx: 'nginx' } })
    expect(deployment(world).spec.template.spec.containers.map(({ image }) => image)).toEqual(['shop/web:v2'])
    expect(failures(world)).toEqual(['error: unable to find container named "nginx"'])
  })

  test('patches strategically by default', () => {
    const { world } = build(['kubectl'])
    type(world, apply(manifest()), { do: 'patch', target: web, type: 'strategic',
      patch: { spec: { template: { spec: { containers: [{ name: 'app', env: [{ name: 'A', value: 'b' }] }] } } } } })
    expect(deployment(world).spec.template.spec.containers).toMatchObject([{ name: 'app', image: 'shop/web:v1', env: [{ name: 'A', value: 'b' }] }])
  })

  test('on what is not there prints what the server answered, and the next one is typed all the same', () => {
    const { world } = build(['kubectl'])
    type(world, { do: 'scale', target: web, replicas: 1 }, apply(manifest()))
    expect(failures(world)).toEqual(['Error from server (NotFound): deployments.apps "web" not found'])
    expect(deployment(world)).toBeDefined()
  })

  test('cordons, taints and labels a node, and takes it back', () => {
    const { world } = build(['kubectl'])
    create(world, 'nodes', { apiVersion: 'v1', kind: 'Node', metadata: { name: 'node-1' }, spec: {}, status: {} })
    const node = { name: 'node-1' }
    type(world, { do: 'cordon', node }, { do: 'taint', node, taints: ['dedicated=db:NoExecute'] },
      { do: 'label', target: { resource: 'nodes', name: 'node-1' }, labels: { zone: 'a' } })
    const dedicated = { key: 'dedicated', value: 'db', effect: 'NoExecute' }
    expect(get(world, 'nodes', 'node-1')?.spec.unschedulable).toBe(true)
    expect(get(world, 'nodes', 'node-1')?.spec.taints).toContainEqual(dedicated)
    expect(get(world, 'nodes', 'node-1')?.metadata.labels).toEqual({ zone: 'a' })
    type(world, { do: 'uncordon', node }, { do: 'taint', node, taints: ['dedicated-'] })
    expect(get(world, 'nodes', 'node-1')?.spec.unschedulable).toBeUndefined()
    expect(get(world, 'nodes', 'node-1')?.spec.taints).not.toContainEqual(dedicated)
  })
})

const controllers = ['kubectl', 'kube-controller-manager/deployment', 'kube-controller-manager/replicaset']
const image = (world: World): string | undefined => deployment(world).spec.template.spec.containers[0]?.image

// After kubectl/pkg/polymorphichelpers/rollback_test.go and rollback.go.
describe('kubectl rollout undo', () => {
  const undo = (toRevision?: number): UserAction => ({ do: 'undo', target: web, ...(toRevision === undefined ? {} : { toRevision }) })
  const versions = ['v1', 'v2', 'v3'].map((version) => apply(manifest({}, `shop/web:${version}`)))

  test('goes back to the revision before the newest', () => {
    const { world } = build(controllers)
    type(world, ...versions, undo())
    expect(failures(world)).toEqual([])
    expect(image(world)).toBe('shop/web:v2')
    expect(deployment(world).spec.template.metadata.labels).toEqual({ app: 'web' })
  })

  test('goes to a revision by number', () => {
    const { world } = build(controllers)
    type(world, ...versions, undo(1))
    expect(image(world)).toBe('shop/web:v1')
  })

  test('to the current revision changes nothing', () => {
    const { world } = build(controllers)
    type(world, ...versions, undo(3))
    expect(failures(world)).toEqual([])
    expect(image(world)).toBe('shop/web:v3')
  })

  test('is refused without history, for an unknown revision, and while paused', () => {
    const { world } = build(controllers)
    type(world, versions[0]!, undo(), undo(7), versions[1]!, { do: 'pause', target: web }, undo())
    expect(failures(world)).toEqual([
      'error: no rollout history found for deployment "web"',
      'error: unable to find specified revision 7 in history',
      "error: you cannot rollback a paused deployment; resume it first with 'kubectl rollout resume' and try again",
    ])
  })
})

describe('kubectl delete', () => {
  test('of a pod of a workload takes the oldest, unless another is picked', () => {
    const { world } = build(controllers)
    const aPod: UserAction = { do: 'delete', target: { of: web }, cascade: 'Background', force: false }
    const steps = type(world, apply(manifest()), aPod)
    expect(requests(steps).at(-1)).toBe('delete pods default/web#1-0')
    const other = build(controllers).world
    other.picker = (options, choice) => (choice.startsWith('response|kubectl') ? options.length - 1 : 0)
    expect(requests(type(other, apply(manifest()), aPod)).at(-1)).toBe('delete pods default/web#1-2')
  })

  test('with a grace period of 0 waits a second, unless it is forced', () => {
    const grace = (force: boolean): number | undefined => {
      const { world } = build(['kubectl'])
      create(world, 'pods', {
        apiVersion: 'v1', kind: 'Pod', metadata: { name: 'a', namespace: 'default' },
        spec: { nodeName: 'node-1', terminationGracePeriodSeconds: 30, containers: [] },
      })
      const target = { resource: 'pods', namespace: 'default', name: 'a' }
      type(world, { do: 'delete', target, cascade: 'Background', gracePeriod: 0, force })
      return get(world, 'pods', 'default/a')?.metadata.deletionGracePeriodSeconds
    }
    expect(grace(false)).toBe(1)
    expect(grace(true)).toBeUndefined()
  })

  test('in the foreground and as orphan leaves it to the garbage collector', () => {
    for (const [cascade, finalizer] of [['Foreground', 'foregroundDeletion'], ['Orphan', 'orphan']] as const) {
      const { world } = build(['kubectl'])
      type(world, apply(manifest()), { do: 'delete', target: web, cascade, force: false })
      expect(deployment(world).metadata.finalizers).toEqual([finalizer])
    }
  })
})

test('kinds that no model knows are stored as they came, where they belong', () => {
  const { world } = build(['kubectl'])
  const role: JsonObject = { apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'ClusterRole', metadata: { name: 'reader' }, rules: [] }
  const db: JsonObject = { apiVersion: 'apps/v1', kind: 'StatefulSet', metadata: { name: 'db' }, spec: { replicas: 1 } }
  const target = { resource: 'statefulsets', namespace: 'default', name: 'db' }
  type(world, apply(role, db), apply(role, { ...db, spec: { replicas: 1, serviceName: 'db' } }), { do: 'scale', target, replicas: 2 })
  expect(failures(world)).toEqual([])
  expect(world.read('store|clusterroles|reader')).toMatchObject({ kind: 'ClusterRole', rules: [] })
  expect(world.read('store|statefulsets|default/db')).toMatchObject({ spec: { replicas: 2, serviceName: 'db' } })
})
