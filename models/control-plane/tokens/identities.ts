/**
 * Models: the kubeconfigs of a cluster (cmd/kubeadm/app/phases/kubeconfig), cmd/kube-controller-manager/app
 *   (--use-service-account-credentials): who each component is to the API server
 * Reads: nothing
 * Writes: nothing
 * Omits: bootstrap tokens and renewal of certificates; clients that show neither certificate nor token (system:anonymous)
 */
import { serviceAccountUser } from '#machine/binding-subjects'
import type { UserInfo } from '../rbac/types.js'
import { serviceAccountGroups } from './token.js'

const authenticated = 'system:authenticated'

const user = (name: string, ...groups: readonly string[]): UserInfo => ({ name, groups: [...groups, authenticated] })

/** The ServiceAccounts in kube-system by which controllers call, where their names differ. */
const accounts: Readonly<Record<string, string>> = {
  'deployment': 'deployment-controller',
  'replicaset': 'replicaset-controller',
  'disruption': 'disruption-controller',
  'garbage-collector': 'generic-garbage-collector',
  'namespace': 'namespace-controller',
  'serviceaccount': 'service-account-controller',
  'root-ca-certificate-publisher': 'root-ca-cert-publisher',
  'endpointslice': 'endpointslice-controller',
  'node-lifecycle': 'node-controller',
  'taint-eviction': 'node-controller',
  'node-ipam': 'node-controller',
  'pod-gc': 'pod-garbage-collector',
  'clusterrole-aggregation': 'clusterrole-aggregation-controller',
}

/** Who watches for all of kube-controller-manager's controllers, and makes their tokens. */
export const controllerManager: UserInfo = user('system:kube-controller-manager')

export const serviceAccountInfo = (namespace: string, name: string): UserInfo =>
  user(serviceAccountUser(namespace, name), ...serviceAccountGroups(namespace))

/**
 * Who the requests of a process come from; `undefined` for those that are no component of Kubernetes, whose tokens say it.
 * kubectl is an administrator.
 */
export function identityOf(process: string): UserInfo | undefined {
  const [component = '', instance] = process.split('/')
  switch (component) {
    case 'kube-controller-manager': {
      if (instance === 'serviceaccount-token') return controllerManager
      const account = accounts[instance ?? '']
      return account === undefined ? undefined : serviceAccountInfo('kube-system', account)
    }
    case 'kube-scheduler': return user('system:kube-scheduler')
    case 'kube-proxy': return user('system:kube-proxy')
    case 'kubelet': return user(`system:node:${instance ?? ''}`, 'system:nodes')
    case 'kubectl': return user('kubernetes-admin', 'system:masters')
    default: return undefined
  }
}

/** Who the watches of a process are asked for by: controllers share informers. */
export const watcherOf = (process: string): UserInfo | undefined =>
  (process.startsWith('kube-controller-manager/') ? controllerManager : identityOf(process))
