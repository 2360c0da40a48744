/** Runs a script to its end, or to a time: sleeps end in the order of their times. */
import { boot, execIn, join, sharedNamespace, signal, wake } from '#models/container/processes/containers'
import type { Start, Started } from '#models/container/processes/containers'
import { run } from '#models/container/processes/run'
import type { Report } from '#models/container/processes/run'
import type { System } from '#models/container/processes/system'
import type { Tree } from '#models/container/processes/tree'

/** A container as it goes on: its tree, its outside, its clock, and what it has said so far. */
export interface Going {
  readonly tree: Tree
  readonly system: System
  readonly now: number
  readonly due: Readonly<Record<string, number>>
  readonly said: readonly string[]
  readonly errors: readonly string[]
  /** All output of the first process as it was written. */
  readonly text: string
  readonly ended: Report['ended']
  readonly refusals: Report['refusals']
  readonly busy: readonly number[]
  readonly listens: readonly number[]
}

export function begun(argv: readonly string[], system: System, more: Partial<Start> = {}): Going {
  return going(boot({ argv, env: { PATH: '/usr/bin:/bin', HOME: '/root' }, cwd: '/', ...more }, system))
}

/** In a namespace whose first process is `pause`, so that a signal has its default action. */
export function begunBeside(argv: readonly string[], system: System, more: Partial<Start> = {}): Going {
  const shared = sharedNamespace(system)
  if (!shared.ok) throw new Error(shared.message)
  return going(
    join(shared.tree, { argv, env: { PATH: '/usr/bin:/bin', HOME: '/root' }, cwd: '/', ...more }, system)
  )
}

function going(started: Started): Going {
  if (!started.ok) throw new Error(started.message)
  return ran({
    tree: started.tree,
    system: started.system,
    now: 0,
    due: {},
    said: [], errors: [], text: '', ended: [], refusals: [], busy: [], listens: [],
  })
}

export function ran(going: Going): Going {
  const [tree, system, report] = run(going.tree, going.system)
  const due = { ...going.due }
  for (const pid of report.cancelled) delete due[pid]
  for (const { pid, seconds } of report.sleeps) due[pid] = going.now + seconds
  const of = (stream: 'stdout' | 'stderr'): readonly string[] =>
    report.lines.filter((line) => line.stream === stream).map(({ text }) => text)
  const output = report.lines
    .filter(({ stream }) => stream === 'stdout')
    .map(({ text, unended }) => text + (unended ? '' : '\n'))
    .join('')
  return {
    ...going,
    tree,
    system,
    due,
    said: [...going.said, ...of('stdout')],
    errors: [...going.errors, ...of('stderr')],
    text: going.text + output,
    ended: [...going.ended, ...report.ended],
    refusals: [...going.refusals, ...report.refusals],
    busy: report.busy,
    listens: report.listens,
  }
}

/** The next sleep ends; nothing where nobody sleeps. */
export function next(going: Going): Going | undefined {
  const [pid, time] =
    Object.entries(going.due).sort(([a, x], [b, y]) => x - y || Number(a) - Number(b))[0] ?? []
  if (pid === undefined || time === undefined) return undefined
  const { [pid]: _, ...due } = going.due
  return ran({ ...going, now: time, due, tree: wake(going.tree, Number(pid)) })
}

/** Everything that happens until a time. */
export function until(going: Going, time: number): Going {
  const first = Math.min(...Object.values(going.due))
  if (first > time) return { ...going, now: time }
  const after = next(going)
  return after ? until(after, time) : { ...going, now: time }
}

/** To the end, or for so many waits. */
export function finished(going: Going, waits = 100): Going {
  const after = waits > 0 ? next(going) : undefined
  return after ? finished(after, waits - 1) : going
}

export const signalled = (going: Going, name: string, pid = 1): Going =>
  ran({ ...going, tree: signal(going.tree, pid, name) })

/** A process beside the first one, and how it ended if it did at once. */
export function execed(going: Going, ...argv: readonly string[]): Going & { readonly code?: number } {
  const started = execIn(going.tree, { argv, env: { PATH: '/usr/bin:/bin' }, cwd: '/' }, going.system)
  if (!started.ok) return { ...going, code: started.code }
  const after = ran({ ...going, tree: started.tree, system: started.system })
  const code = after.ended.slice(going.ended.length).find(({ pid }) => pid === started.pid)?.code
  return { ...after, ...(code !== undefined && { code }) }
}

/** The status of the first process, once it has ended. */
export const codeOf = ({ ended }: Going): number | undefined => ended.at(-1)?.code

export const sh = (text: string, system: System, more: Partial<Start> = {}): Going =>
  finished(begun(['sh', '-c', text], system, more))
