/**
 * The trace format, version 1: JSON Lines. The first line is the header, then one line for each Step, move of the
 * clock or fault, and a last line that says how it ended. See docs/trace-format.md.
 */
import * as t from 'io-ts'
import { isLeft, left, right, type Either } from 'fp-ts/lib/Either.js'
import { scheduleCodec } from '#checker/schedule'

export const formatVersion = 1

const header = t.type({
  orrery: t.number,
  kind: t.literal('trace'),
  seed: t.number,
  /** What the World was made of: manifests, nodes, the user's actions, profiles, mutants. Read by who made it. */
  inputs: t.unknown,
  schedule: scheduleCodec,
  /** What is broken in the end; absent in a trace of an order in which every claim held. */
  violation: t.union([t.type({ claim: t.string, message: t.string, objects: t.array(t.string) }), t.undefined]),
})

const step = t.intersection([
  t.type({ n: t.number, at: t.number, choice: t.string, label: t.string, world: t.string }),
  t.partial({ picks: t.array(t.number) }),
])
const clock = t.type({ clock: t.number })
const fault = t.type({ n: t.number, fault: t.string, target: t.string, healed: t.boolean, world: t.string })
const ending = t.intersection([
  t.type({ steps: t.number, world: t.string }),
  /** Things went on without end at one instant; absent where they did not. */
  t.partial({ ending: t.literal('livelock') }),
])
const end = t.type({ end: ending })

export type Header = t.TypeOf<typeof header>
export type StepLine = t.TypeOf<typeof step>
export type ClockLine = t.TypeOf<typeof clock>
export type FaultLine = t.TypeOf<typeof fault>
export type Line = StepLine | ClockLine | FaultLine

export interface Trace {
  readonly header: Header
  readonly lines: readonly Line[]
  readonly end: t.TypeOf<typeof ending>
}

export const isStep = (line: Line): line is StepLine => 'choice' in line
export const isClock = (line: Line): line is ClockLine => 'clock' in line

export function format({ header, lines, end }: Trace): string {
  return [header, ...lines, { end }].map((line) => JSON.stringify(line)).join('\n') + '\n'
}

export interface TraceError {
  readonly code: 'E_TRACE_FORMAT' | 'E_TRACE_VERSION' | 'E_TRACE_TRUNCATED'
  readonly message: string
  /** From 1. */
  readonly line: number
}

/** Reads a trace; says which line is wrong and why. */
export function parse(text: string): Either<TraceError, Trace> {
  const rows = text.split('\n')
  if (rows.at(-1) === '') rows.pop()
  const values: unknown[] = []
  for (const [index, row] of rows.entries()) {
    try {
      values.push(JSON.parse(row))
    } catch {
      return index > 0 && index === rows.length - 1
        ? left({ code: 'E_TRACE_TRUNCATED', line: index + 1, message: 'the last line is cut off' })
        : left({ code: 'E_TRACE_FORMAT', line: index + 1, message: 'this line is not JSON' })
    }
  }
  const version = (values[0] as { orrery?: unknown } | undefined | null)?.orrery // looked at before it is decoded
  if (typeof version !== 'number') {
    return left({ code: 'E_TRACE_FORMAT', line: 1, message: 'the first line is not the header of an Orrery trace' })
  }
  if (version !== formatVersion) {
    const message = `the trace has format version ${version}, this Orrery reads version ${formatVersion}`
    return left({ code: 'E_TRACE_VERSION', line: 1, message })
  }
  const head = header.decode(values[0])
  if (isLeft(head)) return left({ code: 'E_TRACE_FORMAT', line: 1, message: 'the header lacks a member or has a wrong one' })
  const last = end.decode(values.at(-1))
  if (isLeft(last)) {
    return left({ code: 'E_TRACE_TRUNCATED', line: rows.length, message: 'the closing line is missing: the trace is cut off' })
  }
  const lines: Line[] = []
  for (const [index, value] of values.slice(1, -1).entries()) {
    const line = t.union([step, clock, fault]).decode(value)
    if (isLeft(line)) {
      return left({ code: 'E_TRACE_FORMAT', line: index + 2, message: 'this line is neither a Step nor a move of the clock nor a fault' })
    }
    lines.push(line.right)
  }
  return right({ header: head.right, lines, end: last.right.end })
}
