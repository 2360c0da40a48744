import type { JsonObject } from '#api/types'
import { apply, deleteNamed, deployment, inNamespace, late, namespace, pod, scenarioOf, service } from '../manifests.js'
import type { Small } from '../baselines.js'

const owned = (kind: string, at: string, name: string): JsonObject => ({
  apiVersion: 'v1',
  kind,
  metadata: { name, namespace: at, ownerReferences: [{ apiVersion: 'v1', kind: 'ConfigMap', name: 'owner', uid: 'ConfigMap:one/owner' }] },
})

const account: JsonObject = { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'web', namespace: 'default' } }

export const controlPlane: readonly Small[] = [
  {
    name: 'namespace-deleted',
    scenario: scenarioOf({ nodes: 1 },
      apply(namespace('shop'), inNamespace('shop', deployment('web')), inNamespace('shop', service('web'))),
      { do: 'delete', target: { resource: 'namespaces', name: 'shop' }, cascade: 'Background', force: false }),
  },
  {
    name: 'owner-in-another-namespace',
    scenario: scenarioOf({ nodes: 1 },
      apply(namespace('one'), namespace('two')),
      apply(inNamespace('one', { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'owner' } }), owned('Secret', 'two', 'copy'),
        owned('Secret', 'one', 'child')),
      deleteNamed('configmaps', 'owner', 'Background', 'one')),
    schedules: [late('watch|kube-controller-manager/garbage-collector|configmaps', 2)],
  },
  {
    name: 'deployment-deleted',
    scenario: scenarioOf({ nodes: 1 }, apply(deployment('web')), deleteNamed('deployments', 'web'), apply(deployment('web'))),
  },
  {
    name: 'deployment-deleted-in-the-foreground',
    scenario: scenarioOf({ nodes: 1 }, apply(deployment('web')), deleteNamed('deployments', 'web', 'Foreground')),
  },
  {
    name: 'deployment-deleted-pods-kept',
    scenario: scenarioOf({ nodes: 1 }, apply(deployment('web')), deleteNamed('deployments', 'web', 'Orphan'), apply(deployment('web', { replicas: 3 }))),
  },
  {
    name: 'pods-of-service-accounts',
    scenario: scenarioOf({ nodes: 1 },
      apply(account, deployment('web', { replicas: 1, pod: { serviceAccountName: 'web' } })), apply(pod('lone', { serviceAccountName: 'nobody' }))),
  },
]
