// The reference rollout explored by @xstate/graph; where that is not installed, by its successor in `xstate/graph`.
//   node bench/peers/rollout/xstate-graph.mjs R S U [--unsafe] [--no-expectations]
import { given, peakMiB, printLine, skip, timed } from './line.mjs'

const graph = await import('@xstate/graph').catch(() => import('xstate/graph')).catch(() => undefined)
if (graph === undefined) skip('@xstate/graph', 'not installed (npm ci --prefix bench/peers)')
const { eventsOf, isRight, rolloutMachine } = await import('./xstate-machine.mjs')
const { getAdjacencyMap, serializeSnapshot } = graph

const { model, size } = given([3, 1, 1])
const right = isRight(model)
const events = eventsOf(model)
const { done: map, ...times } = await timed(() => getAdjacencyMap(rolloutMachine(model), {
  events: (snapshot) => events.filter((event) => snapshot.can(event)),
  stopWhen: (snapshot) => !right(snapshot),
}))

// The map is in the order of its search, so a state's depth is known before it is asked for.
const entries = Object.entries(map)
const depths = new Map([[entries[0][0], 0]])
let transitions = 0
let counterexample
for (const [name, { state, transitions: ways }] of entries) {
  const depth = depths.get(name)
  if (!right(state)) counterexample ??= depth
  for (const { state: after } of Object.values(ways)) {
    const next = serializeSnapshot(after)
    if (!depths.has(next)) depths.set(next, depth + 1)
    transitions++
  }
}
printLine('@xstate/graph', size, {
  states: entries.length, transitions, depth: Math.max(...new Set(depths.values())), ...times, peakMiB: peakMiB(),
  ...(counterexample === undefined ? {} : { counterexample }),
})
