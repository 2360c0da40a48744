/** Records one order of events: every Step with what it read and wrote. */
import type { Claim } from '#checker/claim'
import { runOrder, type Order, type OrderOptions } from '#checker/order'
import type { Schedule } from '#checker/schedule'
import type { System } from '#checker/system'
import type { Violation } from '#checker/judge'
import { formatVersion, type Line, type Trace } from './format.js'

/** One write: what a cell held before and after. */
export interface Change {
  readonly key: string
  readonly before: unknown
  readonly after: unknown
}

/** A Step as it was taken; `line` is its place in the trace. */
export interface Recorded {
  readonly line: number
  readonly n: number
  readonly at: number
  readonly choice: string
  readonly label: string
  readonly process: string
  readonly reads: readonly string[]
  readonly changes: readonly Change[]
}

export interface Recording {
  readonly trace: Trace
  readonly steps: readonly Recorded[]
  readonly order: Order
  readonly violation: Violation | undefined
}

export interface RecordOptions extends OrderOptions {
  readonly seed: number
  readonly inputs: unknown
}

/** Runs the schedule once more, up to the violation that `until` picks, and writes everything down. */
export function record(system: System, claims: readonly Claim[], schedule: Schedule, options: RecordOptions): Recording {
  const lines: Line[] = []
  const steps: Recorded[] = []
  const booted: System = {
    ...system,
    boot() {
      const world = system.boot()
      world.tracking = true
      return world
    },
  }
  let isLivelock = false
  const order = runOrder(booted, claims, schedule, {
    ...options,
    labels: true,
    onEvent(event, world, driver) {
      options.onEvent?.(event, world, driver)
      if (event.type === 'settled') {
        isLivelock = event.ending === 'livelock'
        return
      }
      if (event.type === 'clock') {
        lines.push({ clock: event.to })
        return
      }
      const n = driver.steps
      const fingerprint = world.store.fingerprint()
      const changes = changesOf(world.touched, world.before, (key) => world.store.get(key))
      const reads = [...new Set(world.readKeys)]
      if (event.type === 'fault') {
        const { fault, target, healed } = event
        lines.push({ n, fault, target, healed, world: fingerprint })
        const label = `${healed ? 'healed' : 'fault'}: ${fault} ${target}`
        steps.push({ line: lines.length, n, at: world.now, choice: `fault|${fault}|${target}`, label, process: 'fault', reads, changes })
        return
      }
      const { choice, label = choice } = event
      const picks = world.picks.some((pick) => pick !== 0) ? { picks: [...world.picks] } : {}
      const named = world.outcomes.length === 0 ? label : `${label} → ${world.outcomes.join(', ')}`
      lines.push({ n, at: world.now, choice, label: named, ...picks, world: fingerprint })
      steps.push({ line: lines.length, n, at: world.now, choice, label: named, process: world.processOf(choice), reads, changes })
    },
  })
  const violation = options.until === undefined ? order.violations[0] : order.violations.find(options.until)
  const trace: Trace = {
    header: {
      orrery: formatVersion, kind: 'trace', seed: options.seed, inputs: options.inputs,
      schedule: { deviations: [...schedule.deviations] },
      violation: violation === undefined
        ? undefined
        : { claim: violation.claim, message: violation.message, objects: [...violation.objects] },
    },
    lines,
    end: { steps: order.steps, world: order.world.store.fingerprint(), ...(isLivelock ? { ending: 'livelock' as const } : {}) },
  }
  return { trace, steps, order, violation }
}

function changesOf(touched: readonly string[], before: readonly unknown[], now: (key: string) => unknown): Change[] {
  const changes: Change[] = []
  const met = new Set<string>()
  touched.forEach((key, index) => {
    if (met.has(key)) return
    met.add(key)
    changes.push({ key, before: before[index], after: now(key) })
  })
  return changes
}
