/** What the parties of the reference rollout read and write, key by key: much finer than by kind of cell. */
import type { Declared, Party } from '#checker/explore/persistent-sets'
import { chartKey } from '#machine/chart'
import {
  activeKey, cachedPodOf, podKey, seenSetKey, setKey, sets, slotsOf, wantedKey, type Parameters, type SetName,
} from '../../../bench/reference/cells.js'

/** A controller looks at its snapshot too, which stays as it began. */
const replicaSets = chartKey('replicaset', 'replicaSet')
const deployments = chartKey('deployment', 'deployment')

const party = (owns: string, reads: readonly string[], writes: readonly string[]): Party =>
  ({ owns: [owns], isSingle: true, reads, writes })

export function declaredReference(parameters: Parameters, seesPods = true): Declared {
  const slots = slotsOf(parameters)
  const pods = slots.flatMap((slot) => [podKey(slot), activeKey(slot)])
  const cachedOf = (set: SetName): readonly string[] => slots.map((slot) => cachedPodOf(slot, set))
  return {
    visible: seesPods ? slots.map(podKey) : [],
    parties: [
      ...slots.flatMap((slot) => {
        const cached = sets.map((set) => cachedPodOf(slot, set))
        return [
          party(podKey(slot), [], [podKey(slot), activeKey(slot)]),
          party(`watch|pods|${slot}`, [podKey(slot), ...cached], cached),
        ]
      }),
      ...sets.flatMap((set) => [
        party(`watch|replicaset|${set}`, [setKey(set), wantedKey(set)], [wantedKey(set)]),
        party(`watch|deployment|${set}`, [setKey(set), seenSetKey(set)], [seenSetKey(set)]),
        party(
          `work|replicaset|sync|${set}`,
          [replicaSets, ...pods, ...sets.flatMap(cachedOf), wantedKey(set)], pods,
        ),
        party(`work|replicaset|status|${set}`, [replicaSets, ...cachedOf(set), setKey(set)], [setKey(set)]),
      ]),
      party(
        'work|deployment|sync|',
        [deployments, ...sets.map(seenSetKey), ...sets.map(setKey)], sets.map(setKey),
      ),
    ],
  }
}
