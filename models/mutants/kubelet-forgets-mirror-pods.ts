import type { Mutant } from '../mutants.js'
import { neverSends } from './requests-with.js'

export const kubeletForgetsMirrorPods: Mutant = {
  name: 'kubelet-forgets-mirror-pods',
  title: 'A kubelet makes no mirror pods, and takes them for made',
  breaks: ['mirror-pods-match'],
  apply: neverSends('kubelet', 'create pods'),
}
