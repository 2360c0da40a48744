/** What the options of several commands take, and how their help looks. */
import { InvalidArgumentError, type Command } from 'commander'

export const whole =
  (least: number, most: number) =>
  (text: string): number => {
    const value = Number(text)
    if (text.trim() === '' || !Number.isInteger(value) || value < least || value > most) {
      throw new InvalidArgumentError(
        `It has to be a whole number from ${least} to ${most.toLocaleString('en-US')}.`,
      )
    }
    return value
  }

/** What is too large is refused where it is known why. */
export const natural = (text: string): number => {
  if (!/^\d{1,9}$/.test(text)) throw new InvalidArgumentError('It has to be a whole number.')
  return Number(text)
}

/** `500ms`, `30s`, `2m`: milliseconds. A bare number is seconds. */
export const duration = (text: string): number => {
  const match = /^(\d+(?:\.\d+)?)(ms|s|m|h)?$/.exec(text)
  if (match === null) throw new InvalidArgumentError('It has to be a duration such as 500ms, 30s or 2m.')
  return Math.round(Number(match[1]) * { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 }[match[2] ?? 's']!)
}

export const collect = (value: string, list: readonly string[] = []): readonly string[] => [...list, value]

/** `a,b`; may be repeated. `before` is false where they were all switched off. */
export const named = (text: string, before?: readonly string[] | false): readonly string[] => [
  ...(before === undefined || before === false ? [] : before),
  ...text.split(',').map((name) => name.trim()),
]

export const examples = (...lines: readonly (readonly [string, string])[]): string =>
  ['', 'Examples:', ...lines.map(([what, command]) => `  # ${what}\n  ${command}\n`)].join('\n').trimEnd()

export const withInputs = (command: Command): Command =>
  command
    .optionsGroup('Input:')
    .option(
      '-f, --filename <path>',
      'Manifests: a file, a directory, or - for standard input; may be repeated',
      collect,
    )
    .option('-R, --recursive', 'Directories inside directories too')
    .option('-n, --namespace <name>', 'Namespace of objects that name none (default "default")')
    .option(
      '--then <path>',
      'Manifests that are applied after those of -f, as an update; may be repeated',
      collect,
    )
    .option('--scenario <file>', 'What the user does, one command after the other (docs/scenarios.md)')
    .option(
      '--nodes <count>',
      'How many nodes there are, where the input has no Node objects (default 3)',
      whole(1, 5_000),
    )
    .option('--config <file>', 'Read this instead of the orrery.yaml beside the manifests')

/** As it comes from the command line: -f may be missing. */
export type Given<T extends { readonly filename: readonly string[] }> = Omit<T, 'filename'> & {
  readonly filename?: readonly string[]
}

export interface Exit {
  code: number
}
