/** A command line that is not understood, told like any other bad input. */
import type { CommanderError } from 'commander'
import { formatInputError, type InputError } from '#api/manifests/input-error'
import { errorDocument } from './json.js'

const commands = ['check', 'explore', 'simulate', 'replay', 'export', 'claims', 'version']

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
  if (args.includes('--json') && command !== 'claims') process.stdout.write(errorDocument([told], 1))
  else process.stderr.write(`${formatInputError(told)}\n`)
  return 2
}
