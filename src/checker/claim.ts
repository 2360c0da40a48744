/**
 * Claims: what must be true of every World, of every Step, or in the end. They are judged from outside; models know
 * nothing of them. A built-in claim must be true of correct upstream Kubernetes, with upstream's exceptions.
 */
import type { Cells } from '#kernel/cells'

/** What is wrong, in words and numbers a person can act on. */
export interface Finding {
  /** One sentence with the numbers: "Service default/web sent a connection on node-2 to 10.244.1.3, which …". */
  readonly message: string
  /** The objects it is about, role names first: `Service default/web`, `Pod default/web#1-0`. */
  readonly objects: readonly string[]
  /** What to change in the YAML; the same text for the same remedy, so that repetitions are one finding. */
  readonly advice?: string
  /** Cells that the search for causes starts from. */
  readonly cells?: readonly string[]
}

/** `undefined`: nothing to judge here. `held`: the situation that the claim speaks of was there, and it held. */
export type Verdict = Finding | 'held' | undefined

export const isFinding = (verdict: Verdict): verdict is Finding => typeof verdict === 'object'

/** JSON values by name. */
export interface Memory {
  readonly size: number
  get(name: string): unknown
  has(name: string): boolean
  set(name: string, value: unknown): void
  delete(name: string): void
  clear(): void
  keys(): Iterable<string>
}

/** Where a claim stands while it judges. */
export interface Judging {
  readonly cells: Cells
  /** Virtual time in milliseconds. Claims may look at the clock; models may not. */
  readonly now: number
  /** Whether a fault is under way, or was so recently that upstream is still detecting or repairing it. */
  readonly disturbed: boolean
  /** What the claim remembers within one order of events. */
  readonly memory: Memory
  /**
   * Keys of the cells that change on the way round, where things are known to go round in a loop for ever. A claim about the
   * end is then asked in each World of the loop; absent everywhere else.
   */
  readonly round?: ReadonlySet<string> | undefined
  /** Asks to be called back as `due(key)` once the clock has reached `at`. */
  wake(key: string, at: number): void
}

interface Common {
  /** Kebab-case: `one-ip-per-sandbox`. */
  readonly name: string
  /** The claim as a sentence, exceptions included. */
  readonly title: string
  /** Upstream's words for it: a path, a page, a KEP. */
  readonly source: string
  /** Off unless asked for: stricter than what upstream promises. */
  readonly optIn?: boolean
  /** What breaks it is a defect of upstream's, which no manifest avoids: told, and no failure unless a user says so. */
  readonly severity?: 'warning'
}

/** Holds in every World. Judged anew for a subject when a cell changed that its last judgement read. */
export interface Always extends Common {
  readonly kind: 'always'
  /** What there is to judge, from the cells: `default/web` for each Service. Tracked like `check`. */
  subjects(cells: Cells): readonly string[]
  check(judging: Judging, subject: string): Verdict
}

/** Holds of every write to a cell of the named prefixes (`store|pods`): lifecycle arrows, promises of one request. */
export interface Step extends Common {
  readonly kind: 'step'
  readonly on: readonly string[]
  check(judging: Judging, write: Write): Verdict
  /** The time asked for with `wake` has come. */
  due?(judging: Judging, key: string): Verdict
}

export interface Write {
  readonly key: string
  readonly before: unknown
  readonly after: unknown
  /** The key of the choice taken, and the process that took it. */
  readonly choice: string
  readonly process: string
}

/** How one order of events came to its end. */
export type Ending =
  /** Nothing can happen any more, and no deadline is pending. */
  | 'quiescent'
  /** The horizon of virtual time was reached while things went on. */
  | 'horizon'
  /** Endless activity at one instant. */
  | 'livelock'

/**
 * Holds in the end: desired state reached, rollout complete or an upstream reason in its place. Where things go round in a
 * loop for ever there is no end: then it is broken where it is broken for the same subject in each World of the loop, asked
 * with `round` there; once without it as well where an order is cut short by a limit (`horizon`, `livelock`).
 */
export interface Finally extends Common {
  readonly kind: 'finally'
  subjects(cells: Cells): readonly string[]
  check(judging: Judging, subject: string, ending: Ending): Verdict
  /** Looks on in every World, and remembers what `check` will ask for: called anew when a cell changed that it read. */
  readonly watch?: (judging: Judging) => void
}

/** Claims about the end that look on along the way, as claims about Worlds with the same memory: they find nothing. */
export const watchersOf = (claims: readonly Claim[]): readonly Always[] => claims.flatMap((claim) => {
  const watch = claim.kind === 'finally' ? claim.watch : undefined
  if (watch === undefined) return []
  const { name, title, source } = claim
  return [{ kind: 'always' as const, name, title, source, subjects: () => [''], check: (judging: Judging) => void watch(judging) }]
})

export type Claim = Always | Step | Finally
