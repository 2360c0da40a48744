/**
 * Models: the text of `images` in orrery.yaml and of the catalogue's own files (docs/images.md)
 * Reads: nothing (it is handed what the text says)
 * Writes: nothing
 * Omits: nothing that is observable
 */
import type { InputError } from '#api/manifests/input-error'
import { childPath } from '#api/manifests/paths'
import { nearest } from '#api/manifests/suggest'
import type { Json, JsonObject } from '#api/types'
import { imageReferenceError } from '#api/images'
import { problemsOfProfile } from '../node/profile-codec.js'
import { imageName, imagePattern } from './image-name.js'
import type { Catalogue, Image } from './image.js'

export interface DecodedImages {
  readonly images: Catalogue
  readonly errors: readonly InputError[]
}

type Fail = (code: string, field: string, message: string, next: string) => InputError

/** What is wrong with a value at a field. */
type Check = (value: Json, field: string, fail: Fail) => readonly InputError[]

const isObject = (value: Json | undefined): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const wrong = (value: Json, field: string, fail: Fail, expected: string): readonly InputError[] =>
  [fail('E_IMAGE', field, `${field} is ${JSON.stringify(value)}`, `Give ${expected}.`)]

const is = (expected: string, isFine: (value: Json) => boolean): Check => (value, field, fail) =>
  (isFine(value) ? [] : wrong(value, field, fail, expected))

const text = is('text; numbers need quotes', (value) => typeof value === 'string')
const path = is('a path from the root, such as /bin/sh', (value) =>
  typeof value === 'string' && value.startsWith('/'))
const whole = (name: string, least: number, most: number): Check =>
  is(`${name} from ${least} to ${most}`, (value) =>
    Number.isInteger(value) && Number(value) >= least && Number(value) <= most)
const port = whole('a port', 1, 65_535)
const seconds = is('a number of seconds, 0 or more', (value) => typeof value === 'number' && value >= 0)

const list = (of: Check): Check => (value, field, fail) => (Array.isArray(value)
  // isArray has widened it.
  ? (value as readonly Json[]).flatMap((one, index) => of(one, childPath(field, index), fail))
  : wrong(value, field, fail, 'a list'))

const map = (of: Check, key?: Check): Check => (value, field, fail) => (isObject(value)
  ? Object.entries(value).flatMap(([name, one]) => [
    ...key?.(name, childPath(field, name), fail) ?? [], ...of(one ?? null, childPath(field, name), fail),
  ])
  : wrong(value, field, fail, 'a mapping'))

const object = (
  what: string, fields: Readonly<Record<string, Check>>, required: readonly string[] = [],
): Check =>
  (value, field, fail) => {
    const known = Object.keys(fields)
    if (!isObject(value)) return wrong(value, field, fail, `${what}, a mapping`)
    return [
      ...required.filter((name) => value[name] === undefined).map((name) =>
        fail('E_IMAGE', field, `${childPath(field, name)} is missing`, `Add ${name}.`)),
      ...Object.entries(value).flatMap(([name, one]) => {
        const check = Object.hasOwn(fields, name) ? fields[name] : undefined
        return check === undefined
          ? [unknownField(what, name, childPath(field, name), known, fail)]
          : check(one ?? null, childPath(field, name), fail)
      }),
    ]
  }

function unknownField(
  what: string, name: string, field: string, known: readonly string[], fail: Fail,
): InputError {
  const near = nearest(name, known)
  return fail('E_IMAGE_FIELD', field, `${what} has no field "${name}"`,
    near === undefined ? `Its fields are ${known.join(', ')}.` : `Did you mean "${near}"?`)
}

const profile: Check = (value, field, fail) => (isObject(value)
  ? problemsOfProfile(value, field, '').map(({ code, field: at = field, message, next }) =>
    fail(code, at, message, next))
  : wrong(value, field, fail, 'a profile: docs/profiles.md lists its fields'))

const answer = object('an answer', {
  port, path, code: whole('a status', 100, 599), body: text, location: text, afterSeconds: seconds, untilSeconds: seconds,
}, ['port', 'path'])

const listening = object('a port', {
  port, flag: text, env: text, argument: whole('a place', 0, 100),
}, ['port'])

const run = object('a run', {
  command: list(text), listens: list(listening), http: list(answer), profile, needsOneOf: list(text),
  stopExitCode: whole('an exit code', 0, 255), log: list(text),
}, ['command'])

const image = object('an image', {
  entrypoint: list(text), cmd: list(text), env: map(text), user: text, workingDir: path,
  exposedPorts: list(port), volumes: list(path),
  stopSignal: is('a signal, such as SIGTERM', (value) => /^SIG[A-Z0-9+]+$/.test(String(value))),
  programs: list(path), files: map(text, path), runs: list(run), aliases: list(text),
  source: text, note: text,
})

/** The name that an entry is found by, or why it is none. */
function keyOf(name: string): { readonly key: string; readonly why?: string } {
  if (name.endsWith('*')) return { key: `${imagePattern(name)}*` }
  const why = imageReferenceError(name)
  if (why !== undefined) return { key: '', why }
  const { name: whole, tag, digest } = imageName(name)
  if (digest !== undefined) return { key: `${whole}@${digest}` }
  return { key: name.endsWith(`:${tag}`) ? `${whole}:${tag}` : whole }
}

/** Reads a mapping of images by name. `at` is where it stands in its document. */
export function decodeImages(value: Json, file: string, at = 'images'): DecodedImages {
  const errors: InputError[] = []
  const images: Record<string, Image> = {}
  const first = new Map<string, string>()
  const fail: Fail = (code, field, message, next) => ({ code, file, field, message, next })
  if (!isObject(value)) return { images, errors: wrong(value, at, fail, 'a mapping of images by name') }
  for (const [name, one] of Object.entries(value)) {
    const field = childPath(at, name)
    const found = image(one ?? {}, field, fail)
    errors.push(...found)
    const entry = (one ?? {}) as unknown as Image // checked just now
    const names = [name, ...(found.length === 0 ? entry.aliases ?? [] : [])]
    for (const [index, written] of names.entries()) {
      const place = index === 0 ? field : childPath(childPath(field, 'aliases'), index - 1)
      const { key, why } = keyOf(written)
      const before = first.get(key)
      if (why !== undefined) {
        errors.push(fail('E_IMAGE_NAME', place, `"${written}" is no name of an image: ${why}`,
          'Write it as containers do: registry/path:tag.'))
      } else if (before !== undefined) {
        errors.push(fail('E_IMAGE_DUPLICATE', place,
          `the image "${written}" is given twice: "${before}" is the same`, 'Keep one of them.'))
      } else {
        first.set(key, written)
        images[key] = entry
      }
    }
  }
  return { images, errors }
}
