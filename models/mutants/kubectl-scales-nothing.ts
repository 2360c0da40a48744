import type { Mutant } from '../mutants.js'
import { neverSends } from './requests-with.js'

export const kubectlScalesNothing: Mutant = {
  name: 'kubectl-scales-nothing',
  title: 'kubectl scale says that it scaled, and sends nothing',
  breaks: ['commands-take-effect'],
  apply: neverSends('kubectl', 'patch deployments/scale'),
}
