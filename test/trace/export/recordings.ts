/** Recordings to export: the orders of recorded regressions, run anew. */
import { readFileSync } from 'node:fs'
import { isLeft } from 'fp-ts/lib/Either.js'
import { present, storyOf } from '#cli/counterexample'
import { claims } from '#properties/claims'
import type { Scenario } from '#properties/scenario'
import type { Told } from '#trace/explain'
import { parse } from '#trace/format'
import type { Recording } from '#trace/record'

export interface Example {
  readonly recording: Recording
  readonly story: readonly Told[]
}

const folder = new URL('../../regressions', import.meta.url).pathname

/** The order of a regression, by its folder; with `judged: false` nothing is judged, and it runs to its end. */
export function example(name: string, { judged = true }: { readonly judged?: boolean } = {}): Example {
  const trace = parse(readFileSync(`${folder}/${name}/trace.jsonl`, 'utf8'))
  if (isLeft(trace)) throw new Error(trace.left.message)
  const { inputs, schedule, seed, violation } = trace.right.header
  const scenario = inputs as Scenario // recorded by ourselves
  const { recording } = present({ scenario, schedule }, claims.filter((claim) => judged && claim.name === violation?.claim), {
    seed, until: ({ message }) => message === violation?.message,
  })
  return { recording, story: recording.violation === undefined ? [] : storyOf(recording, recording.violation, scenario) }
}
