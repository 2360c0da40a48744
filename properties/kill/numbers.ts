/** Numbers in a request that its sender decided: those that are not copied from what it read. */
import type { Call } from '#machine/process'
import { isRecord } from './records.js'

/** What the user wrote into a template is copied, not decided; what the API server counts is not the sender's. */
const notDecided: ReadonlySet<string> = new Set(['metadata', 'template', 'containers', 'initContainers', 'volumes'])

/** Where the object is in a body: a patch has it one level deeper. */
const contentOf = ({ verb, body }: Call): unknown => (verb === 'patch' && isRecord(body) ? body['patch'] : body)

function walk(value: unknown, base: unknown, path: string, found: Set<string>): void {
  if (typeof value === 'number') {
    if (value !== base) found.add(path)
    return
  }
  if (Array.isArray(value)) {
    const old: readonly unknown[] = Array.isArray(base) ? base : []
    value.forEach((member, index) => walk(member, old[index], `${path}[]`, found))
  } else if (isRecord(value)) {
    const old = isRecord(base) ? base : {}
    for (const name of Object.keys(value)) {
      if (!notDecided.has(name)) walk(value[name], old[name], path === '' ? name : `${path}.${name}`, found)
    }
  }
}

/**
 * Paths of the numbers: `status.replicas`, `ports[].port`. A user's own requests (`raw`) have none, and the API server
 * clears the status of what is created.
 */
export function decidedNumbers(call: Call): readonly string[] {
  const found = new Set<string>()
  if (call.raw !== true) walk(contentOf(call), call.base, '', found)
  return [...found].filter((path) => call.verb !== 'create' || call.subresource !== undefined || !path.startsWith('status.'))
}

/** The same value with the numbers at `path` shifted; none falls below zero. */
function shift(value: unknown, path: readonly string[], by: number): unknown {
  const [name, ...rest] = path
  if (name === undefined) return typeof value === 'number' ? Math.max(0, value + by) : value
  if (name === '[]') return Array.isArray(value) ? value.map((member) => shift(member, rest, by)) : value
  if (!isRecord(value) || !(name in value)) return value
  return { ...value, [name]: shift(value[name], rest, by) }
}

export function shiftNumber(call: Call, path: string, by: number): Call {
  const steps = path.replaceAll('[]', '.[]').split('.').filter((step) => step !== '')
  const inBody = call.verb === 'patch' ? ['patch', ...steps] : steps
  return { ...call, body: shift(call.body, inBody, by) }
}
