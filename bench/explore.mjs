// The reference rollout explored to its end by everything that can, side by side, in one run on one machine.
// Run `npm run build` first. Peers: `npm ci --prefix bench/peers`, and Debian's `spin` with a C compiler; those
// that are absent are left out, with a notice.
//   node bench/explore.mjs [R S U] [--rounds N] [--json] [--unsafe] [--no-expectations]
// By default 4 2 2. Of N rounds, each of all in turn, the quickest of each is shown.
import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { given } from './peers/rollout/line.mjs'

const { size: asked, has, count } = given([4, 2, 2], { flags: ['json'], counts: ['rounds'] })
const switches = ['--unsafe', '--no-expectations'].filter((flag) => has(flag.slice(2)))
const isPlain = switches.length === 0
const known = JSON.parse(readFileSync(new URL('peers/rollout/sizes.json', import.meta.url), 'utf8'))

const built = new URL('../dist/bench/reference/model.js', import.meta.url).pathname

/** What is run, and the size where it is another than was asked for: some would take hours. */
const runs = [
  { script: 'reference/run.mjs' },
  { script: 'reference/run.mjs', words: ['--workers', '2'] },
  { script: 'reference/run.mjs', words: ['--reduce'], isReduced: true },
  { script: 'peers/rollout/spin.mjs' },
  { script: 'peers/rollout/spin.mjs', words: ['--cores', '2'] },
  { script: 'peers/rollout/spin.mjs', words: ['--breadth-first'] },
  { script: 'peers/rollout/hand-written.mjs' },
  { script: 'peers/rollout/hand-written.mjs', words: ['--workers', '2'] },
  { script: 'peers/rollout/hand-written.mjs', words: ['--sorted'], isReduced: true },
  { script: 'peers/rollout/xstate-graph.mjs', atMost: [3, 1, 1] },
  { script: 'peers/rollout/quint.mjs', isRandom: true },
]

/** The line of JSON that a script prints; none where it has nothing to run with, or fails. */
function lineOf(script, ...words) {
  const path = new URL(script, import.meta.url).pathname
  if (!existsSync(path)) return void console.error(`${script}: not there yet`)
  if (script.startsWith('reference/') && !existsSync(built)) {
    return void console.error(`${script}: skipped, not built (npm run build)`)
  }
  const { stdout, stderr, status } = spawnSync(process.execPath, [path, ...words], { encoding: 'utf8' })
  const line = stdout.split('\n').find((text) => text.startsWith('{'))
  if (line !== undefined && status === 0) return JSON.parse(line)
  const why = stderr.split('\n').find((text) => text.includes('Error')) ?? stderr.trim().split('\n').at(-1)
  console.error(status === 0 ? stderr.trim() : `${script} ${words.join(' ')} failed: ${why}`)
  if (status !== 0) process.exitCode = 1
  return undefined
}

const sizeOf = (size) => known.find((one) => String(one.size) === String(size))
const isBigger = (size, than) => (sizeOf(size)?.states ?? Infinity) > (sizeOf(than)?.states ?? 0)
const rateOf = (line) => line.statesPerSecond ?? line.stepsPerSecond ?? 0

/** What is wrong with the counts, where the right ones are known. */
function miscounted({ size, states, transitions, depth }, { isReduced, isRandom }) {
  const right = sizeOf(size)
  if (right === undefined || isReduced || isRandom || !isPlain) return undefined
  const is = [states, transitions, depth ?? right.depth].join()
  const shouldBe = [right.states, right.transitions, right.depth].join()
  return is === shouldBe ? undefined : `states, transitions and depth are ${is} and should be ${shouldBe}`
}

const found = new Map()
for (let round = 0; round < count('rounds', 1); round++) {
  for (const [index, run] of runs.entries()) {
    const size = run.atMost !== undefined && isBigger(asked, run.atMost) ? run.atMost : asked
    if (round > 0 && !found.has(index)) continue
    const line = lineOf(run.script, ...size.map(String), ...run.words ?? [], ...switches)
    if (line === undefined) continue
    if (has('json')) console.log(JSON.stringify(line))
    const wrong = miscounted(line, run)
    if (wrong !== undefined) {
      console.error(`${line.peer}: ${wrong}`)
      process.exitCode = 1
    }
    // A script that does not know a flag prints the line it printed before.
    const isKnown = [...found].some(([other, { peer }]) => other !== index && peer === line.peer)
    if (isKnown) console.error(`${run.script} ${(run.words ?? []).join(' ')}: not there yet`)
    else if (rateOf(line) >= rateOf(found.get(index) ?? {})) found.set(index, line)
  }
}

const spin = found.get(runs.findIndex(({ script, words }) => script.endsWith('spin.mjs') && words === undefined))
const whole = (count) => (count >= 0 ? Math.round(count).toLocaleString('en') : undefined)
const ratio = (count, of) => (count >= 0 && of > 0 ? count / of : undefined)

/** A title, a width, what is in it. */
const columns = [
  ['', 38, ({ peer }) => peer],
  ['R,S,U', 6, ({ size }) => size.join()],
  ['states', 11, ({ states }) => whole(states)],
  ['states/s', 11, ({ statesPerSecond }) => whole(statesPerSecond)],
  ['of SPIN', 8, ({ statesPerSecond }) => ratio(statesPerSecond, spin?.statesPerSecond)?.toFixed(3)],
  ['a CPU second', 13, ({ states, cpuSeconds }) => whole(ratio(states, cpuSeconds))],
  ['transitions/s', 14, ({ transitionsPerSecond, stepsPerSecond }) => whole(transitionsPerSecond ?? stepsPerSecond)],
  ['peak MiB', 9, ({ peakMiB }) => whole(peakMiB)],
  ['bytes/state', 12, ({ peakMiB, states }) => whole(ratio(peakMiB * 1048576, states))],
  ['seconds', 9, ({ seconds }) => seconds?.toFixed(2)],
  ...(isPlain ? [] : [['counterexample', 15, ({ counterexample }) => counterexample]]),
]
const padded = (text, width, at) => (at === 0 ? text.padEnd(width) : text.padStart(width))
console.log(columns.map(([title, width], at) => padded(title, width, at)).join(' '))
for (const [, line] of [...found].sort(([a], [b]) => a - b)) {
  console.log(columns.map(([, width, cell], at) => padded(String(cell(line) ?? '–'), width, at)).join(' '))
}
