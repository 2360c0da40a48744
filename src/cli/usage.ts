/** A command line that is not understood, told like any other bad input. */
import type { CommanderError } from 'commander'
import { formatInputError, type InputError } from '#api/manifests/input-error'
import { refusedDocument } from './explore-verdict.js'
import { errorDocument } from './json.js'
import { refusedReplay } from './trace-file.js'
import { refusedTimeline } from './simulate.js'

const commands = ['check', 'explore', 'simulate', 'describe', 'logs', 'replay', 'export', 'claims', 'version']

/** What a command that was refused prints with `--json`; the others print no document that could hold an error. */
const documents: Readonly<Record<string, (errors: readonly InputError[]) => string>> = {
  check: (errors) => errorDocument(errors, 1),
  explore: refusedDocument,
  simulate: refusedTimeline,
  replay: refusedReplay,
}

export function usageError(error: CommanderError, args: readonly string[]): number {
  const command = commands.find((name) => name === args[0])
  const [sentence = '', ...rest] = error.message.replace(/^error: /, '').split('\n')
  // Commander says "(Did you mean …?)" on a line of its own.
  const near = /Did you mean (?:one of )?([^?]+)\?/.exec(rest.join(' '))?.[1]
  const place = `orrery${command === undefined ? '' : ` ${command}`}`
  const hint = near !== undefined ? `Did you mean ${near}? `
    : error.code === 'commander.excessArguments' && (command === 'check' || command === 'explore' || command === 'simulate') ? 'Name files and directories with -f. ' : ''
  const told: InputError = {
    code: 'E_USAGE', file: place, message: sentence.replace(/\.$/, ''),
    next: `${hint}See "${place} --help".`,
  }
  const refused = command === undefined || !args.includes('--json') ? undefined : documents[command]
  if (refused === undefined) process.stderr.write(`${formatInputError(told)}\n`)
  else process.stdout.write(refused([told]))
  return 2
}
