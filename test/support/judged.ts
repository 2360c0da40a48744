/** Drives a World promptly, but for what is held back, while claims are judged. */
import type { Claim } from '#checker/claim'
import { Judge, type Violation } from '#checker/judge'
import type { Cells } from '#kernel/cells'
import type { World } from '#cluster/world'

export interface Judged {
  /** Takes what is enabled, in prompt order, except held choices; then moves the clock, up to `until` ms. */
  run(options?: { readonly until?: number; readonly hold?: (choice: string) => boolean }): void
  /** A change from outside: a user, or a part of the cluster that the test plays. */
  perform(change: (cells: Cells) => void): void
  /** Runs to the end and gives the verdict. */
  verdict(): { readonly violations: readonly Violation[]; readonly exercised: ReadonlyMap<string, number> }
}

export function judge(world: World, claims: readonly Claim[], isDisturbed = (): boolean => false): Judged {
  const judging = new Judge(world, claims, isDisturbed)
  let steps = 0
  const move = (to: number): void => {
    world.advance(to)
    judging.after('clock', steps)
    judging.wake()
  }
  const run: Judged['run'] = ({ until = Infinity, hold = () => false } = {}) => {
    for (;;) {
      const choice = [...world.agenda].find((key) => !hold(key))
      if (choice !== undefined) {
        world.take(choice)
        judging.after(choice, ++steps)
        if (steps > 100_000) throw new Error('no end of Steps')
        continue
      }
      const next = Math.min(world.nextDeadline ?? Infinity, judging.nextWake ?? Infinity)
      if (next > until || next === Infinity) return
      move(next)
    }
  }
  return {
    run,
    perform(change) {
      world.perform(change)
      judging.after('', ++steps)
    },
    verdict() {
      run()
      judging.settled('quiescent')
      return { violations: judging.violations, exercised: judging.exercised }
    },
  }
}
