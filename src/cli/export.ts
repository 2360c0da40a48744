/** `orrery export`: a trace in a format of other tools. */
import { existsSync, realpathSync, writeFileSync } from 'node:fs'
import { isLeft, left, right, type Either } from 'fp-ts/lib/Either.js'
import { digest } from '#trace/digest'
import { tell, type Told } from '#trace/explain'
import { toItf } from '#trace/export/itf'
import { toPerfetto } from '#trace/export/perfetto'
import { toSequence } from '#trace/export/sequence'
import type { Recording } from '#trace/record'
import { narrate } from '#properties/narrate'
import type { Scenario } from '#properties/scenario'
import { present, storyOf } from './counterexample.js'
import { inWords, withDelays } from './deviations.js'
import { refuse, rerun, type Refusal, type Rerun } from './trace-file.js'
import { duration, plural, shortly } from './words.js'

export interface ExportOptions {
  readonly to: 'itf' | 'mermaid' | 'perfetto'
  /** A file; standard output unless said. */
  readonly output?: string
}

/** What shows it. */
const viewers = {
  itf: 'the ITF Trace Viewer of VS Code, or any tool that reads traces of Quint or Apalache',
  mermaid: 'a Markdown page, in a block marked mermaid',
  perfetto: 'https://ui.perfetto.dev',
} as const

export function exportTrace(file: string, { to, output }: ExportOptions): number {
  if (output !== undefined && isSame(file, output)) {
    return refuse(output, { code: 'E_UNWRITABLE', message: 'this is the trace itself', next: 'Give -o another file.' })
  }
  const again = rerun(file)
  if (isLeft(again)) return refuse(file, again.left)
  const recording = recordedAgain(again.right)
  if (isLeft(recording)) return refuse(file, recording.left)
  const text = textOf(file, recording.right, again.right.scenario, to)
  if (output === undefined) {
    process.stdout.write(text)
    return 0
  }
  try {
    writeFileSync(output, text)
  } catch (error) {
    const message = `the export could not be written: ${error instanceof Error ? error.message : String(error)}`
    return refuse(output, { code: 'E_UNWRITABLE', message, next: 'Give -o a path in a directory that can be written.' })
  }
  process.stdout.write(`${output}: ${plural(recording.right.steps.length, 'Step')}, for ${viewers[to]}\n`)
  return 0
}

const isSame = (a: string, b: string): boolean => existsSync(a) && existsSync(b) && realpathSync(a) === realpathSync(b)

/** The order of the trace once more, with what each Step read and wrote. */
export function recordedAgain({ trace: { header, end }, scenario, claims, until }: Rerun): Either<Refusal, Recording> {
  const { recording } = present({ scenario, schedule: header.schedule }, claims, { seed: header.seed, until })
  const { world, steps } = recording.trace.end
  return world === end.world && steps === end.steps ? right(recording) : left({
    code: 'E_REPLAY_OTHER_WORLD', line: 1, message: 'the schedule of the header does not lead to the Steps of the trace',
    next: 'The trace has been changed by hand: find it anew.',
  })
}

function textOf(source: string, recording: Recording, scenario: Scenario, to: ExportOptions['to']): string {
  switch (to) {
    case 'itf': return toItf(recording, { source })
    case 'perfetto': return toPerfetto(recording, { source })
    case 'mermaid': {
      const title = recording.violation?.claim ?? source
      return toSequence(told(recording, scenario), recording, { title, time: duration, shortly })
    }
    default: throw new Error(`unknown format ${to satisfies never}`)
  }
}

/** How many lines are told of an order in which nothing is broken. */
const room = 40

function told(recording: Recording, scenario: Scenario): readonly Told[] {
  const { violation, steps, trace } = recording
  if (violation !== undefined) return storyOf(recording, violation, scenario)
  const all = inWords(tell(recording, steps.map((_, index) => index), narrate), recording, scenario.script)
  return digest(withDelays(all, trace.header.schedule.deviations, recording), { objects: [], cells: [], room }).lines
}
