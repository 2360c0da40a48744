/**
 * Tables of upstream's unit tests, rewritten: each row is a sentence, what a decision is handed, what
 * follows.
 */

export interface Row {
  readonly sentence: string
  readonly actual: () => unknown
  readonly expected: unknown
}

export interface Table {
  /** The upstream file, under `pkg/` or `staging/src/k8s.io/`. */
  readonly source: string
  /** The test in it. */
  readonly test: string
  readonly rows: readonly Row[]
}

export type Line<I, E> = readonly [sentence: string, input: I, expected: E]

export const table = <I, E>(
  source: string, test: string, judge: (input: I) => E, lines: readonly Line<I, E>[],
): Table => ({
  source, test,
  rows: lines.map(([sentence, input, expected]) => ({ sentence, actual: () => judge(input), expected })),
})

/** Of a row of upstream's that our models answer otherwise on purpose. */
export interface Deviation extends Row {
  readonly source: string
  readonly test: string
  readonly reason: string
}

/** Rows that deviate for one reason. */
export const deviating = <I, E>(
  source: string, test: string, reason: string, judge: (input: I) => E, lines: readonly Line<I, E>[],
): readonly Deviation[] =>
  table(source, test, judge, lines).rows.map((row) => ({ ...row, source, test, reason }))
