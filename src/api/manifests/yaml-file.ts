import type { Json } from '../types/json.js'
import type { InputError, Place } from './input-error.js'
import type { FieldPath } from './paths.js'
import { composeDocuments } from './yaml-documents.js'
import { findField } from './yaml-places.js'
import { readValue } from './yaml-value.js'

export type YamlFile = {
  /** Plain JSON, null for an empty file; undefined where the file could not be read, `errors` says why. */
  readonly value: Json | undefined
  /** Place of a field such as `claims[0].severity`, or of the deepest part of its path that is there. */
  readonly locate: (field: FieldPath) => Place
  readonly errors: readonly InputError[]
}

/**
 * One YAML or JSON document of Orrery's own (`orrery.yaml`, a scenario, a profile), by the rules that hold
 * for manifests too: the same scalars, sizes and depths, and no field twice.
 */
export const parseYamlFile = (text: string, file: string): YamlFile => {
  const { documents, errors } = composeDocuments({ file, text })
  const [document, second] = documents.filter(({ root }) => root !== undefined)
  const start: Place = { line: 1, column: 1 }
  if (errors.length > 0) return { value: undefined, locate: () => start, errors }
  if (document?.root === undefined) return { value: null, locate: () => start, errors }
  const { root, placeOf } = document
  const read = readValue(document)
  const locate = (field: FieldPath): Place => placeOf(findField(root, field, read.targetOf).offset)
  if (second === undefined) return { value: read.value, locate, errors: read.errors }
  return { value: undefined, locate, errors: [...read.errors, secondDocument(file, second.start)] }
}

const secondDocument = (file: string, place: Place): InputError => ({
  code: 'E_MANY_DOCUMENTS', message: 'the file holds more than one document', file, ...place,
  next: 'Keep one document and remove "---" and what follows it.',
})
