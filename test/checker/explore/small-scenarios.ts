/**
 * Small scenarios of the models as they are, each with the bounds within which it is explored: those whose
 * counts are pinned.
 */
import type { JsonObject } from '#api/types'
import type { Scenario } from '#properties/scenario'
import { deployment, nodes, service } from './small.js'

export const scenario = (count: number, ...versions: (readonly JsonObject[])[]): Scenario => ({
  nodes: nodes(count), script: versions.map((objects) => ({ do: 'apply' as const, objects })),
  profiles: {}, mutants: [],
})

const one = scenario(1, [deployment(1)])
const served = scenario(1, [deployment(1), service])
const two = scenario(2, [deployment(2)])
const scaled = scenario(1, [deployment(1)], [deployment(2)])
const rollout = scenario(2, [deployment(2), service], [deployment(2, 'example.org/web:2')])

type Small = readonly [name: string, scenario: Scenario, delays: number, kinds: readonly string[]]

/** One fault of the kinds that are named, or none. */
export const smallScenarios: readonly Small[] = [
  ['one pod, promptly', one, 0, []],
  ['one pod, one delay', one, 1, []],
  ['one pod, a restart', one, 0, ['restart']],
  ['one pod, a watch that expires', one, 0, ['broken-watch']],
  ['one pod, a node without power', one, 0, ['power-loss']],
  ['one pod behind a Service, one delay', served, 1, []],
  ['two pods on two nodes, one delay', two, 1, []],
  ['two pods on two nodes, a partition', two, 0, ['partition']],
  ['one pod scaled to two, one delay', scaled, 1, []],
  ['a rollout of two, promptly', rollout, 0, []],
  ['a rollout of two, a restart', rollout, 0, ['restart']],
  ['a rollout of two, one delay', rollout, 1, []],
]
