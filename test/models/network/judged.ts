/** Drives a World promptly, but for what is held back, while claims are judged. */
import { Judge, type Violation } from '#checker/judge'
import type { World } from '#cluster/world'
import { claims } from '#properties/network/index'

export interface Drive {
  /** Takes what is enabled, in prompt order, except held choices; moves the clock up to `until` ms. */
  run(options?: { readonly until?: number; readonly hold?: (choice: string) => boolean }): void
  /** A change from outside: a user, or a kubelet that the test plays. */
  perform(change: () => void): void
  /** Runs to the end and gives the verdict. */
  verdict(): { readonly violations: readonly Violation[]; readonly exercised: ReadonlyMap<string, number> }
}

export function judged(world: World, isDisturbed = (): boolean => false): Drive {
  const judge = new Judge(world, claims, isDisturbed)
  let steps = 0
  const run: Drive['run'] = ({ until = Infinity, hold = () => false } = {}) => {
    for (;;) {
      const choice = [...world.agenda].find((key) => !hold(key))
      if (choice !== undefined) {
        world.take(choice)
        judge.after(choice, ++steps)
        if (steps > 100_000) throw new Error('no end of Steps')
        continue
      }
      const next = world.nextDeadline
      if (next === undefined || next > until) {
        if (Number.isFinite(until) && until > world.now) world.advance(until)
        return
      }
      world.advance(next)
    }
  }
  return {
    run,
    perform(change) {
      const take = world.perform.bind(world)
      world.perform = (step) => {
        take(step)
        judge.after('', ++steps)
      }
      change()
      world.perform = take
    },
    verdict() {
      run()
      judge.settled('quiescent')
      return { violations: judge.violations, exercised: judge.exercised }
    },
  }
}
