/** A user's own controller that calls by a ServiceAccount may do what RBAC allows it. */
import { describe, expect, it } from 'vitest'
import { controller, isForbidden, withOracle, type Reconcile } from 'kube-orrery'
import type { World } from '#cluster/world'
import { kubernetes } from '#models/kubernetes'
import { build, create, get, settle } from '../../support/drive.js'
import { role, roleBinding, rule } from '../control-plane/rbac/roles.js'

const name = 'site-operator'

const pod: Reconcile = async (_, client) => {
  await client.create('pods', { metadata: { name: 'made', namespace: 'default' }, spec: { containers: [{ name: 'main', image: 'x:1' }] } })
    .catch((error: unknown) => {
      if (!isForbidden(error)) throw error
    })
}

/** What becomes of the World in which it runs, with these objects in it before. */
function run<T>(reconcile: Reconcile, objects: readonly (readonly [string, object])[], then: (world: World, labels: readonly string[]) => T): Promise<T> {
  const own = controller({ name, for: 'configmaps', serviceAccount: 'default/operator', reconcile })
  return withOracle(() => {
    const { world } = build([name], kubernetes((all) => [...all, own.process]))
    create(world, 'namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'default' } })
    for (const [resource, object] of objects) create(world, resource, object)
    create(world, 'configmaps', { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'site', namespace: 'default' } })
    return then(world, settle(world, { until: 10_000 }))
  })
}

const account = ['serviceaccounts', { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'operator', namespace: 'default' } }] as const

const bound = [
  ['roles', role('default', 'maker', rule('create', '', 'pods'))],
  ['rolebindings', roleBinding('default', 'Role', 'maker', 'ServiceAccount:operator')],
] as const

const isMade = (world: World): boolean => get(world, 'pods', 'default/made') !== undefined

describe('A controller with a ServiceAccount', () => {
  it('is forbidden what no role allows it, and may find out', async () => {
    expect(await run(pod, [account], isMade)).toBe(false)
  })

  it('may do what a role allows it', async () => {
    expect(await run(pod, [account, ...bound], isMade)).toBe(true)
  })

  it('is nobody while its ServiceAccount is not there: the key is tried again', async () => {
    const tries = (_: World, labels: readonly string[]) => labels.filter((label) => label.includes('create pods')).length
    expect(await run(pod, [...bound], isMade)).toBe(false)
    expect(await run(pod, [...bound], tries)).toBeGreaterThan(3)
  })

  it('must be named with its namespace', () => {
    expect(() => controller({ name, for: 'configmaps', serviceAccount: 'operator', reconcile: pod })).toThrow('"operator" is no ServiceAccount')
  })
})
