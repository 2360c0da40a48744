/** What the command line and `orrery.yaml` ask for, the same for every command that judges: claims, names, how late things may be. */
import type { InputError } from '#api/manifests/input-error'
import { nearest } from '#api/manifests/suggest'
import type { Claim } from '#checker/claim'
import { defaultMaxLag, type MaxLag } from '#checker/system'
import type { Configuration } from './configuration.js'

/** Those that are named; where none is, those that are not switched off. */
export const chosenClaims = (named: readonly string[], { severity }: Configuration, known: readonly Claim[]): readonly Claim[] =>
  (named.length > 0 ? known.filter(({ name }) => named.includes(name))
    : known.filter(({ name, optIn }) => (severity[name] === undefined ? optIn !== true : severity[name] !== 'off')))

/** How late each kind of channel may be; `all` of them, in milliseconds, where that is given. */
export function maxLagOf(all: number | undefined, configuration: Configuration): MaxLag {
  const maxLag = { ...defaultMaxLag, ...configuration.maxLag }
  return all === undefined ? maxLag : Object.fromEntries(Object.keys(maxLag).map((channel) => [channel, all]))
}

export interface Naming {
  /** `claim`: also the option that gives it. */
  readonly what: string
  readonly code: string
  /** The next step where no other name is near. */
  readonly otherwise: string
  /** Where it was given; `--what` unless said. */
  readonly place?: string
}

export const claimNaming: Naming = { what: 'claim', code: 'E_UNKNOWN_CLAIM', otherwise: '"orrery claims" lists them all.' }

/** Each of the given names that there is not, with the nearest that there is. */
export const unknownNames = (
  given: readonly string[], names: readonly string[], { what, code, otherwise, place = `--${what}` }: Naming,
): readonly InputError[] => given.filter((name) => !names.includes(name)).map((name) => {
  const near = nearest(name, names)
  const next = `${near === undefined ? '' : `Did you mean "${near}"? `}${otherwise}`
  return { code, file: place, message: `there is no ${what} "${name}"`, next }
})
