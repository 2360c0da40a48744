/** What orders at random met of an exploration, for a terminal. */
import type { Bounds } from '#checker/explore/bounds'
import type { Coverage } from '#checker/explore/coverage'
import { pc } from './colours.js'
import type { CoverageReport, CoveredFinding } from './explore-coverage.js'
import { percent } from './explore-words.js'
import { brief, plural, withoutPreemption, wrap } from './words.js'

const count = (value: number): string => value.toLocaleString('en-US')

/** `13.2%`; what is not nothing is never told as nothing. */
const share = (part: number, whole: number): string =>
  (part > 0 && part / whole < 0.001 ? '<0.1%' : percent(part / Math.max(1, whole)))

export function coverageText(report: CoverageReport, bounds: Bounds): string {
  const { samplers, findings, worlds, transitions } = report
  return [
    [
      `${pc.bold('Coverage:')} how much of this orders at random meet, ${extent(report)}`,
      wrap(`${plural(worlds, 'World')} and ${plural(transitions, 'transition')} are there to meet: other than above, those that were only `
        + 'gone through count, and what differs in nothing but the time or the budget left counts once.', '  '),
      table(report),
    ].join('\n'),
    ...findings.map((finding) => findingText(finding, samplers)),
    pc.dim(wrap(meaning(report, bounds), '  ')),
  ].join('\n\n')
}

function extent({ seconds, samplers, interrupted, seed }: CoverageReport): string {
  const orders = samplers[0]?.orders ?? 0
  const each = interrupted ? 'until it was interrupted'
    : seconds === undefined ? `${plural(orders, 'order')} each` : `in the ${seconds.toFixed(1)} s that exploring took`
  return `${each}, seed ${seed}`
}

function table({ samplers, worlds, transitions }: CoverageReport): string {
  const rows = [
    ['', 'orders', 'Steps', 'Worlds met', 'transitions met', 'Worlds outside'],
    ...samplers.map((one) => [
      one.sampler, count(one.orders), count(one.steps), share(one.worlds, worlds), share(one.transitions, transitions), count(one.outside),
    ]),
  ]
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)))
  return rows.map((row, at) => {
    const line = row.map((cell, column) => (column === 0 ? cell.padEnd(widths[0]!) : cell.padStart(widths[column]!))).join('  ')
    return `  ${at === 0 ? pc.dim(line) : line}`
  }).join('\n')
}

/** `Found by check in 12 of 500 orders (about one in 42), by pos in all 310, by random in none of 500.` */
function findingText({ claim, message, met }: CoveredFinding, samplers: readonly Coverage[]): string {
  const often = samplers.map(({ sampler, orders }, at) => {
    const times = met[sampler]?.orders ?? 0
    const of = at === 0 ? plural(orders, 'order') : count(orders)
    if (times === 0 || times === orders) return `by ${sampler} in ${times === 0 ? 'none of' : 'all'} ${of}`
    const rate = Math.round(orders / times)
    return `by ${sampler} in ${count(times)} of ${of}${times === 1 || rate < 2 ? '' : ` (about one in ${count(rate)})`}`
  })
  return [
    `  ${pc.bold(claim)}  ${pc.dim(brief(withoutPreemption(message), 70))}`,
    wrap(`Found ${often.join(', ')}.`, '    '),
  ].join('\n')
}

function meaning({ samplers, worlds }: CoverageReport, { delays }: Bounds): string {
  const check = samplers.find(({ sampler }) => sampler === 'check')
  return [
    ...(check === undefined ? [] : [
      `check draws orders as "orrery check" does, with these bounds; ${count(check.orders)} of them met ${
        share(check.worlds, worlds)} of the Worlds that were explored.`,
    ]),
    'random, pos (partial order sampling) and pct (probabilistic concurrency testing) take what can happen next in any order, and soon '
      + `leave the bounds${delays > 0 ? '; so does check, for a stretch now and then' : ''}: these Worlds are counted as outside.`,
    'More in docs/coverage.md.',
  ].join(' ')
}

/** Where there is nothing to measure against. */
export const noCoverageText = (): string => pc.dim(wrap(
  'Coverage was not sampled: it is a share of all Worlds within the bounds, and not all of them were explored.', '  '))
