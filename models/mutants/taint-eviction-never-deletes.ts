import type { Mutant } from '../mutants.js'
import { neverSends } from './requests-with.js'

export const taintEvictionNeverDeletes: Mutant = {
  name: 'taint-eviction-never-deletes',
  title: 'Pods that do not tolerate a NoExecute taint are marked, and never deleted',
  breaks: ['untolerated-pods-evicted'],
  apply: neverSends('kube-controller-manager/taint-eviction', 'delete pods'),
}
