/**
 * JSON patch: RFC 6902 over JSON pointers, RFC 6901. Type: `application/json-patch+json`. Written out because the library
 * of the API server (evanphx/json-patch v4) is laxer than the RFC and than the packages that follow it: an object's absent
 * member reads as null, so it can be replaced, tested and copied; indices may be negative, from the end, and have leading
 * zeros; and stricter: the whole document can be replaced and tested, and nothing else. Packages change it in place, too.
 */
import * as either from 'fp-ts/lib/Either.js'
import type { Either } from 'fp-ts/lib/Either.js'
import { equal } from '#kernel/value'
import type { Json, JsonObject } from '../types.js'

export type JsonPatchOperation =
  | { readonly op: 'add' | 'replace' | 'test'; readonly path: string; readonly value: Json }
  | { readonly op: 'remove'; readonly path: string }
  | { readonly op: 'move' | 'copy'; readonly path: string; readonly from: string }

class Unapplicable extends Error {}

const fail = (message: string): never => {
  throw new Unapplicable(message)
}

/** Applies every operation in order, or none. */
export function applyJsonPatch(document: Json, patch: Json): Either<string, Json> {
  if (!Array.isArray(patch)) return either.left('a JSON patch is a list of operations')
  try {
    // Array.isArray widens a readonly union to any[]; the elements are JSON all the same
    return either.right((patch as readonly Json[]).reduce(
      (before: Json, operation) => apply(before, asOperation(operation)), document))
  } catch (problem) {
    if (problem instanceof Unapplicable) return either.left(problem.message)
    throw problem
  }
}

function asOperation(operation: Json): JsonPatchOperation {
  if (!isObject(operation)) return fail('a JSON patch operation is an object')
  const { op, path, from, value } = operation
  if (typeof path !== 'string') return fail(`the ${String(op)} operation has no path`)
  switch (op) {
    case 'add': case 'replace': case 'test':
      return value === undefined ? fail(`the ${op} operation on "${path}" has no value`) : { op, path, value }
    case 'remove':
      return { op, path }
    case 'move': case 'copy':
      return typeof from === 'string' ? { op, path, from } : fail(`the ${op} operation on "${path}" has no from`)
    default:
      return fail(`Unexpected kind: ${String(op)}`)
  }
}

function apply(document: Json, operation: JsonPatchOperation): Json {
  if (operation.path === '') return applyToAll(document, operation)
  const path = pointer(operation.path)
  switch (operation.op) {
    case 'add': return add(document, path, operation.value)
    case 'remove': return remove(document, path)
    case 'replace': return replace(document, path, operation.value)
    case 'test':
      return equal(read(document, path, true), operation.value) ? document
        : fail(`testing value ${operation.path} failed: test failed`)
    case 'copy': return add(document, path, read(document, within(operation.from), true))
    case 'move': {
      const from = within(operation.from)
      if (operation.path.startsWith(`${operation.from}/`)) {
        return fail(`"${operation.from}" cannot be moved into itself`)
      }
      const moved = read(document, from)
      return add(remove(document, from), path, moved)
    }
  }
}

function applyToAll(document: Json, operation: JsonPatchOperation): Json {
  switch (operation.op) {
    case 'replace':
      return isObject(operation.value) || isList(operation.value) ? operation.value
        : fail('replace operation value must be object or array')
    case 'test': return equal(document, operation.value) ? document : fail('testing value  failed: test failed')
    case 'add': case 'remove': case 'copy': case 'move':
      return fail(`${operation.op} operation does not apply: doc is missing path: "": missing value`)
  }
}

/** A place below the whole document. */
const within = (text: string): readonly string[] => (text === '' ? fail('doc is missing from path: "": missing value') : pointer(text))

function pointer(text: string): readonly string[] {
  if (!text.startsWith('/')) return fail(`"${text}" is no JSON pointer`)
  return text.slice(1).split('/').map((step) => step.replace(/~1/g, '/').replace(/~0/g, '~'))
}

const isObject = (value: Json | undefined): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const isList = (value: Json | undefined): value is readonly Json[] => Array.isArray(value)

const missing = (step: string): never => fail(`Unable to access nonexistent path: "${step}" does not exist`)

/** Below 0 it counts from behind the last place that there could be, `most`. */
function index(list: readonly Json[], step: string, most: number): number {
  if (!/^[+-]?[0-9]+$/.test(step)) return fail(`"${step}" is no index of a list`)
  const at = Number(step) < 0 ? Number(step) + most + 1 : Number(step)
  return at >= 0 && at <= most ? at : fail(`Unable to access invalid index: ${step} of a list of ${list.length}`)
}

function member(value: Json, step: string): Json {
  if (isList(value)) return value[index(value, step, value.length - 1)] ?? null
  if (isObject(value) && Object.hasOwn(value, step)) return value[step] ?? null
  return missing(step)
}

/** With `leniently` an absent last member of an object is null. */
function read(document: Json, path: readonly string[], leniently = false): Json {
  return path.reduce((value: Json, step, index) => {
    const absent = leniently && index === path.length - 1 && isObject(value) && !Object.hasOwn(value, step)
    return absent ? null : member(value, step)
  }, document)
}

/** Rebuilds the way down to `path`; everything beside it is shared. */
function edit(document: Json, path: readonly string[], change: (value: Json) => Json): Json {
  const [step, ...rest] = path
  if (step === undefined) return change(document)
  const changed = edit(member(document, step), rest, change)
  if (isList(document)) return document.with(index(document, step, document.length - 1), changed)
  return { ...(isObject(document) ? document : {}), [step]: changed }
}

function add(document: Json, path: readonly string[], value: Json): Json {
  const last = path.at(-1) ?? ''
  return edit(document, path.slice(0, -1), (parent) => {
    if (isList(parent)) {
      return parent.toSpliced(last === '-' ? parent.length : index(parent, last, parent.length), 0, value)
    }
    return isObject(parent) ? { ...parent, [last]: value } : missing(last)
  })
}

function replace(document: Json, path: readonly string[], value: Json): Json {
  const last = path.at(-1) ?? ''
  return edit(document, path.slice(0, -1), (parent) => {
    if (isList(parent)) return parent.with(index(parent, last, parent.length - 1), value)
    return isObject(parent) ? { ...parent, [last]: value } : missing(last)
  })
}

function remove(document: Json, path: readonly string[]): Json {
  const last = path.at(-1) ?? ''
  return edit(document, path.slice(0, -1), (parent) => {
    if (isList(parent)) return parent.toSpliced(index(parent, last, parent.length - 1), 1)
    if (!isObject(parent) || !Object.hasOwn(parent, last)) return missing(last)
    const { [last]: _, ...rest } = parent
    return rest
  })
}
