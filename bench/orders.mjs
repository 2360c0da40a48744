// Random orders of the rollout of examples/rollout-fixed (three Deployments of three replicas, v1 to v2) with every claim on,
// 2 delays and 1 fault an order, cold memo, fresh seeds, one core. Counts the Steps that wrote a cell. Prints JSON.
// Run `npm run build` first.
//   node bench/orders.mjs [SECONDS]      (default: 60)
import { readInputs } from '../dist/src/cli/inputs.js'
import { baselineOf, draw } from '#checker/generate'
import { runOrder } from '#checker/order'
import { claims } from '#properties/claims'
import { systemOf } from '#properties/scenario'

const seconds = Number(process.argv[2] ?? 60)
const { scenario } = await readInputs({ filename: ['examples/rollout-fixed'] }, claims.map(({ name }) => name))
const system = systemOf(scenario)
const before = process.cpuUsage()
const started = performance.now()
const baseline = baselineOf(system)
let orders = 0
let steps = 0
let taken = 0
const seed = Number(process.env.SEED ?? Date.now() % 1_000_000)
while (performance.now() - started < seconds * 1000) {
  const schedule = draw(system, baseline, { delays: 2, faults: 1 }, seed, orders + 1)
  const order = runOrder(system, claims, schedule, {
    onEvent: ({ type }, { touched }) => {
      if (type === 'step' && touched.length > 0) steps++
    },
  })
  taken += order.steps
  orders++
}
const elapsed = (performance.now() - started) / 1000
const used = process.cpuUsage(before)
const { hits, misses } = system.boot().memo
console.log(JSON.stringify({
  bench: 'random orders', orders, claims: claims.length, steps, taken, memoHits: Number((hits / (hits + misses)).toFixed(4)),
  stepsPerSecond: Math.round(steps / elapsed), stepsPerCpuSecond: Math.round(steps / ((used.user + used.system) / 1e6)),
}))
