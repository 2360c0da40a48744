/** Made from the headers of the models by `npm run docs`: change those. */
import type { Footprint } from './footprints.js'

export const footprints: Readonly<Record<string, Footprint>> = {
  'client': {
    reads: ['client', 'down', 'listener', 'resets', 'rules', 'store'],
    writes: ['client', 'routed'],
  },
  'clock': {
    reads: ['elapsed', 'progress', 'queue', 'timer'],
    writes: ['elapsed', 'progress', 'queue', 'timer'],
  },
  'containerd': {
    reads: ['cache', 'client', 'clients', 'container', 'down', 'files', 'images', 'index', 'ipam', 'listener', 'output', 'processes', 'reflector', 'routed', 'rules', 'sandbox', 'sandboxes', 'static', 'store', 'trouble', 'watch'],
    writes: ['cgroups', 'chart', 'client', 'container', 'files', 'ipam', 'listener', 'mounts', 'output', 'processes', 'restarts', 'sandbox', 'timer'],
  },
  'kube-apiserver': {
    reads: ['cache', 'clusterip', 'incarnations', 'index', 'nodeport', 'reflector', 'request', 'slots', 'store', 'watch', 'watched', 'watchers'],
    writes: ['cache', 'clusterip', 'elapsed', 'incarnations', 'index', 'nodeport', 'progress', 'reflector', 'request', 'response', 'slots', 'store', 'watch', 'watchers'],
  },
  'kube-controller-manager/deployment': {
    reads: ['cache', 'chart', 'index', 'names', 'progress', 'queue', 'reflector', 'store', 'watch'],
    writes: ['chart', 'names', 'progress', 'queue', 'request', 'timer'],
  },
  'kube-controller-manager/disruption': {
    reads: ['cache', 'index', 'queue', 'reflector', 'store', 'watch'],
    writes: ['chart', 'queue', 'request', 'timer'],
  },
  'kube-controller-manager/endpointslice': {
    reads: ['cache', 'index', 'memory', 'queue', 'reflector', 'store', 'watch'],
    writes: ['chart', 'memory', 'queue', 'request', 'timer'],
  },
  'kube-controller-manager/garbage-collector': {
    reads: ['cache', 'index', 'memory', 'queue', 'reflector', 'store', 'watch'],
    writes: ['chart', 'memory', 'queue', 'request', 'timer'],
  },
  'kube-controller-manager/namespace': {
    reads: ['cache', 'index', 'queue', 'reflector', 'store', 'watch'],
    writes: ['chart', 'queue', 'request', 'timer'],
  },
  'kube-controller-manager/node-ipam': {
    reads: ['cache', 'index', 'memory', 'queue', 'reflector', 'store', 'watch'],
    writes: ['chart', 'memory', 'queue', 'request'],
  },
  'kube-controller-manager/node-lifecycle': {
    reads: ['cache', 'cut', 'down', 'index', 'memory', 'queue', 'reflector', 'store', 'timer', 'watch'],
    writes: ['chart', 'memory', 'queue', 'request', 'timer'],
  },
  'kube-controller-manager/pod-gc': {
    reads: ['cache', 'index', 'memory', 'reflector', 'store', 'timer', 'watch'],
    writes: ['chart', 'memory', 'request', 'timer'],
  },
  'kube-controller-manager/replicaset': {
    reads: ['cache', 'elapsed', 'expectations', 'index', 'queue', 'reflector', 'store', 'watch', 'wrote'],
    writes: ['chart', 'expectations', 'queue', 'request', 'timer', 'wrote'],
  },
  'kube-controller-manager/root-ca-certificate-publisher': {
    reads: ['cache', 'index', 'queue', 'reflector', 'store', 'watch'],
    writes: ['chart', 'queue', 'request'],
  },
  'kube-controller-manager/serviceaccount': {
    reads: ['cache', 'index', 'queue', 'reflector', 'store', 'watch'],
    writes: ['chart', 'queue', 'request'],
  },
  'kube-controller-manager/taint-eviction': {
    reads: ['cache', 'chart', 'index', 'memory', 'queue', 'reflector', 'store', 'watch'],
    writes: ['chart', 'memory', 'queue', 'request', 'timer'],
  },
  'kube-proxy': {
    reads: ['cache', 'client', 'clients', 'index', 'memory', 'queue', 'reflector', 'resets', 'routed', 'rules', 'store', 'trouble', 'watch'],
    writes: ['chart', 'client', 'index', 'memory', 'queue', 'routed', 'rules', 'timer'],
  },
  'kube-scheduler': {
    reads: ['cache', 'chart', 'index', 'memory', 'reflector', 'schedule', 'store', 'watch'],
    writes: ['chart', 'memory', 'request', 'schedule', 'timer'],
  },
  'kubectl': {
    reads: ['cache', 'chart', 'endpoint', 'memory', 'reflector', 'user', 'watch', 'watched', 'watchers'],
    writes: ['chart', 'endpoint', 'memory', 'reflector', 'request', 'timer', 'user', 'watched', 'watchers'],
  },
  'kubelet': {
    reads: ['cache', 'cgroups', 'chart', 'client', 'clients', 'container', 'cut', 'down', 'elsewhere', 'endpoint', 'files', 'images', 'index', 'ipam', 'listener', 'memory', 'mounts', 'output', 'processes', 'profile', 'reflector', 'routed', 'rules', 'sandbox', 'sandboxes', 'saturates', 'static', 'store', 'trouble', 'watch', 'watched', 'watchers'],
    writes: ['cgroups', 'chart', 'client', 'container', 'files', 'images', 'ipam', 'listener', 'memory', 'mounts', 'output', 'processes', 'reflector', 'request', 'restarts', 'sandbox', 'sandboxes', 'static', 'timer', 'trouble', 'watch', 'watched', 'watchers'],
  },
  'systemd': {
    reads: ['chart', 'client', 'clients', 'container', 'cut', 'down', 'index', 'listener', 'memory', 'reflector', 'routed', 'rules', 'sandbox', 'sandboxes', 'store'],
    writes: ['cgroups', 'chart', 'client', 'container', 'cut', 'down', 'index', 'listener', 'memory', 'mounts', 'routed', 'rules', 'sandbox', 'timer'],
  },
}
