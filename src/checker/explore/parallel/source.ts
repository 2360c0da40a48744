import type { FreeSystem } from '../free-system.js'

/** Where a system comes from: functions cannot be handed to a thread, so that each makes its own. */
export interface Source {
  /** The URL of a module that exports `freeSystem(argument)`. */
  readonly module: string
  /** Plain data. */
  readonly argument: unknown
}

export async function systemOf({ module, argument }: Source): Promise<FreeSystem> {
  const found = await import(module) as { // see `Source`
    readonly freeSystem?: (argument: unknown) => FreeSystem
  }
  if (found.freeSystem === undefined) throw new Error(`${module} exports no freeSystem`)
  return found.freeSystem(argument)
}
