/**
 * The places at which a mutant can be made by machine: a named guard of a chart, a kind of request that a process makes,
 * a number that such a request carries, a kind of deadline that it sets.
 */
import { part } from '#kernel/cells'
import type { Call, Process } from '#machine/process'
import type { Mutant } from '#models/mutants'
import { decidedNumbers } from './numbers.js'
import { cellsWith, withCalls, withCells } from './wrapped.js'

export type Site =
  | { readonly sort: 'guard'; readonly kind: string; readonly chart: string; readonly name: string }
  /** `what` is `update pods/status`. */
  | { readonly sort: 'call'; readonly kind: string; readonly what: string }
  /** `path` is `spec.replicas`; members of lists are `[]`. */
  | { readonly sort: 'number'; readonly kind: string; readonly what: string; readonly path: string }
  /** `name` is the event that the deadline sends, without what it is about: `enqueue`. */
  | { readonly sort: 'timer'; readonly kind: string; readonly name: string }

export const siteName = (site: Site): string => {
  switch (site.sort) {
    case 'guard': return `${site.kind} ${site.chart}: ${site.name}`
    case 'call': return `${site.kind}: ${site.what}`
    case 'number': return `${site.kind}: ${site.what} ${site.path}`
    case 'timer': return `${site.kind}: timer ${site.name}`
  }
}

export const callOf = ({ verb, resource, subresource }: Call): string =>
  `${verb} ${resource}${subresource === undefined ? '' : `/${subresource}`}`

/** `enqueue` of `timer|<process>||enqueue default/web`; undefined for deadlines that belong to no process. */
export const timerOf = (deadline: string): string | undefined => {
  if (part(deadline, 0) !== 'timer') return undefined
  const name = part(deadline, 3)
  // XState's own: xstate.after.<delay>.<chart>.<state>
  return /^xstate\.after\./.test(name) ? name : (name.split(/[ .:]/)[0] ?? name)
}

/** `containerd` of `timer|containerd/node-1|…`: whose deadline it is, whoever sets it. */
export const ownerKind = (deadline: string): string => part(deadline, 1).replace(/^([a-z-]+)\/.*/, (whole, component: string) =>
  (component === 'kube-controller-manager' ? whole : component))

/** Processes that are no part of Kubernetes: what a container does, and how long it takes, is its profile's to say. */
const isOutside = (kind: string): boolean => kind === 'containerd' || kind === 'systemd'

type Guard = (args: never, params: never) => boolean

/** The guards of a chart that have a name, hence can be replaced. */
export const guardsOf = (process: Process, chart: string): Readonly<Record<string, Guard>> =>
  (process.charts[chart]?.implementations.guards ?? {}) as Readonly<Record<string, Guard>> // any chart's, of any types

/** Every guard of the table. */
export const guardSites = (processes: readonly Process[]): readonly Site[] => processes.filter(({ kind }) => !isOutside(kind)).flatMap((process) =>
  Object.keys(process.charts).flatMap((chart) => Object.keys(guardsOf(process, chart)).map((name): Site =>
    ({ sort: 'guard', kind: process.kind, chart, name }))))

/** No bug at all: tells at which sites the processes come by. */
export const observer = (met: (site: Site) => void): Mutant => ({
  name: 'observer',
  title: 'Nothing is wrong; it is only looked at',
  breaks: [],
  apply: (processes) => processes.map((process) => {
    const { kind } = process
    if (isOutside(kind)) return process
    const charts = Object.fromEntries(Object.entries(process.charts).map(([chart, machine]) =>
      [chart, machine.provide({ guards: Object.fromEntries(Object.entries(guardsOf(process, chart)).map(([name, guard]) =>
        [name, (args: never, params: never) => {
          met({ sort: 'guard', kind, chart, name })
          return guard(args, params)
        }])) })]))
    const called = withCalls({ ...process, charts }, (context, call, make) => {
      const what = callOf(call)
      met({ sort: 'call', kind, what })
      for (const path of decidedNumbers(call)) met({ sort: 'number', kind, what, path })
      make(context, call)
    })
    return withCells(called, (cells) => cellsWith(cells, {
      arm(key, ms) {
        const name = timerOf(key)
        if (name !== undefined && ms > 0 && ownerKind(key) === kind) met({ sort: 'timer', kind, name })
        cells.arm(key, ms)
      },
    }))
  }),
})
