#!/usr/bin/env node
/** `npm run mutants`: the kill table. Exit 1 where it is not what it should be. */
import { Command, InvalidArgumentError } from 'commander'
import { survivors } from '#properties/kill/survivors'
import { complaintsOf, countsOf, isFine, scoresOf, type Row } from '#properties/kill/table'
import { pc } from './colours.js'
import { benchOf, rowsOf } from './mutants-run.js'
import { lineOf, markdown, summary } from './mutants-text.js'

interface Options {
  readonly workers: number
  readonly drawn: number
  readonly only?: string
  readonly json?: true
  readonly markdown?: true
}

const whole = (least: number) => (text: string): number => {
  const value = Number(text)
  const isFit = Number.isInteger(value) && value >= least && value <= 1_000
  if (!isFit) throw new InvalidArgumentError(`It has to be a whole number from ${least} to 1000.`)
  return value
}

const pattern = (text: string): string => {
  try {
    return new RegExp(text).source
  } catch {
    throw new InvalidArgumentError('It has to be a regular expression.')
  }
}

async function run({ workers, drawn, only, json, markdown: asMarkdown }: Options): Promise<number> {
  const started = performance.now()
  const job = { drawn, ...(only === undefined ? {} : { only }) }
  const bench = benchOf(job)
  const terminal = process.stderr.isTTY ? process.stderr : undefined
  const rows: Row[] = []
  for await (const row of rowsOf(job, bench, workers)) {
    rows.push(row)
    terminal?.write('\r\u001b[2K')
    if (json !== true && asMarkdown !== true) process.stdout.write(`${lineOf(row)}\n`)
    const seconds = Math.round((performance.now() - started) / 1000)
    const line = `${rows.length} of ${bench.candidates.length} mutants, ${seconds} s, ${row.name}`
    terminal?.write(pc.dim(line.slice(0, (terminal.columns ?? 100) - 1)))
  }
  terminal?.write('\r\u001b[2K')
  const complaints = complaintsOf(rows, survivors, only === undefined)
  if (json === true) {
    const named = rows.map((row) => ({ ...row, ...('survival' in row.fate ? { reason: survivors.get(row.name) } : {}) }))
    const document = { rows: named, counts: countsOf(rows), scores: scoresOf(rows, survivors), complaints, unreached: bench.unreached }
    process.stdout.write(`${JSON.stringify(document, undefined, 2)}\n`)
  } else process.stdout.write(asMarkdown === true ? markdown(rows, survivors) : summary(rows, survivors, complaints, bench.unreached))
  return isFine(complaints) ? 0 : 1
}

const program = new Command('mutants')
  .description('Tries every mutant in small scenarios, and tells what noticed it.')
  .option('--workers <count>', 'Threads that try mutants', whole(1), 1)
  .option('--drawn <count>', 'Orders drawn for each scenario, beside the prompt one and those that it names', whole(0), 0)
  .option('--only <pattern>', 'Mutants whose name fits this regular expression', pattern)
  .option('--json', 'One JSON document')
  .option('--markdown', 'The tables of docs/mutants.md')
  .exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : 2))
  .action(async (options: Options) => { process.exitCode = await run(options) })

await program.parseAsync()
