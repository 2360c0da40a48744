/**
 * Models: pkg/kubelet/prober/prober.go (runProbe with an exec action): the command of a probe as it is run in a container
 * Reads: what the container's processes read
 * Writes: nothing
 * Omits: what a probe changes: it is run on a copy of the container's processes and files
 */
import { execIn, wake } from '../container/processes/containers.js'
import { run } from '../container/processes/run.js'
import type { System } from '../container/processes/system.js'
import type { Tree } from '../container/processes/tree.js'
import type { Answering } from './cells.js'
import type { ExecProbe, Program } from './container-chart.js'
import type { ProbeKind } from './profile.js'

const kinds: readonly ProbeKind[] = ['startup', 'readiness', 'liveness']

/** So many waits of one probe are looked at. */
const mostWaits = 100

/** What the probe comes to: its time is that of its sleeps. */
function answerOf(tree: Tree, system: System, { env, cwd, user }: Program, { argv, seconds }: ExecProbe, container: string): Answering {
  const started = execIn(tree, { argv, env, cwd, container, who: { uid: user, gid: 0 } }, system)
  if (!started.ok) return 'failure'
  const { pid } = started
  const due = new Map<number, number>()
  let [now, step] = [0, run(started.tree, started.system)]
  for (let waits = 0; waits < mostWaits; waits++) {
    const [after, outside, report] = step
    const end = report.ended.find((one) => one.pid === pid)
    if (end !== undefined) return end.code === 0 ? 'success' : 'failure'
    for (const cancelled of report.cancelled) due.delete(cancelled)
    for (const sleep of report.sleeps) if (after.processes[sleep.pid]?.group === pid) due.set(sleep.pid, now + sleep.seconds)
    const [next, time] = [...due].sort(([a, x], [b, y]) => x - y || a - b)[0] ?? []
    if (next === undefined || time === undefined || time >= seconds) return 'hangs'
    due.delete(next)
    now = time
    step = run(wake(after, next), outside)
  }
  return 'hangs'
}

/** The answers to its exec probes; `undefined` where it has none. */
export function answersOf(tree: Tree, system: System, program: Program, container = 'main'): Readonly<Partial<Record<ProbeKind, Answering>>> | undefined {
  const answers: Partial<Record<ProbeKind, Answering>> = {}
  for (const kind of kinds) {
    const probe = program.probes[kind]
    if (probe !== undefined) answers[kind] = answerOf(tree, system, program, probe, container)
  }
  return Object.keys(answers).length === 0 ? undefined : answers
}

export const isSame = (a: readonly number[], b: readonly number[]): boolean => a.length === b.length && a.every((one, index) => one === b[index])
