/** Every fault, in the order in which they are listed. */
import type { Fault } from '../faults.js'
import { brokenWatch } from './broken-watch.js'
import { failingProbe } from './failing-probe.js'
import { interruptedStart } from './interrupted-start.js'
import { lag } from './lag.js'
import { lostEvents } from './lost-events.js'
import { diskPressure, memoryPressure } from './node-pressure.js'
import { partition } from './partition.js'
import { powerLoss } from './power-loss.js'
import { restart } from './restart.js'
import { slowPull } from './slow-pull.js'
import { slowRuleSync } from './slow-rule-sync.js'

export const faults: readonly Fault[] = [
  restart, lag, brokenWatch, lostEvents, partition, powerLoss, slowPull, failingProbe, slowRuleSync,
  interruptedStart,
  memoryPressure, diskPressure,
]
