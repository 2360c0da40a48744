/**
 * Models: a person, or a pipeline, who types one command after the other
 * Reads: user, chart
 * Writes: user, chart, request, timer, memory
 * Omits: commands that run beside each other; stopping at the first error
 */
import { key, part, type Cells, type Key } from '#kernel/cells'
import { rank, type Channel } from '#machine/channel'
import type { Runtime } from '#machine/process'
import { timerKey } from '#machine/chart'
import { runtimeOf } from '../node/cells.js'
import { shutdownConfigKey, systemdOf } from '../node/node-shutdown.js'
import { commandOf, isOnMachine, type MachineAction, type UserAction } from './user-actions.js'

export interface Script {
  /** Namespace of objects that name none. */
  readonly namespace: string
  /** The API server instance that the user talks to. */
  readonly apiServer: string
  readonly steps: readonly UserAction[]
  /** Which step is next, or under way. */
  readonly at: number
  /** The command of step `at` has not come back yet. */
  readonly busy?: true
  /** The node that was drained last. */
  readonly drained?: string
  /** What went wrong, in kubectl's words, by step. */
  readonly failed?: readonly { readonly step: number; readonly message: string }[]
}

export const scriptKey = (process: string): Key<Script> => key('user', process)

export interface ScriptOptions {
  readonly namespace?: string
  readonly apiServer?: string
  readonly process?: string
}

/** Gives the user something to do. */
export const startScript = (
  cells: Cells, steps: readonly UserAction[],
  { namespace = 'default', apiServer = 'api-1', process = 'kubectl' }: ScriptOptions = {},
): void => cells.write(scriptKey(process), { namespace, apiServer, steps, at: 0 })

/** A command came back: the next one may be typed. */
export function concluded(
  cells: Cells, process: string, failures: readonly string[], drained: string | undefined,
): void {
  const { busy: _, ...script } = cells.read(scriptKey(process)) ?? { namespace: '', apiServer: '', steps: [], at: 0 }
  const failed = [...script.failed ?? [], ...failures.map((message) => ({ step: script.at, message }))]
  cells.write(scriptKey(process), {
    ...script, at: script.at + 1,
    ...(failed.length === 0 ? {} : { failed }), ...(drained === undefined ? {} : { drained }),
  })
}

/** The chart instance that carries out a step. */
export const ownerOf = (action: UserAction, step: number): string =>
  `${action.do === 'drain' ? 'drain' : 'run'}:${step + 1}`

/** Whoever is asked on the machine does it at its next turn; nothing comes back that the user waits for. */
function onMachine(cells: Cells, action: MachineAction, drained: string | undefined): void {
  const name = 'name' in action.node ? action.node.name : drained
  if (name === undefined) return
  if (action.do === 'shutdown') cells.write(shutdownConfigKey(name), action.config)
  cells.arm(timerKey(action.do === 'shutdown' ? systemdOf(name) : runtimeOf(name), '', action.do), 0)
}

/** The user's next action. */
export const userChannel = (runtime: Runtime): Channel<Script> => ({
  prefix: 'user',
  rank: rank.user,
  offers: ({ busy, at, steps }) => busy === undefined && at < steps.length,
  process: (cell) => part(cell, 1),
  take(cells, cell, script) {
    const action = script.steps[script.at]
    if (action === undefined) return
    const { namespace, drained, at } = script
    if (isOnMachine(action)) {
      onMachine(cells, action, drained)
      concluded(cells, part(cell, 1), [], undefined)
      return
    }
    cells.write(cell, { ...script, busy: true })
    runtime.send(runtime.context(cells, part(cell, 1), ownerOf(action, at)), {
      type: 'begin', action, step: at, namespace, drained,
    })
  },
  label: (_, { steps, at }) => {
    const action = steps[at]
    return `user: ${action === undefined ? 'nothing' : commandOf(action)}`
  },
})
