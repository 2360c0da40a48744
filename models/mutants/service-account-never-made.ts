import { provide, type Mutant } from '../mutants.js'

export const serviceAccountNeverMade: Mutant = {
  name: 'service-account-never-made',
  title: 'Namespaces get no ServiceAccount default',
  breaks: ['namespaces-furnished'],
  apply: provide('kube-controller-manager/serviceaccount', 'sync', { guards: { isNeeded: () => false } }),
}
