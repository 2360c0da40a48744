/** What kubectl prints on the prompt order: commands that the API server refuses are told, they change what is checked. */
import { runOrder } from '#checker/order'
import { prompt } from '#checker/schedule'
import { withOracle } from '#machine/oracle'
import { commandOf } from '#models/client/user-actions'
import type { Script } from '#models/client/script'
import type { OwnController } from '#properties/extensions/controller'
import { systemOf, userKey, type Scenario } from '#properties/scenario'
import type { ReportedError } from './verdict.js'

/** Enough for a person's application; what is larger than this is not rehearsed to its end. */
const limits = { steps: 50_000, instant: 50_000, patience: 20 * 60_000 }

export async function rehearse(scenario: Scenario, controllers: readonly OwnController[]): Promise<readonly ReportedError[]> {
  const system = systemOf(scenario, { controllers })
  const { world } = await withOracle(() => runOrder(system, [], prompt, { limits }))
  const script = world.store.get(userKey) as Script | undefined // by its key
  const counts = new Map<string, number>()
  for (const { step, message } of script?.failed ?? []) {
    const action = scenario.script[step]
    const text = `${action === undefined ? 'kubectl' : commandOf(action)} prints: ${message}`
    counts.set(text, (counts.get(text) ?? 0) + 1)
  }
  return [...counts].map(([message, count]) => ({
    code: 'E_REFUSED',
    message: count === 1 ? message : `${message} (${count} times)`,
    next: 'The rest was applied all the same, as kubectl does. Mend the order of the files, or the object that is named.',
  }))
}
