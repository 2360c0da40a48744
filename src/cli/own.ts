/** What a user brings in modules of their own (`--controller`): controllers, and claims about them. */
import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { InputError } from '#api/manifests/input-error'
import type { Claim } from '#checker/claim'
import { ControllerError } from '#machine/controller-error'
import { claims as builtIn } from '#properties/claims'
import { controller, type ControllerOptions, type OwnController } from '#properties/extensions/controller'
import { levelBased } from '#properties/extensions/level-based'

export interface Own {
  readonly controllers: readonly OwnController[]
  /** Those that the modules export, and of each controller that it is level-based. */
  readonly claims: readonly Claim[]
}

export const nothingOwn: Own = { controllers: [], claims: [] }

export interface LoadedOwn extends Own {
  readonly errors: readonly InputError[]
}

type Exported = Readonly<Record<string, unknown>>

const isObject = (value: unknown): value is Exported => typeof value === 'object' && value !== null

/** A controller as its options say, or as `controller` has made it; that may be of another copy of this package. */
function optionsOf(value: unknown): ControllerOptions | undefined {
  if (!isObject(value)) return undefined
  const options = isObject(value['options']) ? value['options'] : value
  return typeof options['reconcile'] === 'function' ? options as unknown as ControllerOptions : undefined // the rest is looked at when it is made
}

const isClaim = (value: unknown): value is Claim =>
  isObject(value) && ['always', 'step', 'finally'].includes(String(value['kind'])) && typeof value['check'] === 'function'

/** Every export of the modules that is a controller or a claim, also within a list. */
export async function loadOwn(files: readonly string[] = []): Promise<LoadedOwn> {
  const controllers: OwnController[] = []
  const claims: Claim[] = []
  const errors: InputError[] = []
  for (const file of files) {
    try {
      const before = controllers.length
      for (const value of await exportsOf(file)) {
        const options = optionsOf(value)
        if (options !== undefined) controllers.push(controller(options))
        else if (isClaim(value)) claims.push(value)
      }
      if (controllers.length === before) errors.push(useless(file, 'it exports no controller'))
    } catch (error) {
      errors.push(error instanceof ControllerError ? asInput(error, file)
        : useless(file, error instanceof Error ? error.message : String(error)))
    }
  }
  const names = [...builtIn, ...claims, ...controllers.map(levelBased)].map(({ name }) => name)
  const twice = names.find((name, index) => names.indexOf(name) !== index)
  if (twice !== undefined) errors.push(useless(files.join(', '), `two claims or two controllers are called "${twice}"`))
  return { controllers, claims: [...claims, ...controllers.map(levelBased)], errors }
}

async function exportsOf(file: string): Promise<readonly unknown[]> {
  const path = resolve(file)
  if (!existsSync(path)) throw new Error('there is no such file')
  const module: unknown = await import(pathToFileURL(path).href)
  return isObject(module) ? Object.values(module).flatMap((value) => (Array.isArray(value) ? value as unknown[] : [value])) : []
}

const useless = (file: string, why: string): InputError => ({
  code: 'E_CONTROLLER_FILE', file, message: `the controllers of this module cannot be used: ${why}`,
  next: 'Name a JavaScript module that exports { name, for, owns, reconcile }; see docs/operators.md.',
})

/** What is wrong with a controller, in the form of all bad input. */
export const asInput = ({ code, what, next, controller: name }: ControllerError, file = name): InputError =>
  ({ code, file, message: file === name ? what : `${name}: ${what}`, next })
