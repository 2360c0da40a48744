// The reference model on the product's own engine: one JSON line. Run `npm run build` first.
//   node bench/reference/run.mjs R S U [--workers N] [--reduce] [--unsafe] [--no-expectations]
import { exploreTogether } from '../../dist/src/checker/explore/parallel/together.js'
import { threads } from '../../dist/src/checker/explore/parallel/team.js'
import { PartedSearch } from '../../dist/src/checker/explore/parted-search.js'
import { freeSystem } from '../../dist/bench/reference/model.js'
import { given, peakMiB, printLine, timed } from '../peers/rollout/line.mjs'

const { model: { slots: _, ...parameters }, size, has, count } = given([4, 2, 2], { flags: ['reduce'], counts: ['workers'] })
const argument = { ...parameters, isReduced: has('reduce') }
const workers = count('workers', 1)
const system = freeSystem(argument)

function alone() {
  const search = new PartedSearch(system)
  const { wrong, ...explored } = search.run()
  return {
    ...explored, bytes: search.bytes, evaluations: search.space.evaluations,
    ...(wrong === undefined ? {} : { counterexample: search.pathTo(wrong) }),
  }
}

const module = new URL('../../dist/bench/reference/model.js', import.meta.url).href
const { done, ...times } = await timed(async () =>
  (workers === 1 ? alone() : exploreTogether(system, threads({ module, argument }, workers))))
const { worlds, transitions, depth, bytes, evaluations, counterexample } = done
const how = [...(workers === 1 ? [] : [`${workers} workers`]), ...(has('reduce') ? ['slots interchangeable'] : [])]
printLine(['orrery', ...how].join(', '), size, {
  states: worlds, transitions, depth, ...times, peakMiB: peakMiB(),
  bytesPerState: Number((bytes / worlds).toFixed(1)), evaluations,
  ...(counterexample === undefined ? {} : { counterexample: counterexample.length }),
})
