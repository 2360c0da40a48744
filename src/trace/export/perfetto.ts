/**
 * A recording as Chrome trace events, which ui.perfetto.dev and chrome://tracing show: a process for each component, a
 * slice for each Step, an arrow from the Step that wrote a cell to each that read it. See docs/exporting.md.
 */
import type { Recorded } from '../record.js'
import { heldIn, type Written } from './held.js'

interface Place { readonly pid: number; readonly tid: number; readonly ts: number }
type Args = Readonly<Record<string, unknown>>

type Thread = Omit<Place, 'ts'>
interface Named { readonly name: string; readonly cat: string }

/** `ts` and `dur` are microseconds of virtual time. */
export type TraceEvent =
  | Thread & { readonly ph: 'M'; readonly name: 'process_name' | 'thread_name'; readonly args: { readonly name: string } }
  | Thread & { readonly ph: 'M'; readonly name: 'process_sort_index'; readonly args: { readonly sort_index: number } }
  | Place & Named & { readonly ph: 'X'; readonly dur: number; readonly args: Args }
  | Place & Named & { readonly ph: 'i'; readonly s: 'g' | 't'; readonly args: Args }
  | Place & Named & { readonly ph: 's'; readonly id: number; readonly args: Args }
  | Place & Named & { readonly ph: 'f'; readonly id: number; readonly bp: 'e' }

/** The thread of a component that shows its Steps; what lasts has threads of its own, since such slices may overlap. */
const stepsThread = 1

/**
 * When each Step is shown. Many happen at one instant, and each takes no time at all: one is shown a microsecond after
 * the other, so that their order is seen.
 */
function times(steps: readonly Recorded[]): readonly number[] {
  let last = -1
  return steps.map(({ at }) => (last = Math.max(at * 1000, last + 1)))
}

/** The components in the order in which they first did something, from 1. */
class Processes {
  readonly events: TraceEvent[] = []
  private readonly pids = new Map<string, number>()
  private readonly threads = new Map<number, number>()

  pid(name: string): number {
    const known = this.pids.get(name)
    if (known !== undefined) return known
    const pid = this.pids.size + 1
    this.pids.set(name, pid)
    this.threads.set(pid, stepsThread)
    this.events.push(
      { ph: 'M', name: 'process_name', pid, tid: stepsThread, args: { name } },
      { ph: 'M', name: 'process_sort_index', pid, tid: stepsThread, args: { sort_index: pid } },
      { ph: 'M', name: 'thread_name', pid, tid: stepsThread, args: { name: 'Steps' } },
    )
    return pid
  }

  /** A new thread of a component. */
  thread(pid: number, name: string): number {
    const tid = (this.threads.get(pid) ?? stepsThread) + 1
    this.threads.set(pid, tid)
    this.events.push({ ph: 'M', name: 'thread_name', pid, tid, args: { name } })
    return tid
  }
}

/** For each Step, the Steps that last wrote what it read, with the cells. */
function sources(steps: readonly Recorded[]): readonly ReadonlyMap<number, readonly string[]>[] {
  const writer = new Map<string, number>()
  return steps.map(({ reads, changes }, index) => {
    const from = new Map<number, string[]>()
    for (const key of new Set(reads)) {
      const source = writer.get(key)
      if (source === undefined) continue
      const cells = from.get(source)
      if (cells === undefined) from.set(source, [key])
      else cells.push(key)
    }
    for (const { key } of changes) writer.set(key, index)
    return from
  })
}

/** The text of the file, one event a line. */
export function toPerfetto(recording: Written, { source }: { readonly source: string }): string {
  const { trace: { header }, violation } = recording
  const broken = violation === undefined ? {} : { claim: violation.claim, message: violation.message }
  const other = { source, seed: header.seed, ...broken }
  const lines = traceEvents(recording).map((event) => JSON.stringify(event))
  return `{"displayTimeUnit":"ms","otherData":${JSON.stringify(other)},"traceEvents":[\n${lines.join(',\n')}\n]}\n`
}

export function traceEvents(recording: Written): readonly TraceEvent[] {
  const { steps, violation } = recording
  const ts = times(steps)
  const processes = new Processes()
  const places = steps.map(({ process }, index): Place => ({ pid: processes.pid(process), tid: stepsThread, ts: ts[index]! }))
  const slices = steps.map(({ n, label, choice, changes, reads }, index): TraceEvent => ({
    ph: 'X', name: label, cat: choice.slice(0, choice.indexOf('|')), ...places[index]!, dur: 1,
    args: { step: n, choice, wrote: changes.map(({ key }) => key), read: reads.length },
  }))
  const lasting = [...delays(recording, ts, processes), ...faults(recording, ts, processes)]
  const breaking = violation === undefined ? -1 : steps.findLastIndex(({ n }) => n <= violation.step)
  const broken: readonly TraceEvent[] = violation === undefined ? [] : [{
    ph: 'i', name: violation.claim, cat: 'violation', s: 'g',
    ...(places[breaking] ?? { pid: processes.pid('claims'), tid: stepsThread }),
    ts: Math.max(violation.at * 1000, ts[breaking] ?? 0),
    args: { message: violation.message, objects: violation.objects },
  }]
  return [...processes.events, ...slices, ...flows(steps, places), ...lasting, ...broken]
}

function flows(steps: readonly Recorded[], places: readonly Place[]): readonly TraceEvent[] {
  let id = 0
  return sources(steps).flatMap((from, reader) => [...from].flatMap(([writer, cells]): readonly TraceEvent[] => {
    const common = { name: cells[0]!, cat: 'cell', id: ++id }
    const begin = { ph: 's', ...common, ...places[writer]!, args: { cells } } as const
    return [begin, { ph: 'f', bp: 'e', ...common, ...places[reader]! }]
  }))
}

/** What was held back, from when it could have been taken until it was, or until the end. */
function delays(recording: Written, ts: readonly number[], processes: Processes): readonly TraceEvent[] {
  const { steps } = recording
  return heldIn(recording).map(({ hold, offered, since, taken, process }): TraceEvent => {
    const pid = processes.pid(process)
    const begin = Math.max(ts[offered] ?? 0, since * 1000)
    const end = taken === undefined ? ts.at(-1) ?? 0 : ts[taken]!
    const name = taken === undefined ? hold.channel : steps[taken]!.label
    return {
      ph: 'X', name: `held back: ${name}`, cat: 'delay', pid, tid: processes.thread(pid, 'held back'),
      ts: begin, dur: Math.max(1, end - begin),
      args: { channel: hold.channel, offer: hold.nth, ms: hold.ms },
    }
  })
}

/** What was broken, until it was mended or the order ended; what needs no mending is broken at one instant. */
function faults({ steps, trace }: Written, ts: readonly number[], processes: Processes): readonly TraceEvent[] {
  const { deviations } = trace.header.schedule
  const said = steps.map(({ line }) => trace.lines[line - 1])
  return said.flatMap((line, index): readonly TraceEvent[] => {
    if (line === undefined || !('fault' in line) || line.healed) return []
    const { fault, target } = line
    const pid = processes.pid(steps[index]!.process)
    const healed = said.findIndex((other, later) => later > index && other !== undefined && 'fault' in other && other.healed
      && other.fault === fault && other.target === target)
    const lasts = deviations.some((one) => one.kind === 'fault' && one.fault === fault && one.target === target && one.ms > 0)
    const place = { pid, tid: processes.thread(pid, `${fault} ${target}`), ts: ts[index]! }
    const args = { fault, target }
    if (healed < 0 && !lasts) return [{ ph: 'i', name: `${fault} ${target}`, cat: 'fault', s: 't', ...place, args }]
    const end = healed < 0 ? ts.at(-1)! : ts[healed]!
    return [{ ph: 'X', name: `${fault} ${target}`, cat: 'fault', ...place, dur: Math.max(1, end - place.ts), args }]
  })
}
