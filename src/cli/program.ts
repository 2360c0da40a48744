/** The command line: commands, options, help. One command a file; each is loaded when it is called for. */
import { Command, CommanderError, InvalidArgumentError, Option } from 'commander'
import type { CheckOptions } from './check.js'
import type { ExportOptions } from './export.js'
import type { ExploreOptions } from './explore-input.js'
import { collect, duration, examples, named, natural, whole, withInputs, type Exit, type Given } from './options.js'
import { addDescribe, addLogs } from './program-seen.js'
import type { ReplayOptions } from './replay.js'
import type { SimulateOptions } from './simulate.js'
import { version } from './version.js'

const graphFile = (text: string): string => {
  if (!/.\.(dot|mmd)$/.test(text)) throw new InvalidArgumentError('It has to end with .dot (Graphviz) or .mmd (Mermaid).')
  return text
}

const exitCodes = '\n\nExit codes: 0 no violation, 1 violation, 2 bad input, 3 inconclusive.'

function addCheck(program: Command, exit: Exit): void {
  withInputs(program.command('check'))
    .summary('Look for an order of events in which a claim is broken')
    .description('Look for an order of events in which a claim is broken.\n\n' +
      'Applies the manifests, then does what every application goes through (restart, scale, lose a pod, drain ' +
      'a node), in many orders of events: watches and requests that are late, ties broken the other way, ' +
      'restarts, partitions. What breaks is made small and explained, and kept in .orrery/ as a trace.')
    .optionsGroup('Search:')
    .option('--seed <number>', 'Where the orders come from', whole(0, 2 ** 31 - 1), 1)
    .option('--runs <count>', 'How many orders to try; the same seed then gives the same bytes', whole(1, 100_000_000))
    .option('--time <duration>', 'How long to try, as 30s or 5m (default 60s; less once something was found)', duration)
    .option('--delays <count>', 'How many delays an order may have (default 2)', whole(0, 100))
    .option('--faults <count>', 'How many faults an order may have (default 1)', whole(0, 100))
    .option('--max-lag <duration>', 'How long one delay may last, for every kind of channel', duration)
    .option('--workers <count>', 'Threads that run orders', whole(1, 64), 1)
    .option('--claim <name>', 'Judge this claim alone; may be repeated', collect)
    .option('--controller <module>', 'A JavaScript module with controllers of your own (docs/operators.md); may be repeated', collect)
    .option('--no-memory', 'Do not try first what is kept in .orrery/')
    .optionsGroup('Output:')
    .addOption(new Option('--fail-on <severity>', 'The least severity that counts').choices(['error', 'warning']).default('error'))
    .option('--json', 'One JSON document on standard output, and nothing else there (docs/json.md)')
    .option('--junit <file>', 'Write the verdict as a JUnit file too')
    .addHelpText('after', examples(
      ['Check the manifests of a directory', 'orrery check -f manifests/'],
      ['Check an update: what is applied first, and what then', 'orrery check -f v1/ --then v2/'],
      ['Check what a chart or an overlay renders', 'helm template ./chart | orrery check -f -'],
      ['Check an operator of your own on what it manages', 'orrery check -f site.yaml --controller operator.mjs'],
      ['In CI: as many orders every time, and a report', 'orrery check -f manifests/ --runs 2000 --junit orrery.xml'],
    ) + exitCodes)
    .action(async ({ claim = [], time, ...options }: Given<CheckOptions> & { readonly claim?: readonly string[]; readonly time?: number }) => {
      const { check } = await import('./check.js')
      exit.code = await check({ ...options, filename: options.filename ?? [], claims: claim, ...(time === undefined ? {} : { time: time / 1000 }) })
    })
}

function addExplore(program: Command, exit: Exit): void {
  withInputs(program.command('explore'))
    .summary('Go through every order of events within bounds')
    .description('Go through every order of events within bounds, to the last one (docs/exploring.md).\n\n' +
      'Applies the manifests, and then those of --then, or does what the scenario says; nothing else, unlike check. Every order ' +
      'is the prompt one with at most so many delays and faults. What breaks is made small and explained, and kept in .orrery/ ' +
      'as a trace. It passes only where everything was explored.')
    .optionsGroup('Bounds:')
    .option('--delays <count>', 'How many delays an order may have, up to 5', natural, 1)
    .option('--faults <count>', 'How many faults an order may have, up to 3 (default 0; 1 where --fault is given)', natural)
    .option('--fault <kind>', 'Only this kind of fault; may be repeated', collect)
    .option('--max-lag <duration>', 'How long one delay may last, for every kind of channel', duration)
    .option('--claim <name>', 'Judge this claim alone; may be repeated', collect)
    .option('--controller <module>', 'A JavaScript module with controllers of your own (docs/operators.md); may be repeated', collect)
    .optionsGroup('Search:')
    .addOption(new Option('--strategy <name>', 'Which World comes next: breadth-first finds what takes the fewest actions')
      .choices(['breadth-first', 'depth-first']).default('breadth-first'))
    .option('--workers <count>', 'Threads that explore; they come to the same, sooner', whole(1, 64), 1)
    .option('--compact', 'Tell Worlds apart by 64 bits of them: half the memory; a World is missed with a chance that is told')
    .option('--bitstate', 'Depth first, three bits kept of each World: what does not fit into memory; Worlds are missed')
    .option('--swarm <count>', 'So many such searches, each in another order and with other Worlds missed', whole(1, 1_000))
    .option('--reduction <names>', 'Leave out only by these what comes to the same: dependence, subsumption, passing (default all)', named)
    .option('--no-reduction', 'Leave nothing out: more Worlds, the same verdict')
    .optionsGroup('Limits:')
    .option('--worlds <count>', 'Stop at so many Worlds', whole(1, 1_000_000_000))
    .option('--memory <quantity>', 'Stop where Worlds take so much memory', '2Gi')
    .option('--time <duration>', 'Stop after so long, as 30s or 5m', duration)
    .optionsGroup('Output:')
    .addOption(new Option('--fail-on <severity>', 'The least severity that counts').choices(['error', 'warning']).default('error'))
    .option('--json', 'One JSON document on standard output, and nothing else there (docs/exploring.md)')
    .option('--checkpoint <file>', 'Where to keep an exploration that is stopped (default: in .orrery)')
    .option('--resume [file]', 'Go on where the same exploration was stopped')
    .option('--graph <file>', 'Draw a small exploration: FILE.dot for Graphviz, FILE.mmd for Mermaid', graphFile)
    .option('--coverage [orders]', 'Then sample so many orders, or for as long as exploring took: how much of this do they meet? (docs/coverage.md)', whole(1, 100_000_000))
    .addHelpText('after', examples(
      ['Is there any order with one delay in which this goes wrong?', 'orrery explore -f deployment.yaml --nodes 1'],
      ['A rolling update', 'orrery explore -f v1/ --then v2/ --nodes 2'],
      ['A process that ends and is started again, anywhere', 'orrery explore -f deployment.yaml --delays 0 --fault restart'],
    ) + exitCodes.replace('3 inconclusive.', '3 inconclusive (not everything was explored).'))
    .action(async ({ claim = [], ...options }: Given<ExploreOptions> & { readonly claim?: readonly string[] }) => {
      const { explore } = await import('./explore.js')
      exit.code = await explore({ ...options, filename: options.filename ?? [], claims: claim })
    })
}

function addSimulate(program: Command, exit: Exit): void {
  withInputs(program.command('simulate'))
    .summary('Run one prompt order of events, as a readable timeline')
    .description('Run one order of events, everything as promptly as it can, and tell what happens.')
    .optionsGroup('Output:')
    .option('-v, --verbose', 'Everything that changes, one line each')
    .option('--pod <name>', 'The life of this pod: its sandbox, containers, hooks, probes, conditions, KubeEvents')
    .option('--steps', 'Every Step by its name')
    .option('--json', 'The timeline as JSON')
    .addHelpText('after', examples(
      ['See a Deployment come up', 'orrery simulate -f deployment.yaml'],
      ['See a rolling update', 'orrery simulate -f v1/ --then v2/'],
      ['See what happens inside one pod', 'orrery simulate -f pod.yaml --pod web'],
    ))
    .action(async (options: Given<SimulateOptions>) => {
      const { simulate } = await import('./simulate.js')
      exit.code = await simulate({ ...options, filename: options.filename ?? [] })
    })
}

function addExport(program: Command, exit: Exit): void {
  program.command('export')
    .summary('Write a trace in a format of other tools')
    .description('Write a trace in a format of other tools (docs/exporting.md). It is run again strictly first, as by "orrery replay".\n\n' +
      'itf: every Step and the API objects after it, for the trace viewers of Quint and Apalache.\n' +
      'mermaid: the story as a sequence diagram, for a page, an issue or a pull request.\n' +
      'perfetto: every Step in time, and which read what another wrote, for ui.perfetto.dev.')
    .argument('<trace>', 'A trace file, such as those in .orrery/')
    .addOption(new Option('--to <format>', 'The format').choices(['itf', 'mermaid', 'perfetto']).makeOptionMandatory())
    .option('-o, --output <file>', 'Write to this file (default standard output)')
    .addHelpText('after', examples(
      ['Draw a counterexample', 'orrery export .orrery/TRACE.jsonl --to mermaid'],
      ['Look at it Step by Step', 'orrery export .orrery/TRACE.jsonl --to itf -o trace.itf.json'],
      ['Look at it in time', 'orrery export .orrery/TRACE.jsonl --to perfetto -o trace.json'],
    ) + '\n\nExit codes: 0 written, 2 the trace does not fit, or nothing could be written.')
    .action(async (file: string, options: ExportOptions) => {
      const { exportTrace } = await import('./export.js')
      exit.code = exportTrace(file, options)
    })
}

function addOthers(program: Command, exit: Exit): void {
  program.command('replay')
    .summary('Run a trace again, strictly')
    .description('Run a trace again, strictly: every Step has to be possible, to be called the same, and to lead to the same World.')
    .argument('<trace>', 'A trace file, such as those in .orrery/')
    .option('-v, --verbose', 'Every cause, not only what is read in a minute')
    .option('--pod <name>', 'The life of this pod, as "orrery simulate --pod" tells it')
    .option('--controller <module>', 'The module with the controllers that it was found with; may be repeated', collect)
    .option('--json', 'The outcome as JSON')
    .addHelpText('after', examples(['See a counterexample again', 'orrery replay .orrery/TRACE.jsonl']) +
      '\n\nExit codes: 0 the claim holds, 1 it is broken as recorded, 2 the trace does not fit.')
    .action(async (file: string, options: ReplayOptions) => {
      const { replay } = await import('./replay.js')
      exit.code = await replay(file, options)
    })
  addExport(program, exit)
  program.command('claims')
    .summary('List what is claimed, or explain one claim')
    .description('List what is claimed, or explain one claim: what it says, where upstream says so, what breaks it.')
    .argument('[name]', 'A claim')
    .option('--json', 'As JSON')
    .addHelpText('after', examples(
      ['List all claims', 'orrery claims'], ['Explain one', 'orrery claims no-connection-to-closed-listener'],
    ))
    .action(async (name: string | undefined, options: { readonly json?: boolean }) => {
      const { claims } = await import('./claims.js')
      exit.code = claims(name, options.json === true)
    })
  program.command('version').summary('Print the version').action(() => void process.stdout.write(`${version()}\n`))
}

function programFor(exit: Exit): Command {
  const program = new Command('orrery')
    .description('Is there an order of events in which your manifests go wrong?\n\n' +
      'Orrery is a clockwork Kubernetes v1.36: it runs your manifests under many orders of events and shows, ' +
      'step by step, what breaks. No cluster, no containers, no network.')
    .usage('COMMAND [options]')
    .version(version(), '--version', 'Print the version')
    .helpCommand(false)
    .configureOutput({ outputError: () => {} }) // told by `run`
    .exitOverride()
    .addHelpText('after', examples(
      ['Check the manifests of a directory', 'orrery check -f manifests/'],
      ['Check a rolling update', 'orrery check -f v1/ --then v2/'],
      ['See what happens when they are applied', 'orrery simulate -f manifests/'],
      ['See a counterexample again', 'orrery replay .orrery/TRACE.jsonl'],
    ) + '\n\nUse "orrery COMMAND --help" for more about a command.')
  addCheck(program, exit)
  addExplore(program, exit)
  addSimulate(program, exit)
  addDescribe(program, exit)
  addLogs(program, exit)
  addOthers(program, exit)
  for (const command of program.commands) command.helpOption('-h, --help', 'Show this').configureOutput(program.configureOutput())
  return program.helpOption('-h, --help', 'Show this')
}

/** Help that was asked for is no error. */
const isHelp = ({ code, exitCode }: CommanderError): boolean => exitCode === 0 && code !== 'commander.error'

/** Runs the command; resolves to the exit code. `args` begin after the program's name. */
export async function run(args: readonly string[]): Promise<number> {
  const exit: Exit = { code: 0 }
  try {
    if (args.length === 0) {
      programFor(exit).outputHelp()
      return 0
    }
    await programFor(exit).parseAsync([...args], { from: 'user' })
    return exit.code
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error
    if (isHelp(error)) return 0
    const { usageError } = await import('./usage.js')
    return usageError(error, args)
  }
}
