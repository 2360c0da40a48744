/** `orrery.yaml` beside the manifests: how a check is set up where the command line does not say otherwise. */
import * as t from 'io-ts'
import { isLeft } from 'fp-ts/lib/Either.js'
import type { InputError } from '#api/manifests/input-error'
import { parseYamlFile } from '#api/manifests/yaml-file'
import { nearest } from '#api/manifests/suggest'
import type { Json } from '#api/types'
import { defaultMaxLag } from '#checker/system'
import type { Catalogue } from '#models/container/image'
import { decodeImages } from '#models/container/image-codec'
import { decodeProfiles } from '#models/node/profile-codec'
import type { Profile } from '#models/node/profile'
import type { Severity } from './verdict.js'

const severities = t.keyof({ error: null, warning: null, off: null })

/** YAML 1.1 takes `off` without quotes for false. */
const severity = new t.Type<Severity, Severity, unknown>(
  '"error", "warning" or "off"', severities.is,
  (value, context) => (value === false ? t.success('off') : severities.validate(value, context)), t.identity,
)

const accepted = t.type({ claim: t.string, object: t.string, reason: t.string }, 'an entry with claim, object and reason')

const byName = t.record(t.string, t.unknown, 'a mapping by the names of images')

const members = {
  apiVersion: t.literal('orrery.dev/v1'),
  kind: t.literal('Check'),
  nodes: t.number,
  images: byName,
  profiles: byName,
  scenario: t.array(t.unknown),
  severity: t.record(t.string, severity),
  accepted: t.array(accepted),
  delays: t.number,
  faults: t.number,
  maxLag: t.record(t.string, t.number),
  establishedConnections: t.keyof({ keep: null, reset: null }, 'keep or reset'),
}

const codec = t.partial(members)

/** An hour: whatever is later than that is a fault. */
const mostLag = 3_600_000

const didYouMean = (name: string, names: readonly string[], otherwise: string): string => {
  const near = nearest(name, names)
  return near === undefined ? otherwise : `Did you mean "${near}"?`
}

export interface Accepted {
  readonly claim: string
  /** `Service shop/orders`; `*` stands for any text. */
  readonly object: string
  readonly reason: string
}

export interface Configuration {
  readonly nodes?: number
  readonly profiles: Readonly<Record<string, Profile>>
  /** What the user says of images, by their whole names. */
  readonly images: Catalogue
  /** The user's actions, in the grammar of docs/scenarios.md; absent: the default scenario. */
  readonly scenario?: Json
  /** Severity by claim; `off` is not judged. */
  readonly severity: Readonly<Record<string, Severity>>
  readonly accepted: readonly Accepted[]
  readonly delays?: number
  readonly faults?: number
  readonly maxLag?: Readonly<Record<string, number>>
  /** What the network does with those to a backend that its rules lead to no more. */
  readonly establishedConnections?: 'keep' | 'reset'
  /** Place of a field, for errors that are found later. */
  readonly locate: (field: string) => { readonly line: number; readonly column: number }
}

export interface Configured {
  readonly configuration: Configuration
  readonly errors: readonly InputError[]
}

export const noConfiguration: Configuration =
  { profiles: {}, images: {}, severity: {}, accepted: [], locate: () => ({ line: 1, column: 1 }) }

export function parseConfiguration(text: string, file: string, claims: readonly string[]): Configured {
  const parsed = parseYamlFile(text, file)
  const fail = (field: string, message: string, next: string): InputError =>
    ({ code: 'E_CONFIGURATION', file, field, message, next, ...parsed.locate(field) })
  if (parsed.errors.length > 0) return { configuration: noConfiguration, errors: parsed.errors }
  const value = parsed.value ?? {}
  if (typeof value !== 'object' || Array.isArray(value)) {
    return { configuration: noConfiguration, errors: [fail('', `${file} is not a mapping`, 'Begin it with "apiVersion: orrery.dev/v1".')] }
  }
  const errors: InputError[] = Object.keys(value).filter((name) => !Object.hasOwn(members, name)).map((name) =>
    fail(name, `unknown field "${name}"`, didYouMean(name, Object.keys(members), `Its fields are ${Object.keys(members).join(', ')}.`)))
  const decoded = codec.decode(value)
  if (isLeft(decoded)) {
    for (const { context, value: wrong } of decoded.left) {
      const field = context.slice(1).map(({ key }) => key).filter((key) => key !== '').join('.')
      const expected = context.at(-1)?.type.name ?? 'something else'
      errors.push(fail(field, `"${field}" is ${JSON.stringify(wrong) ?? 'missing'}`, `It has to be ${expected}.`))
    }
    return { configuration: noConfiguration, errors }
  }
  const { nodes, scenario, delays, faults, maxLag, establishedConnections } = decoded.right
  for (const [name, count] of Object.entries({ nodes, delays, faults })) {
    if (count !== undefined && (!Number.isInteger(count) || count < (name === 'nodes' ? 1 : 0) || count > 5_000)) {
      errors.push(fail(name, `"${name}" is ${count}`, 'It has to be a whole number within reason.'))
    }
  }
  const named = [
    ...Object.keys(decoded.right.severity ?? {}).map((name) => ({ name, field: `severity.${name}` })),
    ...(decoded.right.accepted ?? []).map(({ claim }, index) => ({ name: claim, field: `accepted[${index}].claim` })),
  ]
  for (const { name, field } of named) {
    if (!claims.includes(name)) {
      errors.push(fail(field, `there is no claim "${name}"`, didYouMean(name, claims, 'See "orrery claims" for their names.')))
    }
  }
  for (const [channel, ms] of Object.entries(maxLag ?? {})) {
    const channels = Object.keys(defaultMaxLag)
    if (!channels.includes(channel)) {
      errors.push(fail(`maxLag.${channel}`, `there is no kind of channel "${channel}"`, didYouMean(channel, channels, `There are ${channels.join(', ')}.`)))
    } else if (!(ms >= 0 && ms <= mostLag)) {
      errors.push(fail(`maxLag.${channel}`, `"maxLag.${channel}" is ${ms}`, `It is in milliseconds: from 0 to ${mostLag}.`))
    }
  }
  // The codec has found a record of JSON values.
  const profiles = decodeProfiles({ images: (decoded.right.profiles ?? {}) as Record<string, Json> }, file)
  for (const error of profiles.errors) {
    const field = (error.field ?? '').replace(/^images\./, 'profiles.')
    errors.push({ ...error, message: error.message.replace(/^images\./, 'profiles.'), field, ...parsed.locate(field) })
  }
  const images = decodeImages((decoded.right.images ?? {}) as Record<string, Json>, file) // likewise
  errors.push(...images.errors.map((error) => ({ ...error, ...parsed.locate(error.field ?? '') })))
  return {
    errors,
    configuration: {
      images: images.images,
      profiles: profiles.profile ?? {},
      severity: decoded.right.severity ?? {},
      accepted: decoded.right.accepted ?? [],
      locate: parsed.locate,
      ...(nodes === undefined ? {} : { nodes }),
      ...(scenario === undefined ? {} : { scenario: scenario as Json }), // parsed from YAML
      ...(delays === undefined ? {} : { delays }),
      ...(faults === undefined ? {} : { faults }),
      ...(maxLag === undefined ? {} : { maxLag }),
      ...(establishedConnections === undefined ? {} : { establishedConnections }),
    },
  }
}
