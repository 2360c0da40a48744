/** The kill table: every mutant, what noticed it, and what is to be said where nothing does. */
import { processes } from '#models/kubernetes'
import type { Mutant } from '#models/mutants'
import { mutants as handWritten } from '#models/mutants/index'
import { claims } from '../claims.js'
import { smalls } from './baselines.js'
import { generatedAt } from './generated.js'
import { fateOf, observe, otherwise, type Fate, type Observed } from './kill.js'
import { guardSites, siteName, type Site } from './sites.js'

export type Sort = 'written' | Site['sort']

export const sorts: readonly Sort[] = ['written', 'guard', 'call', 'number', 'timer']

/** A mutant that waits to be tried. */
export interface Candidate {
  readonly mutant: Mutant
  readonly sort: Sort
  /** Names of the claims that it has to break; any, where absent. */
  readonly breaks?: readonly string[]
  /** The site that a scenario has to come by. */
  readonly site?: string
}

export interface Row {
  readonly name: string
  readonly title: string
  readonly sort: Sort
  /** In how many scenarios its place is come by. */
  readonly scenarios: number
  readonly fate: Fate
}

export interface Bench {
  readonly scenes: readonly Observed[]
  /** By name, those that a person wrote first. */
  readonly candidates: readonly Candidate[]
  /** Guards that no scenario comes by: nothing is known of them. */
  readonly unreached: readonly string[]
}

const byName = <T>(name: (one: T) => string) => (a: T, b: T): number => (name(a) < name(b) ? -1 : name(a) > name(b) ? 1 : 0)

/** Goes through the small scenarios as upstream does, and lists the mutants of what was come by. */
export function prepare(only: RegExp | undefined, scenarios: typeof smalls = smalls): Bench {
  const met = new Map<string, Site>()
  const scenes = scenarios.map((small) => observe(small, claims, 0, (site) => met.set(siteName(site), site)))
  const generated = [...met].sort(byName(([name]) => name)).flatMap(([name, site]) =>
    generatedAt(site).map(({ mutant }): Candidate => ({ mutant, sort: site.sort, site: name })))
  const written = handWritten.map((mutant): Candidate => ({ mutant, sort: 'written', breaks: mutant.breaks }))
  const candidates = [...written.sort(byName(({ mutant }) => mutant.name)), ...generated]
  const unreached = guardSites(processes).map(siteName).filter((name) => !met.has(name) && (only?.test(name) ?? true)).sort()
  return { scenes, unreached, candidates: candidates.filter(({ mutant }) => only?.test(mutant.name) ?? true) }
}

export function tryOne({ scenes }: Bench, { mutant, sort, breaks, site }: Candidate, drawn: number): Row {
  const reached = site === undefined ? scenes : scenes.filter(({ sites }) => sites.has(site))
  const fate = fateOf(mutant, reached, { drawn, ...(breaks === undefined ? {} : { claims: breaks, anyhow: false }) })
  return { name: mutant.name, title: mutant.title, sort, scenarios: reached.length, fate }
}

/** What is wrong with the table, if anything. */
export interface Complaints {
  /** Mutants that a person wrote for a claim that does not notice them. */
  readonly unnoticed: readonly string[]
  /** Generated ones that survive without a reason. */
  readonly unexplained: readonly string[]
  /** Reasons of mutants that are killed now. */
  readonly stale: readonly string[]
  /** Reasons of mutants that are not there any more. */
  readonly unknown: readonly string[]
  /** Said to come to the same end, and does not. */
  readonly untrue: readonly string[]
}

/**
 * Why a mutant survives. `same end`: in every scenario things settle as they do without it (objects, containers, rules of
 * nodes), which is verified; it only takes another way there, or another time. `unclaimed`: something settles otherwise.
 */
export interface Reason {
  readonly kind: 'same end' | 'unclaimed'
  readonly because: string
}

const survives = ({ fate }: Row): boolean => 'survival' in fate

/** `isWhole`: every mutant was tried; else nothing can be said of those that were not. */
export function complaintsOf(rows: readonly Row[], reasons: ReadonlyMap<string, Reason>, isWhole: boolean): Complaints {
  const names = new Set(rows.map(({ name }) => name))
  const nameOf = ({ name }: Row): string => name
  const survivors = rows.filter(survives)
  return {
    unnoticed: survivors.filter(({ sort }) => sort === 'written').map(nameOf),
    unexplained: survivors.filter(({ sort, name }) => sort !== 'written' && !reasons.has(name)).map(nameOf),
    stale: rows.filter((row) => !survives(row) && reasons.has(row.name)).map(nameOf),
    unknown: isWhole ? [...reasons.keys()].filter((name) => !names.has(name)) : [],
    untrue: survivors.filter(({ fate, name }) => reasons.get(name)?.kind === 'same end'
      && 'survival' in fate && fate.survival.differsIn.length > 0).map(nameOf),
  }
}

export const isFine = (complaints: Complaints): boolean => Object.values(complaints).every((names) => names.length === 0)

export interface Score {
  readonly sort: Sort
  readonly mutants: number
  readonly killed: number
  readonly sameEnd: number
}

/** How many of each sort are killed. */
export const scoresOf = (rows: readonly Row[], reasons: ReadonlyMap<string, Reason>): readonly Score[] => sorts.map((sort) => {
  const those = rows.filter((row) => row.sort === sort)
  return {
    sort,
    mutants: those.length,
    killed: those.filter((row) => !survives(row)).length,
    sameEnd: those.filter((row) => survives(row) && reasons.get(row.name)?.kind === 'same end').length,
  }
})

export interface Count {
  readonly by: string
  /** How many mutants it was the first to notice: of those that a person wrote, and of generated ones. */
  readonly written: number
  readonly generated: number
}

/** Claims in their own order, then what notices mutants beside them. */
export function countsOf(rows: readonly Row[]): readonly Count[] {
  const kills = rows.flatMap(({ fate, sort }) => ('kill' in fate ? [{ by: fate.kill.by, isWritten: sort === 'written' }] : []))
  return [...claims.map(({ name }) => name), ...otherwise].map((by) => ({
    by,
    written: kills.filter((kill) => kill.by === by && kill.isWritten).length,
    generated: kills.filter((kill) => kill.by === by && !kill.isWritten).length,
  }))
}
