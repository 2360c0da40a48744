#!/usr/bin/env node
/** `npm run properties`: pods of any sort, one order each, and what is promised of every pod. Exit 1 where one breaks it. */
import { Command, InvalidArgumentError } from 'commander'
import { stringify } from 'yaml'
import { batchSize } from '#properties/any-pods'
import type { Case } from '#trace/candidates'
import type { Scenario } from '#properties/scenario'
import { pc } from './colours.js'
import { batchesOf } from './properties-run.js'

interface Options {
  readonly pods: number
  readonly seed: number
  readonly first: number
  readonly workers: number
}

const whole = (least: number) => (text: string): number => {
  const value = Number(text)
  if (!Number.isSafeInteger(value) || value < least) throw new InvalidArgumentError(`It has to be a whole number from ${least}.`)
  return value
}

const count = (value: number): string => Math.round(value).toLocaleString('en-US')

async function run({ pods, seed, first, workers }: Options): Promise<number> {
  const started = performance.now()
  const batches = Math.ceil(pods / batchSize)
  const terminal = process.stderr.isTTY ? process.stderr : undefined
  let [done, steps] = [0, 0]
  const soFar = (): string => `${count(done * batchSize)} pods, ${count(steps)} Steps, ${
    count(steps / ((performance.now() - started) / 1000))} a second`
  for await (const batch of batchesOf({ seed, first, batches }, workers)) {
    steps += batch.steps
    terminal?.write('\r\u001b[2K')
    if (batch.broken !== undefined) {
      const { smallest, violations } = batch.broken
      process.stdout.write(`${pc.red('✗')} ${violations.join('\n  ')}\n\n${textOf(smallest)}\n`
        + `Again: npm run properties -- --seed ${seed} --first ${first + done} --pods ${batchSize}\n`)
      return 1
    }
    done++
    terminal?.write(pc.dim(soFar()))
  }
  process.stdout.write(`${pc.green('✓')} ${soFar()} (seed ${seed}): every claim held\n`)
  return 0
}

/** The pod as a manifest, and how the order departs from the prompt one. */
function textOf({ scenario, schedule }: Case<Scenario>): string {
  const objects = scenario.script.flatMap((action) => ('objects' in action ? action.objects : []))
  const others = scenario.script.filter((action) => !('objects' in action))
  return [
    ...objects.map((object) => stringify(object)),
    ...others.map((action) => `# then: ${JSON.stringify(action)}`),
    ...schedule.deviations.map((deviation) => `# ${JSON.stringify(deviation)}`),
  ].join('\n')
}

const program = new Command('properties')
  .description('Tries pods of any sort: what is promised of every pod has to hold of each, in one order each.')
  .option('--pods <count>', 'How many', whole(1), 100_000)
  .option('--seed <number>', 'Where they come from', whole(0), 1)
  .option('--first <batch>', `The first batch of ${batchSize}`, whole(0), 0)
  .option('--workers <count>', 'Threads', whole(1), 2)
  .exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : 2))
  .action(async (options: Options) => { process.exitCode = await run(options) })

await program.parseAsync()
