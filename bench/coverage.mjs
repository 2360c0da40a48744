// What orders at random find of the pinned bugs (test/regressions) and meet of their Worlds, beside what exploring every order
// takes: the tables of docs/coverage.md. Run `npm run build` first. Prints Markdown.
//   node bench/coverage.mjs [ORDERS] [--seed N] [--only NAME] [--json]
// By default 300 orders of each sampler, seed 1, within what `orrery check` allows: two delays, one fault.
import { readdirSync, readFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { samplers, Sampling } from '#checker/explore/coverage'
import { explore } from '#checker/explore/explore'
import { Reach } from '#checker/explore/reach'
import { delaysOf, faultsOf } from '#checker/schedule'
import { defaultMaxLag } from '#checker/system'
import { mutants } from '#models/mutants/index'
import { claims as allClaims } from '#properties/claims'
import { systemOf } from '#properties/scenario'
import { parse } from '#trace/format'

const { values, positionals } = parseArgs({
  allowPositionals: true, options: { seed: { type: 'string', default: '1' }, only: { type: 'string' }, json: { type: 'boolean', default: false } },
})
const orders = Number(positionals[0] ?? 300)
const seed = Number(values.seed)
if (!Number.isInteger(orders) || orders < 1 || !Number.isInteger(seed)) {
  console.error('node bench/coverage.mjs [ORDERS] [--seed N] [--only NAME] [--json]')
  process.exit(2)
}

const regressions = new URL('../test/regressions/', import.meta.url)
const names = readdirSync(regressions, { withFileTypes: true }).filter((entry) => entry.isDirectory())
  .map(({ name }) => name).filter((name) => values.only === undefined || name.includes(values.only)).sort()

const processorTime = () => {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1e6
}

/** Runs it; what it came to, and seconds of the processor. */
function timed(run) {
  const started = processorTime()
  return [run(), processorTime() - started]
}

/** The bounds within which the recorded order lies; a second delay is more than any of them needs. */
function boundsOf({ deviations }) {
  const lag = Math.max(0, ...deviations.filter(({ kind }) => kind === 'hold').map(({ ms }) => ms))
  return {
    delays: Math.min(1, delaysOf({ deviations })), faults: faultsOf({ deviations }),
    maxLag: Object.fromEntries(Object.entries(defaultMaxLag).map(([channel, ms]) => [channel, Math.max(ms, lag)])),
    kinds: deviations.filter(({ kind }) => kind === 'fault').map(({ fault }) => fault),
  }
}

function rowOf(name) {
  const trace = parse(readFileSync(new URL(`${name}/trace.jsonl`, regressions), 'utf8'))
  if (trace._tag === 'Left') throw new Error(`${name}: ${trace.left.message}`)
  const { inputs, schedule, violation } = trace.right.header
  const system = systemOf(inputs, { mutants })
  const claims = allClaims.filter((claim) => claim.name === violation.claim)
  const bounds = boundsOf(schedule)
  const [explored, seconds] = timed(() => explore({ system, claims, bounds }))
  let reach // looked at apart, so that it takes no time above
  explore({ system, claims: [], bounds, observer: (space) => (reach = new Reach(space)) })
  const isFound = explored.counterexamples.some((found) => found.violation.claim === violation.claim)
  const sampled = samplers.map((sampler) => {
    const sampling = new Sampling({ system, claims, budgets: { delays: 2, faults: 1, maxLag: bounds.maxLag }, sampler, seed, reach })
    const [, took] = timed(() => { for (let order = 0; order < orders; order++) sampling.run() })
    const { broken: found, worlds: met, transitions, outside } = sampling.coverage
    return { sampler, found, worlds: met, transitions, outside, seconds: took }
  })
  const { worlds, transitions } = explored
  return {
    name, claim: violation.claim, delays: bounds.delays, faults: bounds.kinds, isFound, worlds, transitions, seconds, orders, seed, sampled,
    reachable: { worlds: reach.worlds.size, transitions: reach.transitions.size },
  }
}

const plain = (count) => count.toLocaleString('en')
/** Little and nearly all are told by one digit more. */
const percent = (part, whole) => {
  const share = 100 * part / whole
  const told = share < 0.1 ? '<0.1' : share.toFixed(share < 10 || share > 99 ? 1 : 0)
  return part === 0 ? '–' : part === whole ? 'all' : `${told}%`
}
const bound = ({ delays, faults }) => [...(delays > 0 ? [`${delays} delay`] : []), ...faults].join(', ') || 'prompt order'
const often = ({ found }) => (found === 0 || found === orders ? percent(found, orders) : `${plain(found)} (${percent(found, orders)})`)
const met = ({ worlds, outside }, reachable) => `${percent(worlds, reachable.worlds)} + ${plain(outside)}`
const line = (cells) => `| ${cells.join(' | ')} |`
const rule = (left, right) => line([...Array(left).fill('---'), ...Array(right).fill('---:')])

if (!values.json) {
  console.log(`How often ${plain(orders)} orders each found the bug (seed ${seed}):\n`)
  console.log(line(['bug', 'explored', 'Worlds', 'seconds', ...samplers]))
  console.log(rule(2, 2 + samplers.length))
}
const rows = []
for (const name of names) {
  const row = rowOf(name)
  rows.push(row)
  if (values.json) console.log(JSON.stringify(row))
  else {
    const worlds = `${plain(row.worlds)}${row.isFound ? '' : ' (not found)'}`
    console.log(line([name, bound(row), worlds, row.seconds.toFixed(1), ...row.sampled.map(often)]))
  }
  if (!row.isFound) process.exitCode = 1
}
if (!values.json) {
  console.log('\nWhich share of the Worlds within these bounds they met, and how many others:\n')
  console.log(line(['bug', 'Worlds', ...samplers]))
  console.log(rule(1, 1 + samplers.length))
  for (const { name, reachable, sampled } of rows) {
    console.log(line([name, plain(reachable.worlds), ...sampled.map((one) => met(one, reachable))]))
  }
}
