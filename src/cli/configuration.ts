/** `orrery.yaml` beside the manifests: how a check is set up where the command line does not say otherwise. */
import * as t from 'io-ts'
import { isLeft } from 'fp-ts/lib/Either.js'
import type { InputError } from '#api/manifests/input-error'
import { parseYamlFile } from '#api/manifests/yaml-file'
import type { Json } from '#api/types'
import { decodeProfiles } from '#models/node/profile-codec'
import type { Profile } from '#models/node/profile'
import type { Severity } from './verdict.js'

const severity = t.keyof({ error: null, warning: null, off: null }, '"error", "warning" or "off"')

const accepted = t.type({ claim: t.string, object: t.string, reason: t.string }, 'an entry with claim, object and reason')

const members = {
  apiVersion: t.literal('orrery.dev/v1'),
  kind: t.literal('Check'),
  nodes: t.number,
  profiles: t.UnknownRecord,
  scenario: t.array(t.unknown),
  severity: t.record(t.string, severity),
  accepted: t.array(accepted),
  delays: t.number,
  faults: t.number,
  maxLag: t.record(t.string, t.number),
}

const codec = t.partial(members)

export interface Accepted {
  readonly claim: string
  /** `Service shop/orders`; `*` stands for any text. */
  readonly object: string
  readonly reason: string
}

export interface Configuration {
  readonly nodes?: number
  readonly profiles: Readonly<Record<string, Profile>>
  /** The user's actions, in the grammar of docs/scenarios.md; absent: the default scenario. */
  readonly scenario?: Json
  /** Severity by claim; `off` is not judged. */
  readonly severity: Readonly<Record<string, Severity>>
  readonly accepted: readonly Accepted[]
  readonly delays?: number
  readonly faults?: number
  readonly maxLag?: Readonly<Record<string, number>>
  /** Place of a field, for errors that are found later. */
  readonly locate: (field: string) => { readonly line: number; readonly column: number }
}

export interface Configured {
  readonly configuration: Configuration
  readonly errors: readonly InputError[]
}

export const noConfiguration: Configuration =
  { profiles: {}, severity: {}, accepted: [], locate: () => ({ line: 1, column: 1 }) }

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
    fail(name, `unknown field "${name}"`, `Its fields are ${Object.keys(members).join(', ')}.`))
  const decoded = codec.decode(value)
  if (isLeft(decoded)) {
    for (const { context, value: wrong } of decoded.left) {
      const field = context.slice(1).map(({ key }) => key).filter((key) => key !== '').join('.')
      const expected = context.at(-1)?.type.name ?? 'something else'
      errors.push(fail(field, `"${field}" is ${JSON.stringify(wrong) ?? 'missing'}`, `It has to be ${expected}.`))
    }
    return { configuration: noConfiguration, errors }
  }
  const { nodes, scenario, delays, faults, maxLag } = decoded.right
  for (const [name, count] of Object.entries({ nodes, delays, faults })) {
    if (count !== undefined && (!Number.isInteger(count) || count < (name === 'nodes' ? 1 : 0) || count > 5_000)) {
      errors.push(fail(name, `"${name}" is ${count}`, 'It has to be a whole number within reason.'))
    }
  }
  for (const name of [...Object.keys(decoded.right.severity ?? {}), ...(decoded.right.accepted ?? []).map(({ claim }) => claim)]) {
    if (!claims.includes(name)) errors.push(fail('', `there is no claim "${name}"`, 'See "orrery claims" for their names.'))
  }
  // The codec has found a record of JSON values.
  const profiles = decodeProfiles({ images: (decoded.right.profiles ?? {}) as Record<string, Json> }, file)
  errors.push(...profiles.errors)
  return {
    errors,
    configuration: {
      profiles: profiles.profile ?? {},
      severity: decoded.right.severity ?? {},
      accepted: decoded.right.accepted ?? [],
      locate: parsed.locate,
      ...(nodes === undefined ? {} : { nodes }),
      ...(scenario === undefined ? {} : { scenario: scenario as Json }), // parsed from YAML
      ...(delays === undefined ? {} : { delays }),
      ...(faults === undefined ? {} : { faults }),
      ...(maxLag === undefined ? {} : { maxLag }),
    },
  }
}
