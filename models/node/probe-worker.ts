/**
 * Models: pkg/kubelet/prober/worker.go (doProbe, up to where the container is asked)
 * Reads: nothing (it is handed what is known of the container)
 * Writes: nothing
 * Omits: metrics
 */
import type { PodPhase } from '#api/types'
import { isPodPhaseTerminal } from '#api/pods'
import { initialValue, type Result } from './probe-decisions.js'
import type { ProbeKind } from './profile.js'

/** What a worker finds at a tick. */
export interface Probed {
  /** Absent while nothing is told of the pod. */
  readonly phase?: PodPhase
  /** As the pod's status has it; `missing` where it does not name the container. */
  readonly state: 'missing' | 'waiting' | 'running' | 'terminated'
  /** Another container than at the tick before, or the first one. */
  readonly isAnother: boolean
  /** It has run since before the kubelet was started. */
  readonly isFromBefore: boolean
  readonly isSidecar: boolean
  /** The startup probe has succeeded, or there is none. */
  readonly started: boolean
  /** It has ended and is started again, or all containers of its pod are. */
  readonly comesBack: boolean
  readonly isDeleted: boolean
  readonly isDelayOver: boolean
  /** It has been answered for good, until there is another container. */
  readonly isOnHold: boolean
}

export interface WorkerStep {
  readonly goesOn: boolean
  /** The container is asked, and its answer counts. */
  readonly asks: boolean
  /** What the results manager is given before any answer. */
  readonly sets?: Result
}

/**
 * What a container that another one has taken the place of begins with; one that went on running keeps its
 * result.
 */
function begins(kind: ProbeKind, { isFromBefore, isSidecar, started, state }: Probed): Result | undefined {
  if (!isFromBefore || state !== 'running') return initialValue[kind]
  // Otherwise the pod would count as not initialized.
  return isSidecar && kind === 'startup' && started ? 'success' : undefined
}

export function doProbe(kind: ProbeKind, probed: Probed): WorkerStep {
  const { phase, state, isAnother, isOnHold } = probed
  if (phase === undefined) return { goesOn: true, asks: false }
  if (isPodPhaseTerminal(phase)) return { goesOn: false, asks: false }
  if (state === 'missing') return { goesOn: true, asks: false }
  const begun = isAnother ? begins(kind, probed) : undefined
  const step = (goesOn: boolean, asks: boolean, sets = begun): WorkerStep =>
    ({ goesOn, asks, ...(sets === undefined ? {} : { sets }) })
  if (isOnHold && !isAnother) return step(true, false)
  if (state !== 'running') return step(state === 'waiting' || probed.comesBack, false, 'failure')
  if (probed.isDeleted && kind !== 'readiness') return step(false, false, 'success')
  if (!probed.isDelayOver) return step(true, false)
  return step(true, probed.started === (kind !== 'startup'))
}
