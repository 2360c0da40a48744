/** Checks properties: many orders of events, one after the other, the same for the same seed. */
import { setImmediate } from 'node:timers/promises'
import { stripVTControlCharacters } from 'node:util'
import { Searcher, Tally, type Found } from '#checker/search'
import type { Claim } from '#checker/claim'
import { withOracle } from '#machine/oracle'
import { explainWithPauses, type Counterexample } from '#cli/counterexample'
import { violationText } from '#cli/report-text'
import { reportClaims, type ReportedClaim } from '#cli/verdict'
import type { Mutant } from '#models/mutants'
import type { Scenario } from '#properties/scenario'
import { systemOf } from '#properties/scenario'
import { knownMutants, type Property } from './property.js'

export interface CheckOptions {
  /** How many orders of events; 100 unless said otherwise. */
  readonly runs?: number
  readonly seed?: number
  /** A mutant of the property, or a built-in one, that is on. */
  readonly mutant?: string
  /** How many smaller cases are tried while shrinking one finding; 2,000 unless said otherwise. */
  readonly shrinks?: number
  /** Whether to go on after the first finding; not unless said otherwise. */
  readonly all?: boolean
}

/** A counterexample, shrunk; `text` is what a person reads. */
export interface Broken extends Counterexample {
  readonly text: string
}

export interface CheckVerdict {
  /** Inconclusive: no claim was exercised. */
  readonly verdict: 'pass' | 'violation' | 'inconclusive'
  readonly claims: readonly ReportedClaim[]
  readonly seed: number
  readonly orders: number
  readonly steps: number
  readonly violations: readonly Broken[]
  readonly notModelled: Property['notModelled']
}

/** How many orders are run before other things get their turn. */
const breath = 8

/** Runs orders until `enough`; the same orders for the same seed. */
async function search(
  property: Property, scenario: Scenario, claims: readonly Claim[], { runs = 100, seed = 1 }: CheckOptions,
  enough: (tally: Tally) => boolean,
): Promise<Tally> {
  const system = systemOf(scenario, { mutants: knownMutants(property), controllers: property.controllers })
  const searcher = new Searcher({ system, claims, budgets: property.budgets, seed })
  const tally = new Tally()
  for (let index = 0; index < runs && !enough(tally); index++) {
    tally.add(await withOracle(() => searcher.run(index)))
    if (index % breath === 0) await setImmediate()
  }
  return tally
}

async function broken(
  property: Property, scenario: Scenario, found: Found, { seed = 1, shrinks = 2_000 }: CheckOptions,
): Promise<Broken> {
  let tried = 0
  const enough = (): boolean => ++tried > shrinks
  const { claims, controllers } = property
  const example = await explainWithPauses(found, { scenario, claims, seed, mutants: knownMutants(property), controllers, enough })
  const { violation, steps, delays, faults, deviations, timeline } = example
  const text = violationText({
    claim: violation.claim, severity: 'error', message: violation.message, objects: found.objects, steps, delays, faults,
    deviations, timeline, ...(violation.advice === undefined ? {} : { advice: violation.advice }),
  }, 'error')
  return { ...example, text: stripVTControlCharacters(text) }
}

/** Checks the claims of a property under many orders of events. */
export async function check(property: Property, options: CheckOptions = {}): Promise<CheckVerdict> {
  const scenario = { ...property.scenario, mutants: options.mutant === undefined ? [] : [options.mutant] }
  const tally = await search(property, scenario, property.claims, options, ({ found }) => options.all !== true && found.size > 0)
  const claims = reportClaims(property.claims, tally)
  const violations: Broken[] = []
  for (const found of tally.found.values()) violations.push(await broken(property, scenario, found, options))
  const isIdle = claims.every(({ exercised }) => exercised === 0)
  return {
    verdict: tally.found.size > 0 ? 'violation' : isIdle ? 'inconclusive' : 'pass',
    claims,
    seed: options.seed ?? 1,
    orders: tally.orders,
    steps: tally.steps,
    violations,
    notModelled: property.notModelled,
  }
}

/** What `assertProperty` rejects with; its message is the whole report. */
export class PropertyError extends Error {
  constructor(message: string, readonly verdict: CheckVerdict) {
    super(message)
    this.name = 'PropertyError'
  }
}

/** The names of the claims that the mutant ought to break here, and does not. */
async function unnoticed(property: Property, mutant: Mutant, options: CheckOptions): Promise<readonly string[]> {
  const claims = property.claims.filter(({ name }) => mutant.breaks.includes(name))
  const names = ({ found }: Tally): ReadonlySet<string> => new Set([...found.values()].map(({ violation }) => violation.claim))
  const scenario = { ...property.scenario, mutants: [mutant.name] }
  const tally = await search(property, scenario, claims, options, (soFar) => names(soFar).size === claims.length)
  return claims.map(({ name }) => name).filter((name) => !names(tally).has(name))
}

/**
 * For tests: rejects with the shrunk counterexample where a claim is broken, where a claim of your own was never
 * exercised, and where a mutant goes unnoticed: a property that no mutant breaks proves nothing.
 */
export async function assertProperty(property: Property, options: CheckOptions = {}): Promise<CheckVerdict> {
  const verdict = await check(property, options)
  const [first] = verdict.violations
  const after = `after ${verdict.orders} ${verdict.orders === 1 ? 'order' : 'orders'} of events, seed ${verdict.seed}`
  if (first !== undefined) throw new PropertyError(`broken ${after}\n\n${first.text}`, verdict)
  const idle = verdict.claims.filter(({ claim, exercised }) => exercised === 0 && property.own.includes(claim))
  if (verdict.verdict === 'inconclusive' || idle.length > 0) {
    const which = idle.length > 0 ? idle.map(({ claim }) => claim).join(', ') : 'no claim'
    throw new PropertyError(`${which} ${idle.length > 0 ? 'was never' : 'was ever'} exercised ${after}`, verdict)
  }
  for (const mutant of property.mutants) {
    const alive = await unnoticed(property, mutant, options)
    if (alive.length === 0) continue
    throw new PropertyError(`the mutant ${mutant.name} (${mutant.title}) does not break ${alive.join(', ')} ${after}`, verdict)
  }
  return verdict
}
