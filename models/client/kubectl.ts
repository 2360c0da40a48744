/**
 * Models: kubectl, one command at a time (staging/src/k8s.io/kubectl)
 * Reads: user, memory, cache, watch, watched, watchers, reflector, endpoint
 * Writes: user, chart, request, memory, watched, watchers, reflector, endpoint, timer
 * Omits: what is printed
 */
import type { Context, Effect, Process } from '#machine/process'
import { chartKey } from '#machine/chart'
import { splitName } from '#machine/objects'
import type { WatchEvent } from '#machine/watch'
import { evictionOwner, kubectlDrain } from './kubectl-drain.js'
import { kubectlEvict } from './kubectl-evict.js'
import { kubectlRun } from './kubectl-run.js'
import { memoryKey } from './memory.js'
import { connect, disconnect } from './reflector.js'
import { concluded, scriptKey, type Script } from './script.js'

/** The pods that a drain is waiting for. */
export const evictingKey = (process: string) => memoryKey<readonly string[]>(process, 'evicting')

const budgets = 'poddisruptionbudgets'

interface Conclusion {
  readonly failures: readonly string[]
  readonly drained?: string
}

interface Following {
  readonly node: string
  readonly pods: readonly string[]
}

const effects: Readonly<Record<string, Effect>> = {
  concluded: ({ cells, process }: Context, { failures, drained }: Conclusion) =>
    concluded(cells, process, failures, drained),
  follow: ({ cells, process }: Context, { node, pods }: Following) => {
    const apiServer = cells.read(scriptKey(process))?.apiServer ?? 'api-1'
    connect(cells, process, 'pods', apiServer, `spec.nodeName=${node}`)
    connect(cells, process, budgets, apiServer, '')
    cells.write(evictingKey(process), pods)
  },
  unfollow: ({ cells, process }: Context) => {
    disconnect(cells, process, 'pods')
    disconnect(cells, process, budgets)
    cells.write(evictingKey(process), undefined)
  },
}

const nudge = (context: Context, pod: string, isGone: boolean): void => {
  const owner = evictionOwner(pod)
  if (context.cells.read(chartKey(context.process, owner)) === undefined) return
  context.runtime.send({ ...context, owner }, { type: 'nudge', isGone })
}

function onWatch(context: Context, { resource, key, object }: WatchEvent): void {
  if (resource === 'pods') return nudge(context, key, object === undefined)
  const { namespace } = splitName(key)
  for (const pod of context.cells.read(evictingKey(context.process)) ?? []) {
    if (splitName(pod).namespace === namespace) nudge(context, pod, false)
  }
}

export const kubectl: Process = {
  kind: 'kubectl',
  watches: [],
  charts: { run: kubectlRun, drain: kubectlDrain, evict: kubectlEvict },
  effects,
  onWatch,
  // A command that was interrupted is typed again.
  onStart({ cells, process }) {
    const { busy, ...script } = cells.read(scriptKey(process)) ?? {}
    if (busy === true) cells.write(scriptKey(process), script as Script) // all of it but that
  },
  onReplaced: (context, _, missed) => { for (const event of missed) onWatch(context, event) },
}
