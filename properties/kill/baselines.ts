/** Small scenarios in which upstream keeps the claims, and a mutant has every opportunity to break them. */
import type { Budgets } from '#checker/generate'
import type { Schedule } from '#checker/schedule'
import type { Scenario } from '../scenario.js'
import { controlPlane } from './baselines/control-plane.js'
import { network } from './baselines/network.js'
import { nodes } from './baselines/nodes.js'
import { pressure } from './baselines/pressure.js'
import { scheduling } from './baselines/scheduling.js'
import { staticPods } from './baselines/static-pods.js'
import { workloads } from './baselines/workloads.js'

export interface Small {
  /** Kebab-case: what happens in it. */
  readonly name: string
  readonly scenario: Scenario
  /** Two delays unless said otherwise. */
  readonly budgets?: Budgets
  /** Orders that matter here and are rarely drawn: tried right after the prompt one. */
  readonly schedules?: readonly Schedule[]
}

export const smalls: readonly Small[] = [...workloads, ...network, ...scheduling, ...nodes, ...pressure, ...staticPods, ...controlPlane]
