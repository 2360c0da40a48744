/** What a check is about to do, in one paragraph. */
import { commandOf } from '#models/client/user-actions'
import type { Scenario } from '#properties/scenario'
import { pc } from './colours.js'
import { plural, wrap } from './words.js'

export function describeScenario({ nodes, script, mutants }: Scenario, files: readonly string[], verb = 'Checking'): string {
  const commands = script.map(commandOf).map((command) => command.replace(/^kubectl /, ''))
  const shown = commands.length <= 14 ? commands : [...commands.slice(0, 13), `… ${commands.length - 13} more`]
  return [
    pc.bold(`${verb} ${files.map((file) => (file === '-' ? 'standard input' : file)).join(', ')} on ${plural(nodes.length, 'node')}`),
    wrap(`The user: ${shown.join('; ')}`, '  '),
    ...(mutants.length > 0 ? [wrap(`Mutants on: ${mutants.join(', ')}`, '  ')] : []),
  ].join('\n')
}
