/** Every table, in the order of the pod's life. */
import { containerStatuses } from './container-statuses.js'
import { endings } from './endings.js'
import { evictionRanking } from './eviction-ranking.js'
import { evictionThresholds } from './eviction-thresholds.js'
import { garbage } from './garbage.js'
import { imageGc } from './image-gc.js'
import { podActions } from './pod-actions.js'
import { podActionsInit } from './pod-actions-init.js'
import { podConditions } from './pod-conditions.js'
import { podPhase } from './pod-phase.js'
import { podStatus } from './pod-status.js'
import { probes } from './probes.js'
import { pullSecrets } from './pull-secrets.js'
import { qos } from './qos.js'
import { requests } from './requests.js'
import { restartAll } from './restart-all.js'
import { shouldRestart } from './should-restart.js'
import { waits } from './waits.js'
import { terminations } from './terminated.js'
import type { Table } from './table.js'

export const tables: readonly Table[] = [
  ...podActions, ...podActionsInit, ...restartAll, ...shouldRestart,
  ...podPhase, ...podConditions, ...containerStatuses,
  ...podStatus, ...probes, ...terminations, ...endings, ...garbage, ...waits, ...requests, ...qos,
  ...evictionThresholds, ...evictionRanking, ...imageGc, ...pullSecrets,
]
