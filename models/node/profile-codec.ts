/**
 * Models: the text of profiles: an annotation of a pod, or `profiles` in orrery.yaml, by image (docs/profiles.md)
 * Reads: nothing (it is handed text)
 * Writes: nothing
 * Omits: nothing that is observable
 */
import * as t from 'io-ts'
import * as either from 'fp-ts/lib/Either.js'
import { isLeft } from 'fp-ts/lib/Either.js'
import type { Json, JsonObject } from '#api/types'
import type { InputError } from '#api/manifests/input-error'
import { composeDocuments } from '#api/manifests/yaml-documents'
import { readValue } from '#api/manifests/yaml-value'
import { parseQuantity, type Quantity } from '#api/quantity'
import type { PodProfile, Profile } from './profile.js'

const seconds = new t.Type<number>(
  'a number of seconds, 0 or more',
  (value): value is number => typeof value === 'number' && value >= 0,
  (value, context) => (typeof value === 'number' && value >= 0 && Number.isFinite(value)
    ? t.success(value) : t.failure(value, context)),
  t.identity,
)
const whole = (name: string, least: number, most: number): t.Type<number> => new t.Type<number>(
  name,
  (value): value is number => typeof value === 'number',
  (value, context) => (typeof value === 'number' && Number.isInteger(value) && value >= least && value <= most
    ? t.success(value) : t.failure(value, context)),
  t.identity,
)
const count = whole('a whole number, 1 or more', 1, Number.MAX_SAFE_INTEGER)
const answers = t.readonlyArray(t.type({
  afterSeconds: seconds,
  answer: t.keyof({ success: null, failure: null, hangs: null }, '"success", "failure" or "hangs"'),
}))

const amount = new t.Type<string | number>(
  'a quantity such as 300Mi, 0 or more',
  (value): value is string | number => typeof value === 'string' || typeof value === 'number',
  (value, context) => (typeof value === 'string' || (typeof value === 'number' && Number.isInteger(value)) ? either.fold(
    () => t.failure<string | number>(value, context),
    ({ nanos }: Quantity) => (nanos < 0n ? t.failure<string | number>(value, context) : t.success(value)),
  )(parseQuantity(value)) : t.failure(value, context)),
  t.identity,
)
const uses = t.union([amount, t.readonlyArray(t.type({ afterSeconds: seconds, amount }))],
  'a quantity such as 300Mi, or a list of { afterSeconds, amount }')

const members = {
  startSeconds: seconds,
  pullSeconds: seconds,
  pullFails: t.union([t.boolean, count], 'true, false or a number of pulls'),
  needsPullSecret: t.boolean,
  pullError: t.string,
  imageSize: amount,
  listens: t.readonlyArray(whole('a port from 1 to 65535', 1, 65_535)),
  startFails: t.intersection([
    t.type({ at: t.keyof(
      { create: null, namespaces: null, cgroup: null, rootfs: null, root: null, exec: null },
      '"create", "namespaces", "cgroup", "rootfs", "root" or "exec"',
    ) }),
    t.partial({ message: t.string, times: count }),
  ]),
  exits: t.intersection([
    t.type({ afterSeconds: seconds }),
    t.partial({ code: whole('an exit code from 0 to 255', 0, 255), oom: t.boolean, times: count, message: t.string, logs: t.string }),
  ]),
  probes: t.partial({ startup: answers, readiness: answers, liveness: answers }),
  closesListenerAfterSeconds: seconds,
  exitsAfterSigtermSeconds: seconds,
  ignoresSigterm: t.boolean,
  memory: uses,
  disk: uses,
  preStopSeconds: seconds,
  postStartSeconds: seconds,
  postStartFails: t.union([t.boolean, count], 'true, false or a number of starts'),
}

/** One profile, its members as in `Profile`. */
export const profileCodec: t.Type<Profile, unknown> = t.partial(members, 'Profile')

export const podProfileCodec: t.Type<PodProfile, unknown> =
  t.intersection([profileCodec, t.partial({ containers: t.record(t.string, profileCodec) })], 'PodProfile')

export const profileErrorCodes = ['E_PROFILE', 'E_PROFILE_FIELD'] as const

export interface DecodedProfile<T> {
  readonly profile?: T
  readonly errors: readonly InputError[]
}

/** Reads the annotation's text, YAML or JSON. `file` is what errors name. */
export function decodeProfileText(text: string, file = 'orrery.dev/profile'): DecodedProfile<PodProfile> {
  const { documents, errors } = composeDocuments({ file, text })
  const [document] = documents
  if (document?.root === undefined || errors.length > 0) return { errors }
  const read = readValue(document)
  if (read.value === undefined || read.errors.length > 0) return { errors: read.errors }
  return decodeProfile(read.value, file)
}

export const decodeProfile = (value: Json, file: string): DecodedProfile<PodProfile> => {
  const errors = [
    ...unknownMembers(value, '', file, ['containers']),
    ...Object.entries(objectAt(value, 'containers'))
      .flatMap(([name, one]) => unknownMembers(one, `containers.${name}`, file)),
  ]
  const decoded = podProfileCodec.decode(value)
  if (isLeft(decoded)) return { errors: [...errors, ...decodingProblems(decoded.left, file)] }
  return errors.length > 0 ? { errors } : { profile: decoded.right, errors }
}

/** What is wrong with one profile that stands in a larger document, at a field of it. */
export function problemsOfProfile(value: Json, at: string, file: string): readonly InputError[] {
  const decoded = profileCodec.decode(value)
  return [
    ...unknownMembers(value, at, file), ...(isLeft(decoded) ? decodingProblems(decoded.left, file, at) : []),
  ]
}

/** Reads `images:` of a mapping into profiles by image, as containers name it. */
export function decodeProfiles(value: Json, file: string): DecodedProfile<Readonly<Record<string, Profile>>> {
  const images: Record<string, Profile> = {}
  const errors: InputError[] = []
  for (const [image, one] of Object.entries(objectAt(value, 'images'))) {
    errors.push(...unknownMembers(one, `images.${image}`, file))
    const decoded = profileCodec.decode(one)
    if (isLeft(decoded)) errors.push(...decodingProblems(decoded.left, file, `images.${image}`))
    else images[image] = decoded.right
  }
  return errors.length > 0 ? { errors } : { profile: images, errors }
}

const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const objectAt = (value: Json, member: string): JsonObject => {
  const found = isObject(value) ? value[member] : undefined
  return isObject(found) ? found : {}
}

const unknownMembers = (
  value: Json | undefined, at: string, file: string, further: readonly string[] = [],
): readonly InputError[] => (isObject(value) ? Object.keys(value) : [])
  .filter((name) => !Object.hasOwn(members, name) && !further.includes(name))
  .map((name) => ({
    code: 'E_PROFILE_FIELD', file, field: at === '' ? name : `${at}.${name}`,
    message: `a profile has no field "${name}"`,
    next: `Its fields are ${[...Object.keys(members), ...further].join(', ')}.`,
  }))

function decodingProblems(problems: t.Errors, file: string, at = ''): readonly InputError[] {
  const byField = new Map<string, InputError>()
  for (const { context, value } of problems) {
    const field =
      [at, ...context.map(({ key }) => key).filter((key, i) => key !== '' && !isMember(context, i))]
      .filter((key) => key !== '').join('.')
    const expected = context[context.length - 1]?.type.name ?? ''
    if (!byField.has(field)) {
      byField.set(field, {
        code: 'E_PROFILE', file, field,
        message: `${field === '' ? 'the profile' : field} is ${value === undefined ? 'missing' : JSON.stringify(value)}`,
        next: `Give ${expected}.`,
      })
    }
  }
  return [...byField.values()]
}

/** The numbers that io-ts gives to the members of an intersection or union are no fields. */
const isMember = (context: t.Context, index: number): boolean => {
  // io-ts marks its types so
  const parent = context[index - 1]?.type as { readonly _tag?: string } | undefined
  return parent?._tag === 'IntersectionType' || parent?._tag === 'UnionType'
}
