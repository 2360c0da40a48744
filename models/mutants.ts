/** The contract of a mutant: a deliberate bug, as a change of the table of processes, that some claim must notice. */
import type { Channel } from '#machine/channel'
import type { Process } from '#machine/process'

export interface Mutant {
  /** Kebab-case: `replicaset-no-expectations`. */
  readonly name: string
  /** The bug in one sentence. */
  readonly title: string
  /** Where it was real: an upstream issue; absent for a bug of our own invention. */
  readonly upstream?: string
  /** Names of the claims that it must break. */
  readonly breaks: readonly string[]
  readonly apply: (processes: readonly Process[]) => readonly Process[]
  /** A bug of what is no process of the table, such as the API server: a change of the channels. */
  readonly rewire?: (channels: readonly Channel<never>[]) => readonly Channel<never>[]
}

/** Replaces one process of the table. */
export const replaceProcess = (kind: string, change: (process: Process) => Process): Mutant['apply'] => (processes) => {
  if (!processes.some((process) => process.kind === kind)) throw new Error(`no process ${kind} to mutate`)
  return processes.map((process) => (process.kind === kind ? change(process) : process))
}

/** Replaces named guards or actions of one chart of a process. */
export const provide = (
  kind: string, chart: string, implementations: Parameters<Process['charts'][string]['provide']>[0],
): Mutant['apply'] => replaceProcess(kind, (process) => {
  const original = process.charts[chart]
  if (original === undefined) throw new Error(`${kind} has no chart ${chart}`)
  return { ...process, charts: { ...process.charts, [chart]: original.provide(implementations) } }
})

/** Replaces one channel of the table. */
export const replaceChannel = <T>(original: Channel<T>, change: (channel: Channel<T>) => Channel<T>): NonNullable<Mutant['rewire']> =>
  (channels) => {
    if (!channels.some(({ prefix }) => prefix === original.prefix)) throw new Error(`no channel ${original.prefix} to mutate`)
    return channels.map((channel) => (channel.prefix === original.prefix ? change(original) : channel))
  }
