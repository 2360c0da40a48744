/**
 * Models: one kube-apiserver instance whose watch caches get nothing from etcd for a while
 * Reads: watched
 * Writes: cut, watched
 * Omits: reads and writes that go to etcd itself are served as ever
 */
import { keepCache, lagKey } from '../client/reflector.js'
import { namesIn, type Fault } from '../faults.js'
import { apiServers } from '../kubernetes.js'

export const lag: Fault = {
  name: 'lag',
  title: 'The watch caches of one API server instance fall behind',
  lasts: [2_000, 60_000],
  recovery: 10_000,
  targets: () => apiServers,
  inject(scene, apiServer) {
    // What it does not get from now on is what a process misses that starts there.
    for (const resource of namesIn(scene, 'watched', 1)) keepCache(scene.cells, apiServer, resource)
    scene.cells.write(lagKey(apiServer), true)
  },
  heal: ({ cells }, apiServer) => cells.write(lagKey(apiServer), undefined),
}
