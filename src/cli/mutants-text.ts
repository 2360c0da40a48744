/** The kill table in words. */
import { countsOf, scoresOf, sorts, type Complaints, type Reason, type Row, type Sort } from '#properties/kill/table'

const headings: Readonly<Record<Sort, string>> = {
  written: 'Mutants that a person wrote',
  guard: 'A guard says the opposite',
  call: 'A request is not sent',
  number: 'A number in a request is shifted',
  timer: 'A deadline comes at once, or takes twice its time',
}

/** One line for a terminal: what became of it. */
export function lineOf({ name, fate }: Row): string {
  if ('survival' in fate) return `survives  ${name}`
  const { by, scenario, order, steps } = fate.kill
  return `killed    ${name}: ${by} in ${scenario}, order ${order}, after ${steps} Steps`
}

export const percent = (part: number, whole: number): string => (whole === 0 ? '–' : `${Math.floor((100 * part) / whole)} %`)

const scoreLines = (rows: readonly Row[], reasons: ReadonlyMap<string, Reason>): readonly string[] => {
  const scores = scoresOf(rows, reasons)
  const generated = scores.filter(({ sort }) => sort !== 'written')
  const total = (of: (score: (typeof scores)[number]) => number): number => generated.reduce((sum, score) => sum + of(score), 0)
  const [mutants, killed, sameEnd] = [total((one) => one.mutants), total((one) => one.killed), total((one) => one.sameEnd)]
  return [
    ...scores.filter((score) => score.mutants > 0).map((score) =>
      `${headings[score.sort]}: ${score.killed} of ${score.mutants} killed${score.sameEnd === 0 ? '' : `, ${score.sameEnd} come to the same end`}`),
    `Generated mutants killed: ${killed} of ${mutants} (${percent(killed, mutants)}); `
      + `of the ${mutants - sameEnd} that do not come to the same end: ${percent(killed, mutants - sameEnd)}`,
  ]
}

const countLines = (rows: readonly Row[]): readonly string[] => countsOf(rows)
  .filter(({ written, generated }) => written + generated > 0)
  .map(({ by, written, generated }) => `${String(written + generated).padStart(4)}  ${by}`)

const survivorLines = (rows: readonly Row[], reasons: ReadonlyMap<string, Reason>): readonly string[] =>
  rows.filter(({ fate }) => 'survival' in fate).map(({ name, title }) => {
    const reason = reasons.get(name)
    return reason === undefined ? `${name}: no reason is given (${title})` : `${name}: ${reason.kind}; ${reason.because}`
  })

const complaintTexts: Readonly<Record<keyof Complaints, string>> = {
  unnoticed: 'No claim that it was written for notices',
  unexplained: 'Survives, and properties/kill/survivors.ts gives no reason',
  stale: 'Is killed, and properties/kill/survivors.ts gives a reason why it survives',
  unknown: 'Is not there, and properties/kill/survivors.ts gives a reason why it survives',
  untrue: 'Is said to come to the same end, and does not',
}

export const complaintLines = (complaints: Complaints): readonly string[] =>
  (Object.keys(complaintTexts) as readonly (keyof Complaints)[]) // its own keys
    .flatMap((kind) => complaints[kind].map((name) => `${complaintTexts[kind]}: ${name}`))

/** Everything after the rows themselves. */
export function summary(
  rows: readonly Row[], reasons: ReadonlyMap<string, Reason>, complaints: Complaints, unreached: readonly string[],
): string {
  const wrong = complaintLines(complaints)
  const sections: readonly (readonly [string, readonly string[]])[] = [
    ['Noticed first by', countLines(rows)], ['Survivors', survivorLines(rows, reasons)], ['Guards that no scenario comes by, so that they are not tried', unreached],
    ['In numbers', scoreLines(rows, reasons)],
    ['To be put right', wrong],
  ]
  return sections.filter(([, lines]) => lines.length > 0)
    .map(([title, lines]) => `\n${title}\n${lines.map((line) => `  ${line}\n`).join('')}`).join('')
}

const cell = (text: string): string => text.replaceAll('|', '\\|')

/** Tables for docs/mutants.md. */
export function markdown(rows: readonly Row[], reasons: ReadonlyMap<string, Reason>): string {
  const groups = sorts.map((sort) => [headings[sort], rows.filter((row) => row.sort === sort)] as const) // pairs
  const tables = groups.filter(([, some]) => some.length > 0).map(([title, some]) => [
    `### ${title}`, '', '| mutant | noticed by | scenario | order | Steps |', '| --- | --- | --- | --- | --- |',
    ...some.map(({ name, fate }) => {
      if ('survival' in fate) return `| ${cell(name)} | *survives*: ${cell(reasons.get(name)?.because ?? 'no reason is given')} | | | |`
      const { by, scenario, order, steps } = fate.kill
      return `| ${cell(name)} | ${by} | ${scenario} | ${order} | ${steps} |`
    }), '',
  ].join('\n'))
  const counts = ['### Noticed first by', '', '| claim | written | generated |', '| --- | --- | --- |',
    ...countsOf(rows).map(({ by, written, generated }) => `| ${by} | ${written} | ${generated} |`), ''].join('\n')
  return [scoreLines(rows, reasons).map((line) => `- ${line}\n`).join(''), counts, ...tables].join('\n')
}
