/** A property: what the World is made of, what is claimed of it, and the mutants that must break the claims. */
import * as either from 'fp-ts/lib/Either.js'
import { errorText } from '#api/validation/field'
import type { Json, Node } from '#api/types'
import type { Claim } from '#checker/claim'
import type { Budgets } from '#checker/generate'
import { defaultMaxLag } from '#checker/system'
import { assumedOf, assuming } from '#cli/assumed'
import { expand } from '#cli/inputs'
import { defaultScenario } from '#models/client/default-scenario'
import { parseScenario } from '#models/client/scenario'
import type { UserAction } from '#models/client/user-actions'
import type { Mutant } from '#models/mutants'
import { mutantNamed, mutants as builtInMutants } from '#models/mutants/index'
import { unmodelledOf, type Unmodelled } from '#models/modelled'
import { buildNode, completeNode, type NodeOptions } from '#models/node-lifecycle/nodes'
import type { Profile } from '#models/node/profile'
import type { OwnController } from '#properties/extensions/controller'
import { levelBased } from '#properties/extensions/level-based'
import { claimNamed, usualClaims } from '#properties/claims'
import type { Scenario } from '#properties/scenario'
import { InputErrors, parseManifests, type Manifests } from './manifests.js'

export interface PropertyOptions {
  /** Loaded (`readManifests`, `parseManifests`), or YAML text. */
  readonly manifests: Manifests | string
  /** Applied after them: an update. */
  readonly then?: Manifests | string
  /** How many nodes (3), or each of them; Node objects in the manifests come first. */
  readonly nodes?: number | readonly NodeOptions[]
  /** How containers behave, by image; `registry/app/*` stands for every image that begins so. */
  readonly profiles?: Readonly<Record<string, Profile>>
  /** What the user does after applying: steps of docs/scenarios.md. What every application goes through, unless said. */
  readonly scenario?: readonly Json[]
  /** Names of built-in claims, and claims of your own; the usual built-in ones unless said otherwise. */
  readonly claims?: readonly (string | Claim)[]
  /** Names of built-in mutants, and mutants of your own: each must break the claims that it names. */
  readonly mutants?: readonly (string | Mutant)[]
  /** Controllers of your own, which run beside Kubernetes'. Each is judged by `levelBased` as well. */
  readonly controllers?: readonly OwnController[]
  /** Delays of one order (2), faults (1), and how late one offer may be, in milliseconds, by kind of channel. */
  readonly delays?: number
  readonly faults?: number
  readonly maxLag?: Readonly<Record<string, number>>
}

export interface Property {
  readonly scenario: Scenario
  readonly claims: readonly Claim[]
  /** Those of `claims` that are not built in: they have to be exercised. */
  readonly own: readonly string[]
  readonly mutants: readonly Mutant[]
  readonly controllers: readonly OwnController[]
  readonly budgets: Budgets
  /** What is accepted and not looked at. */
  readonly notModelled: readonly Unmodelled[]
}

const load = (given: Manifests | string): Manifests => (typeof given === 'string' ? parseManifests(given) : given)

function actionsOf(steps: readonly Json[]): readonly UserAction[] {
  const parsed = parseScenario({ steps })
  if (either.isRight(parsed)) return parsed.right.steps
  throw new InputErrors(parsed.left.map((error) => ({
    code: 'E_SCENARIO', file: 'scenario', field: error.field, message: errorText(error),
    next: 'See docs/scenarios.md for the actions and their options.',
  })))
}

const apply = ({ objects }: Manifests): UserAction => ({ do: 'apply', objects })

function scriptOf({ scenario, then }: PropertyOptions, first: Manifests): readonly UserAction[] {
  const update = then === undefined ? [] : [apply(load(then))]
  if (scenario !== undefined) return [apply(first), ...update, ...actionsOf(scenario)]
  return update.length > 0 ? [apply(first), ...update] : defaultScenario(first.objects)
}

const zone = (index: number): string => `zone-${'abc'[index % 3]!}`

function nodesOf({ nodes = 3 }: PropertyOptions, { nodes: given }: Manifests): readonly Node[] {
  // Their fields were checked when they were loaded.
  if (given.length > 0) return given.map((node, index) => completeNode(node as unknown as Node, index, { podCidr: true }))
  const options = typeof nodes === 'number' ? Array.from({ length: nodes }, () => ({})) : nodes
  return options.map((one, index) => buildNode(index, { podCidr: true, zone: zone(index), ...one }))
}

const unknown = (what: string, name: string): never => {
  throw new InputErrors([{
    code: 'E_UNKNOWN_NAME', file: 'property', message: `there is no built-in ${what} called "${name}"`,
    next: what === 'claim' ? 'See "orrery claims" for their names.' : 'See "npm run mutants" for their names.',
  }])
}

/** Puts a property together. Throws `InputErrors` where something in it is wrong. */
export function property(options: PropertyOptions): Property {
  const manifests = load(options.manifests)
  const script = scriptOf(options, manifests)
  const { claims = usualClaims, mutants = [], controllers = [], delays = 2, faults = 1, maxLag, profiles = {} } = options
  const brought = script.flatMap((action) => ('objects' in action ? action.objects : []))
  return {
    scenario: assuming(
      { nodes: nodesOf(options, manifests), script, profiles: expand(profiles, script), mutants: [] }, assumedOf(brought),
    ),
    claims: [
      ...claims.map((claim) => (typeof claim === 'string' ? claimNamed(claim) ?? unknown('claim', claim) : claim)),
      ...controllers.map(levelBased),
    ],
    own: claims.flatMap((claim) => (typeof claim === 'string' || usualClaims.includes(claim) ? [] : [claim.name])),
    mutants: mutants.map((mutant) => (typeof mutant === 'string' ? mutantNamed(mutant) ?? unknown('mutant', mutant) : mutant)),
    controllers,
    budgets: { delays, faults, maxLag: { ...defaultMaxLag, ...maxLag } },
    notModelled: unmodelledOf(brought),
  }
}

/** Every mutant that a scenario of the property may name. */
export const knownMutants = ({ mutants }: Property): readonly Mutant[] =>
  [...mutants, ...builtInMutants.filter(({ name }) => !mutants.some((own) => own.name === name))]
