// The reference model on the product's own engine: one JSON line. Run `npm run build` first.
//   node bench/reference/run.mjs R S U [--unsafe] [--no-expectations] [--reduce]
import { FreeSpace } from '../../dist/src/checker/explore/free-space.js'
import { BreadthFirst } from '../../dist/src/checker/explore/breadth-first.js'
import { Verdicts } from '../../dist/src/checker/explore/verdicts.js'
import { interchangeable, reference } from '../../dist/bench/reference/model.js'

const [replicas, maxSurge, maxUnavailable] = process.argv.slice(2, 5).map(Number)
const has = (flag) => process.argv.includes(flag)
const parameters = { replicas, maxSurge, maxUnavailable, isSafe: !has('--unsafe'), expects: !has('--no-expectations') }
const system = reference(parameters)
const begin = process.cpuUsage()
const started = process.hrtime.bigint()
const space = new FreeSpace(system.channels, 'user', system.begin(), has('--reduce') ? interchangeable(parameters) : undefined)
const search = new BreadthFirst(space, new Verdicts(space, system.claims))
const { worlds, transitions, depth, wrong } = search.run()
const seconds = Number(process.hrtime.bigint() - started) / 1e9
const used = process.cpuUsage(begin)
console.log(JSON.stringify({
  peer: has('--reduce') ? 'orrery, slots interchangeable' : 'orrery', size: [replicas, maxSurge, maxUnavailable], states: worlds, transitions, depth, seconds,
  statesPerSecond: Math.round(worlds / seconds), transitionsPerSecond: Math.round(transitions / seconds),
  cpuSeconds: (used.user + used.system) / 1e6, bytesPerState: Number((search.bytes / worlds).toFixed(1)),
  peakMiB: Math.round(process.memoryUsage().rss / 1048576), evaluations: space.evaluations,
  ...(wrong === undefined ? {} : { counterexample: search.pathTo(wrong).length }),
}))
