/** What must be true of the pods, sandboxes and containers of a node. */
import type { Claim } from '#checker/claim'
import { configurationFound } from './configuration-found.js'
import { containersStayUp } from './containers-stay-up.js'
import { containerStatusesAgree } from './container-statuses-agree.js'
import { initBeforeApp, initOnlyBeforeApp, oneRunningContainer } from './containers.js'
import { criticalPodsStay, evictedInOrder, pressureTold } from './evictions.js'
import { hangingProbesFail } from './hanging-probes-fail.js'
import { hooksAwaited } from './hooks-awaited.js'
import { containerStatesLegal, podPhasesLegal } from './lifecycles.js'
import { memoryLimited } from './memory-limits.js'
import { nodeMemorySuffices } from './node-memory.js'
import { nothingLeftBehind } from './nothing-left-behind.js'
import { observedGenerations } from './observed-generations.js'
import { privateImagesGuarded } from './private-images.js'
import { livenessWaitsForStartup, readyOnlyAfterProbe, readyUntilProbeFails } from './probes.js'
import { restartsBackOff } from './restarts-back-off.js'
import { oneIpPerSandbox, oneSandboxPerPod } from './sandboxes.js'
import { shutDownPodsUnready } from './shut-down-pods-unready.js'
import { mirrorPodsMatch, staticPodsRun } from './static-pods.js'
import { deletedPodsGone, terminationWithinGrace } from './termination.js'
import { tokensValid } from './tokens-valid.js'
import { volumesCurrent, volumesWhole } from './volumes.js'

export const claims: readonly Claim[] = [
  oneIpPerSandbox,
  oneSandboxPerPod,
  oneRunningContainer,
  initBeforeApp,
  podPhasesLegal,
  containerStatesLegal,
  readyOnlyAfterProbe,
  readyUntilProbeFails,
  livenessWaitsForStartup,
  terminationWithinGrace,
  deletedPodsGone,
  restartsBackOff,
  containerStatusesAgree,
  nothingLeftBehind,
  observedGenerations,
  configurationFound,
  containersStayUp,
  volumesWhole,
  volumesCurrent,
  tokensValid,
  hooksAwaited,
  hangingProbesFail,
  initOnlyBeforeApp,
  evictedInOrder,
  criticalPodsStay,
  pressureTold,
  memoryLimited,
  shutDownPodsUnready,
  staticPodsRun,
  mirrorPodsMatch,
  privateImagesGuarded,
  nodeMemorySuffices,
]
