/** What threads that explore together explore: each makes its own of plain data. */
import type { Explored } from '#checker/explore/crew/hand'
import type { Source } from '#checker/explore/crew/threads'
import type { Bounds } from '#checker/explore/bounds'
import { limitsOf } from '#checker/driver'
import { mutants } from '#models/mutants/index'
import { systemOf, type Scenario } from '#properties/scenario'
import { claimsNamed } from './orders.js'

interface Argument {
  readonly scenario: Scenario
  readonly claims: readonly string[]
  readonly bounds: Bounds
}

export const sourceOf = (argument: Argument): Source => ({ module: import.meta.url, argument })

export function explored(argument: unknown): Explored {
  const { scenario, claims, bounds } = argument as Argument // as `sourceOf` has it
  const system = systemOf(scenario, { mutants })
  return { system, claims: claimsNamed(claims), bounds, limits: limitsOf(system) }
}
