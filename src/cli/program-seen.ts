/** The commands that look at one World as kubectl would: describe, logs. */
import { InvalidArgumentError, type Command } from 'commander'
import type { DescribeOptions } from './describe.js'
import type { LogsOptions } from './logs.js'
import { duration, examples, natural, withInputs, type Exit, type Given } from './options.js'

const exitCodes = '\n\nExit codes: 0 shown, 2 bad input, or there is no such object.'

/** Which World is looked at. */
const withMoment = (command: Command): Command =>
  withInputs(command)
    .option('--trace <file>', 'Look at the order of events of this trace, not at a simulation of -f')
    .optionsGroup('Moment:')
    .option('--step <number>', 'After this Step, as traces count them (default: the last)', natural)
    .option('--at <duration>', 'At this virtual time, as 500ms, 30s or 2m', duration)

export function addDescribe(program: Command, exit: Exit): void {
  withMoment(program.command('describe'))
    .summary('Show an object as kubectl describe would, at any Step')
    .description(
      'Show an object as "kubectl describe" would, at any Step of a trace or a simulation '
        + '(docs/inside-one-pod.md).\n\n'
        + 'Without --trace, the manifests of -f are simulated as by "orrery simulate". Without --step or --at, '
        + 'the last World is looked at. Objects are called as reports call them: web#1-0 is the first pod '
        + 'of the first template of Deployment web; '
        + 'the beginning of a name is enough, and -n says where to look. Virtual time begins at midnight of 1 January 2026.',
    )
    .argument('<kind>', 'pod, deployment, replicaset, node, service, … or their short names; or KIND/NAME')
    .argument('[name]', 'An object, or the beginning of its name (default: all of the kind)')
    .addHelpText(
      'after',
      examples(
        ['A pod in the end', 'orrery describe pod web -f pod.yaml'],
        ['The same, half a minute after the beginning', 'orrery describe pod web -f pod.yaml --at 30s'],
        [
          'A Deployment in the middle of a counterexample',
          'orrery describe deploy web --trace .orrery/TRACE.jsonl --step 120',
        ],
      ) + exitCodes,
    )
    .action(async (kind: string, name: string | undefined, options: Given<DescribeOptions>) => {
      const { describe } = await import('./describe.js')
      exit.code = await describe(kind, name, { ...options, filename: options.filename ?? [] })
    })
}

/** −1 stands for all. */
const lines = (text: string): number => {
  if (!/^(-1|\d{1,9})$/.test(text))
    throw new InvalidArgumentError('It has to be a whole number, or -1 for all lines.')
  return Number(text)
}

export function addLogs(program: Command, exit: Exit): void {
  withMoment(program.command('logs'))
    .summary('Show what a container has written, as kubectl logs would')
    .description(
      'Show what a container has written until a Step of a trace or a simulation, as "kubectl logs" would '
        + '(docs/inside-one-pod.md).',
    )
    .argument(
      '<pod>',
      'A pod, called as reports call it: web#1-0; or deploy/NAME, rs/NAME, svc/NAME: one of its pods',
    )
    .argument('[container]', 'One of its containers (default: as kubectl chooses it)')
    .optionsGroup('Output:')
    .option('-c, --container <name>', 'Of this container')
    .option('--all-containers', 'Of every container of the pod')
    .option('-p, --previous', 'Of the run before the last one')
    .option('--tail <lines>', 'Only so many of the last lines', lines, -1)
    .option('--since <duration>', 'Only what was written so shortly before', duration)
    .option('--timestamps', 'With the time of each line')
    .option('--prefix', 'With the pod and the container before each line')
    .addHelpText(
      'after',
      examples(
        ['What a container has written', 'orrery logs web -f pod.yaml'],
        ['What it wrote before it was restarted', 'orrery logs web -c app --previous -f pod.yaml'],
        [
          'All containers, half a minute after the beginning',
          'orrery logs web --all-containers --prefix -f pod.yaml --at 30s',
        ],
      ) + exitCodes,
    )
    .action(async (pod: string, container: string | undefined, options: Given<LogsOptions>) => {
      const { logs } = await import('./logs.js')
      exit.code = await logs(pod, container, { ...options, filename: options.filename ?? [] })
    })
}
