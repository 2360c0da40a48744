/**
 * Models: a scenario as a file, or as the member `scenario` of `orrery.yaml` (docs/scenarios.md)
 * Reads: nothing
 * Writes: nothing
 * Omits: the objects of the files that it names: whoever reads files fills them in
 */
import * as either from 'fp-ts/lib/Either.js'
import type { InputError } from '#api/manifests/input-error'
import { parseYamlFile } from '#api/manifests/yaml-file'
import type { Json } from '#api/types'
import { errorText, type FieldError } from '#api/validation/field'
import { parseScenario } from './scenario.js'
import type { UserAction } from './user-actions.js'

export interface DecodedScenario {
  readonly actions: readonly UserAction[]
  readonly errors: readonly InputError[]
}

const next = 'See docs/scenarios.md for the actions and their options.'

/** The text of a file, or what was already read: a map with `steps`, or the list of steps by itself. */
export function decodeScenario(source: Json, file: string): DecodedScenario {
  const parsed = typeof source === 'string' ? parseYamlFile(source, file) : undefined
  if (parsed !== undefined && parsed.errors.length > 0) return { actions: [], errors: parsed.errors }
  const value = parsed === undefined ? source : parsed.value
  const scenario = parseScenario(Array.isArray(value) ? { steps: value as readonly Json[] } : value) // a list of JSON
  if (either.isRight(scenario)) return { actions: scenario.right.steps, errors: [] }
  const isList = Array.isArray(value)
  const errorOf = (error: FieldError): InputError => {
    const field = isList ? error.field.replace(/^steps/, '') : error.field
    return { code: 'E_SCENARIO', message: errorText(error), file, field, next, ...parsed?.locate(field) }
  }
  return { actions: [], errors: scenario.left.map(errorOf) }
}
