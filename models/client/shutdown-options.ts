/**
 * Models: how a kubelet is configured for the shutdown of its machine, as options of the action `shutdown`
 *   (KubeletConfiguration; pkg/kubelet/apis/config/validation)
 * Reads: nothing
 * Writes: nothing
 * Omits: parts of a second
 */
import * as either from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import { child, forbidden, invalid, typeInvalid } from '#api/validation/field'
import type { Json, JsonObject } from '#api/types'
import type { ShutdownConfig, ShutdownPeriod } from '../node/node-shutdown-decisions.js'
import { count, fails, isObject, type Parsed } from './scenario-parts.js'

const [period, critical, byPriority] = ['grace-period', 'grace-period-critical-pods', 'grace-period-by-priority'] as const

export const shutdownOptions: readonly string[] = [period, critical, byPriority]

/** Priorities of a pod: a whole number of 32 bits. */
const priorityOf = (text: string): number | undefined =>
  (/^-?\d+$/.test(text) && Math.abs(Number(text)) < 2 ** 31 ? Number(text) : undefined)

/** `{ 0: 60, 100000: 10 }`: from the lowest priority on, seconds. */
function periods(path: string, value: Json | undefined): Parsed<readonly ShutdownPeriod[]> {
  if (value === undefined) return either.right([])
  if (!isObject(value)) return fails(typeInvalid(path, value, 'must be a mapping of priorities to seconds'))
  const all: ShutdownPeriod[] = []
  for (const [name, given] of Object.entries(value)) {
    const [priority, seconds] = [priorityOf(name), count(child(path, name), given ?? null)]
    if (priority === undefined) return fails(invalid(path, name, 'must be a priority, a whole number'))
    if (either.isLeft(seconds)) return seconds
    all.push({ priority, seconds: seconds.right ?? 0 })
  }
  return either.right(all.sort((a, b) => a.priority - b.priority))
}

/** What is said of it, or why a kubelet would not start with that. */
export const shutdownConfig = (path: string, members: JsonObject): Parsed<ShutdownConfig> => pipe(
  either.Do,
  either.apS('all', count(child(path, period), members[period])),
  either.apS('last', count(child(path, critical), members[critical])),
  either.apS('each', periods(child(path, byPriority), members[byPriority])),
  either.chain(({ all = 0, last = 0, each }): Parsed<ShutdownConfig> => {
    if (last > all) return fails(invalid(child(path, critical), last, `must be less than or equal to ${period}`))
    if (each.length > 0 && all > 0) {
      return fails(forbidden(child(path, byPriority), `may not be specified together with ${period}`))
    }
    return either.right({
      ...(members[period] === undefined ? {} : { shutdownGracePeriod: all }),
      ...(members[critical] === undefined ? {} : { shutdownGracePeriodCriticalPods: last }),
      ...(each.length === 0 ? {} : { shutdownGracePeriodByPodPriority: each }),
    })
  }))

/** The same as it is written. */
export const encodeShutdown = ({
  shutdownGracePeriod: all, shutdownGracePeriodCriticalPods: last, shutdownGracePeriodByPodPriority: each,
}: ShutdownConfig): JsonObject => ({
  ...(all === undefined ? {} : { [period]: all }),
  ...(last === undefined ? {} : { [critical]: last }),
  ...(each === undefined ? {} : {
    [byPriority]: Object.fromEntries(each.map(({ priority, seconds }) => [String(priority), seconds])),
  }),
})
