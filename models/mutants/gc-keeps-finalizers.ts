import type { Mutant } from '../mutants.js'
import { neverSends } from './requests-with.js'

export const gcKeepsFinalizers: Mutant = {
  name: 'gc-keeps-finalizers',
  title: 'The garbage collector never takes its finalizers off a Deployment',
  breaks: ['deleted-objects-gone'],
  apply: neverSends('kube-controller-manager/garbage-collector', 'patch deployments'),
}
