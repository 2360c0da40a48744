/** The KubeEvents of a recording, as its Steps bring them about. */
import type { Recording } from '#trace/record'
import { momentAfter } from '#trace/moment'
import { tellSandboxes, tellStarts } from './containers.js'
import type { Told } from './correlator.js'
import { HeldBack } from './held-back.js'
import { Pulls } from './images.js'
import type { Teller } from './occurrence.js'
import { tellKills, tellMounts, tellPreStops } from './pod-workers.js'
import { tellPods } from './pods.js'
import { tellProbes } from './probes.js'

export { correlate, type KubeEventSeen, type Told } from './correlator.js'

/** In the order in which they are told. */
export function kubeEvents(recording: Recording): readonly Told[] {
  const start = momentAfter(recording, 0)
  const written = new Map<string, unknown>()
  const before = (key: string): unknown => (written.has(key) ? written.get(key) : start.get(key))
  const tellers: readonly Teller[] = [
    tellPods,
    tellMounts,
    tellProbes,
    tellKills,
    tellPreStops,
    tellSandboxes,
    new Pulls().tell,
    tellStarts,
    new HeldBack().tell,
  ]
  return recording.steps.flatMap((step) => {
    const changed = new Map(step.changes.map(({ key, after }) => [key, after]))
    const after = (key: string): unknown => (changed.has(key) ? changed.get(key) : before(key))
    const told = tellers.flatMap((tell) => tell({ step, before, after }))
    for (const [key, value] of changed) written.set(key, value)
    return told.map((one) => ({ ...one, at: step.at, n: step.n }))
  })
}
