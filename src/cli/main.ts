#!/usr/bin/env node
/** The command line. One command a file; each is loaded when it is called for. */
import { Command, InvalidArgumentError, Option } from 'commander'
import type { CheckOptions } from './check.js'
import type { ReplayOptions } from './replay.js'
import type { SimulateOptions } from './simulate.js'
import { version } from './version.js'

const whole = (least: number, most: number) => (text: string): number => {
  const value = Number(text)
  if (!Number.isInteger(value) || value < least || value > most) throw new InvalidArgumentError(`It has to be a whole number from ${least} to ${most}.`)
  return value
}

/** `500ms`, `30s`, `2m`: milliseconds. A bare number is seconds. */
const duration = (text: string): number => {
  const match = /^(\d+(?:\.\d+)?)(ms|s|m|h)?$/.exec(text)
  if (match === null) throw new InvalidArgumentError('It has to be a duration such as 500ms, 30s or 2m.')
  return Math.round(Number(match[1]) * { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 }[match[2] ?? 's']!)
}

const collect = (value: string, list: readonly string[]): readonly string[] => [...list, value]

const program = new Command('orrery')
  .description('A clockwork Kubernetes: your manifests, checked under every order of events.')
  .version(version(), '--version', 'Print the version')
  .helpCommand(false)
  .showHelpAfterError('(see "orrery COMMAND --help")')
  .exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : 2))

const withInputs = (command: Command): Command => command
  .requiredOption('-f, --filename <path>', 'Manifests: a file, a directory, or - for standard input; may be repeated', collect, [])
  .option('-R, --recursive', 'Directories inside directories too')
  .option('-n, --namespace <name>', 'Namespace of objects that name none')
  .option('--then <path>', 'Manifests that are applied after those of -f: an update; may be repeated', collect, [])
  .option('--scenario <file>', 'What the user does, one command after the other (docs/scenarios.md)')
  .option('--nodes <count>', 'How many nodes there are, where the input has no Node objects (default 3)', whole(1, 5_000))
  .option('--config <file>', 'Instead of the orrery.yaml beside the manifests')

withInputs(program.command('check'))
  .summary('Look for an order of events in which a claim is broken')
  .description('Applies the manifests, then does what every application goes through (restart, scale, delete a pod, drain a\n' +
    'node), in many orders of events: late watches and requests, restarts, partitions. What breaks is shrunk and explained.')
  .option('--seed <number>', 'Where the orders come from', whole(0, 2 ** 31 - 1), 1)
  .option('--runs <count>', 'How many orders to try; the same seed then gives the same bytes', whole(1, 100_000_000))
  .option('--time <duration>', 'How long to try (default 60s; less once something was found)', duration)
  .option('--delays <count>', 'How many delays an order may have (default 2)', whole(0, 100))
  .option('--faults <count>', 'How many faults an order may have (default 1)', whole(0, 100))
  .option('--max-lag <duration>', 'How long one delay may last, for every kind of channel', duration)
  .option('--workers <count>', 'Threads that run orders', whole(1, 64), 1)
  .addOption(new Option('--fail-on <severity>', 'The least severity that counts').choices(['error', 'warning']).default('error'))
  .option('--claim <name>', 'Judge this claim alone; may be repeated', collect, [])
  .option('--no-memory', 'Do not try what is kept in .orrery/ first')
  .option('--json', 'One JSON document on standard output, and nothing else there')
  .option('--junit <file>', 'Write the verdict as a JUnit file too')
  .addHelpText('after', [
    '', 'Exit codes: 0 no violation, 1 violation, 2 bad input, 3 inconclusive.', '', 'Examples:',
    '  orrery check -f manifests/', '  orrery check -f v1/ --then v2/ --nodes 5', '  helm template . | orrery check -f -',
    '  orrery check -f manifests/ --runs 2000 --seed 7 --json > verdict.json',
  ].join('\n'))
  .action(async ({ claim, time, ...options }: CheckOptions & { readonly claim: readonly string[]; readonly time?: number }) => {
    const { check } = await import('./check.js')
    process.exitCode = await check({ ...options, claims: claim, ...(time === undefined ? {} : { time: time / 1000 }) })
  })

withInputs(program.command('simulate'))
  .summary('Run one prompt order of events, as a readable timeline')
  .description('Runs the scenario once, everything as promptly as it can, and tells what happens.')
  .option('--steps', 'Every Step by its name, not only what changed')
  .option('--json', 'The timeline as JSON')
  .action(async (options: SimulateOptions) => {
    const { simulate } = await import('./simulate.js')
    process.exitCode = await simulate({ ...options, seed: 1 })
  })

program.command('replay')
  .summary('Run a trace again, strictly')
  .description('Every Step has to be possible, to be called the same, and to lead to the same World.')
  .argument('<trace>', 'A trace file, such as those in .orrery/')
  .option('--json', 'The outcome as JSON')
  .action(async (file: string, options: ReplayOptions) => {
    const { replay } = await import('./replay.js')
    process.exitCode = replay(file, options)
  })

program.command('claims')
  .summary('List what is claimed')
  .option('--json', 'As JSON')
  .action(async (options: { readonly json?: boolean }) => {
    const { listClaims } = await import('./claims.js')
    process.stdout.write(listClaims(options.json === true))
  })

program.command('version').summary('Print the version').action(() => void process.stdout.write(`${version()}\n`))

process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0)
  throw error
})

await program.parseAsync()
