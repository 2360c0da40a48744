/**
 * A recording in the Informal Trace Format, which viewers of Apalache and Quint read: one state after each Step, and
 * one before the first. See https://apalache-mc.org/docs/adr/015adr-trace.html and docs/exporting.md.
 */
import { part } from '#kernel/cells'
import type { Change, Recorded } from '../record.js'
import type { Written } from './held.js'
import { integer, itfOf, map, set, type ItfValue } from './itf-value.js'

export interface ItfOptions {
  /** Where the trace comes from: its file. */
  readonly source: string
}

/** What each Step is, beside the objects. */
const told = ['step', 'time', 'process', 'label', 'changed'] as const

/** `store|pods|shop/web#1-0`. */
const isObject = ({ key }: Change): boolean => part(key, 0) === 'store'

/** A resource's variable: `pods`, `widgets_example_org`. */
const variableOf = (key: string): string => {
  const name = part(key, 1).replace(/\W/g, '_')
  return told.some((one) => one === name) ? `${name}_` : name
}

/** The objects of a resource by `namespace/name`, oldest first; each is put into words of the format once. */
type Objects = Map<string, ItfValue>

/** Every object that some Step writes, as it was before the first that does; a variable for each resource. */
function before(steps: readonly Recorded[]): Map<string, Objects> {
  const resources = new Map<string, Objects>()
  const met = new Set<string>()
  for (const change of steps.flatMap(({ changes }) => changes.filter(isObject))) {
    if (met.has(change.key)) continue
    met.add(change.key)
    const variable = variableOf(change.key)
    const objects: Objects = resources.get(variable) ?? new Map()
    resources.set(variable, objects)
    if (change.before !== undefined) objects.set(part(change.key, 2), itfOf(change.before))
  }
  return new Map([...resources].sort(([a], [b]) => (a < b ? -1 : 1)))
}

/** The text of the file, one state a line. Objects that no Step writes are left out: they never change. */
export function toItf({ steps, trace, violation }: Written, { source }: ItfOptions): string {
  const resources = before(steps)
  /** Each resource's value as text: most Steps change none. */
  const texts = new Map<string, string>()
  const write = (variable: string): void =>
    void texts.set(variable, JSON.stringify(map([...resources.get(variable) ?? []])))
  for (const variable of resources.keys()) write(variable)
  const state = (index: number, values: Readonly<Record<(typeof told)[number], ItfValue>>, breaks: boolean): string => {
    const meta = { index, ...(breaks ? { violation: violation?.claim } : {}) }
    const own = told.map((name) => [name, JSON.stringify(values[name])])
    const members = [['#meta', JSON.stringify(meta)], ...own, ...texts]
    return `{${members.map(([name, text]) => `${JSON.stringify(name)}:${text}`).join(',')}}`
  }
  const none = { step: integer(0), time: integer(0), process: '', label: '', changed: set([]) }
  const breaking = violation === undefined ? -1 : steps.findLastIndex(({ n }) => n <= violation.step)
  const states = [state(0, none, false), ...steps.map((step, index) => {
    const changes = step.changes.filter(isObject)
    for (const { key, after } of changes) {
      const objects = resources.get(variableOf(key))
      if (after === undefined) objects?.delete(part(key, 2))
      else objects?.set(part(key, 2), itfOf(after))
    }
    for (const variable of new Set(changes.map(({ key }) => variableOf(key)))) write(variable)
    const { n, at, process, label } = step
    const changed = set([...new Set(changes.map(({ key }) => `${part(key, 1)} ${part(key, 2)}`))])
    return state(index + 1, { step: integer(n), time: integer(at), process, label, changed }, index === breaking)
  })]
  const meta = {
    format: 'ITF',
    'format-description': 'https://apalache-mc.org/docs/adr/015adr-trace.html',
    source,
    description: violation === undefined
      ? 'an order in which every claim held' : `${violation.claim}: ${violation.message}`,
    seed: trace.header.seed,
  }
  const head = `"#meta":${JSON.stringify(meta)},\n"vars":${JSON.stringify([...told, ...resources.keys()])}`
  return `{${head},\n"states":[\n${states.join(',\n')}\n]}\n`
}
