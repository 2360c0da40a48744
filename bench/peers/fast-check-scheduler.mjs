// Random orders of a hand-written rollout (a deployment, two replica sets, eight pod slots, lagging caches) on fast-check's
// own scheduler(). Every awaited turn is one step. Prints JSON: promise steps a second.
import fc from 'fast-check'

const R = 3, S = 2, U = 2, slots = R + S + 1
const seconds = Number(process.argv[2] ?? 10)

/** One order: the processes of the rollout as async loops, each turn given by the scheduler. */
async function order(scheduler, budget) {
  const world = { spec: [R, 0], reps: [R, 0], available: [R, 0], pods: Array.from({ length: slots }, (_, i) => (i < R ? 4 : 0)) }
  const seen = structuredClone(world)
  let steps = 0
  const turn = (label) => { steps++; return scheduler.schedule(Promise.resolve(), label) }
  const isNew = (pod) => pod > 5
  const owner = (pod) => (isNew(pod) ? 1 : 0)
  const done = () => steps >= budget || (world.spec[0] === 0 && world.available[1] === R)
  async function kubelet(slot) {
    while (!done()) {
      await turn(`kubelet ${slot}`)
      const pod = world.pods[slot]
      if (pod === 5 || pod === 10) world.pods[slot] = 0
      else if (pod % 5 >= 1 && pod % 5 <= 3) world.pods[slot]++
    }
  }
  async function reflector() {
    while (!done()) {
      await turn('reflector')
      seen.pods = [...world.pods]
      seen.spec = [...world.spec]
      seen.reps = [...world.reps]
      seen.available = [...world.available]
    }
  }
  async function replicaSet(x) {
    while (!done()) {
      await turn(`replicaset ${x}`)
      const own = world.pods.filter((pod) => pod % 5 >= 1 && pod % 5 <= 4 && owner(pod) === x)
      if (own.length < seen.spec[x]) {
        const free = world.pods.indexOf(0)
        if (free >= 0) world.pods[free] = 1 + 5 * x
      } else if (own.length > seen.spec[x]) {
        const victim = world.pods.findIndex((pod) => pod % 5 >= 1 && pod % 5 <= 4 && owner(pod) === x)
        world.pods[victim] = 5 + 5 * x
      }
      await turn(`replicaset ${x} status`)
      world.reps[x] = world.pods.filter((pod) => pod % 5 >= 1 && pod % 5 <= 4 && owner(pod) === x).length
      world.available[x] = world.pods.filter((pod) => pod === 4 + 5 * x).length
    }
  }
  async function deployment() {
    while (!done()) {
      await turn('deployment')
      const up = Math.min(R + S - seen.spec[0] - world.spec[1], R - world.spec[1])
      if (up > 0) world.spec[1] += up
      await turn('deployment down')
      const down = world.spec[0] + world.available[1] - (R - U)
      if (world.spec[0] > 0 && world.available[0] >= world.spec[0] && down > 0) world.spec[0] -= Math.min(down, world.spec[0])
    }
  }
  const all = Promise.all([
    deployment(), replicaSet(0), replicaSet(1), reflector(), ...world.pods.map((_, slot) => kubelet(slot)),
  ])
  await scheduler.waitFor(all)
  return steps
}

const before = process.cpuUsage()
const started = performance.now()
let steps = 0
let orders = 0
await fc.assert(
  fc.asyncProperty(fc.scheduler(), async (scheduler) => {
    steps += await order(scheduler, 2_000)
    orders++
  }),
  { numRuns: 1_000_000, interruptAfterTimeLimit: seconds * 1000, markInterruptAsFailure: false },
)
const used = process.cpuUsage(before)
const elapsed = (performance.now() - started) / 1000
console.log(JSON.stringify({
  peer: 'fast-check scheduler()', orders, steps, stepsPerSecond: Math.round(steps / elapsed),
  stepsPerCpuSecond: Math.round(steps / ((used.user + used.system) / 1e6)),
}))
