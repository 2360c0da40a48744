/** Replays a trace strictly: every line must be possible, be called the same, and lead to the same World. */
import { left, right, type Either } from 'fp-ts/lib/Either.js'
import type { Claim } from '#checker/claim'
import { Judge, type Violation } from '#checker/judge'
import { goesOnForLong, limitsOf } from '#checker/driver'
import { Rounds } from '#checker/rounds'
import { sceneOf, type System } from '#checker/system'
import type { World } from '#cluster/world'
import { isClock, isStep, type Trace } from './format.js'

export interface ReplayError {
  readonly code: 'E_REPLAY_NOT_ENABLED' | 'E_REPLAY_OTHER_WORLD' | 'E_REPLAY_FAULT'
  readonly message: string
  /** Line in the trace file, from 1. */
  readonly line: number
  /** The labels of what was enabled instead. */
  readonly enabled: readonly string[]
}

export interface Replayed {
  readonly world: World
  readonly violations: readonly Violation[]
  readonly steps: number
}

export function replay(system: System, claims: readonly Claim[], trace: Trace): Either<ReplayError, Replayed> {
  const world = system.boot()
  let disturbedUntil = -1
  const judge = new Judge(world, claims, () => world.now < disturbedUntil)
  // What the driver knows: since when the user and the clock have waited, and how many faults are under way.
  const limits = limitsOf(system)
  let [acted, atOnce, faults] = [0, 0, 0]
  const rounds = new Rounds(world, judge, () => faults === 0 && goesOnForLong(limits, world.now - acted, atOnce))
  let steps = 0
  for (const [index, line] of trace.lines.entries()) {
    const at = index + 2
    const fail = (code: ReplayError['code'], message: string): Either<ReplayError, never> =>
      left({ code, message, line: at, enabled: [...world.agenda].map((choice) => world.label(choice)) })
    if (isClock(line)) {
      world.advance(line.clock)
      judge.after('clock', steps)
      judge.wake()
      atOnce = 0
      rounds.after({ type: 'clock', to: line.clock })
      continue
    }
    steps = line.n
    if (isStep(line)) {
      if (!world.isEnabled(line.choice)) return fail('E_REPLAY_NOT_ENABLED', `Step ${line.n}, “${line.label}”, is not enabled`)
      const picks = [...line.picks ?? []]
      world.picker = () => picks.shift() ?? 0
      const label = world.label(line.choice)
      if (line.label !== label && !line.label.startsWith(`${label} → `)) {
        return fail('E_REPLAY_OTHER_WORLD', `Step ${line.n} is “${label}” here, “${line.label}” in the trace`)
      }
      world.take(line.choice)
      judge.after(line.choice, line.n)
      atOnce++
      if (line.choice.startsWith(`${system.user}|`)) acted = world.now
      rounds.after({ type: 'step', choice: line.choice, label })
    } else {
      const kind = system.faults.find(({ name }) => name === line.fault)
      if (kind === undefined) return fail('E_REPLAY_FAULT', `there is no fault called ${line.fault}`)
      if (line.healed) world.perform(() => kind.heal?.(sceneOf(world), line.target))
      else {
        world.perform(() => kind.inject(sceneOf(world), line.target))
        disturbedUntil = Number.MAX_SAFE_INTEGER
      }
      if (line.healed || kind.heal === undefined) disturbedUntil = world.now + kind.recovery
      if (kind.heal !== undefined) faults += line.healed ? -1 : 1
      judge.after(`fault|${line.fault}|${line.target}`, line.n)
    }
    const fingerprint = world.store.fingerprint()
    if (fingerprint !== line.world) {
      return fail('E_REPLAY_OTHER_WORLD', `after Step ${line.n} this World is ${fingerprint}, the trace's is ${line.world}`)
    }
  }
  judge.settled(trace.end.ending ?? 'quiescent', rounds.loop)
  rounds.settled()
  return right({ world, violations: judge.violations, steps })
}
