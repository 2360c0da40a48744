/** `.orrery/`: counterexamples that were found before, tried first next time. */
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { isRight } from 'fp-ts/lib/Either.js'
import type { Schedule } from '#checker/schedule'
import { parse } from '#trace/format'

export const memoryFolder = '.orrery'

/** Writes the trace; its path, and why it could not be written. */
export function keep(claim: string, objects: readonly string[], trace: string, folder = memoryFolder):
  { readonly path: string; readonly problem?: string } {
  const about = createHash('sha256').update(objects.join()).digest('hex').slice(0, 6)
  const path = join(folder, `${claim}-${about}.jsonl`)
  try {
    mkdirSync(folder, { recursive: true })
    writeFileSync(path, trace)
    return { path }
  } catch (error) {
    return { path, problem: error instanceof Error ? error.message : String(error) }
  }
}

/** The schedules of what is kept, by file name; what cannot be read is left out. */
export function remembered(folder = memoryFolder): readonly Schedule[] {
  if (!existsSync(folder)) return []
  return readdirSync(folder).filter((name) => name.endsWith('.jsonl')).sort().flatMap((name) => {
    try {
      const trace = parse(readFileSync(join(folder, name), 'utf8'))
      return isRight(trace) ? [trace.right.header.schedule] : []
    } catch {
      return []
    }
  })
}
